# SPDX-License-Identifier: MIT
# bash completion for spbench. Commands and options are read from --help and workload names from the listing, so that
# nothing here has to follow them.

# "  -q, --quick", "      --seed=N" -> "--quick", "--seed="
_spbench_options() {
    "$@" --help 2>/dev/null | sed -nE 's/^ +(-., )?(--[a-z][a-z-]*)\[?(=?).*/\2\3/p'
}

# "  run        measure ..." -> "run"
_spbench_commands() {
    "$1" --help 2>/dev/null | sed -nE '/^Commands:/,/^$/s/^  ([a-z]+) .*/\1/p'
}

_spbench_workloads() {
    "$1" list --format=json 2>/dev/null | grep -oE '"name": ?"[a-z0-9-]+/[a-z0-9-]+"' | sed -E 's/.*"(.*)"/\1/'
}

# The names of series in the history that the command line names.
_spbench_series() {
    local word
    for word in "${COMP_WORDS[@]:2}"; do
        [[ -f $word ]] || continue
        "$1" history "$word" --metric '*' --step 1d --format csv 2>/dev/null | sed -nE '2,$s/^[^,]*,([^,]*),.*/\1/p' | sort -u
        return
    done
}

# The words that may stand in the place of an option's value; fails for what is no option with a value.
_spbench_values() {
    local program=$1 command=$2 option=$3
    case $option in
    --format) [[ $command =~ ^(run|show|compare|ab|calibrate)$ ]] && echo table json csv markdown || echo table json ;;
    -f) [[ $command == import ]] && echo gbench hyperfine gobench pyperf || _spbench_values "$program" "$command" --format ;;
    --from) echo gbench hyperfine gobench pyperf ;;
    --to | -t) echo gbench gobench pyperf csv ;;
    --pin) echo auto none compact scatter cpus= numa= ;;
    --counters) echo auto off require ;;
    --annotations) echo github ;;
    --theme) echo light dark ;;
    --metric | -m) [[ $command == history ]] && _spbench_series "$program" ;;
    *) [[ $option == --* ]] && _spbench_options "$program" "$command" | grep -qxe "$option=" ;;
    esac
}

_spbench() {
    local program=$1 current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
    local words
    # bash splits --option=value at the equals sign.
    if [[ $current == '=' ]]; then
        current=
    elif [[ $previous == '=' ]]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    if ((COMP_CWORD == 1)); then
        words="$(_spbench_commands "$program") --help --version"
    elif [[ $previous =~ ^(-o|--output|--resume|--plugin|-p|--topology|--root|--base|--new|--ab|--policy|--junit|--markdown|--plot|--db|--rules)$ ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
    elif words=$(_spbench_values "$program" "$command" "$previous"); then
        :
    elif [[ $current == -* ]]; then
        words=$(_spbench_options "$program" "$command")
    elif [[ $command =~ ^(compare|gate|import|export|history)$ || ($command == show && $COMP_CWORD == 2) ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
    elif [[ $command =~ ^(run|list|show|ab|calibrate)$ ]]; then
        words="all $(_spbench_workloads "$program")"
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    # The value follows the equals sign at once.
    [[ ${COMPREPLY[*]} != *= ]] || compopt -o nospace 2>/dev/null
}

complete -F _spbench spbench
