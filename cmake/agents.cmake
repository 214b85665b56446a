# SPDX-License-Identifier: MIT
# spb_agent(NAME SOURCE...): libspbench-NAME-agent.so, which is preloaded into other programs. It needs nothing but libc and is built without the sanitizers and
# counters of the other targets, whose libraries those programs do not have.

function(spb_agent name)
    set(target spbench-${name}-agent)
    list(TRANSFORM ARGN PREPEND ${PROJECT_SOURCE_DIR}/harness/agents/ OUTPUT_VARIABLE sources)
    add_library(${target} MODULE ${sources})
    target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
    target_compile_options(${target} PRIVATE
        -O2 -ftls-model=initial-exec -fno-omit-frame-pointer -fno-optimize-sibling-calls -fno-sanitize=all
        $<$<C_COMPILER_ID:GNU>:-fno-profile-arcs -fno-test-coverage>)
    target_link_options(${target} PRIVATE -fno-sanitize=all -Wl,--as-needed -Wl,-z,defs -Wl,-z,nodelete)
    spb_warnings(${target})
    install(TARGETS ${target} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/spbench)
endfunction()
