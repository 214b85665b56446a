/* SPDX-License-Identifier: MIT
 *
 * A text that grows. Appending never fails visibly: when memory runs out the buffer keeps what it has and says so in
 * `failed`, which is checked once, at the end.
 *
 *     struct spb_strbuf buf = {0};
 *     spb_strbuf_printf(&buf, "%d rows", count);
 *     puts(spb_strbuf_text(&buf));
 *     spb_strbuf_release(&buf);
 */
#ifndef SPB_STRBUF_H
#define SPB_STRBUF_H

#include <stdbool.h>
#include <stddef.h>

struct spb_strbuf {
    char *text; /* NUL-terminated, or NULL while empty */
    size_t length;
    size_t capacity;
    bool failed;
};

void spb_strbuf_release(struct spb_strbuf *buf);
void spb_strbuf_reset(struct spb_strbuf *buf); /* empty again, memory kept */
void spb_strbuf_append(struct spb_strbuf *buf, const char *text);
void spb_strbuf_append_bytes(struct spb_strbuf *buf, const void *bytes, size_t length);
void spb_strbuf_append_char(struct spb_strbuf *buf, char c);
void spb_strbuf_append_repeated(struct spb_strbuf *buf, char c, size_t count);
void spb_strbuf_printf(struct spb_strbuf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Never NULL; valid until the next call on `buf`. */
const char *spb_strbuf_text(const struct spb_strbuf *buf);
/* Hands the text over to the caller, who frees it; NULL when memory ran out. The buffer is empty afterwards. */
char *spb_strbuf_detach(struct spb_strbuf *buf);

#endif
