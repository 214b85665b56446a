/* SPDX-License-Identifier: MIT
 *
 * Text as HTML. Whatever a file says is text and nothing else: no markup, no control character, no mark that turns the direction of
 * what stands beside it.
 *
 *     spb_strbuf_append(out, "<td title=\"");
 *     spb_html_append(out, row->reason);
 *     spb_strbuf_append(out, "\">");
 *     spb_html_printf(out, "%s, %zu samples", key, count);
 */
#ifndef SPB_HTML_TEXT_H
#define SPB_HTML_TEXT_H

#include "strbuf.h"

/* For the inside of an element and of an attribute in double or single quotes. NULL: nothing. */
void spb_html_append(struct spb_strbuf *out, const char *text);
/* All of the formatted text is escaped, the format too. */
void spb_html_printf(struct spb_strbuf *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Appends what is in `text`, which is empty afterwards. */
void spb_html_take(struct spb_strbuf *out, struct spb_strbuf *text);

/* `name` as a part of an id or of the fragment of a link: letters, digits, "/", "=", "_" and "-" as they are, a space as "~",
 * all other bytes as "." and two hexadecimal digits. Different names stay different. */
void spb_html_append_id(struct spb_strbuf *out, const char *name);

#endif
