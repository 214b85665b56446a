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

# "  bars          rates ..." -> "bars"
_spbench_kinds() {
    "$1" plot --help 2>/dev/null | sed -nE '/^Kinds:/,/^$/s/^  ([a-z]+) .*/\1/p'
}

# "  cpu        run a command ..." -> "cpu"
_spbench_words() {
    "$1" profile --help 2>/dev/null | sed -nE '/^Words:/,/^$/s/^  ([a-z]+) .*/\1/p'
}

# The options behind a command: those of its word, where it has words.
_spbench_command_options() {
    if [[ $2 == profile ]]; then _spbench_options "$1" profile "$3"; else _spbench_options "$1" "$2"; fi
}

_spbench_workloads() {
    "$1" list --format=json 2>/dev/null | grep -oE '"name": ?"[a-z0-9-]+/[a-z0-9-]+"' | sed -E 's/.*"(.*)"/\1/'
}

_spbench_formats() {
    [[ $1 =~ ^(run|show|compare|ab|calibrate)$ ]] && echo table json csv markdown || echo table json
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
    local program=$1 command=$2 option=$3 word=$4
    case $option in
    --format)
        case $command in
        monitor) echo tui table json csv openmetrics ;;
        profile) echo table json csv ;;
        *) _spbench_formats "$command" ;;
        esac
        ;;
    -f) [[ $command == import ]] && echo gbench hyperfine gobench pyperf || _spbench_values "$program" "$command" --format "$word" ;;
    --from) echo gbench hyperfine gobench pyperf ;;
    --to | -t) echo gbench gobench pyperf csv ;;
    --pin) echo auto none compact scatter cpus= numa= ;;
    --counters) echo auto off require ;;
    --annotations) echo github ;;
    --kind) _spbench_kinds "$program" ;;
    --theme) echo light dark ;;
    --sort) echo cpu memory io threads ;;
    --listen) echo 127.0.0.1:9464 ;;
    --interval | --duration) echo 100ms 1s 10s 1m ;;
    --metric | -m) [[ $command == history ]] && _spbench_series "$program" ;;
    --call-graph) echo fp dwarf none ;;
    --engine) echo auto perf timer ;;
    --event) echo cpu-clock cycles ;;
    *) [[ $option == --* ]] && _spbench_command_options "$program" "$command" "$word" | grep -qxe "$option=" ;;
    esac
}

_spbench() {
    local program=$1 current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
    local word=${COMP_WORDS[2]} words
    # bash splits --option=value at the equals sign.
    if [[ $current == '=' ]]; then
        current=
    elif [[ $previous == '=' ]]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    # Behind -- stands a command of its own.
    if [[ $command == monitor && " ${COMP_WORDS[*]:1:COMP_CWORD-1} " == *" -- "* ]]; then
        compopt -o filenames 2>/dev/null
        if [[ ${COMP_WORDS[COMP_CWORD - 1]} == -- ]]; then
            mapfile -t COMPREPLY < <(compgen -c -- "$current")
        else
            mapfile -t COMPREPLY < <(compgen -f -- "$current")
        fi
        return
    fi
    if ((COMP_CWORD == 1)); then
        words="$(_spbench_commands "$program") --help --version"
    elif [[ $command == profile ]] && ((COMP_CWORD == 2)); then
        words="$(_spbench_words "$program") --help"
    elif [[ $previous =~ ^(-o|--output|--resume|--plugin|-p|--topology|--root|--record|--base|--new|--ab|--compare|--policy|--junit|--markdown|--plot|--db|--rules|--flame)$ && ! ($command == profile && $previous == -p) ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
    elif words=$(_spbench_values "$program" "$command" "$previous" "$word"); then
        :
    elif [[ $current == -* ]]; then
        words=$(_spbench_command_options "$program" "$command" "$word")
    elif [[ $command =~ ^(compare|gate|plot|report|import|export|history|profile)$ || ($command == show && $COMP_CWORD == 2) ]]; then
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
