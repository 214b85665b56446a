/* SPDX-License-Identifier: MIT
 *
 * A picture of characters: a grid of cells that widgets fill and a terminal shows. It knows no terminal, so that pictures are tested as text.
 *
 *     struct spb_grid grid = {0};
 *     spb_grid_resize(&grid, 80, 24);
 *     spb_grid_clear(&grid);
 *     struct spb_pen pen = spb_pen_at(&grid, spb_grid_rect(&grid), 0);
 *     spb_pen_text(&pen, SPB_INK_STRONG, "CPU");
 *     spb_pen_printf(&pen, SPB_INK_PLAIN, " %d %%", 12);
 *     spb_grid_release(&grid);
 */
#ifndef SPB_SCREEN_GRID_H
#define SPB_SCREEN_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a text means; the terminal has a colour or an attribute for it. */
enum spb_ink {
    SPB_INK_PLAIN,
    SPB_INK_DIM,    /* what frames the answer: labels, tracks of bars */
    SPB_INK_STRONG, /* titles */
    SPB_INK_CALM,   /* an amount that is neither good nor bad */
    SPB_INK_GOOD,
    SPB_INK_WARN,
    SPB_INK_BAD,
    SPB_INK_HEADER, /* of a list */
    SPB_INK_CHOSEN, /* the line of a list that keys act on */
    SPB_INK_COUNT,
};

struct spb_cell {
    uint32_t code; /* 0: the right half of a wide character */
    uint32_t mark; /* a combining mark on it; 0: none */
    uint8_t ink;
};

struct spb_rect {
    int x, y, width, height;
};

struct spb_grid {
    struct spb_cell *cells; /* row after row */
    int width, height;
    size_t capacity;
    bool ascii; /* nothing else can be shown: other characters of a text become '?' */
};

/* 0, or -ENOMEM: then it is as it was. What the cells hold is undefined afterwards. */
int spb_grid_resize(struct spb_grid *grid, int width, int height);
void spb_grid_release(struct spb_grid *grid);
void spb_grid_clear(struct spb_grid *grid);
struct spb_rect spb_grid_rect(const struct spb_grid *grid);
/* A character of one column. Outside of the grid nothing is drawn. */
void spb_grid_glyph(struct spb_grid *grid, int x, int y, uint32_t code, enum spb_ink ink);
/* All of a row's part in one ink, whatever stands there. */
void spb_grid_ink(struct spb_grid *grid, struct spb_rect rect, enum spb_ink ink);

/* Writes a line from left to right and stops at its end; a wide character that fits by half is left out. */
struct spb_pen {
    struct spb_grid *grid;
    int x, y;
    int start; /* where its line begins */
    int end;   /* the first column that is not its own */
};

/* At the beginning of a row of `rect`; outside of the rectangle or the grid it writes nothing. */
struct spb_pen spb_pen_at(struct spb_grid *grid, struct spb_rect rect, int row);
int spb_pen_room(const struct spb_pen *pen); /* columns left */
void spb_pen_skip(struct spb_pen *pen, int columns);
void spb_pen_glyph(struct spb_pen *pen, enum spb_ink ink, uint32_t code);
void spb_pen_text(struct spb_pen *pen, enum spb_ink ink, const char *text);
void spb_pen_printf(struct spb_pen *pen, enum spb_ink ink, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* In a field of `width` columns, to its left or right; what is too long is cut. */
void spb_pen_left(struct spb_pen *pen, int width, enum spb_ink ink, const char *text);
void spb_pen_right(struct spb_pen *pen, int width, enum spb_ink ink, const char *text);

#endif
