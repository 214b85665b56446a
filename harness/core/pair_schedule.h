/* SPDX-License-Identifier: MIT
 *
 * What is drawn for a pair, all of it from the experiment's seed, the row's key and the pair's index: the same whatever else
 * happens. Pure.
 */
#ifndef SPB_PAIR_SCHEDULE_H
#define SPB_PAIR_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pair.h"
#include "random.h"

struct spb_pair_draw {
    enum spb_side x;             /* a fair coin, independent of everything else */
    uint64_t seed;               /* of both processes' data */
    uint64_t shared_address;     /* of memory that both see */
    unsigned environment_bytes;  /* of padding, 0 .. 4095 */
    uint64_t stack_offset_bytes; /* 0 .. 4080, in steps of 16 */
    uint64_t heap_offset_bytes;
    unsigned build[SPB_SIDES];
    struct spb_random schedule; /* for the rounds */
};

struct spb_pair_draw spb_pair_draw(uint64_t seed, const char *row_key, unsigned pair,
                                   const size_t build_counts[SPB_SIDES]);

/* One round: is X outside (XYYX), or Y (YXXY), and `iterations` lengthened by up to 20 %. */
bool spb_pair_draw_round(struct spb_random *schedule, uint64_t iterations, uint64_t *jittered);

/* The order of the rows for one pair index. */
void spb_pair_order(uint64_t seed, unsigned pair, size_t *order, size_t row_count);

#endif
