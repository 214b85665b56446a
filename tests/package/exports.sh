#!/bin/sh
# SPDX-License-Identifier: MIT
# libspbench.so exports what spbench.h declares with SPB_API: no more, no less.
mkdir -p "$WORK"
sed -nE 's/^SPB_API .*[ *](spb_[a-z_]+)\(.*/\1/p' "$PREFIX/include/spbench.h" | sort >"$WORK/declared"
nm -D --defined-only "$PREFIX/$LIBDIR/libspbench.so" | awk '{ print $3 }' | sort >"$WORK/exported"
diff -u "$WORK/declared" "$WORK/exported"
