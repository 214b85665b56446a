/* SPDX-License-Identifier: MIT */
#include "metric.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_names[] = {
    [SPB_METRIC_OK] = "ok",
    [SPB_METRIC_MULTIPLEXED] = "multiplexed",
    [SPB_METRIC_NO_PMU] = "no-pmu",
    [SPB_METRIC_NO_PERMISSION] = "no-permission",
    [SPB_METRIC_NOT_SUPPORTED] = "not-supported",
    [SPB_METRIC_NOT_COUNTED] = "not-counted",
    [SPB_METRIC_ABSENT] = "absent",
};

bool spb_metric_has_value(const struct spb_metric *metric)
{
    return metric->state == SPB_METRIC_OK || metric->state == SPB_METRIC_MULTIPLEXED;
}

const char *spb_metric_state_name(enum spb_metric_state state)
{
    return state_names[state];
}

int spb_metric_state_parse(const char *name)
{
    for (int i = 0; i < (int)(sizeof(state_names) / sizeof(state_names[0])); i++)
        if (strcmp(state_names[i], name) == 0)
            return i;
    return -1;
}

int spb_metrics_append(struct spb_metrics *metrics, const struct spb_metric *metric)
{
    if (metrics->count == metrics->capacity) {
        size_t capacity = metrics->capacity ? metrics->capacity * 2 : 8;
        struct spb_metric *items = reallocarray(metrics->items, capacity, sizeof(*items));
        if (!items)
            return -ENOMEM;
        metrics->items = items;
        metrics->capacity = capacity;
    }
    metrics->items[metrics->count++] = *metric;
    return 0;
}

static int add_value(struct spb_metrics *metrics, const char *name, const char *unit, double value, bool total)
{
    struct spb_metric metric = {.value = value, .total = total, .state = SPB_METRIC_OK};
    snprintf(metric.name, sizeof(metric.name), "%s", name);
    snprintf(metric.unit, sizeof(metric.unit), "%s", unit);
    return spb_metrics_append(metrics, &metric);
}

int spb_metrics_add(struct spb_metrics *metrics, const char *name, const char *unit, double value)
{
    return add_value(metrics, name, unit, value, false);
}

int spb_metrics_add_total(struct spb_metrics *metrics, const char *name, const char *unit, double value)
{
    return add_value(metrics, name, unit, value, true);
}

int spb_metrics_add_absent(struct spb_metrics *metrics, const char *name, const char *unit, enum spb_metric_state state,
                           const char *reason, ...)
{
    struct spb_metric metric = {.state = state};
    snprintf(metric.name, sizeof(metric.name), "%s", name);
    snprintf(metric.unit, sizeof(metric.unit), "%s", unit);
    va_list args;
    va_start(args, reason);
    vsnprintf(metric.reason, sizeof(metric.reason), reason, args);
    va_end(args);
    return spb_metrics_append(metrics, &metric);
}

const struct spb_metric *spb_metrics_find(const struct spb_metrics *metrics, const char *name)
{
    for (size_t i = 0; i < metrics->count; i++)
        if (strcmp(metrics->items[i].name, name) == 0)
            return &metrics->items[i];
    return NULL;
}

void spb_metrics_release(struct spb_metrics *metrics)
{
    free(metrics->items);
    *metrics = (struct spb_metrics){0};
}
