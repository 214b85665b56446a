/* SPDX-License-Identifier: MIT
 *
 * When warm-up is over: a pure state machine, fed with the chunks that ran, in order. The rule and where it comes from:
 * README.md in this room.
 *
 *     struct spb_warm_up warm_up;
 *     spb_warm_up_init(&warm_up, 10000000, 200000000);
 *     do
 *         elapsed_ns = run_chunk(iterations);
 *     while (spb_warm_up_record(&warm_up, iterations, elapsed_ns) == SPB_WARM_UP_RUNNING);
 *
 * Fixed memory, no allocation, a few microseconds a chunk. Chunks should last long enough for the clock (2 ms).
 */
#ifndef SPB_WARM_UP_H
#define SPB_WARM_UP_H

#include <stddef.h>
#include <stdint.h>

/* Longest and shortest stretch of newest chunks that is judged. */
#define SPB_WARM_UP_LONGEST  32
#define SPB_WARM_UP_SHORTEST 10

enum spb_warm_up_state {
    SPB_WARM_UP_RUNNING,
    SPB_WARM_UP_SETTLED, /* by the rule */
    SPB_WARM_UP_LIMIT,   /* the limit came first */
};

struct spb_warm_up {
    uint64_t minimum_ns;
    uint64_t limit_ns;
    uint64_t elapsed_ns; /* of all chunks so far */
    size_t count;        /* chunks so far */
    double newest[SPB_WARM_UP_LONGEST];
};

/* Settled at the earliest after `minimum_ns`, limit from `limit_ns` on; both are sums of the chunks' times. */
void spb_warm_up_init(struct spb_warm_up *warm_up, uint64_t minimum_ns, uint64_t limit_ns);
/* Takes the next chunk: `iterations` (not 0) lasted `elapsed_ns`. Returns where warm-up stands after it. */
enum spb_warm_up_state spb_warm_up_record(struct spb_warm_up *warm_up, uint64_t iterations, uint64_t elapsed_ns);

#endif
