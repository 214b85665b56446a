/* SPDX-License-Identifier: MIT
 *
 * The catalogue of what the monitor measures (series_list.h), and one look at the machine as a flat list of named numbers: the same
 * list for the screen, JSON, CSV, OpenMetrics, the recorder and the rules of health.
 */
#ifndef SPB_SERIES_H
#define SPB_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum spb_series_kind { SPB_SERIES_GAUGE, SPB_SERIES_RATE, SPB_SERIES_SHARE };

enum spb_series {
#define SPB_SERIES(symbol, name, label, unit, kind, summary) SPB_##symbol,
#include "series_list.h"
#undef SPB_SERIES
    SPB_SERIES_COUNT,
};

struct spb_series_info {
    const char *name;
    const char *label; /* "" where there is one instance */
    const char *unit;
    enum spb_series_kind kind;
    const char *summary;
};

const struct spb_series_info *spb_series_info(enum spb_series series);
int spb_series_find(const char *name); /* or -1 */

#define SPB_INSTANCE_SIZE 64

/* One number of one look. */
struct spb_observation {
    enum spb_series series;
    char instance
        [SPB_INSTANCE_SIZE]; /* "cpu0", "sda", "/home"; "" for all together, or where there is one; printable UTF-8, cut to fit */
    bool has_value; /* false: `reason` says why there is none; a rate has none in its first interval */
    double value;
    bool has_total; /* RATE and SHARE: the counter since it began, in units or seconds */
    double total;
    const char *reason; /* constant text */
};

/* A look at the machine. */
struct spb_look {
    int64_t time_ns;               /* UTC, since 1970, when the look began */
    uint64_t boot_ns;              /* CLOCK_BOOTTIME: goes on while suspended, never backwards */
    uint64_t interval_ns;          /* since the look before; 0: this is the first one */
    struct spb_observation *items; /* ordered by series, then by the kernel's order of instances */
    size_t count;
    size_t capacity;
};

/* The first observation of it, or NULL. */
const struct spb_observation *spb_look_find(const struct spb_look *look, enum spb_series series, const char *instance);
void spb_look_release(struct spb_look *look);

#endif
