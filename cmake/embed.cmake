# SPDX-License-Identifier: MIT
# Files that the program carries inside it, so that it works wherever it is copied to: spb_embed(ROOM FILE...) gives the room
# `const struct spb_embedded spb_ROOM_files[]` (embedded.h), written anew when a file changes.

function(spb_embed room)
    set(output ${PROJECT_BINARY_DIR}/generated/${room}_files.c)
    list(TRANSFORM ARGN PREPEND ${PROJECT_SOURCE_DIR}/ OUTPUT_VARIABLE files)
    add_custom_command(OUTPUT ${output}
        COMMAND ${CMAKE_COMMAND} -DROOM=${room} "-DFILES=${files}" -DOUTPUT=${output}
            -P ${PROJECT_SOURCE_DIR}/cmake/write_embedded.cmake
        DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/write_embedded.cmake
        COMMENT "" VERBATIM)
    target_sources(spb_${room} PRIVATE ${output})
endfunction()
