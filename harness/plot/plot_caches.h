/* SPDX-License-Identifier: MIT
 *
 * The data caches of the machines that results are from, as their stamps say, and as marks on an axis of bytes.
 */
#ifndef SPB_PLOT_CACHES_H
#define SPB_PLOT_CACHES_H

#include "plot_axis.h"
#include "plot_kind.h"

#define SPB_PLOT_CACHE_LEVELS 3

/* "L1d", "L2", "L3" of level 1 to 3. */
const char *spb_plot_cache_name(unsigned level);
/* Bytes of one cache of the level, 0 where the stamp does not say. */
double spb_plot_cache_bytes(const struct spb_stamp *stamp, unsigned level);
/* How many CPUs share it; 1 where the stamp does not say. */
double spb_plot_cache_sharers(const struct spb_stamp *stamp, unsigned level);

struct spb_plot_cache_mark {
    double bytes;
    char *label;     /* "L2 1 MiB", and of which file where these differ */
    double place;    /* of the label's middle, 0 at the left of the box, 1 at the right */
    unsigned storey; /* above the box; 0: the lowest */
};

struct spb_plot_caches {
    struct spb_plot_cache_mark *marks; /* by size */
    size_t count;
    unsigned storeys;
};

/* Those of all files, each size once. An axis that holds sizes already is made longer to those nearby; what is farther off, and what
 * the stamps do not tell, becomes a sentence of the note. 0 or -ENOMEM. */
int spb_plot_caches_collect(const struct spb_plot_input *input, struct spb_plot_axis *axis,
                            struct spb_plot_caches *caches, struct spb_strbuf *note);
/* Finds the labels' places on the final axis in a box of that width. */
void spb_plot_caches_place(struct spb_plot_caches *caches, const struct spb_plot_axis *axis, double width_px);
/* A block: bytes, label, place of the label, storey. */
void spb_plot_caches_write(const struct spb_plot_caches *caches, struct spb_plot_data *data);
void spb_plot_caches_release(struct spb_plot_caches *caches);

#endif
