/* SPDX-License-Identifier: MIT
 *
 * How long the next process may take, from what is left of the budget. Pure arithmetic; the rule stands in README.md.
 */
#ifndef SPB_PACE_H
#define SPB_PACE_H

#include <stdint.h>

struct spb_pace_input {
    uint64_t left_ns;           /* of the budget */
    uint64_t processes_left;    /* of all rows, this one included; at least 1 */
    uint64_t overheads_left_ns; /* what all of them will spend outside warm-up and sampling, as far as known */
    uint64_t sample_min_ns;
    uint64_t sampling_min_ns; /* while the budget lasts */
    uint64_t sampling_max_ns;
    uint64_t warm_up_max_ns;
};

struct spb_pace {
    uint64_t warm_up_limit_ns;
    uint64_t sampling_min_ns;
    uint64_t sampling_limit_ns;
};

struct spb_pace spb_pace_compute(const struct spb_pace_input *input);

#endif
