#!/bin/sh
# SPDX-License-Identifier: MIT
# search_path.sh BUILD: no program looks for libraries in the current folder, where somebody else's may lie: every element of a
# search path is absolute or starts at the program's own place.
found=0
for file in "$1/spbench" "$1/libspbench.so" "$PREFIX/bin/spbench" "$PREFIX/$LIBDIR/libspbench.so"; do
    [ -e "$file" ] || { echo "$file is missing"; exit 1; }
    path=$(objdump -p "$file" | sed -n 's/^ *R\(UN\)\{0,1\}PATH *//p')
    case ":$path:" in
    ::) continue ;; # none at all
    *::*) echo "$file: an empty element in the search path '$path'"; found=1 ;;
    esac
    for element in $(echo "$path" | tr ': ' '\n_'); do
        case $element in
        /* | '$ORIGIN'*) ;;
        *) echo "$file: '$element' in the search path '$path' depends on the current folder"; found=1 ;;
        esac
    done
done
exit $found
