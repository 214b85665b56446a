/* SPDX-License-Identifier: MIT
 *
 * From rounds to the numbers that are judged: one a pair, the unit of analysis. README.md in this room.
 *
 *     r_j = ln(time of the new side in round j) - ln(that of the base);  d = median of the r_j of the pair
 *
 * A round with a mark on either side is left out whole: what leaves it out does not know the side.
 */
#ifndef SPB_PAIR_EFFECTS_H
#define SPB_PAIR_EFFECTS_H

#include "pair.h"

/* More than this share of the rounds lost: the machine is too noisy to judge. */
#define SPB_ROUNDS_LOST_MAX 0.2

struct spb_pair_effect {
    unsigned index;           /* of the pair */
    double effect;            /* d */
    double log_ns[SPB_SIDES]; /* each side's own median, as a logarithm */
    unsigned build[SPB_SIDES];
};

struct spb_pair_effects {
    struct spb_pair_effect *items; /* pairs with a round left, in order of index */
    size_t count;
    size_t round_count;
    size_t lost_count; /* rounds left out; of the causes below one round may have several */
    size_t lost_steal;
    size_t lost_waited;
    size_t lost_migrated;
    size_t failed_count; /* pairs of which a side failed; they do not count */
};

/* Of the pairs with an index below `pairs`. 0, -ENOMEM, or -EINVAL for a round of 0 iterations or 0 ns, which is no
 * measurement, or pairs that are not in order. On failure *effects is empty. */
int spb_pair_effects_compute(const struct spb_paired_row *row, unsigned pairs, struct spb_pair_effects *effects);
void spb_pair_effects_release(struct spb_pair_effects *effects);

bool spb_pair_effects_noisy(const struct spb_pair_effects *effects);

/* The d alone, in order of index: effects->count of them. */
void spb_pair_effects_copy(const struct spb_pair_effects *effects, double *values);

#endif
