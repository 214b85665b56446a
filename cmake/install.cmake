# SPDX-License-Identifier: MIT
install(TARGETS spbench_shared LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
