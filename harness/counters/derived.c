/* SPDX-License-Identifier: MIT */
#include "derived.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A cycle count over nanoseconds is GHz as it stands. */
static const struct spb_derived_metric table[] = {
    {"instructions-per-cycle", "", "instructions", "cycles", 1, "instructions retired in one cycle"},
    {"cache-misses-per-1000-instructions", "", "cache-misses", "instructions", 1000, "last-level cache misses"},
    {"branch-misses-per-1000-instructions", "", "branch-misses", "instructions", 1000, "mispredicted branches"},
    {"effective-frequency", "GHz", "cycles", "task-clock", 1, "cycles while the threads were on a CPU"},
    {"cycles-per-unit", "", "cycles", "work", 1, "cycles for one unit of work"},
    {"instructions-per-unit", "", "instructions", "work", 1, "instructions for one unit of work"},
};

const struct spb_derived_metric *spb_derived_metrics(size_t *count)
{
    *count = sizeof(table) / sizeof(table[0]);
    return table;
}

static const struct spb_metric *find_user_only(const struct spb_metrics *metrics, const char *name)
{
    char text[sizeof(((struct spb_metric *)0)->name)];
    snprintf(text, sizeof(text), "%s:u", name);
    return spb_metrics_find(metrics, text);
}

struct inputs {
    const struct spb_metric *numerator;
    const struct spb_metric *denominator;
    const char *suffix;
    bool mixed; /* one counted the kernel, the other did not */
};

/* Whole counts before user-only ones. False when an input is not there in any mode: nobody asked for it. */
static bool find_inputs(const struct spb_metrics *metrics, const struct spb_derived_metric *derived,
                        struct inputs *inputs)
{
    const struct spb_metric *numerator = spb_metrics_find(metrics, derived->numerator);
    const struct spb_metric *denominator = spb_metrics_find(metrics, derived->denominator);
    const struct spb_metric *user_numerator = find_user_only(metrics, derived->numerator);
    const struct spb_metric *user_denominator =
        strcmp(derived->denominator, "work") == 0 ? denominator : find_user_only(metrics, derived->denominator);
    if (numerator && denominator)
        *inputs = (struct inputs){numerator, denominator, "", false};
    else if (user_numerator && user_denominator)
        *inputs = (struct inputs){user_numerator, user_denominator, ":u", false};
    else
        *inputs = (struct inputs){numerator ? numerator : user_numerator, denominator ? denominator : user_denominator,
                                  "", true};
    return inputs->numerator && inputs->denominator;
}

/* The smaller share of the two: that input is the weaker ground. */
static void set_share(struct spb_metric *metric, const struct inputs *inputs)
{
    const struct spb_metric *const both[] = {inputs->numerator, inputs->denominator};
    for (size_t i = 0; i < 2; i++)
        if (both[i]->state == SPB_METRIC_MULTIPLEXED) {
            bool first = metric->state != SPB_METRIC_MULTIPLEXED;
            metric->share = first ? both[i]->share : fmin(metric->share, both[i]->share);
            metric->state = SPB_METRIC_MULTIPLEXED;
        }
}

/* The input that stands in the way, and why; NULL when there is none. */
static const struct spb_metric *find_obstacle(const struct inputs *inputs, enum spb_metric_state *state,
                                              const char **reason)
{
    const struct spb_metric *const both[] = {inputs->numerator, inputs->denominator};
    for (size_t i = 0; i < 2; i++)
        if (!spb_metric_has_value(both[i])) {
            *state = both[i]->state;
            *reason = both[i]->reason;
            return both[i];
        }
    *state = SPB_METRIC_ABSENT;
    *reason = inputs->mixed ? "counted in other modes (user, kernel) than what is divided by it" : "is 0";
    return inputs->mixed || !(inputs->denominator->value > 0) ? inputs->denominator : NULL;
}

static int append_quotient(struct spb_metrics *metrics, const struct spb_derived_metric *derived,
                           const struct inputs *inputs)
{
    struct spb_metric metric = {.state = SPB_METRIC_OK};
    snprintf(metric.name, sizeof(metric.name), "%s%s", derived->name, inputs->suffix);
    enum spb_metric_state state;
    const char *reason;
    const struct spb_metric *obstacle = find_obstacle(inputs, &state, &reason);
    if (obstacle)
        return spb_metrics_add_absent(metrics, metric.name, derived->unit, state, "%s: %s", obstacle->name, reason);
    snprintf(metric.unit, sizeof(metric.unit), "%s", derived->unit);
    metric.value = derived->factor * inputs->numerator->value / inputs->denominator->value;
    set_share(&metric, inputs);
    return spb_metrics_append(metrics, &metric);
}

int spb_derive_metrics(struct spb_metrics *metrics)
{
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct inputs inputs;
        int code = find_inputs(metrics, &table[i], &inputs) ? append_quotient(metrics, &table[i], &inputs) : 0;
        if (code < 0)
            return code;
    }
    return 0;
}
