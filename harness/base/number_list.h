/* SPDX-License-Identifier: MIT
 *
 * Lists of whole numbers as the kernel and people write them: "0,2-3".
 */
#ifndef SPB_NUMBER_LIST_H
#define SPB_NUMBER_LIST_H

#include "error.h"
#include "strbuf.h"

/* At most this many numbers in a list. */
#define SPB_NUMBER_LIST_MAX 4096

struct spb_number_list {
    unsigned *numbers; /* in the order written */
    unsigned count;
};

/* Parses all of `text`. `what` names a number in messages ("CPU"). Empty text, a range that runs down, a number twice,
 * more than SPB_NUMBER_LIST_MAX of them: -EINVAL; or -ENOMEM. The list is empty then. */
int spb_number_list_parse(struct spb_number_list *list, const char *text, const char *what, struct spb_error *err);
void spb_number_list_release(struct spb_number_list *list);

/* Appends the numbers in their order; neighbours that count up become a range. Nothing for count 0. */
void spb_number_list_format(const unsigned *numbers, unsigned count, struct spb_strbuf *out);

#endif
