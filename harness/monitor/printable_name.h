/* SPDX-License-Identifier: MIT
 *
 * Names from the kernel are anybody's text: made safe to show (utf8.h) where they come in.
 */
#ifndef SPB_PRINTABLE_NAME_H
#define SPB_PRINTABLE_NAME_H

#include <stddef.h>

/* `length` bytes at `text` into `name` of `size` bytes: valid UTF-8 without control characters, cut between characters. */
void spb_printable_name(const char *text, size_t length, char *name, size_t size);

#endif
