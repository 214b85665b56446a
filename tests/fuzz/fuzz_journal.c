/* SPDX-License-Identifier: MIT
 *
 * The reader of journals. What it accepts can be written as a result file, which reads back. */
#include <stdlib.h>

#include "fuzz_target.h"
#include "result.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct spb_result result;
    struct spb_error err = {{0}};
    struct spb_strbuf text = {0};
    if (spb_journal_parse("fuzz", (const char *)bytes, length, &result, &err) < 0) {
        if (!*err.text || result.rows)
            abort();
        return 0;
    }
    if (spb_result_write(&result, &text) < 0)
        abort();
    spb_result_release(&result);
    if (spb_result_parse("fuzz", text.text, text.length, &result, &err) < 0)
        abort();
    spb_result_release(&result);
    spb_strbuf_release(&text);
    return 0;
}
