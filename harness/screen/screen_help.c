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
    {"/", "filter by a part of name or command, or by PID"},
    {"Esc", "back; ends the filter"},
    {"c  m  i  t", "sort by CPU, memory, I/O, threads"},
    {"Space or p", "pause: the picture stands still, looks go on"},
    {"+  -", "longer and shorter interval"},
    {"h or ?", "this page"},
    {"q, Ctrl-C", "quit"},
    {"", ""},
    {NULL, "What the numbers say"},
    {"CPU", "of all CPUs together; of a process: 100 % is one CPU"},
    {"iowait, steal", "idle time in which I/O was waited for; time that the hypervisor took"},
    {"load", "coloured when there is more of it than CPUs that may be used"},
    {"Memory", "used and what cannot be had back; the bar then has what can, then what is free"},
    {"Pressure", "time in which some task, and in which all tasks, stood waiting"},
    {"Disks, Network", "the busiest first; the graph has in above and out below, on one scale"},
    {"lost/s", "packets with errors and packets dropped"},
    {"cs, irq, fork", "context switches, interrupts, new processes and threads"},
    {"READ/s WRITE/s", "bytes from and to storage; K M G by 1024"},
    {"-", "not known yet, or not permitted, as another user's I/O"},
    {"", ""},
};

#define LINES       (sizeof(lines) / sizeof(lines[0]))
#define LEFT_COLUMN 27

struct page {
    struct spb_grid *grid;
    struct spb_rect rect;
    size_t offset, line; /* the first line that is shown, and the next one that is written */
};

static struct spb_pen next_line(struct page *page)
{
    size_t line = page->line++;
    bool is_shown = line >= page->offset && line - page->offset < (size_t)page->rect.height;
    return spb_pen_at(page->grid, page->rect, is_shown ? (int)(line - page->offset) : -1);
}

/* Bytes of `text` that go into a line, up to a blank if there is one. */
static size_t line_length(const char *text, int columns)
{
    size_t length = strlen(text), fits = columns > 8 ? (size_t)columns : 8;
    if (length <= fits)
        return length;
    for (size_t at = fits; at > 0; at--)
        if (text[at] == ' ')
            return at;
    return fits;
}

/* The right side goes on under itself. */
static void draw_pair(struct page *page, const char *left, const char *right)
{
    int indent = 2 + (page->rect.width >= 70 ? LEFT_COLUMN : 17) + 1;
    do {
        struct spb_pen pen = next_line(page);
        size_t length = line_length(right, page->rect.width - indent);
        spb_pen_skip(&pen, 2);
        spb_pen_left(&pen, indent - 3, SPB_INK_PLAIN, left);
        spb_pen_skip(&pen, 1);
        spb_pen_printf(&pen, SPB_INK_DIM, "%.*s", (int)length, right);
        right += length + (right[length] == ' ');
        left = "";
    } while (*right);
}

/* A reason that a whole family of series shares is told once. */
static bool is_news(const struct spb_model *model, int series)
{
    const char *reason = model->values[series].reason;
    return reason &&
           (series == 0 || !model->values[series - 1].reason || strcmp(model->values[series - 1].reason, reason) != 0);
}

static size_t count_absent(const struct spb_model *model)
{
    size_t count = 0;
    for (int i = 0; i < SPB_SERIES_COUNT; i++)
        count += is_news(model, i);
    return count;
}

static void draw_title(struct page *page, const char *title)
{
    struct spb_pen pen = next_line(page);
    spb_pen_text(&pen, SPB_INK_STRONG, title);
}

static void draw_page(struct page *page, const struct spb_model *model)
{
    for (size_t i = 0; i < LINES; i++)
        if (lines[i].left)
            draw_pair(page, lines[i].left, lines[i].right);
        else
            draw_title(page, lines[i].right);
    if (count_absent(model))
        draw_title(page, "What this machine does not show");
    for (int i = 0; i < SPB_SERIES_COUNT; i++)
        if (is_news(model, i))
            draw_pair(page, spb_series_info((enum spb_series)i)->name, model->values[i].reason);
}

void spb_draw_help(struct spb_grid *grid, struct spb_rect rect, const struct spb_model *model, struct spb_view *view)
{
    struct page page = {grid, {rect.x, rect.y, rect.width, 0}, 0, 0};
    draw_page(&page, model); /* only counts its lines */
    size_t height = rect.height > 0 ? (size_t)rect.height : 0;
    size_t last = page.line > height ? page.line - height : 0;
    /* The page moves, nothing on it is chosen. */
    if (view->cursor > last)
        view->cursor = last;
    view->line_count = last + 1;
    view->page = height;
    page = (struct page){grid, rect, view->cursor, 0};
    draw_page(&page, model);
}
