/* SPDX-License-Identifier: MIT */
#include "change_cause.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cause.h"
#include "probe.h"
#include "summary.h"

/* A total of the side, by its work where that is known. False where the side has none. */
static bool count_of(const struct spb_metrics *metrics, const char *name, double *count)
{
    const struct spb_metric *metric = spb_metrics_find(metrics, name);
    const struct spb_metric *work = spb_metrics_find(metrics, "work");
    if (!metric || !spb_metric_has_value(metric) || !(metric->value > 0))
        return false;
    *count = metric->value;
    if (metric->total && work && spb_metric_has_value(work) && work->value > 0)
        *count /= work->value;
    return true;
}

/* Median over the pairs of ln(new / base): both processes of a pair had the same minute and the same pages. */
static int counter_change(const struct spb_paired_row *row, unsigned pairs, const char *name, bool *known,
                          double *change)
{
    double *changes = calloc(row->pair_count + 1, sizeof(*changes));
    size_t count = 0;
    if (!changes)
        return -ENOMEM;
    for (size_t i = 0; i < row->pair_count && row->pairs[i].index < pairs; i++) {
        const struct spb_metrics *metrics = row->pairs[i].metrics;
        double base = 0, new_side = 0;
        if (count_of(&metrics[SPB_SIDE_BASE], name, &base) && count_of(&metrics[SPB_SIDE_NEW], name, &new_side) &&
            isfinite(log(new_side / base)))
            changes[count++] = log(new_side / base);
    }
    *known = count > 0;
    if (*known)
        *change = spb_median_in_place(changes, count);
    free(changes);
    return 0;
}

/* As cause.h wants it: a number for each side, of which the ratio is what counts. */
static int add_counter(const struct spb_paired_row *row, unsigned pairs, const char *event, struct spb_metrics *sides)
{
    static const char *const suffixes[] = {"", ":u"};
    int code = 0;
    for (size_t i = 0; i < 2 && code == 0; i++) {
        char counted[64], name[64];
        bool known = false;
        double change = 0;
        snprintf(counted, sizeof(counted), "%s%s", event, suffixes[i]);
        snprintf(name, sizeof(name), "%s-per-unit%s", event, suffixes[i]);
        code = counter_change(row, pairs, counted, &known, &change);
        if (code == 0 && known)
            code = spb_metrics_add(&sides[SPB_SIDE_BASE], name, "", 1);
        if (code == 0 && known)
            code = spb_metrics_add(&sides[SPB_SIDE_NEW], name, "", exp(change));
    }
    return code;
}

/* Share of the rounds in which a slice of the side has the mark. */
static double marked_ratio(const struct spb_paired_row *row, unsigned pairs, enum spb_side side, uint32_t mark)
{
    size_t rounds = 0, marked = 0;
    for (size_t i = 0; i < row->pair_count && row->pairs[i].index < pairs; i++)
        for (size_t k = 0; k < row->pairs[i].round_count; k++) {
            rounds++;
            marked += (row->pairs[i].rounds[k].marks[side] & mark) != 0;
        }
    return rounds ? (double)marked / (double)rounds : 0;
}

static int format_cause(const struct spb_cause_side *sides, double effect, char **text)
{
    struct spb_strbuf out = {0};
    spb_cause_format(effect, &sides[SPB_SIDE_BASE], &sides[SPB_SIDE_NEW], &out);
    int code = out.failed ? -ENOMEM : 0;
    if (code == 0 && out.length > 0)
        *text = spb_strbuf_detach(&out);
    spb_strbuf_release(&out);
    return code;
}

int spb_change_cause(const struct spb_paired_row *row, unsigned pairs, double effect, char **text)
{
    struct spb_metrics metrics[SPB_SIDES] = {{0}};
    struct spb_cause_side sides[SPB_SIDES];
    *text = NULL;
    int code = add_counter(row, pairs, "instructions", metrics);
    if (code == 0)
        code = add_counter(row, pairs, "cycles", metrics);
    for (unsigned s = 0; s < SPB_SIDES; s++)
        sides[s] = (struct spb_cause_side){
            .metrics = &metrics[s],
            .steal_ratio = marked_ratio(row, pairs, (enum spb_side)s, SPB_MARK_STEAL),
            .preempted_ratio = marked_ratio(row, pairs, (enum spb_side)s, SPB_MARK_PREEMPTED),
        };
    if (code == 0)
        code = format_cause(sides, effect, text);
    for (unsigned s = 0; s < SPB_SIDES; s++)
        spb_metrics_release(&metrics[s]);
    return code;
}
