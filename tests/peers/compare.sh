#!/bin/bash
# SPDX-License-Identifier: MIT
# compare.sh [PART...]: spbench beside google/benchmark, and what it costs itself. By hand, on a quiet machine; needs
# build/spbench (./bootstrap build), g++ and libbenchmark-dev. Parts: empty-loop spread startup overhead; none: all.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
spbench=${SPBENCH:-$top/build/spbench}
[ -x "$spbench" ] || { echo "compare.sh: no $spbench; run ./bootstrap build first" >&2; exit 2; }
[ -e /usr/include/benchmark/benchmark.h ] || { echo "compare.sh: apt-get install libbenchmark-dev g++" >&2; exit 5; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for peer in empty_loop prime_sieve; do
    g++ -std=c++17 -O2 -g -fno-omit-frame-pointer "$here/$peer.cc" -o "$work/$peer" -lbenchmark -lpthread
done
python3 -B "$here/compare.py" --spbench "$spbench" --work "$work" "$@"
