/* SPDX-License-Identifier: MIT
 *
 * A piece of a text that belongs to someone else, for parsers that take (buffer, length): nothing is copied, nothing
 * needs a NUL, nothing reads past the end.
 *
 *     struct spb_span rest = {text, length}, line, word;
 *     while (spb_span_take_line(&rest, &line))
 *         while (spb_span_take_word(&line, &word)) ...
 */
#ifndef SPB_SPAN_H
#define SPB_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct spb_span {
    const char *text;
    size_t length;
};

/* Each takes a piece off the front of `rest` and returns false when there is none. A line ends before its newline, or
 * with the text; a word is surrounded by white space. */
bool spb_span_take_line(struct spb_span *rest, struct spb_span *line);
bool spb_span_take_word(struct spb_span *rest, struct spb_span *word);
/* The part before the first `separator`, which is dropped; false and nothing taken when there is no separator. */
bool spb_span_take_until(struct spb_span *rest, char separator, struct spb_span *part);

/* Without white space and NULs at both ends. */
struct spb_span spb_span_trim(struct spb_span span);
bool spb_span_equals(struct spb_span span, const char *text);
bool spb_span_starts_with(struct spb_span span, const char *text);
/* `word` is one of the words of the span. */
bool spb_span_has_word(struct spb_span span, const char *word);

/* The whole span is one number: digits ("0x" for hex), a sign only where it is signed. 0, -EINVAL or -ERANGE. */
int spb_span_parse_u64(struct spb_span span, uint64_t *value);
int spb_span_parse_i64(struct spb_span span, int64_t *value);
int spb_span_parse_hex(struct spb_span span, uint64_t *value); /* with or without "0x" */
/* Plain decimals as the kernel prints them: "5.39". */
int spb_span_parse_decimal(struct spb_span span, double *value);

/* Into `text` of `size` bytes with a NUL; what does not fit is cut. */
void spb_span_copy(struct spb_span span, char *text, size_t size);

#endif
