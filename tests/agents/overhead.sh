#!/bin/bash
# SPDX-License-Identifier: MIT
# overhead.sh PROFILED AGENT SHARES [ROUNDS]: the CPU time of a fixed amount of work, measured by the program itself, alone and under the profiler at 1,000 Hz, taking turns. It prints
# medians; it judges nothing.
profiled=$1 shares=$3 rounds=${4-10}
export SPB_TEST_AGENT=$2
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
once() {
    SPB_TRUTH=$folder/truth "${@:2}" >/dev/null || exit 1
    awk -v kind="$1" '/^fixed/ { print kind, $2 / 1e9 }' "$folder/truth"
    rm "$folder/truth"
}
for ((i = 0; i < rounds; i++)); do
    once plain "$shares" fixed
    once timer-fp "$profiled" timer 1000 fp "$folder/report" "$shares" fixed
    grep 'fact samples \|fact note' "$folder/report" >&2
    once timer-dwarf "$profiled" timer 1000 dwarf "$folder/report" "$shares" fixed
    once perf-fp "$profiled" perf 1000 fp "$folder/report" "$shares" fixed
done | sort -k1,1 -k2,2g | awk '
    { seconds[$1, ++count[$1]] = $2 }
    function median(kind, n) { n = count[kind]; return (seconds[kind, int((n + 1) / 2)] + seconds[kind, int(n / 2) + 1]) / 2 }
    END { for (kind in count) printf "%-12s %.3f s, %+.2f %%\n", kind, median(kind), 100 * (median(kind) / median("plain") - 1) }'
