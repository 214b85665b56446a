/* SPDX-License-Identifier: MIT
 *
 * The reader of experiments in pairs. What it accepts can be written, and what is written reads back as the same. */
#include <stdlib.h>
#include <string.h>

#include "ab_file.h"
#include "fuzz_target.h"

static char *written(const struct spb_ab *ab)
{
    struct spb_strbuf text = {0};
    if (spb_ab_write(ab, &text) < 0)
        abort();
    return spb_strbuf_detach(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct spb_ab ab;
    struct spb_error err = {{0}};
    if (spb_ab_parse("fuzz", (const char *)bytes, length, &ab, &err) < 0) {
        if (!*err.text || ab.rows)
            abort();
        return 0;
    }
    char *first = written(&ab);
    spb_ab_release(&ab);
    if (spb_ab_parse("fuzz", first, strlen(first), &ab, &err) < 0)
        abort();
    char *second = written(&ab);
    spb_ab_release(&ab);
    if (strcmp(first, second) != 0)
        abort();
    free(first);
    free(second);
    return 0;
}
