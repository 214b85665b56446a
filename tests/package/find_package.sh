#!/bin/sh
# SPDX-License-Identifier: MIT
# find_package.sh CC: the same two programs through the CMake package.
# (g++ warns of members left to their defaults even where all are named; C compilers do not.)
set -e
rm -rf "$WORK"
cmake -S "$(dirname "$0")/consumer" -B "$WORK" -G Ninja -DCMAKE_C_COMPILER="$1" -DCMAKE_PREFIX_PATH="$PREFIX" \
    -DCMAKE_C_FLAGS="-Wall -Wextra -Wpedantic -Werror" -DCMAKE_CXX_FLAGS="-Wall -Wextra -Wno-missing-field-initializers -Wpedantic -Werror"
cmake --build "$WORK"
"$(dirname "$0")/consumers.sh" "$WORK"
