/* SPDX-License-Identifier: MIT
 *
 * A flame graph as one SVG file that needs nothing else (Gregg, CACM 59 (6), 2016): every box is a function, as wide as its share, on top of its caller. In a browser: click zooms, a regular
 * expression searches and marks, the mouse and the focus of the keyboard tell what a box is.
 *
 *     struct spb_flame_graph graph = {.profile = profile, .tree = &tree, .title = "demo, CPU time", .unit = "nanoseconds"};
 *     spb_flame_graph(&graph, &out);
 */
#ifndef SPB_FLAME_GRAPH_H
#define SPB_FLAME_GRAPH_H

#include "profile_view.h"
#include "strbuf.h"

struct spb_flame_graph {
    const struct spb_profile *profile;
    const struct spb_profile_tree *tree; /* of the profile; of the new one with a difference */
    const char *title;
    const char *subtitle; /* how it was measured; or NULL */
    const char *unit;     /* of the values: "count", "nanoseconds", "bytes" */
    const struct spb_profile_diff
        *diff; /* colours by difference, red for more and blue for less; NULL: by where the code is from */
};

/* Appends the file. Boxes that would be narrower than a tenth of a pixel, and what is deeper than 1,000 callers, are left out, and the picture says how many. 0 or -ENOMEM. */
int spb_flame_graph(const struct spb_flame_graph *graph, struct spb_strbuf *out);

/* "12.3 ms", "1.2 GiB", "512": a value in its unit. `text` holds SPB_UNIT_TEXT_SIZE; returns it. */
const char *spb_profile_value_format(char *text, double value, const char *unit);

#endif
