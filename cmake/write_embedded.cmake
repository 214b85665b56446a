# SPDX-License-Identifier: MIT
# cmake -DROOM=... -DFILES=... -DOUTPUT=... -P write_embedded.cmake: the files as arrays of bytes in one C file.
set(code "/* Written by the build. */\n#include \"embedded.h\"\n\n")
set(table "")
set(number 0)
foreach(path IN LISTS FILES)
    get_filename_component(name "${path}" NAME)
    file(READ "${path}" bytes HEX)
    string(LENGTH "${bytes}" length)
    math(EXPR length "${length} / 2")
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
    string(REGEX REPLACE "(................................................................................)" "\\1\n"
           bytes "${bytes}")
    string(APPEND code "static const char file_${number}[] = {\n${bytes}0};\n")
    string(APPEND table "    {\"${name}\", file_${number}, ${length}},\n")
    math(EXPR number "${number} + 1")
endforeach()
string(APPEND code "\nextern const struct spb_embedded spb_${ROOM}_files[];\n"
       "const struct spb_embedded spb_${ROOM}_files[] = {\n${table}    {0, 0, 0},\n};\n")
file(WRITE "${OUTPUT}" "${code}")
