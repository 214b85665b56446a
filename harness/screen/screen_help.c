/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "screen_picture.h"

struct help_line {
    const char *left; /* NULL: a title */
    const char *right;
};

static const struct help_line lines[] = {
    {NULL, "Keys"},
    {"Up Down PgUp PgDn Home End", "move in the list; also k and j"},
    {"Enter", "the threads of the chosen process, and back"},
    {"/", "filter by a part of name or command, or by PID; Esc ends it"},
    {"c  m  i  t", "sort by CPU, memory, I/O, threads"},
    {"Space or p", "pause: the picture stands still, looks go on"},
    {"+  -", "longer and shorter interval"},
    {"h or ?", "this page"},
    {"q, Ctrl-C", "quit"},
    {"", ""},
    {NULL, "What the numbers say"},
    {"CPU", "of all CPUs; of a process: 100 % is one CPU"},
    {"iowait, steal", "idle time that waited for I/O; time that the hypervisor took"},
    {"load", "against the CPUs that may be used"},
    {"Memory bar", "used, then what can be had back, then free"},
    {"Pressure", "time in which some task, and in which all tasks, stood waiting"},
    {"READ/s WRITE/s", "to and from storage, in bytes; K M G: of 1024"},
    {"busiest first", "disks and interfaces; graph: in above, out below"},
    {"-", "not known yet, or not permitted: another user's I/O"},
    {"", ""},
};

#define LINES       (sizeof(lines) / sizeof(lines[0]))
#define LEFT_COLUMN 28

static void draw_pair(struct spb_pen *pen, const char *left, const char *right)
{
    int width = spb_pen_room(pen) >= 70 ? LEFT_COLUMN : 17;
    spb_pen_skip(pen, 2);
    spb_pen_left(pen, width, SPB_INK_PLAIN, left);
    spb_pen_skip(pen, 1);
    spb_pen_text(pen, SPB_INK_DIM, right);
}

/* Calls no more than once for a reason that a whole family of series shares. */
static bool is_news(const struct spb_model *model, int series)
{
    const char *reason = model->values[series].reason;
    return reason &&
           (series == 0 || !model->values[series - 1].reason || strcmp(model->values[series - 1].reason, reason) != 0);
}

struct page {
    struct spb_grid *grid;
    struct spb_rect rect;
    size_t offset, line;
};

static struct spb_pen next_line(struct page *page)
{
    size_t row = page->line++ - page->offset;
    return spb_pen_at(page->grid, page->rect, page->line > page->offset && row < 10000 ? (int)row : -1);
}

static size_t count_absent(const struct spb_model *model)
{
    size_t count = 0;
    for (int i = 0; i < SPB_SERIES_COUNT; i++)
        count += is_news(model, i);
    return count;
}

static void draw_absent(struct page *page, const struct spb_model *model)
{
    struct spb_pen pen = next_line(page);
    spb_pen_text(&pen, SPB_INK_STRONG, "What this machine does not show");
    for (int i = 0; i < SPB_SERIES_COUNT; i++)
        if (is_news(model, i)) {
            pen = next_line(page);
            draw_pair(&pen, spb_series_info((enum spb_series)i)->name, model->values[i].reason);
        }
}

void spb_draw_help(struct spb_grid *grid, struct spb_rect rect, const struct spb_model *model, struct spb_view *view)
{
    size_t absent = count_absent(model), height = rect.height > 0 ? (size_t)rect.height : 0;
    size_t count = LINES + (absent ? absent + 1 : 0);
    /* The page moves, nothing on it is chosen. */
    size_t last = count > height ? count - height : 0;
    if (view->cursor > last)
        view->cursor = last;
    view->line_count = last + 1;
    view->page = height;
    struct page page = {grid, rect, view->cursor, 0};
    for (size_t i = 0; i < LINES; i++) {
        struct spb_pen pen = next_line(&page);
        if (lines[i].left)
            draw_pair(&pen, lines[i].left, lines[i].right);
        else
            spb_pen_text(&pen, SPB_INK_STRONG, lines[i].right);
    }
    if (absent)
        draw_absent(&page, model);
}
