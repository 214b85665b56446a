/* SPDX-License-Identifier: MIT
 *
 * The reader of pictures. Whatever it accepts holds no tag, attribute or colour that could run, fetch or leave the picture. */
#include <stdlib.h>
#include <string.h>

#include "fuzz_target.h"
#include "svg_inline.h"

static void check(const struct spb_strbuf *out)
{
    static const char *const never[] = {"<script",        "<style", "<a ",     "<image",
                                        "<foreignObject", " on",    " style=", "href=\"h",
                                        "url(h",          "<!",     "<?",      "&#x"};
    size_t tags = 0, ends = 0;
    for (const char *at = out->text; *at; at++) {
        tags += *at == '<';
        ends += *at == '>';
        /* Within tags: texts may hold words of all kinds. */
        for (size_t i = 0; tags > ends && i < sizeof(never) / sizeof(never[0]); i++)
            if (strncmp(at, never[i], strlen(never[i])) == 0)
                abort();
    }
    if (tags != ends || strncmp(out->text, "<svg ", 5) != 0 || strcmp(out->text + out->length - 6, "</svg>") != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const struct spb_svg_inline how = {.prefix = "p", .title = "t"};
    struct spb_strbuf out = {0};
    struct spb_error err = {{0}};
    int code = spb_svg_inline((const char *)bytes, length, &how, &out, &err);
    if (code == 0)
        check(&out);
    else if (!*err.text || out.length)
        abort();
    spb_strbuf_release(&out);
    return 0;
}
