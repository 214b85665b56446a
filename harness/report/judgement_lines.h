/* SPDX-License-Identifier: MIT
 *
 * The rows of several judgements against the same base as the lines of one table or picture.
 */
#ifndef SPB_JUDGEMENT_LINES_H
#define SPB_JUDGEMENT_LINES_H

#include <stddef.h>

#include "judgement_report.h"

/* A row that at least one judgement has. */
struct spb_judgement_line {
    const char *key;
    int rank;     /* of its worst verdict */
    size_t index; /* as found: in the order of the first judgement that has it */
};

/* All rows of which a judgement has more to say than that a side lacks them, what matters first; freed by the caller. NULL when memory
 * ran out. */
struct spb_judgement_line *spb_judgement_lines(const struct spb_judgement_set *set, size_t *count);

/* NULL when it has no row of that key. */
const struct spb_row_judgement *spb_judgement_find(const struct spb_judgement *judgement, const char *key);

#endif
