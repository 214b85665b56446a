# SPDX-License-Identifier: MIT
# One target a room. A room's folder is on the include path only of the rooms that name it, so that an include which the
# design does not allow does not compile. File names are unique in the tree; headers are included by their bare name.

define_property(GLOBAL PROPERTY SPB_ROOMS BRIEF_DOCS "rooms" FULL_DOCS "names of the rooms, lowest first")
define_property(GLOBAL PROPERTY SPB_LIBRARIES BRIEF_DOCS "libraries" FULL_DOCS "what the rooms link to")

# -iquote, not -I: a room's error.h must not stand in for the system's <error.h>.
function(spb_include target scope)
    foreach(room IN LISTS ARGN)
        target_compile_options(${target} ${scope} "SHELL:-iquote \"${PROJECT_SOURCE_DIR}/harness/${room}\"")
    endforeach()
endfunction()

# The public header stands at the top of harness/.
function(spb_include_public target)
    target_compile_options(${target} PRIVATE "SHELL:-iquote \"${PROJECT_SOURCE_DIR}/harness\"")
endfunction()

function(spb_room name)
    cmake_parse_arguments(ROOM "" "" "ROOMS;LIBRARIES" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/harness/${name}/*.c)
    add_library(spb_${name} OBJECT ${sources})
    spb_include(spb_${name} PRIVATE ${name} ${ROOM_ROOMS})
    spb_include_public(spb_${name})
    target_compile_definitions(spb_${name} PRIVATE _GNU_SOURCE)
    target_link_libraries(spb_${name} PRIVATE ${ROOM_LIBRARIES})
    spb_warnings(spb_${name})
    if(SPB_FORTIFY)
        target_compile_options(spb_${name} PRIVATE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
    endif()
    if(name STREQUAL cli)
        target_compile_options(spb_cli PRIVATE "SHELL:-iquote \"${SPB_BUILD_INFO_DIR}\"")
        add_dependencies(spb_cli spb_build_info)
    endif()
    set_property(GLOBAL APPEND PROPERTY SPB_ROOMS ${name})
    set_property(GLOBAL APPEND PROPERTY SPB_LIBRARIES ${ROOM_LIBRARIES})
endfunction()

# libspbench.so, all rooms, exports only what spbench.h declares; spbench_rooms is the same objects with nothing hidden, for
# the tests of single modules.
function(spb_library)
    get_property(rooms GLOBAL PROPERTY SPB_ROOMS)
    get_property(libraries GLOBAL PROPERTY SPB_LIBRARIES)
    list(REMOVE_DUPLICATES libraries)
    set(objects "")
    foreach(room IN LISTS rooms)
        list(APPEND objects $<TARGET_OBJECTS:spb_${room}>)
    endforeach()
    add_library(spbench_shared SHARED ${objects})
    set_target_properties(spbench_shared PROPERTIES OUTPUT_NAME spbench VERSION ${PROJECT_VERSION} SOVERSION 1
                          EXPORT_NAME spbench INTERPROCEDURAL_OPTIMIZATION ${SPB_LTO})
    target_include_directories(spbench_shared INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_link_libraries(spbench_shared PRIVATE ${libraries})
    foreach(room IN LISTS rooms)
        set_target_properties(spb_${room} PROPERTIES INTERPROCEDURAL_OPTIMIZATION ${SPB_LTO})
    endforeach()
    if(SPB_BUILD_TESTS)
        add_library(spbench_rooms STATIC ${objects})
        target_link_libraries(spbench_rooms PUBLIC ${libraries})
        spb_include(spbench_rooms INTERFACE ${rooms} agents) # no room of the library: wire.h
        target_compile_options(spbench_rooms INTERFACE "SHELL:-iquote \"${PROJECT_SOURCE_DIR}/harness\"")
    endif()
endfunction()
