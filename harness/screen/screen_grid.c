/* SPDX-License-Identifier: MIT */
#include "screen_grid.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

#define REPLACEMENT 0xfffdu

int spb_grid_resize(struct spb_grid *grid, int width, int height)
{
    size_t count = (size_t)width * (size_t)height;
    if (count > grid->capacity) {
        struct spb_cell *cells = reallocarray(grid->cells, count, sizeof(*cells));
        if (!cells)
            return -ENOMEM;
        grid->cells = cells;
        grid->capacity = count;
    }
    grid->width = width;
    grid->height = height;
    return 0;
}

void spb_grid_release(struct spb_grid *grid)
{
    free(grid->cells);
    *grid = (struct spb_grid){0};
}

void spb_grid_clear(struct spb_grid *grid)
{
    size_t count = (size_t)grid->width * (size_t)grid->height;
    for (size_t i = 0; i < count; i++)
        grid->cells[i] = (struct spb_cell){.code = ' '};
}

struct spb_rect spb_grid_rect(const struct spb_grid *grid)
{
    return (struct spb_rect){0, 0, grid->width, grid->height};
}

static struct spb_cell *cell_at(const struct spb_grid *grid, int x, int y)
{
    bool inside = x >= 0 && y >= 0 && x < grid->width && y < grid->height;
    return inside ? &grid->cells[(size_t)y * (size_t)grid->width + (size_t)x] : NULL;
}

void spb_grid_glyph(struct spb_grid *grid, int x, int y, uint32_t code, enum spb_ink ink)
{
    struct spb_cell *cell = cell_at(grid, x, y);
    if (cell)
        *cell = (struct spb_cell){.code = code, .ink = (uint8_t)ink};
}

void spb_grid_ink(struct spb_grid *grid, struct spb_rect rect, enum spb_ink ink)
{
    for (int y = rect.y; y < rect.y + rect.height; y++)
        for (int x = rect.x; x < rect.x + rect.width; x++) {
            struct spb_cell *cell = cell_at(grid, x, y);
            if (cell)
                cell->ink = (uint8_t)ink;
        }
}

/* ---- the pen --------------------------------------------------------------------------------------------------- */

struct spb_pen spb_pen_at(struct spb_grid *grid, struct spb_rect rect, int row)
{
    struct spb_pen pen = {.grid = grid, .x = rect.x, .y = rect.y + row, .start = rect.x, .end = rect.x + rect.width};
    if (pen.end > grid->width)
        pen.end = grid->width;
    if (row < 0 || row >= rect.height || pen.y < 0 || pen.y >= grid->height || pen.end < pen.x)
        pen.end = pen.x;
    return pen;
}

int spb_pen_room(const struct spb_pen *pen)
{
    return pen->end - pen->x;
}

void spb_pen_skip(struct spb_pen *pen, int columns)
{
    if (columns > 0)
        pen->x += columns < spb_pen_room(pen) ? columns : spb_pen_room(pen);
}

void spb_pen_glyph(struct spb_pen *pen, enum spb_ink ink, uint32_t code)
{
    if (pen->x < pen->end)
        spb_grid_glyph(pen->grid, pen->x++, pen->y, code, ink);
}

/* A mark goes onto the character before it; a second one on the same is left out. */
static void add_mark(struct spb_pen *pen, int start, uint32_t code)
{
    int x = pen->x - 1;
    struct spb_cell *cell = x >= start ? cell_at(pen->grid, x, pen->y) : NULL;
    if (cell && cell->code == 0)
        cell = x > start ? cell_at(pen->grid, x - 1, pen->y) : NULL;
    if (cell && cell->mark == 0)
        cell->mark = code;
}

/* False: it does not fit. `start` is where the text began. */
static bool put_character(struct spb_pen *pen, enum spb_ink ink, const char *text, size_t bytes, int start)
{
    size_t ignored;
    uint32_t code = spb_utf8_decode(text, &ignored);
    int columns = (int)spb_utf8_columns(text, bytes);
    if (columns == 0) {
        add_mark(pen, start, code);
        return true;
    }
    if (columns > spb_pen_room(pen))
        return false;
    spb_pen_glyph(pen, ink, code);
    if (columns == 2)
        spb_pen_glyph(pen, ink, 0);
    return true;
}

void spb_pen_text(struct spb_pen *pen, enum spb_ink ink, const char *text)
{
    int start = pen->x;
    for (size_t bytes; *text && pen->x < pen->end; text += bytes) {
        unsigned char first = (unsigned char)*text;
        uint32_t code = spb_utf8_decode(text, &bytes);
        if (first < 0x80)
            spb_pen_glyph(pen, ink, first < ' ' || first == 0x7f ? '?' : first);
        else if (pen->grid->ascii || code == REPLACEMENT || code < 0xa0)
            spb_pen_glyph(pen, ink, pen->grid->ascii ? '?' : REPLACEMENT);
        else if (!put_character(pen, ink, text, bytes, start))
            return;
    }
}

void spb_pen_printf(struct spb_pen *pen, enum spb_ink ink, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    spb_pen_text(pen, ink, text);
}

void spb_pen_left(struct spb_pen *pen, int width, enum spb_ink ink, const char *text)
{
    struct spb_pen field = *pen;
    if (width < spb_pen_room(pen))
        field.end = pen->x + width;
    spb_pen_text(&field, ink, text);
    spb_pen_skip(pen, width);
}

void spb_pen_right(struct spb_pen *pen, int width, enum spb_ink ink, const char *text)
{
    struct spb_pen field = *pen;
    if (width < spb_pen_room(pen))
        field.end = pen->x + width;
    spb_pen_skip(&field, width - (int)spb_utf8_columns(text, strlen(text)));
    spb_pen_text(&field, ink, text);
    spb_pen_skip(pen, width);
}
