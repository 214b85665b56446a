/* SPDX-License-Identifier: MIT */
#include "plot_marks.h"

#include "probe.h"

/* The gravest first. */
static const struct {
    uint32_t mark;
    int shape;
    const char *text;
} known[] = {
    {SPB_MARK_STEAL, 2, "steal"},
    {SPB_MARK_WAITED, 12, "waited for a CPU"},
    {SPB_MARK_MIGRATED, 3, "migrated"},
    {SPB_MARK_PREEMPTED, 1, "preempted"},
    {SPB_PLOT_UNSETTLED, 10, "unsettled process"},
};
#define KNOWN_COUNT (sizeof(known) / sizeof(known[0]))

int spb_plot_mark_shape(uint32_t marks)
{
    for (size_t i = 0; i < KNOWN_COUNT; i++)
        if (marks & known[i].mark)
            return known[i].shape;
    return 0;
}

void spb_plot_page_legend_marks(struct spb_plot_page *page, uint32_t seen)
{
    for (size_t i = 0; i < KNOWN_COUNT; i++)
        if (seen & known[i].mark)
            spb_plot_page_legend(page, SPB_COLOUR_FAINT, known[i].shape, known[i].text);
}

int spb_plot_clamp(const struct spb_plot_range *range, double value, double *shown)
{
    *shown = value < range->low ? range->low : value > range->high ? range->high : value;
    return (value > range->high) - (value < range->low);
}
