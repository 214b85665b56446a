/* SPDX-License-Identifier: MIT */
#include "row_metrics.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "row.h"
#include "summary.h"

/* The value as processes are compared by it; false where the process has none. */
static bool comparable_value(const struct spb_process *process, const char *name, double *value, double *share)
{
    const struct spb_metric *metric = spb_metrics_find(&process->metrics, name);
    if (!metric || !spb_metric_has_value(metric))
        return false;
    *value = metric->value;
    *share = metric->state == SPB_METRIC_MULTIPLEXED ? metric->share : 1;
    if (!metric->total)
        return true;
    const struct spb_metric *work = spb_metrics_find(&process->metrics, "work");
    if (!work || !spb_metric_has_value(work) || work->value <= 0)
        return false;
    *value /= work->value;
    return true;
}

static void set_unit(struct spb_metric *metric, const struct spb_row *row)
{
    char unit[sizeof(metric->unit)];
    snprintf(unit, sizeof(unit), "%s", metric->unit);
    snprintf(metric->unit, sizeof(metric->unit), "%.*s/%.*s", (int)sizeof(unit) / 2 - 1, unit,
             (int)sizeof(unit) / 2 - 1, row->unit);
}

/* `metric` comes from one process; `values` has room for two numbers a process. */
static void summarise(const struct spb_row *row, struct spb_metric *metric, double *values)
{
    double *shares = values + row->process_count;
    size_t count = 0;
    for (size_t p = 0; p < row->process_count; p++)
        count += comparable_value(&row->processes[p], metric->name, &values[count], &shares[count]);
    if (metric->total)
        set_unit(metric, row);
    metric->total = false;
    if (count == 0)
        return;
    metric->value = spb_median_in_place(values, count);
    metric->share = spb_median_in_place(shares, count);
    metric->state = metric->share < 1 ? SPB_METRIC_MULTIPLEXED : SPB_METRIC_OK;
    metric->share = metric->share < 1 ? metric->share : 0;
    metric->reason[0] = '\0';
}

/* A result file names what is absent in every process once, in the row: that must outlive the next computation. */
static int keep_absent(struct spb_row *row, const struct spb_metrics *before)
{
    int code = 0;
    for (size_t i = 0; i < before->count && code == 0; i++) {
        const struct spb_metric *metric = &before->items[i];
        if (!spb_metric_has_value(metric) && !spb_metrics_find(&row->metrics, metric->name))
            code = spb_metrics_append(&row->metrics, metric);
    }
    return code;
}

/* Quantiles over the operations of all processes: the median over processes would hide what is rare in each. */
static int add_latency(struct spb_row *row)
{
    static const struct {
        const char *name;
        double share;
    } quantiles[] = {{"latency-p50", 0.5}, {"latency-p99", 0.99}, {"latency-p99.9", 0.999}, {"latency-max", 1}};
    struct spb_histogram *all = spb_row_latency(row);
    int code = 0;
    for (size_t i = 0; all && i < sizeof(quantiles) / sizeof(quantiles[0]); i++)
        code |=
            spb_metrics_add(&row->metrics, quantiles[i].name, "ns", spb_histogram_quantile(all, quantiles[i].share));
    free(all);
    return code;
}

int spb_row_metrics_compute(struct spb_row *row)
{
    double *values = calloc(2 * row->process_count + 1, sizeof(*values));
    struct spb_metrics before = row->metrics;
    int code = values ? 0 : -ENOMEM;
    row->metrics = (struct spb_metrics){0};
    for (size_t p = 0; p < row->process_count && code == 0; p++) {
        const struct spb_metrics *metrics = &row->processes[p].metrics;
        for (size_t i = 0; i < metrics->count && code == 0; i++) {
            struct spb_metric metric = metrics->items[i];
            /* The work itself is no property of the row: it depends on how long was sampled. */
            if (strcmp(metric.name, "work") == 0 || spb_metrics_find(&row->metrics, metric.name))
                continue;
            summarise(row, &metric, values);
            code = spb_metrics_append(&row->metrics, &metric);
        }
    }
    if (code == 0)
        code = add_latency(row);
    if (code == 0)
        code = keep_absent(row, &before);
    spb_metrics_release(&before);
    free(values);
    return code;
}
