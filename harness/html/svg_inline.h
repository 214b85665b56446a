/* SPDX-License-Identifier: MIT
 *
 * An SVG picture, as gnuplot writes it, made a part of an HTML page: it scales, follows the page's colours and shares no id with
 * another picture. The text is hostile until parsed: only the elements and attributes of a short list pass, each with values of its
 * own form, all written anew. Scripts, events, links, styles, images and document types are errors.
 *
 *     struct spb_svg_inline how = {.prefix = "bars", .title = "Rates of 12 rows"};
 *     int code = spb_svg_inline(svg, length, &how, &out, err);
 *
 * Colours of the light theme of plots/style.gp become the variables of the page's style sheet (var(--ink)); others stay. Fonts are
 * the page's; groups without content are left out.
 */
#ifndef SPB_SVG_INLINE_H
#define SPB_SVG_INLINE_H

#include <stddef.h>

#include "error.h"
#include "strbuf.h"

struct spb_svg_inline {
    const char *prefix; /* before each id, with a "-": letters, digits and "-" */
    const char *title;  /* what the picture shows, for those who do not see it */
};

/* Appends an <svg> element. -EINVAL: what in it may not be there, with its place in the text; `out` is as before then. -ENOMEM. */
int spb_svg_inline(const char *svg, size_t length, const struct spb_svg_inline *how, struct spb_strbuf *out,
                   struct spb_error *err);

#endif
