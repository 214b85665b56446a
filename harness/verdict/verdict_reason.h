/* SPDX-License-Identifier: MIT
 *
 * Why a row has no verdict on its speed, as a sentence for people.
 */
#ifndef SPB_VERDICT_REASON_H
#define SPB_VERDICT_REASON_H

#include "ab_looks.h"
#include "pair_effects.h"

/* Of UNDECIDED, NOT_COMPARABLE, ERROR and MISSING; *text is NULL for other verdicts. Owned by the caller. `effects`: of all pairs.
 * 0 or -ENOMEM. */
int spb_verdict_reason(const struct spb_paired_row *row, const struct spb_row_state *state,
                       const struct spb_pair_effects *effects, char **text);

#endif
