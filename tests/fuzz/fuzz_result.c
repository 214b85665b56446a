/* SPDX-License-Identifier: MIT
 *
 * The reader of result files. What it accepts can be written, and what is written reads back as the same. */
#include <stdlib.h>
#include <string.h>

#include "fuzz_target.h"
#include "result.h"

static char *written(const struct spb_result *result)
{
    struct spb_strbuf text = {0};
    if (spb_result_write(result, &text) < 0)
        abort();
    return spb_strbuf_detach(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct spb_result result;
    struct spb_error err = {{0}};
    if (spb_result_parse("fuzz", (const char *)bytes, length, &result, &err) < 0) {
        if (!*err.text || result.rows)
            abort();
        return 0;
    }
    char *first = written(&result);
    spb_result_release(&result);
    if (spb_result_parse("fuzz", first, strlen(first), &result, &err) < 0)
        abort();
    char *second = written(&result);
    spb_result_release(&result);
    if (strcmp(first, second) != 0)
        abort();
    free(first);
    free(second);
    return 0;
}
