# SPDX-License-Identifier: MIT
# Where `cmake --install` puts things. The tree may be moved afterwards: the .pc file and the CMake package find their
# prefix from their own place.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/spbench)
set(generated ${PROJECT_BINARY_DIR}/generated)

install(TARGETS spbench RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS spbench_shared EXPORT spbench_targets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES harness/spbench.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES results/schema.json results/policy_schema.json results/monitor_schema.json results/health_schema.json
              results/health_rules.json results/profile_schema.json
        DESTINATION ${CMAKE_INSTALL_DATADIR}/spbench)
install(DIRECTORY plots/ DESTINATION ${CMAKE_INSTALL_DATADIR}/spbench/plots FILES_MATCHING PATTERN *.gp)

file(RELATIVE_PATH SPB_PC_TO_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" SPB_PC_TO_PREFIX ${SPB_PC_TO_PREFIX})
configure_file(cmake/spbench.pc.in ${generated}/spbench.pc @ONLY)
install(FILES ${generated}/spbench.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(EXPORT spbench_targets FILE spbenchConfig.cmake NAMESPACE spbench:: DESTINATION ${package_dir})
write_basic_package_version_file(${generated}/spbenchConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${generated}/spbenchConfigVersion.cmake DESTINATION ${package_dir})

configure_file(harness/cli/spbench.1.in ${generated}/spbench.1 @ONLY)
install(FILES ${generated}/spbench.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES harness/cli/spbench.bash RENAME spbench
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
