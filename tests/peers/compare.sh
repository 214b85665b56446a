#!/bin/bash
# SPDX-License-Identifier: MIT
# compare.sh [PART...]: spbench beside the tools that people trust, and what it costs itself. By hand, on a quiet machine;
# needs build/spbench (./bootstrap build); installs the Debian packages of the peers where they are missing. Parts: suite
# empty-loop spread startup overhead; none: all.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
spbench=${SPBENCH:-$top/build/spbench}
[ -x "$spbench" ] || { echo "compare.sh: no $spbench; run ./bootstrap build first" >&2; exit 2; }

packages=(g++ libbenchmark-dev sysbench stress-ng likwid mbw golang-go linux-perf)
missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
if ((${#missing[@]})); then
    as_root=()
    ((EUID == 0)) || as_root=(sudo)
    echo "compare.sh: installing ${missing[*]}" >&2
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "${missing[@]}" >&2 ||
        { echo "compare.sh: as root: apt-get install ${missing[*]}" >&2; exit 5; }
fi

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
for peer in empty_loop prime_sieve; do
    g++ -std=c++17 -O2 -g -fno-omit-frame-pointer "$here/$peer.cc" -o "$work/$peer" -lbenchmark -lpthread
done
python3 -B "$here/compare.py" --spbench "$spbench" --work "$work" "$@"
