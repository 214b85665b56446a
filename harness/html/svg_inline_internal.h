/* SPDX-License-Identifier: MIT
 *
 * What may stand in a picture, and how its colours are those of the page. */
#ifndef SPB_SVG_INLINE_INTERNAL_H
#define SPB_SVG_INLINE_INTERNAL_H

#include <stdbool.h>

#include "span.h"

struct spb_svg_element {
    const char *name;
    bool is_root;
    bool is_group;   /* means nothing without content */
    bool is_dropped; /* with all that is in it */
    bool has_text;
};

enum spb_svg_form {
    SPB_SVG_DROPPED,
    SPB_SVG_SHAPE, /* numbers, units and commands of a path */
    SPB_SVG_TRANSFORM,
    SPB_SVG_WORD,
    SPB_SVG_COLOR,
    SPB_SVG_ID,
    SPB_SVG_REFERENCE, /* to an id of the same picture */
};

struct spb_svg_attribute {
    const char *name;
    enum spb_svg_form form;
};

/* NULL: not on the list. */
const struct spb_svg_element *spb_svg_element_find(struct spb_span name);
const struct spb_svg_attribute *spb_svg_attribute_find(struct spb_span name);

#define SPB_SVG_COLOR_SIZE 24

/* "#0068b5", "rgb(0, 104, 181)" and "black" -> "var(--hue-1)", "#rrggbb", "none" or "currentColor". false: no colour. */
bool spb_svg_color(struct spb_span value, char *color);

#endif
