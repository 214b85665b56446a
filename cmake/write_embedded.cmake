# SPDX-License-Identifier: MIT
# cmake -DROOM=... -DFILES=... -DOUTPUT=... -P write_embedded.cmake: the files as arrays of bytes in one C file.

# The digest as a Content-Security-Policy writes it: base64 of the 32 bytes, six hexadecimal digits becoming four characters.
function(base64_of hex result)
    set(alphabet "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    set(text "")
    string(APPEND hex "00") # two bytes are left over at the end
    foreach(start RANGE 0 60 6)
        string(SUBSTRING "${hex}" ${start} 6 digits)
        foreach(shift 18 12 6 0)
            math(EXPR index "(0x${digits} >> ${shift}) & 63")
            string(SUBSTRING "${alphabet}" ${index} 1 character)
            string(APPEND text "${character}")
        endforeach()
    endforeach()
    string(SUBSTRING "${text}" 0 43 text)
    set(${result} "${text}=" PARENT_SCOPE)
endfunction()

set(code "/* Written by the build. */\n#include \"embedded.h\"\n\n")
set(table "")
set(number 0)
foreach(path IN LISTS FILES)
    get_filename_component(name "${path}" NAME)
    file(READ "${path}" bytes HEX)
    file(SHA256 "${path}" digest)
    base64_of("${digest}" digest)
    string(LENGTH "${bytes}" length)
    math(EXPR length "${length} / 2")
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
    string(REGEX REPLACE "(................................................................................)" "\\1\n"
           bytes "${bytes}")
    string(APPEND code "static const char file_${number}[] = {\n${bytes}0};\n")
    string(APPEND table "    {\"${name}\", file_${number}, ${length}, \"sha256-${digest}\"},\n")
    math(EXPR number "${number} + 1")
endforeach()
string(APPEND code "\nextern const struct spb_embedded spb_${ROOM}_files[];\n"
       "const struct spb_embedded spb_${ROOM}_files[] = {\n${table}    {0, 0, 0, 0},\n};\n")
file(WRITE "${OUTPUT}" "${code}")
