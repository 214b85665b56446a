/* SPDX-License-Identifier: MIT */
#include "screen_widgets.h"

#include <math.h>
#include <stdio.h>

enum spb_ink spb_level_ink(double pct)
{
    return pct >= 90 ? SPB_INK_BAD : pct >= 70 ? SPB_INK_WARN : SPB_INK_GOOD;
}

static double clamp(double value, double max)
{
    return !(value > 0) ? 0 : value > max ? max : value;
}

/* ---- bars ------------------------------------------------------------------------------------------------------ */

struct bar_glyphs {
    uint32_t used, half, more, track;
};

static const struct bar_glyphs line_glyphs = {0x2501, 0x2578, 0x254d, 0x2500}; /* ━ ╸ ╍ ─ */
static const struct bar_glyphs ascii_glyphs = {'#', 0, '=', '.'};

void spb_draw_bar(struct spb_pen *pen, int width, const struct spb_bar *bar)
{
    const struct bar_glyphs *glyphs = pen->grid->ascii ? &ascii_glyphs : &line_glyphs;
    int halves = (int)lround(clamp(bar->used_pct, 100) / 100 * 2 * width);
    int used = glyphs->half ? halves / 2 : (halves + 1) / 2;
    bool has_half = glyphs->half && halves % 2;
    int more = (int)lround(clamp(bar->used_pct + bar->more_pct, 100) / 100 * width);
    if (isnan(bar->used_pct)) {
        spb_pen_skip(pen, width);
        return;
    }
    for (int i = 0; i < width; i++)
        if (i < used)
            spb_pen_glyph(pen, bar->ink, glyphs->used);
        else if (i == used && has_half)
            spb_pen_glyph(pen, bar->ink, glyphs->half);
        else if (i < more)
            spb_pen_glyph(pen, SPB_INK_CALM, glyphs->more);
        else
            spb_pen_glyph(pen, SPB_INK_DIM, glyphs->track);
}

void spb_draw_level(struct spb_pen *pen, double pct, enum spb_ink ink)
{
    static const char ascii[] = ".:-=+*#%@"; /* dark on the right */
    if (isnan(pct)) {
        spb_pen_glyph(pen, SPB_INK_DIM, ' ');
        return;
    }
    double share = clamp(pct, 100) / 100;
    if (pen->grid->ascii)
        spb_pen_glyph(pen, ink, (unsigned char)ascii[lround(share * 8)]);
    else
        spb_pen_glyph(pen, ink, 0x2581 + (uint32_t)lround(share * 7)); /* ▁ to █ */
}

/* ---- graphs ---------------------------------------------------------------------------------------------------- */

static int values_per_column(const struct spb_grid *grid)
{
    return grid->ascii ? 1 : 2;
}

static int steps_per_row(const struct spb_grid *grid)
{
    return grid->ascii ? 2 : 4;
}

/* The value `back` places before the newest. */
static double value_at(const struct spb_graph *graph, int back)
{
    return back >= 0 && (size_t)back < graph->count ? (double)graph->values[graph->count - 1 - (size_t)back]
                                                    : (double)NAN;
}

/* Steps of height, at least one for what is more than nothing. What grows up stands on a line, so that nothing looks unlike
 * nothing known. */
static int height_of(const struct spb_graph *graph, double value, int steps)
{
    if (!(value > 0) || !(graph->max > 0))
        return !isnan(value) && !graph->hangs;
    double height = clamp(value / graph->max, 1) * steps;
    return height < 1 ? 1 : (int)lround(height);
}

/* The dots of one side of a braille character, from the bottom (or the top, for what hangs). */
static uint32_t dots(int side, int filled, bool hangs)
{
    static const uint8_t bottom_up[2][5] = {{0, 0x40, 0x44, 0x46, 0x47}, {0, 0x80, 0xa0, 0xb0, 0xb8}};
    static const uint8_t top_down[2][5] = {{0, 0x01, 0x03, 0x07, 0x47}, {0, 0x08, 0x18, 0x38, 0xb8}};
    int count = filled < 0 ? 0 : filled > 4 ? 4 : filled;
    return hangs ? top_down[side][count] : bottom_up[side][count];
}

