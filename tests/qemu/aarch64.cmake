# SPDX-License-Identifier: MIT
# Builds for arm64 on any Debian: Debian's cross compiler, and headers and libraries of arm64 packages unpacked below
# SPB_SYSROOT (run.sh makes one).
#     cmake -S . -B build-arm64 -G Ninja --toolchain tests/qemu/aarch64.cmake -DSPB_SYSROOT=build-dev/qemu/sysroot
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)

list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES SPB_SYSROOT)
get_filename_component(CMAKE_SYSROOT "${SPB_SYSROOT}" ABSOLUTE BASE_DIR "${CMAKE_SOURCE_DIR}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} "${CMAKE_SYSROOT}")
set(ENV{PKG_CONFIG_LIBDIR} "${CMAKE_SYSROOT}/usr/lib/aarch64-linux-gnu/pkgconfig:${CMAKE_SYSROOT}/usr/share/pkgconfig")
