#!/bin/sh
# SPDX-License-Identifier: MIT
# cppcheck.sh BUILD_FOLDER JOBS: cppcheck over the compiled files. Findings are marked at their line, with the reason:
# `// cppcheck-suppress id ; reason`.
here=$(dirname "$0")
. "$here/tool_version.sh"
require_version cppcheck 2
mkdir -p "$1/cppcheck"
exec cppcheck --project="$1/compile_commands.json" --cppcheck-build-dir="$1/cppcheck" -j "$2" --quiet \
    --enable=warning,performance,portability --std=c11 --inline-suppr --error-exitcode=1 \
    --suppressions-list="$here/cppcheck_suppressions.txt" --suppress=missingIncludeSystem --suppress=unmatchedSuppression
