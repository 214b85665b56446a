/* SPDX-License-Identifier: MIT
 *
 * A grid as the text that a terminal would show: lines without blanks at their end.
 */
#ifndef SPB_GRID_TEXT_H
#define SPB_GRID_TEXT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "screen_grid.h"
#include "strbuf.h"

static inline void grid_append_code(struct spb_strbuf *out, uint32_t code)
{
    char bytes[5] = {0};
    if (code < 0x80) {
        bytes[0] = (char)code;
    } else if (code < 0x800) {
        bytes[0] = (char)(0xc0 | code >> 6);
        bytes[1] = (char)(0x80 | (code & 0x3f));
    } else {
        bytes[0] = (char)(0xe0 | code >> 12);
        bytes[1] = (char)(0x80 | (code >> 6 & 0x3f));
        bytes[2] = (char)(0x80 | (code & 0x3f));
    }
    spb_strbuf_append(out, bytes);
}

/* Of one row. Released by the caller. */
static inline char *grid_line(const struct spb_grid *grid, int y)
{
    struct spb_strbuf out = {0};
    const struct spb_cell *row = &grid->cells[(size_t)y * (size_t)grid->width];
    int end = grid->width;
    while (end > 0 && row[end - 1].code == ' ')
        end--;
    for (int x = 0; x < end; x++) {
        if (row[x].code)
            grid_append_code(&out, row[x].code);
        if (row[x].mark)
            grid_append_code(&out, row[x].mark);
    }
    spb_strbuf_append(&out, "");
    char *text = spb_strbuf_detach(&out);
    return text ? text : calloc(1, 1);
}

static inline void assert_line(const struct spb_grid *grid, int y, const char *expected)
{
    char *line = grid_line(grid, y);
    assert_string_equal(line, expected);
    free(line);
}

/* All rows. Released by the caller. */
static inline char *grid_text(const struct spb_grid *grid)
{
    struct spb_strbuf out = {0};
    for (int y = 0; y < grid->height; y++) {
        char *line = grid_line(grid, y);
        spb_strbuf_append(&out, line);
        spb_strbuf_append_char(&out, '\n');
        free(line);
    }
    return spb_strbuf_detach(&out);
}

static inline struct spb_grid grid_of(int width, int height)
{
    struct spb_grid grid = {0};
    assert_int_equal(spb_grid_resize(&grid, width, height), 0);
    spb_grid_clear(&grid);
    return grid;
}

static inline const struct spb_cell *grid_cell(const struct spb_grid *grid, int x, int y)
{
    return &grid->cells[(size_t)y * (size_t)grid->width + (size_t)x];
}

#endif
