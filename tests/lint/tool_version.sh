# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# Sourced. What a linter finds changes with its version: these are Debian 12's. With another one there is no verdict.

# require_version TOOL MAJOR: ends the test as skipped, with the reason, when the tool has another version.
require_version() {
    command -v "$1" >/dev/null || { echo "$1 is not installed"; exit 1; }
    case $("$1" --version) in
    *[!0-9.]"$2".*) ;;
    *) echo "skipped: needs $1 $2, this is: $("$1" --version | grep -m 1 '[0-9]')"; exit 77 ;;
    esac
}
