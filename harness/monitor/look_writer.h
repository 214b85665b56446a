/* SPDX-License-Identifier: MIT
 *
 * Appends observations to a look. Memory running out is said once, in `failed`.
 */
#ifndef SPB_LOOK_WRITER_H
#define SPB_LOOK_WRITER_H

#include "counter_rate.h"
#include "series.h"

struct spb_look_writer {
    struct spb_look *look;
    bool failed;
};

/* The instance is printable and fits (spb_instance_name). */
void spb_look_add_value(struct spb_look_writer *writer, enum spb_series series, const char *instance, double value);
void spb_look_add_absent(struct spb_look_writer *writer, enum spb_series series, const char *instance,
                         const char *reason);
/* A gauge: the reading times `scale`, or its absence. */
void spb_look_add_reading(struct spb_look_writer *writer, enum spb_series series, const struct spb_reading *reading,
                          double scale);
/* A rate or share with the counter itself; `reason` NULL: there is a value. */
void spb_look_add_counted(struct spb_look_writer *writer, const struct spb_observation *observation);

/* One counter of the machine's, before and now. */
struct spb_rate_spec {
    enum spb_series series;
    const char *instance;
    double scale; /* of the counter, into the series' unit */
    double max_per_s;
    enum spb_counter_width width;
    const char *reason; /* why there can be no rate; NULL: there can */
};
void spb_look_add_rate(struct spb_look_writer *writer, const struct spb_rate_spec *spec,
                       const struct spb_reading *before, const struct spb_reading *now,
                       const struct spb_interval *interval);

/* A name from the kernel as an instance: printable, cut to fit. `length` bytes at `text`. */
void spb_instance_name(const char *text, size_t length, char name[SPB_INSTANCE_SIZE]);

#endif
