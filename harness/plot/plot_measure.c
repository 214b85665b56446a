/* SPDX-License-Identifier: MIT */
#include "plot_measure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "summary.h"

#define TAIL       0.02 /* of the values, at either end, that do not decide on the range */
#define LOG_RATIO  15   /* linear up to there */
#define PAD_RATIO  0.06 /* of the range */
#define LEAST_PAD  1e-3 /* of the value, where all are alike */
#define UNIT_BYTES 48

struct prefix {
    double from, scale;
    const char *name;
};

static const struct prefix times[] = {{1e9, 1e-9, "s"}, {1e6, 1e-6, "ms"}, {1e3, 1e-3, "us"}, {0, 1, "ns"}};
static const struct prefix rates[] = {{1e15, 1e-15, "P"}, {1e12, 1e-12, "T"}, {1e9, 1e-9, "G"},
                                      {1e6, 1e-6, "M"},   {1e3, 1e-3, "k"},   {0, 1, ""}};

static struct prefix prefix_of(const struct prefix *prefixes, double value)
{
    while (value < prefixes->from)
        prefixes++;
    return *prefixes;
}

/* "GB/s", but "M spawn/s". */
static void label_rate(struct spb_plot_measure *measure, const char *prefix, const char *unit)
{
    bool is_byte = strcmp(unit, "byte") == 0;
    bool is_symbol = is_byte || strcmp(unit, "FLOP") == 0 || strcmp(unit, "bit") == 0;
    snprintf(measure->label, sizeof(measure->label), "Rate (%s%s%.*s/s)", prefix, is_symbol || !*prefix ? "" : " ",
             UNIT_BYTES, is_byte ? "B" : unit);
}

struct spb_plot_measure spb_plot_measure_of(const struct spb_row *row, double ns)
{
    double value = spb_row_headline(row, ns);
    bool has_work = isfinite(value);
    struct spb_plot_measure measure = {.is_rate = has_work && row->measure == SPB_UNITS_PER_SECOND};
    if (measure.is_rate) {
        struct prefix prefix = prefix_of(rates, value);
        measure.scale = row->stats.work_per_iteration * 1e9 * prefix.scale;
        label_rate(&measure, prefix.name, row->unit);
        return measure;
    }
    struct prefix prefix = prefix_of(times, has_work ? value : ns);
    measure.scale = prefix.scale / (has_work ? row->stats.work_per_iteration : 1);
    snprintf(measure.label, sizeof(measure.label), "Time (%s/%.*s)", prefix.name, UNIT_BYTES,
             has_work ? row->unit : "iteration");
    return measure;
}

double spb_plot_measure_value(const struct spb_plot_measure *measure, double ns)
{
    return measure->is_rate ? measure->scale / ns : measure->scale * ns;
}

struct spb_plot_range spb_plot_range_of(const double *sorted, size_t count)
{
    double least = sorted[0], most = sorted[count - 1];
    double low = spb_sorted_quantile(sorted, count, TAIL), high = spb_sorted_quantile(sorted, count, 1 - TAIL);
    if (low > 0 && high / low > LOG_RATIO)
        return (struct spb_plot_range){fmax(least, low * (low / high)), fmin(most, high * (high / low)), true};
    double reach = fmax(high - low, LEAST_PAD * fabs(low));
    return (struct spb_plot_range){fmax(least, low - reach), fmin(most, high + reach), false};
}

void spb_plot_range_include(struct spb_plot_range *range, double value)
{
    range->low = fmin(range->low, value);
    range->high = fmax(range->high, value);
}

void spb_plot_range_pad(struct spb_plot_range *range)
{
    if (range->is_log) {
        double factor = fmax(pow(range->high / range->low, PAD_RATIO), 1 + LEAST_PAD);
        *range = (struct spb_plot_range){range->low / factor, range->high * factor, true};
        return;
    }
    double pad = fmax(PAD_RATIO * (range->high - range->low), LEAST_PAD * fabs(range->high));
    pad = pad > 0 ? pad : 1;
    range->low -= pad;
    range->high += pad;
}
