#!/bin/sh
# SPDX-License-Identifier: MIT
# globals.sh OBJECT...: no mutable globals, by what the compiler made of the rooms: nothing with a size in .data, .bss
# or thread-local sections. (.data.rel.ro is constant: addresses that the loader fills in.)
writable=$(objdump -t "$@" | awk -F '\t' '
    $1 ~ /[ .](t?data|t?bss)/ && $1 !~ /\.data\.rel\.ro/ { n = split($2, word, " "); if (word[1] !~ /^0+$/) print word[n] }')
found=0
for name in $writable; do
    case $name in
    interrupted) ;; # a signal handler has no other way to leave word
    *) echo "$name: no mutable globals; keep it in a struct that the caller owns"; found=1 ;;
    esac
done
exit $found
