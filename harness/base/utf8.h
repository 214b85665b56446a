/* SPDX-License-Identifier: MIT
 *
 * UTF-8 without a locale: the program sets none, so that numbers keep their point.
 */
#ifndef SPB_UTF8_H
#define SPB_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "strbuf.h"

/* Length of the valid sequence at `text` (RFC 3629: no overlong form, no surrogate, at most U+10FFFF); 0 if there is
 * none. Never reads beyond the terminator. */
size_t spb_utf8_length(const char *text);

/* The code point at `text` and the bytes it takes, at least 1; U+FFFD for a byte that belongs to no valid sequence. */
uint32_t spb_utf8_decode(const char *text, size_t *length);

/* Columns that the first `length` bytes take on a terminal (wcwidth of C.UTF-8; 1 for what it does not know). */
size_t spb_utf8_columns(const char *text, size_t length);

/* Valid UTF-8 without control characters and without marks that turn the direction of writing. */
bool spb_utf8_is_printable(const char *text);

/* Appends `text` made safe to show: what is not printable in the sense above becomes U+FFFD, byte by byte or mark by
 * mark. */
void spb_utf8_append_printable(struct spb_strbuf *out, const char *text);

/* Appends `text`, of which at most `columns` (3 or more) are kept: its beginning and its end, with an ellipsis between them. */
void spb_utf8_append_cut(struct spb_strbuf *out, const char *text, size_t columns);

#endif
