#!/bin/sh
# SPDX-License-Identifier: MIT
# readme.sh COMPILER: the program in README.md is built as the text there says, and runs.
set -eu
export PKG_CONFIG_PATH="$PREFIX/$LIBDIR/pkgconfig" LD_LIBRARY_PATH="$PREFIX/$LIBDIR"
readme=$(dirname "$0")/../../README.md
rm -rf "$WORK"
mkdir -p "$WORK"
cd "$WORK"
sed -n '/^```c$/,/^```$/{/^```/d;p}' "$readme" >square.c
[ -s square.c ] || { echo 'README.md holds no program'; exit 1; }
eval "$1" -Wall -Wextra -Werror square.c "$(pkg-config --cflags --libs spbench)" -o square
./square run all --processes 2 --budget 1 --quiet --output square.json | grep '^my/square .* ok\|^my/square .*ns/operation'
