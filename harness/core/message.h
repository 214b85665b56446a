/* SPDX-License-Identifier: MIT
 *
 * Values as bytes, for the socket between runner and worker. Both ends are the same program on the same machine, so numbers
 * stand in native order; yet a worker runs other people's code, so its reader trusts nothing: every read is checked
 * against the end, and one failure makes all later reads fail.
 *
 *     spb_message_put_u64(&buf, 42);                    spb_message_get_u64(&reader)  -> 42
 *     spb_message_put_text(&buf, NULL);                 spb_message_get_text(&reader) -> NULL
 */
#ifndef SPB_MESSAGE_H
#define SPB_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "strbuf.h"

void spb_message_put_u64(struct spb_strbuf *buf, uint64_t value);
void spb_message_put_double(struct spb_strbuf *buf, double value);
void spb_message_put_text(struct spb_strbuf *buf, const char *text); /* NULL stays NULL */

struct spb_message_reader {
    const char *next;
    const char *end;
    bool failed; /* sticky: read past the end, a text that is not terminated, a number out of range, no memory */
};

/* 0 after a failure. */
uint64_t spb_message_get_u64(struct spb_message_reader *reader);
/* A number up to `maximum`; beyond it the reader fails. For counts that are allocated and enumerations. */
uint64_t spb_message_get_bounded(struct spb_message_reader *reader, uint64_t maximum);
double spb_message_get_double(struct spb_message_reader *reader); /* not finite: the reader fails */
/* A copy for the caller to free; NULL when NULL was put or after a failure. */
char *spb_message_get_text(struct spb_message_reader *reader);
/* How many items of at least `item_bytes` encoded bytes can still follow: the bound for a count about to be read. */
uint64_t spb_message_room(const struct spb_message_reader *reader, size_t item_bytes);

#endif
