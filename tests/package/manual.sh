#!/bin/sh
# SPDX-License-Identifier: MIT
# The man page has no fault that groff sees, has its sections, and names every command and option that --help names.
page=$PREFIX/share/man/man1/spbench.1
failed=0
complain() { echo "spbench.1: $*"; failed=1; }

faults=$(groff -man -Tutf8 -ww -z "$page" 2>&1)
[ -z "$faults" ] || complain "$faults"
text=$(groff -man -Tascii -P-c -P-b -P-u "$page" 2>/dev/null)
for section in NAME SYNOPSIS DESCRIPTION COMMANDS 'EXIT STATUS' FILES ENVIRONMENT EXAMPLES; do
    echo "$text" | grep -qx "$section" || complain "no section $section"
done
"$PREFIX/bin/spbench" --help | sed -nE '/^Commands:/,/^$/s/^  ([a-z]+) .*/\1/p' >"$WORK.commands"
"$PREFIX/bin/spbench" profile --help | sed -nE '/^Words:/,/^$/s/^  ([a-z]+) .*/profile \1/p' >>"$WORK.commands"
while read -r command; do
    echo "$text" | grep -q "^   spbench $command" || complain "no command $command"
    # Of one command only its own part of the page counts, or what is said of every command.
    part=$(echo "$text" | sed -n "/^   spbench $command/,/^   spbench\|^[A-Z]/p; /^COMMANDS/,/^   spbench/p")
    # shellcheck disable=SC2086 # a command may be two words
    for option in $("$PREFIX/bin/spbench" $command --help | grep -oE '^ +(-., )?--[a-z-]+' | grep -oE -e '--[a-z-]+'); do
        echo "$part" | grep -qE -e "(^|[ ,])$option([ =.,]|\$)" || complain "$command: no option $option"
    done
done <"$WORK.commands"
exit $failed
