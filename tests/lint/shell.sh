#!/bin/bash
# SPDX-License-Identifier: MIT
# Every shell script parses.
cd "$(dirname "$0")/../.." || exit 2
failed=0
for script in bootstrap .ci/run harness/cli/spbench.bash tests/*/*.sh; do
    bash -n "$script" || failed=1
done
exit $failed
