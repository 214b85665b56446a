/* SPDX-License-Identifier: MIT
 *
 * Times of the new side, multiplied by what a slowdown would multiply them by, and put back. For the gate's test of itself.
 */
#ifndef SPB_SLOWDOWN_H
#define SPB_SLOWDOWN_H

#include <stddef.h>
#include <stdint.h>

#include "pair.h"

struct spb_slowdown_time;

struct spb_slowdown {
    struct spb_slowdown_time *times;
    size_t count;
    size_t capacity;
};

void spb_slowdown_release(struct spb_slowdown *slowdown); /* puts nothing back */
/* Takes in all times of the new side of a row; the row must stay where it is. `row_index` names it below. 0 or -ENOMEM. */
int spb_slowdown_add_paired(struct spb_slowdown *slowdown, size_t row_index, struct spb_paired_row *row);
int spb_slowdown_add_row(struct spb_slowdown *slowdown, size_t row_index, struct spb_row *row);
/* The times of that row (SIZE_MAX: of all) become those measured plus `ratio` of the work in them; ratio 0 puts them back. */
void spb_slowdown_apply(struct spb_slowdown *slowdown, size_t row_index, double ratio);

#endif
