/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "svg_inline_internal.h"

static const struct spb_svg_element elements[] = {
    {.name = "svg", .is_root = true},
    {.name = "g", .is_group = true},
    {.name = "defs", .is_group = true},
    {.name = "path"},
    {.name = "rect"},
    {.name = "circle"},
    {.name = "ellipse"},
    {.name = "line"},
    {.name = "polygon"},
    {.name = "polyline"},
    {.name = "use"},
    {.name = "clipPath"},
    {.name = "pattern"},
    {.name = "linearGradient"},
    {.name = "stop"},
    {.name = "text", .has_text = true},
    {.name = "tspan", .has_text = true},
    /* gnuplot's own name, and the boxes behind labels, which its SVG defines but no template uses. */
    {.name = "title", .is_dropped = true, .has_text = true},
    {.name = "desc", .is_dropped = true, .has_text = true},
    {.name = "filter", .is_dropped = true},
    {.name = "feFlood", .is_dropped = true},
    {.name = "feComposite", .is_dropped = true},
};

static const struct spb_svg_attribute attributes[] = {
    {"id", SPB_SVG_ID},
    {"xlink:href", SPB_SVG_REFERENCE},
    {"href", SPB_SVG_REFERENCE},
    {"fill", SPB_SVG_COLOR},
    {"stroke", SPB_SVG_COLOR},
    {"color", SPB_SVG_COLOR},
    {"stop-color", SPB_SVG_COLOR},
    {"clip-path", SPB_SVG_COLOR}, /* "none" or "url(#name)" */
    {"transform", SPB_SVG_TRANSFORM},
    {"gradientTransform", SPB_SVG_TRANSFORM},
    {"patternTransform", SPB_SVG_TRANSFORM},
    {"d", SPB_SVG_SHAPE},
    {"points", SPB_SVG_SHAPE},
    {"x", SPB_SVG_SHAPE},
    {"y", SPB_SVG_SHAPE},
    {"x1", SPB_SVG_SHAPE},
    {"x2", SPB_SVG_SHAPE},
    {"y1", SPB_SVG_SHAPE},
    {"y2", SPB_SVG_SHAPE},
    {"dx", SPB_SVG_SHAPE},
    {"dy", SPB_SVG_SHAPE},
    {"cx", SPB_SVG_SHAPE},
    {"cy", SPB_SVG_SHAPE},
    {"r", SPB_SVG_SHAPE},
    {"rx", SPB_SVG_SHAPE},
    {"ry", SPB_SVG_SHAPE},
    {"width", SPB_SVG_SHAPE},
    {"height", SPB_SVG_SHAPE},
    {"offset", SPB_SVG_SHAPE},
    {"opacity", SPB_SVG_SHAPE},
    {"fill-opacity", SPB_SVG_SHAPE},
    {"stroke-opacity", SPB_SVG_SHAPE},
    {"stop-opacity", SPB_SVG_SHAPE},
    {"stroke-width", SPB_SVG_SHAPE},
    {"stroke-dasharray", SPB_SVG_SHAPE},
    {"stroke-dashoffset", SPB_SVG_SHAPE},
    {"stroke-miterlimit", SPB_SVG_SHAPE},
    {"font-size", SPB_SVG_SHAPE},
    {"stroke-linecap", SPB_SVG_WORD},
    {"stroke-linejoin", SPB_SVG_WORD},
    {"fill-rule", SPB_SVG_WORD},
    {"clip-rule", SPB_SVG_WORD},
    {"shape-rendering", SPB_SVG_WORD},
    {"text-anchor", SPB_SVG_WORD},
    {"dominant-baseline", SPB_SVG_WORD},
    {"font-weight", SPB_SVG_WORD},
    {"font-style", SPB_SVG_WORD},
    {"patternUnits", SPB_SVG_WORD},
    {"gradientUnits", SPB_SVG_WORD},
    {"clipPathUnits", SPB_SVG_WORD},
    {"font-family", SPB_SVG_DROPPED},
    {"class", SPB_SVG_DROPPED},
    {"xml:space", SPB_SVG_DROPPED},
};

const struct spb_svg_element *spb_svg_element_find(struct spb_span name)
{
    for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++)
        if (spb_span_equals(name, elements[i].name))
            return &elements[i];
    return NULL;
}

const struct spb_svg_attribute *spb_svg_attribute_find(struct spb_span name)
{
    for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
        if (spb_span_equals(name, attributes[i].name))
            return &attributes[i];
    return NULL;
}

/* ---- colours ---------------------------------------------------------------------------------------------------- */

/* The light theme of plots/style.gp, and what gnuplot itself draws in where a template sets nothing. */
static const struct {
    uint32_t rgb;
    const char *variable;
} palette[] = {
    {0xffffff, "--paper"}, {0x1f2328, "--ink"},       {0x000000, "--ink"},    {0x59636e, "--faint"},
    {0xd8dee4, "--rules"}, {0xeff2f5, "--band"},      {0xb3261e, "--slower"}, {0x1a7f37, "--faster"},
    {0x4c5866, "--same"},  {0x9a6700, "--undecided"}, {0x0068b5, "--hue-1"},  {0xc44f00, "--hue-2"},
    {0x00795c, "--hue-3"}, {0xa8437f, "--hue-4"},     {0x1f7fa8, "--hue-5"},  {0x8a6a00, "--hue-6"},
    {0x5b45b0, "--hue-7"}, {0x3d444d, "--hue-8"},
};

/* "rgb(31, 35, 40)" */
static bool parse_triple(struct spb_span value, uint32_t *rgb)
{
    struct spb_span rest, part;
    if (!spb_span_starts_with(value, "rgb(") || value.text[value.length - 1] != ')')
        return false;
    rest = (struct spb_span){value.text + 4, value.length - 5};
    *rgb = 0;
    for (int i = 0; i < 3; i++) {
        uint64_t number;
        if (i < 2 ? !spb_span_take_until(&rest, ',', &part) : (part = rest, false))
            return false;
        if (spb_span_parse_u64(spb_span_trim(part), &number) < 0 || number > 255)
            return false;
        *rgb = *rgb << 8 | (uint32_t)number;
    }
    return true;
}

static bool parse_hex(struct spb_span value, uint32_t *rgb)
{
    uint64_t number;
    if (value.length != 7 || value.text[0] != '#' || !isxdigit((unsigned char)value.text[1]) ||
        !isxdigit((unsigned char)value.text[2]) ||
        spb_span_parse_hex((struct spb_span){value.text + 1, 6}, &number) < 0)
        return false;
    *rgb = (uint32_t)number;
    return true;
}

static bool parse_rgb(struct spb_span value, uint32_t *rgb)
{
    *rgb = spb_span_equals(value, "white") ? 0xffffff : 0;
    return spb_span_equals(value, "black") || spb_span_equals(value, "white") || parse_hex(value, rgb) ||
           parse_triple(value, rgb);
}

bool spb_svg_color(struct spb_span value, char *color)
{
    uint32_t rgb;
    if (spb_span_equals(value, "none") || spb_span_equals(value, "currentColor")) {
        spb_span_copy(value, color, SPB_SVG_COLOR_SIZE);
        return true;
    }
    if (!parse_rgb(value, &rgb))
        return false;
    snprintf(color, SPB_SVG_COLOR_SIZE, "#%06x", rgb);
    for (size_t i = 0; i < sizeof(palette) / sizeof(palette[0]); i++)
        if (palette[i].rgb == rgb)
            snprintf(color, SPB_SVG_COLOR_SIZE, "var(%s)", palette[i].variable);
    return true;
}
