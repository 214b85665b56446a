#!/bin/sh
# SPDX-License-Identifier: MIT
# readme.sh C_COMPILER CXX_COMPILER: each program in README.md is built as the text there says, as a plug-in and as a program,
# and runs.
set -eu
export PKG_CONFIG_PATH="$PREFIX/$LIBDIR/pkgconfig" LD_LIBRARY_PATH="$PREFIX/$LIBDIR"
readme=$(dirname "$0")/../../README.md
rm -rf "$WORK"
mkdir -p "$WORK"
# The first line of a program names its file.
awk -v folder="$WORK" '
    /^```c(pp)?$/ { inside = 1; file = ""; next }
    /^```$/ { inside = 0 }
    inside && !file { file = folder "/" ($1 == "/*" || $1 == "//" ? $2 : "unnamed"); sub(/:$/, "", file) }
    inside { print > file }' "$readme"
cd "$WORK"
build() {
    case $1 in
    *.c) eval "$c" -O2 -Wall -Wextra -Werror '"$@"' ;;
    *) eval "$cxx" -std=c++20 -O2 -Wall -Werror '"$@"' ;;
    esac
}
c=$1 cxx=$2
count=0
for source in *.c *.cpp; do
    name=${source%.*}
    eval "build $source -shared -fPIC $(pkg-config --cflags spbench) -o $name.so"
    eval "build $source $(pkg-config --cflags --libs spbench) -o $name"
    "$PREFIX/bin/spbench" run --plugin "./$name.so" 'my/*' --processes 2 --budget 1 --quiet --output "$name-plugin.json" |
        grep '^my/.*/'
    "./$name" run all --processes 2 --budget 1 --quiet --output "$name.json" | grep '^my/.*/'
    count=$((count + 1))
done
[ "$count" = 3 ] || { echo "README.md holds $count programs, not 3"; exit 1; }
