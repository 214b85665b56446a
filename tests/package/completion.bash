#!/bin/bash
# SPDX-License-Identifier: MIT
# The completion script parses and completes commands, options, values and workload names.
PATH=$PREFIX/bin:$PATH
failed=0
bash -n "$PREFIX/share/bash-completion/completions/spbench" || exit 1
# shellcheck source=/dev/null
. "$PREFIX/share/bash-completion/completions/spbench"

# expect WANTED WORD...: completing the last word offers WANTED.
expect() {
    local wanted=$1
    COMP_WORDS=("${@:2}") COMP_CWORD=$(($# - 2)) COMPREPLY=()
    _spbench spbench
    [[ " ${COMPREPLY[*]} " == *" $wanted "* ]] && return
    echo "${COMP_WORDS[*]}: no $wanted among: ${COMPREPLY[*]}"
    failed=1
}

expect run spbench r
expect doctor spbench ''
expect --version spbench --v
expect --quick spbench run --q
expect --seed= spbench run all --se
expect csv spbench run --format c
expect csv spbench run --format = c
expect json spbench list -f j
expect table spbench topo --format = t
expect markdown spbench compare --format =
expect --threshold= spbench compare a.json --th
expect compact spbench run --pin c
expect require spbench run --counters =
expect bars spbench plot a.json --kind b
expect dark spbench plot --theme =
expect hyperfine spbench import a.json --from h
expect gbench spbench import -f g
expect csv spbench export a.json --to = c
expect pyperf spbench export a.json -t p
expect openmetrics spbench monitor --format = o
expect threads spbench monitor --sort t
expect --listen= spbench monitor --l
expect make spbench monitor --interval 5s -- mak
expect profile spbench p
expect diff spbench profile d
expect --off-cpu spbench profile cpu --o
expect dwarf spbench profile cpu --call-graph = d
expect --fail-on= spbench profile diff a b --f
expect csv spbench profile show a --format c
expect all spbench run ''
expect self/null spbench run self/n
expect self/null spbench list --no-color self/
cd "$PREFIX" && expect include spbench run --output inc
expect include spbench compare share inc
expect include spbench import share inc
expect include spbench plot share inc
expect include spbench profile show inc
expect include spbench profile show share --flame inc
exit $failed
