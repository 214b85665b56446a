#!/bin/sh
# SPDX-License-Identifier: MIT
# Every C file is as clang-format leaves it; .clang-format at the top has the rules. `format.sh --fix` rewrites.
here=$(dirname "$0")
. "$here/tool_version.sh"
require_version clang-format 14
cd "$here/../.." || exit 2
case ${1-} in
--fix) set -- -i ;;
*) set -- --dry-run -Werror ;;
esac
find harness benches tests '(' -name '*.[ch]' -o -name '*.cpp' ')' -print0 | xargs -0 clang-format "$@"