static uint32_t ascii_glyph(int filled, bool hangs)
{
    return filled <= 0 ? ' ' : filled >= 2 ? ':' : hangs ? '\'' : '.';
}

struct column {
    int height[2]; /* steps; the older first */
    enum spb_ink ink;
};

static struct column column_of(const struct spb_grid *grid, const struct spb_graph *graph, int from_right, int steps)
{
    int values = values_per_column(grid);
    struct column column = {.ink = SPB_INK_CALM};
    double largest = 0;
    for (int i = 0; i < values; i++) {
        double value = value_at(graph, from_right * values + values - 1 - i);
        column.height[i] = height_of(graph, value, steps);
        largest = value > largest ? value : largest;
    }
    if (graph->is_level)
        column.ink = spb_level_ink(largest);
    return column;
}

void spb_draw_graph(struct spb_grid *grid, struct spb_rect rect, const struct spb_graph *graph)
{
    int per_row = steps_per_row(grid);
    for (int x = 0; x < rect.width; x++) {
        struct column column = column_of(grid, graph, rect.width - 1 - x, rect.height * per_row);
        for (int row = 0; row < rect.height; row++) {
            int below = (graph->hangs ? row : rect.height - 1 - row) * per_row;
            int left = column.height[0] - below, right = column.height[1] - below;
            uint32_t code = grid->ascii ? ascii_glyph(left, graph->hangs)
                                        : 0x2800 + (dots(0, left, graph->hangs) | dots(1, right, graph->hangs));
            if (code != ' ' && code != 0x2800)
                spb_grid_glyph(grid, rect.x + x, rect.y + row, code, column.ink);
        }
    }
}

double spb_graph_max(const struct spb_grid *grid, int width, const float *values, size_t count)
{
    size_t shown = width > 0 ? (size_t)width * (size_t)values_per_column(grid) : 0;
    double max = 0;
    for (size_t i = count > shown ? count - shown : 0; i < count; i++)
        if ((double)values[i] > max)
            max = (double)values[i];
    return max;
}

/* ---- short numbers --------------------------------------------------------------------------------------------- */

static const char *short_number(char *text, double value, double base)
{
    static const char units[] = " kMGTPE";
    size_t i = 0;
    if (isnan(value) || value < 0)
        return snprintf(text, SPB_SHORT_TEXT_SIZE, "-"), text;
    while (value >= 999.5 && i + 1 < sizeof(units) - 1) {
        value /= base;
        i++;
    }
    int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    bool is_fraction = base == 1000 && value < 9.95 && value != floor(value);
    if (i == 0)
        snprintf(text, SPB_SHORT_TEXT_SIZE, "%.*f", is_fraction, value);
    else
        snprintf(text, SPB_SHORT_TEXT_SIZE, "%.*f%c", decimals, value, base == 1024 && i == 1 ? 'K' : units[i]);
    return text;
}

const char *spb_short_bytes(char *text, double value)
{
    return short_number(text, value, 1024);
}

const char *spb_short_count(char *text, double value)
{
    return short_number(text, value, 1000);
}

const char *spb_short_pct(char *text, double value)
{
    if (isnan(value))
        snprintf(text, SPB_SHORT_TEXT_SIZE, "-");
    else
        snprintf(text, SPB_SHORT_TEXT_SIZE, "%.*f", value < 99.95 ? 1 : 0, value);
    return text;
}

const char *spb_short_time(char *text, double seconds)
{
    if (!(seconds >= 0) || seconds > 1e12)
        return snprintf(text, SPB_SHORT_TEXT_SIZE, "-"), text;
    unsigned long long whole = (unsigned long long)seconds;
    unsigned hours = (unsigned)(whole / 3600 % 24), minutes = (unsigned)(whole / 60 % 60);
    if (whole >= 86400)
        snprintf(text, SPB_SHORT_TEXT_SIZE, "%llud%02uh", whole / 86400, hours);
    else if (whole >= 3600)
        snprintf(text, SPB_SHORT_TEXT_SIZE, "%uh%02um", hours, minutes);
    else
        snprintf(text, SPB_SHORT_TEXT_SIZE, "%um%02us", minutes, (unsigned)(whole % 60));
    return text;
}
