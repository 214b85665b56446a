/* SPDX-License-Identifier: MIT */
#include "pair_schedule.h"

#include <string.h>

#include "fnv.h"

/* Streams of their own for what is drawn beside a row's pairs. */
enum { PART_ORDER = 1, PART_ROWS, PART_BUILDS };

/* Where nothing else of a program lies, on machines with 39 bits of addresses too. */
#define SHARED_ADDRESS_START UINT64_C(0x2000000000)
#define SHARED_ADDRESS_STEP  UINT64_C(0x200000)
#define SHARED_ADDRESS_COUNT UINT64_C(0x8000)

enum { LAYOUT_BYTES = 4096, LAYOUT_STEP = 16 };

/* In every build_count pairs each build once, in an order drawn anew. */
static unsigned draw_build(uint64_t seed, enum spb_side side, unsigned pair, size_t build_count)
{
    if (build_count < 2)
        return 0;
    size_t order[64] = {0};
    size_t count = build_count < 64 ? build_count : 64;
    unsigned block = pair / (unsigned)count;
    struct spb_random random = {spb_random_derive(spb_random_derive(seed, side), block)};
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    spb_random_shuffle(&random, order, count);
    return (unsigned)order[pair % count];
}

struct spb_pair_draw spb_pair_draw(uint64_t seed, const char *row_key, unsigned pair,
                                   const size_t build_counts[SPB_SIDES])
{
    uint64_t rows = spb_random_derive(seed, PART_ROWS), builds = spb_random_derive(seed, PART_BUILDS);
    uint64_t row = spb_random_derive(rows, spb_fnv(SPB_FNV_START, row_key, strlen(row_key)));
    struct spb_random random = {spb_random_derive(row, pair)};
    struct spb_pair_draw draw = {.x = spb_random_below(&random, 2) ? SPB_SIDE_NEW : SPB_SIDE_BASE};
    draw.seed = spb_random_next(&random);
    draw.shared_address = SHARED_ADDRESS_START + SHARED_ADDRESS_STEP * spb_random_below(&random, SHARED_ADDRESS_COUNT);
    draw.environment_bytes = (unsigned)spb_random_below(&random, LAYOUT_BYTES);
    draw.stack_offset_bytes = LAYOUT_STEP * spb_random_below(&random, LAYOUT_BYTES / LAYOUT_STEP);
    draw.heap_offset_bytes = LAYOUT_STEP * spb_random_below(&random, LAYOUT_BYTES / LAYOUT_STEP);
    draw.schedule.state = spb_random_next(&random);
    for (unsigned s = 0; s < SPB_SIDES; s++)
        draw.build[s] = draw_build(builds, (enum spb_side)s, pair, build_counts[s]);
    return draw;
}

bool spb_pair_draw_round(struct spb_random *schedule, uint64_t iterations, uint64_t *jittered)
{
    bool x_outside = spb_random_below(schedule, 2);
    *jittered = iterations + (uint64_t)(0.2 * spb_random_unit(schedule) * (double)iterations);
    return x_outside;
}

void spb_pair_order(uint64_t seed, unsigned pair, size_t *order, size_t row_count)
{
    struct spb_random random = {spb_random_derive(spb_random_derive(seed, PART_ORDER), pair)};
    for (size_t i = 0; i < row_count; i++)
        order[i] = i;
    spb_random_shuffle(&random, order, row_count);
}
