/* SPDX-License-Identifier: MIT
 *
 * A look at the machine as it is shown: the look, the processes that were chosen from it, and what every format of it
 * needs.
 */
#ifndef SPB_LOOK_VIEW_H
#define SPB_LOOK_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "process_table.h"
#include "series.h"

struct spb_look_view {
    const struct spb_look *look;
    bool with_processes;                      /* they were asked for, also when there is none */
    const struct spb_process_look *processes; /* those to show, in the order to show them */
    size_t process_count;
};

/* Holds "2026-12-31T23:59:59.123Z". */
#define SPB_LOOK_TIME_SIZE 40

/* "2026-12-31T23:59:59.123Z"; `text` holds SPB_LOOK_TIME_SIZE; returns it. */
const char *spb_look_time_format(char *text, int64_t time_ns);

/* The value to six significant digits, whole numbers as they are: a rate has no more of them, and fewer digits are
 * quicker to print and to read. */
double spb_look_round(double value);

/* It has a value, and one that is a number. */
bool spb_observation_is_known(const struct spb_observation *item);

/* An earlier item has the same series and instance: names that were cut to fit, or a file system mounted over another.
 * Where names must be unique the first one counts. */
bool spb_look_repeats(const struct spb_look *look, size_t index);

#endif
