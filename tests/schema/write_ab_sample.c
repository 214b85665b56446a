/* SPDX-License-Identifier: MIT
 *
 * Writes the made-up experiment to stdout: the file that is held against results/ab_schema.json. */
#include <stdio.h>

#include "sample_ab.h"

int main(void)
{
    struct spb_ab ab = sample_ab();
    struct spb_strbuf text = {0};
    int code = spb_ab_write(&ab, &text);
    if (code == 0)
        fputs(text.text, stdout);
    spb_strbuf_release(&text);
    spb_ab_release(&ab);
    return code == 0 && fclose(stdout) == 0 ? 0 : 1;
}
