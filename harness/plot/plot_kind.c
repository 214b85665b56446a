/* SPDX-License-Identifier: MIT */
#include "plot_kind.h"

#include <string.h>

#define SPB_PLOT_KIND(name) extern const struct spb_plot_kind spb_plot_##name;
#include "plot_kind_list.h"
#undef SPB_PLOT_KIND

#define SPB_PLOT_KIND(name) &spb_plot_##name,
const struct spb_plot_kind *const spb_plot_kinds[] = {
#include "plot_kind_list.h"
    NULL};
#undef SPB_PLOT_KIND

const struct spb_plot_kind *spb_plot_kind_find(const char *name)
{
    for (const struct spb_plot_kind *const *kind = spb_plot_kinds; *kind; kind++)
        if (strcmp((*kind)->name, name) == 0)
            return *kind;
    return NULL;
}

const struct spb_plot_kind *spb_plot_kind_choose(const struct spb_plot_input *input)
{
    const struct spb_plot_kind *best = NULL;
    int best_fit = 0;
    for (const struct spb_plot_kind *const *kind = spb_plot_kinds; *kind; kind++) {
        int fit = (*kind)->fit(input);
        if (fit > best_fit) {
            best = *kind;
            best_fit = fit;
        }
    }
    return best;
}
