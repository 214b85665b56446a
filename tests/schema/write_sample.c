/* SPDX-License-Identifier: MIT
 *
 * Writes the made-up result to stdout: the file that is held against results/schema.json. */
#include <stdio.h>

#include "sample_result.h"

int main(void)
{
    struct spb_result result = sample_result();
    struct spb_strbuf text = {0};
    int code = spb_result_write(&result, &text);
    if (code == 0)
        fputs(text.text, stdout);
    spb_strbuf_release(&text);
    spb_result_release(&result);
    return code == 0 && fclose(stdout) == 0 ? 0 : 1;
}
