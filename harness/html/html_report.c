/* SPDX-License-Identifier: MIT */
#include "html_report.h"

#include <errno.h>

#include "embedded.h"

extern const struct spb_embedded spb_html_files[];

int spb_html_report(const struct spb_html_input *input, struct spb_strbuf *out)
{
    (void)input;
    spb_strbuf_append(out, spb_html_files[0].text);
    return out->failed ? -ENOMEM : 0;
}
