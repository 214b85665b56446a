# SPDX-License-Identifier: MIT
# spb_protobuf(ROOM FILE.proto): the room gets FILE.pb-c.h and FILE.pb-c.c, made by protoc-c at every change. What it makes is compiled without
# our warnings.

function(spb_protobuf room path)
    get_filename_component(name ${path} NAME_WE)
    get_filename_component(folder ${PROJECT_SOURCE_DIR}/${path} DIRECTORY)
    set(output ${PROJECT_BINARY_DIR}/generated/${room})
    file(MAKE_DIRECTORY ${output})
    add_custom_command(OUTPUT ${output}/${name}.pb-c.c ${output}/${name}.pb-c.h
        COMMAND ${PROTOC_C} --c_out=${output} --proto_path=${folder} ${name}.proto
        DEPENDS ${PROJECT_SOURCE_DIR}/${path}
        COMMENT "" VERBATIM)
    target_sources(spb_${room} PRIVATE ${output}/${name}.pb-c.c)
    set_source_files_properties(${output}/${name}.pb-c.c PROPERTIES COMPILE_OPTIONS -w)
    target_include_directories(spb_${room} PRIVATE ${output})
endfunction()
