/* SPDX-License-Identifier: MIT
 *
 * A number that was measured beside the time, or the reason why it was not. Absent is not zero: `value` may be read
 * only when spb_metric_has_value() says so.
 */
#ifndef SPB_METRIC_H
#define SPB_METRIC_H

#include <stdbool.h>
#include <stddef.h>

enum spb_metric_state {
    SPB_METRIC_OK,            /* counted all the time */
    SPB_METRIC_MULTIPLEXED,   /* scaled up from the share of time that it was counted */
    SPB_METRIC_NO_PMU,        /* the machine shows no performance monitoring unit */
    SPB_METRIC_NO_PERMISSION, /* the kernel refused; reason names the setting that would allow it */
    SPB_METRIC_NOT_SUPPORTED, /* this PMU or kernel does not know the event */
    SPB_METRIC_NOT_COUNTED,   /* it opened, but never ran or stayed at 0 where that is impossible */
    SPB_METRIC_ABSENT,        /* not available for another reason */
};

struct spb_metric {
    char name[64]; /* "instructions", "peak-rss" */
    char unit[32]; /* "", "ns", "bytes", "event", "GHz" */
    double value;
    bool total; /* a sum over all samples: divided by the work done where processes are compared */
    enum spb_metric_state state;
    double share;     /* SPB_METRIC_MULTIPLEXED: time running / time enabled, in 0 .. 1 */
    char reason[160]; /* why there is no value */
};

struct spb_metrics {
    struct spb_metric *items; /* freed by spb_metrics_release */
    size_t count;
    size_t capacity;
};

bool spb_metric_has_value(const struct spb_metric *metric);
/* "ok", "multiplexed", "no-pmu", "no-permission", "not-supported", "not-counted", "absent". */
const char *spb_metric_state_name(enum spb_metric_state state);
/* The state of that name, or -1. */
int spb_metric_state_parse(const char *name);

/* Appends a value, or an absence with a printf-style reason. 0 or -ENOMEM. Longer texts are cut. */
int spb_metrics_add(struct spb_metrics *metrics, const char *name, const char *unit, double value);
int spb_metrics_add_total(struct spb_metrics *metrics, const char *name, const char *unit, double value);
int spb_metrics_add_absent(struct spb_metrics *metrics, const char *name, const char *unit, enum spb_metric_state state,
                           const char *reason, ...) __attribute__((format(printf, 5, 6)));
int spb_metrics_append(struct spb_metrics *metrics, const struct spb_metric *metric);
/* NULL when there is none of that name. */
const struct spb_metric *spb_metrics_find(const struct spb_metrics *metrics, const char *name);
void spb_metrics_release(struct spb_metrics *metrics);

#endif
