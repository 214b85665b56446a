#!/bin/sh
# SPDX-License-Identifier: MIT
# screen_cost.sh 'PROGRAM ARGUMENTS' ...: CPU seconds and peak memory of live screens in tmux, one after the other, twice. Not a
# test: it measures, and wants a quiet machine. In the environment: SECONDS_EACH (60), SIZE (80x24). As in
#     tests/monitor/screen_cost.sh 'build/spbench monitor' 'htop -d 10' 'env XDG_CONFIG_HOME=FOLDER btop --utf-force'
# where FOLDER/btop/btop.conf says update_ms = 1000.
set -eu
seconds=${SECONDS_EACH:-60}
size=${SIZE:-80x24}
socket=spb-cost-$$
ticks=$(getconf CLK_TCK)

# User and system time of a process, in ticks; the name may hold blanks.
cpu_ticks() {
    sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'
}

measure() {
    tmux -L "$socket" -f /dev/null new-session -d -x "${size%x*}" -y "${size#*x}" "exec $1"
    pid=$(tmux -L "$socket" display-message -p '#{pane_pid}')
    sleep 3 # what the start takes is not what is asked
    before=$(cpu_ticks "$pid")
    sleep "$seconds"
    after=$(cpu_ticks "$pid")
    memory=$(awk '/VmHWM/ { print $2 }' "/proc/$pid/status")
    tmux -L "$socket" kill-server
    sleep 1
    awk -v used=$((after - before)) -v ticks="$ticks" -v seconds="$seconds" -v memory="$memory" -v what="$1" \
        'BEGIN { printf "%7.2f s CPU in %d s  %6.1f MiB  %s\n", used / ticks, seconds, memory / 1024, what }'
}

[ $# -gt 0 ] || { echo "usage: screen_cost.sh 'PROGRAM ARGUMENTS' ..." >&2; exit 2; }
for _ in 1 2; do
    for program in "$@"; do
        measure "$program"
    done
done
