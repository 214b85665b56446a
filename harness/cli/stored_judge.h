/* SPDX-License-Identifier: MIT
 *
 * Two stored results held against each other as every command does it: the stamps first, then the rows.
 */
#ifndef SPB_STORED_JUDGE_H
#define SPB_STORED_JUDGE_H

#include <stdbool.h>

#include "compare.h"
#include "error.h"
#include "judgement.h"
#include "result.h"

/* The slowdown to be caught in stored results, where nobody says another. */
#define SPB_STORED_THRESHOLD_PCT 10.0

struct spb_stored {
    const char *path;
    const struct spb_result *result;
};

/* The stamps differ in what matters: -EXDEV, and which facts these are has been said on standard error; with `force` it is a note of
 * the judgement instead. Other errors have their text in `err`. */
int spb_stored_judge(const struct spb_stored *base, const struct spb_stored *other,
                     const struct spb_compare_options *how, bool force, struct spb_judgement *judgement,
                     struct spb_error *err);

/* The note of what was forced; `differences` as spb_compare_stamps() writes them. 0 or -ENOMEM. */
int spb_stored_note_forced(struct spb_judgement *judgement, const struct spb_strbuf *differences);

#endif
