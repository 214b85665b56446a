/* SPDX-License-Identifier: MIT
 *
 * What the screen keeps of the looks: the numbers of the last one, sorted into lists, and the history behind the graphs. Memory grows with the
 * machine and then stays.
 */
#ifndef SPB_SCREEN_MODEL_H
#define SPB_SCREEN_MODEL_H

#include "series.h"

/* Series of one instance. */
struct spb_model_value {
    double value;       /* NaN: absent */
    const char *reason; /* why; NULL: the look said nothing about it */
};

#define SPB_MODEL_COLUMNS 3

/* One instance of several series that belong together. */
struct spb_model_row {
    char name[SPB_INSTANCE_SIZE];
    double values[SPB_MODEL_COLUMNS]; /* NaN: absent */
    double total;                     /* of its counters, which says who is used at all */
};

struct spb_model_list {
    struct spb_model_row *rows;
    size_t count, capacity;
    const char *reason; /* why there is no row; NULL: the look said nothing about it */
};

/* The columns of each: */
enum spb_model_list_kind {
    SPB_LIST_CPUS,         /* busy, frequency */
    SPB_LIST_PRESSURE,     /* some, full; in the order of the look */
    SPB_LIST_DISKS,        /* read, written, busy; busiest first */
    SPB_LIST_FILE_SYSTEMS, /* used share, available, size; fullest first */
    SPB_LIST_NETWORK,      /* received, sent, errors and drops; busiest first */
    SPB_LIST_TEMPERATURES, /* temperature, limit; hottest first */
    SPB_LIST_COUNT,
};

enum spb_history {
    SPB_HISTORY_CPU,
    SPB_HISTORY_MEMORY,
    SPB_HISTORY_DISK_READ,
    SPB_HISTORY_DISK_WRITTEN,
    SPB_HISTORY_RECEIVED,
    SPB_HISTORY_SENT,
    SPB_HISTORY_COUNT,
};

#define SPB_HISTORY_LENGTH 640 /* two values a column, 300 columns and some */

struct spb_model {
    int64_t time_ns;
    uint64_t boot_ns;
    uint64_t look_count;
    struct spb_model_value values[SPB_SERIES_COUNT]; /* of instance "" */
    struct spb_model_list lists[SPB_LIST_COUNT];
    float history[SPB_HISTORY_COUNT][SPB_HISTORY_LENGTH]; /* the newest last; NaN: absent */
    size_t history_count;
};

void spb_model_init(struct spb_model *model);
void spb_model_release(struct spb_model *model);
/* 0, or -ENOMEM: then rows are missing. */
int spb_model_take(struct spb_model *model, const struct spb_look *look);
/* Of all devices together, those left out that only pass on to others; NaN: none has a value. */
double spb_model_total(const struct spb_model *model, enum spb_model_list_kind kind, int column);

#endif
