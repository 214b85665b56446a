# SPDX-License-Identifier: MIT
# Run at build time by spb_build_info; rewrites the header only when something in it changed.
set(commit "unknown")
find_program(GIT git)
if(GIT AND EXISTS ${SOURCE_DIR}/.git)
    execute_process(COMMAND ${GIT} -C ${SOURCE_DIR} describe --always --dirty --abbrev=12 --match=NO_TAG
                    OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed ERROR_QUIET)
    if(NOT failed)
        set(commit "${described}")
    endif()
endif()
string(REPLACE "\"" "\\\"" FLAGS "${FLAGS}")
set(text "#define SPB_VERSION \"${VERSION}\"
#define SPB_COMMIT \"${commit}\"
#define SPB_BUILD_TYPE \"${BUILD_TYPE}\"
#define SPB_BUILD_FLAGS \"${FLAGS}\"
")
set(old "")
if(EXISTS ${OUTPUT})
    file(READ ${OUTPUT} old)
endif()
if(NOT old STREQUAL text)
    file(WRITE ${OUTPUT} "${text}")
endif()
