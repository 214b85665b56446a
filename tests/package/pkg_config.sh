#!/bin/sh
# SPDX-License-Identifier: MIT
# pkg_config.sh CC: a C and a C++ program built with what pkg-config says.
set -e
mkdir -p "$WORK"
source=$(dirname "$0")/consumer
export PKG_CONFIG_PATH="$PREFIX/$LIBDIR/pkgconfig"
# eval: pkg-config quotes for the shell, and the prefix has a space in it.
eval "$1 -std=c17 -O2 -Wall -Wextra -Wpedantic -Werror -o '$WORK/consumer_c' '$source/consumer.c' \
    $(pkg-config --cflags --libs spbench)"
eval "g++ -std=c++20 -O2 -Wall -Wextra -Wno-missing-field-initializers -Wpedantic -Werror -o '$WORK/consumer_cxx' '$source/consumer.cpp' \
    $(pkg-config --cflags --libs spbench)"
export LD_LIBRARY_PATH="$PREFIX/$LIBDIR"
"$(dirname "$0")/consumers.sh" "$WORK"
