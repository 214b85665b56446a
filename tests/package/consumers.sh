#!/bin/sh
# SPDX-License-Identifier: MIT
# consumers.sh FOLDER: the two programs built there list and run their own workloads.
set -e
cd "$1"
for program in consumer_c:demo/lookup consumer_cxx:demo/sum; do
    "./${program%%:*}" list | grep -F "${program#*:}"
    "./${program%%:*}" run all --quick --processes 2 --output "${program%%:*}.json"
    grep -qF "\"${program#*:}\"" "${program%%:*}.json"
    rm "${program%%:*}.json"
done
