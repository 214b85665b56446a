# SPDX-License-Identifier: MIT
# build_info.h: compiler, flags and commit, for the stamp of every result file. The commit is read at every build, not at
# configure time, so that it is never the one of an earlier checkout.

set(SPB_BUILD_INFO_DIR ${PROJECT_BINARY_DIR}/generated)
string(TOUPPER "${CMAKE_BUILD_TYPE}" build_type)
string(STRIP "${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_${build_type}}" SPB_C_FLAGS)
add_custom_target(spb_build_info
    COMMAND ${CMAKE_COMMAND}
        -DSOURCE_DIR=${PROJECT_SOURCE_DIR} -DOUTPUT=${SPB_BUILD_INFO_DIR}/build_info.h
        -DVERSION=${PROJECT_VERSION} "-DFLAGS=${SPB_C_FLAGS}" -DBUILD_TYPE=${CMAKE_BUILD_TYPE}
        -P ${PROJECT_SOURCE_DIR}/cmake/write_build_info.cmake
    BYPRODUCTS ${SPB_BUILD_INFO_DIR}/build_info.h
    COMMENT "" VERBATIM)
