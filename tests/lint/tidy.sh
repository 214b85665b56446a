#!/bin/bash
# SPDX-License-Identifier: MIT
# tidy.sh BUILD_FOLDER JOBS [FILE...]: clang-tidy over the compiled files; .clang-tidy at the top has the rules.
set -o pipefail
. "$(dirname "$0")/tool_version.sh"
require_version clang-tidy 14
build=$1 jobs=$2
shift 2
# Largest first, so that no long one is left for the end.
(($# > 0)) || mapfile -t < <(sed -nE 's/^ *"file": "(.*)",?$/\1/p' "$build/compile_commands.json" | sort -u | xargs -d '\n' ls -S)
(($# > 0)) || set -- "${MAPFILE[@]}"
# gcc's own warning options are unknown here.
printf '%s\0' "$@" |
    xargs -0 -P "$jobs" -n 1 clang-tidy -p "$build" --quiet --extra-arg=-Wno-unknown-warning-option 2>&1 |
    { grep -vE '^[0-9]+ warnings?( treated as errors)?( generated)?' || true; }
