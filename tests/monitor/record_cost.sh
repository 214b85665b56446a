#!/bin/bash
# SPDX-License-Identifier: MIT
#
# record_cost.sh SPBENCH [SECONDS [ROUNDS]]: the CPU time that a look takes, of the recorder and of the piped formats, beside
# sar and pidstat, which see about the same. They take turns, so that what else goes on hits all of them; each has an interval
# of one second. What is aimed for: the recorder takes at most what sar and pidstat take together.
set -euo pipefail
spbench=$(realpath -- "${1:?record_cost.sh SPBENCH [SECONDS [ROUNDS]]}")
seconds=${2:-60} rounds=${3:-3}
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cd -- "$work"
export LC_ALL=C
TIMEFORMAT='%U %S'

# cost NAME COMMAND...: appends the milliseconds of CPU time per second to NAME.ms
cost() {
    local name=$1 used
    used=$({ time "${@:2}" >"$name.out" 2>"$name.err"; } 2>&1)
    awk -v seconds="$seconds" '{ printf "%.3f\n", 1000 * ($1 + $2) / seconds }' <<<"$used" >>"$name.ms"
}

median() { sort -n "$1.ms" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

names=(sar pidstat record record-json json table csv openmetrics)
for ((round = 0; round < rounds; round++)); do
    cost sar sar -A 1 "$seconds"
    cost pidstat pidstat -u -r -d 1 "$seconds"
    cost record "$spbench" monitor --count "$seconds" --record "history-$round.db"
    cost record-json "$spbench" monitor --count "$seconds" --record "json-$round.db" --format json
    for format in json table csv openmetrics; do
        cost "$format" "$spbench" monitor --count "$seconds" --format "$format" --sort cpu
    done
done

echo "processes: $(find /proc -maxdepth 1 -name '[0-9]*' | wc -l); $rounds rounds of $seconds s"
echo "CPU time of a look, median of the rounds, starting and ending included:"
for name in "${names[@]}"; do
    printf '  %-12s %8.3f ms%s\n' "$name" "$(median "$name")" "$([[ -s $name.err ]] && echo "  ($(head -1 "$name.err"))")"
done
awk -v sar="$(median sar)" -v pidstat="$(median pidstat)" -v record="$(median record)" \
    'BEGIN { printf "record takes %.2f of what sar and pidstat take\n", record / (sar + pidstat) }'
