/* SPDX-License-Identifier: MIT */
#include "pace.h"

/* Below this many samples a process's median is not worth its start. */
enum { SAMPLES_AT_LEAST = 8, WARM_UP_SAMPLES_AT_LEAST = 18 };

static uint64_t clamp(uint64_t value, uint64_t low, uint64_t high)
{
    return value < low ? low : value > high ? high : value;
}

struct spb_pace spb_pace_compute(const struct spb_pace_input *input)
{
    uint64_t usable = input->left_ns > input->overheads_left_ns ? input->left_ns - input->overheads_left_ns : 0;
    uint64_t share = usable / input->processes_left;
    uint64_t sampling_floor = SAMPLES_AT_LEAST * input->sample_min_ns;
    uint64_t warm_up_floor = WARM_UP_SAMPLES_AT_LEAST * input->sample_min_ns;
    struct spb_pace pace;
    /* A third for warm-up, which mostly ends earlier by its own rule. */
    pace.warm_up_limit_ns = clamp(share / 3, warm_up_floor, input->warm_up_max_ns);
    pace.sampling_limit_ns = clamp(share - share / 3, sampling_floor, input->sampling_max_ns);
    pace.sampling_min_ns =
        input->sampling_min_ns < pace.sampling_limit_ns ? input->sampling_min_ns : pace.sampling_limit_ns;
    return pace;
}
