/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "recorder_internal.h"

/* Adds `count` values with that minimum, mean and maximum to entry `at` of a column. */
static void add(const struct spb_look_block *steps, struct spb_look_column *column, size_t at, const double *value)
{
    double *min = column->values + at, *mean = min + steps->capacity, *max = mean + steps->capacity;
    double *count = max + steps->capacity;
    if (column->states[at] != SPB_STATE_VALUE) {
        column->states[at] = SPB_STATE_VALUE;
        *min = value[SPB_STEP_MIN];
        *mean = value[SPB_STEP_MEAN];
        *max = value[SPB_STEP_MAX];
        *count = value[SPB_STEP_COUNT];
        return;
    }
    *min = value[SPB_STEP_MIN] < *min ? value[SPB_STEP_MIN] : *min;
    *max = value[SPB_STEP_MAX] > *max ? value[SPB_STEP_MAX] : *max;
    *count += value[SPB_STEP_COUNT];
    *mean += (value[SPB_STEP_MEAN] - *mean) * (value[SPB_STEP_COUNT] / *count);
}

static void take(const struct spb_look_block *block, const struct spb_look_column *column, size_t i, double *value)
{
    if (block->width == 1) {
        value[SPB_STEP_MIN] = value[SPB_STEP_MEAN] = value[SPB_STEP_MAX] = column->values[i];
        value[SPB_STEP_COUNT] = 1;
        return;
    }
    for (unsigned which = 0; which < SPB_STEP_WIDTH; which++)
        value[which] = column->values[which * block->capacity + i];
}

/* Steps in the order in which they begin; a clock that was set back begins one anew. */
static size_t step_of(struct spb_look_block *steps, int64_t begin_us)
{
    if (steps->count == 0 || steps->time_us[steps->count - 1] != begin_us)
        steps->time_us[steps->count++] = begin_us;
    return steps->count - 1;
}

int spb_roll_up(const struct spb_look_block *block, int64_t step_ns, struct spb_look_block *steps)
{
    int code = spb_look_block_init(steps, SPB_STEP_WIDTH, block->count);
    for (size_t i = 0; i < block->count && code == 0; i++) {
        size_t at = step_of(steps, spb_period_begin(block->time_us[i], step_ns / 1000));
        for (size_t c = 0; c < block->column_count && code == 0; c++) {
            const struct spb_look_column *from = &block->columns[c];
            double value[SPB_STEP_WIDTH];
            if (from->states[i] != SPB_STATE_VALUE)
                continue;
            struct spb_look_column *to = spb_look_block_column(steps, from->key, c);
            take(block, from, i, value);
            if (to)
                add(steps, to, at, value);
            else
                code = -ENOMEM;
        }
    }
    return code;
}
