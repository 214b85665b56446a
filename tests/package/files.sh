#!/bin/sh
# SPDX-License-Identifier: MIT
# files.sh VERSION: the installed tree holds exactly this.
sort >"$PREFIX.expected" <<END
bin/spbench
include/spbench.h
$LIBDIR/cmake/spbench/spbenchConfig-release.cmake
$LIBDIR/cmake/spbench/spbenchConfig.cmake
$LIBDIR/cmake/spbench/spbenchConfigVersion.cmake
$LIBDIR/libspbench.so
$LIBDIR/libspbench.so.$1
$LIBDIR/libspbench.so.1
$LIBDIR/pkgconfig/spbench.pc
$LIBDIR/spbench/libspbench-cpu-agent.so
share/bash-completion/completions/spbench
share/man/man1/spbench.1
share/spbench/health_rules.json
share/spbench/health_schema.json
share/spbench/monitor_schema.json
share/spbench/policy_schema.json
share/spbench/profile_schema.json
share/spbench/schema.json
$(cd "$SPB_TESTS/../plots" && printf 'share/spbench/plots/%s\n' *.gp)
END
(cd "$PREFIX" && find . ! -type d | sed 's|^\./||' | sort) | diff -u "$PREFIX.expected" - && "$PREFIX/bin/spbench" --version
