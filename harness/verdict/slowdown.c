/* SPDX-License-Identifier: MIT */
#include "slowdown.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

struct spb_slowdown_time {
    uint64_t *elapsed_ns;
    uint64_t measured_ns;
    double work_ns; /* of it, without the overhead of its iterations */
    size_t row_index;
};

void spb_slowdown_release(struct spb_slowdown *slowdown)
{
    free(slowdown->times);
    *slowdown = (struct spb_slowdown){.count = 0};
}

static int add_time(struct spb_slowdown *slowdown, size_t row_index, uint64_t *elapsed_ns, double work_ns)
{
    if (slowdown->count == slowdown->capacity) {
        size_t capacity = slowdown->capacity ? 2 * slowdown->capacity : 256;
        struct spb_slowdown_time *times = reallocarray(slowdown->times, capacity, sizeof(*times));
        if (!times)
            return -ENOMEM;
        slowdown->times = times;
        slowdown->capacity = capacity;
    }
    slowdown->times[slowdown->count++] = (struct spb_slowdown_time){elapsed_ns, *elapsed_ns, work_ns, row_index};
    return 0;
}

int spb_slowdown_add_paired(struct spb_slowdown *slowdown, size_t row_index, struct spb_paired_row *row)
{
    int code = 0;
    for (size_t p = 0; p < row->pair_count; p++) {
        const struct spb_pair *pair = &row->pairs[p];
        for (size_t i = 0; code == 0 && i < pair->round_count; i++) {
            struct spb_round *round = &pair->rounds[i];
            double work_ns = spb_round_time_ns(pair, round, SPB_SIDE_NEW) * 2 * (double)round->iterations;
            code = add_time(slowdown, row_index, &round->elapsed_ns[SPB_SIDE_NEW], work_ns);
        }
    }
    return code;
}

int spb_slowdown_add_row(struct spb_slowdown *slowdown, size_t row_index, struct spb_row *row)
{
    int code = 0;
    for (size_t p = 0; p < row->process_count; p++) {
        const struct spb_process *process = &row->processes[p];
        for (size_t i = 0; code == 0 && i < process->sample_count; i++) {
            struct spb_sample *sample = &process->samples[i];
            double time_ns =
                spb_iteration_time_ns(sample->iterations, sample->elapsed_ns, (double)process->overhead_ns);
            code = add_time(slowdown, row_index, &sample->elapsed_ns, time_ns * (double)sample->iterations);
        }
    }
    return code;
}

/* As far as a time can go. */
static uint64_t slower(const struct spb_slowdown_time *time, double ratio)
{
    double extra_ns = round(ratio * time->work_ns);
    if (extra_ns >= (double)(INT64_MAX - 1) - (double)time->measured_ns)
        return INT64_MAX;
    return time->measured_ns + (uint64_t)extra_ns;
}

void spb_slowdown_apply(struct spb_slowdown *slowdown, size_t row_index, double ratio)
{
    for (size_t i = 0; i < slowdown->count; i++)
        if (row_index == SIZE_MAX || slowdown->times[i].row_index == row_index)
            *slowdown->times[i].elapsed_ns = slower(&slowdown->times[i], ratio);
}
