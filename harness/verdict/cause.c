/* SPDX-License-Identifier: MIT */
#include "cause.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A ratio of counts this close to 1 is called equal: the overhead of counting differs by about so much. */
static const double equal_log = 0.01;
/* Shares of marked samples that are worth telling apart. */
static const double marks_differ = 0.05;

struct change {
    bool known;
    double log; /* of new / base */
};

static const struct spb_metric *value_of(const struct spb_metrics *metrics, const char *name)
{
    const struct spb_metric *metric = spb_metrics_find(metrics, name);
    return metric && spb_metric_has_value(metric) && metric->value > 0 ? metric : NULL;
}

static struct change change_of_name(const struct spb_cause_side *base, const struct spb_cause_side *new_side,
                                    const char *name)
{
    const struct spb_metric *before = value_of(base->metrics, name);
    const struct spb_metric *after = value_of(new_side->metrics, name);
    if (!before || !after)
        return (struct change){.known = false};
    return (struct change){.known = true, .log = log(after->value / before->value)};
}

/* Both sides must have counted the same: all, or user mode alone. */
static struct change change_of(const struct spb_cause_side *base, const struct spb_cause_side *new_side,
                               const char *name)
{
    char user[64];
    struct change all = change_of_name(base, new_side, name);
    snprintf(user, sizeof(user), "%s:u", name);
    return all.known ? all : change_of_name(base, new_side, user);
}

static bool moved(struct change change)
{
    return change.known && fabs(change.log) >= equal_log;
}

static bool stayed(struct change change)
{
    return change.known && !moved(change);
}

static void append_change(const char *name, struct change change, struct spb_strbuf *out)
{
    if (moved(change))
        spb_strbuf_printf(out, "%s %+.1f %%", name, 100 * expm1(change.log));
    else
        spb_strbuf_printf(out, "%s equal", name);
}

static void append_counters(double effect, const struct spb_cause_side *base, const struct spb_cause_side *new_side,
                            struct spb_strbuf *out)
{
    struct change instructions = change_of(base, new_side, "instructions-per-unit");
    struct change cycles = change_of(base, new_side, "cycles-per-unit");
    struct change frequency = change_of(base, new_side, "effective-frequency");
    if (moved(instructions) && instructions.log * effect > 0) {
        append_change("instructions", instructions, out);
        spb_strbuf_append(out, ": other code");
    } else if (instructions.known && moved(cycles)) {
        append_change("instructions", instructions, out);
        spb_strbuf_append(out, ", ");
        append_change("cycles", cycles, out);
        spb_strbuf_append(out, cycles.log * effect > 0 ? ": memory or front end" : "");
    } else if (stayed(instructions) && stayed(cycles) && moved(frequency)) {
        spb_strbuf_append(out, "instructions and cycles equal, ");
        append_change("frequency", frequency, out);
    } else if (stayed(instructions) && stayed(cycles) && fabs(effect) >= equal_log) {
        spb_strbuf_append(out, "instructions and cycles equal: frequency, or time off the CPU");
    }
}

static void append_marks(const char *name, double before, double after, struct spb_strbuf *out)
{
    if (fabs(after - before) < marks_differ)
        return;
    spb_strbuf_printf(out, "%ssamples with %s %.0f %% / %.0f %%", out->length ? "; " : "", name, 100 * before,
                      100 * after);
}

void spb_cause_format(double effect, const struct spb_cause_side *base, const struct spb_cause_side *new_side,
                      struct spb_strbuf *out)
{
    struct spb_strbuf text = {0};
    append_counters(effect, base, new_side, &text);
    append_marks("steal", base->steal_ratio, new_side->steal_ratio, &text);
    append_marks("preemption", base->preempted_ratio, new_side->preempted_ratio, &text);
    spb_strbuf_append(out, spb_strbuf_text(&text));
    out->failed |= text.failed;
    spb_strbuf_release(&text);
}
