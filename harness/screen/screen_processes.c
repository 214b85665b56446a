/* SPDX-License-Identifier: MIT */
#include "screen_processes.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen_widgets.h"

/* ---- which, and in which order --------------------------------------------------------------------------------- */

static double weight_of(const struct spb_process_look *look, enum spb_screen_sort sort)
{
    switch (sort) {
    case SPB_SORT_MEMORY:
        return (double)look->rss_bytes;
    case SPB_SORT_IO:
        return look->has_io ? look->read_bytes_per_s + look->written_bytes_per_s : -1;
    case SPB_SORT_THREADS:
        return look->threads;
    case SPB_SORT_CPU:
    default:
        return look->has_cpu ? look->cpu_pct : -1;
    }
}

/* Equal ones: what has used more CPU time, then the smaller number, so that they stand still. */
static bool comes_before(const struct spb_process_look *a, const struct spb_process_look *b, enum spb_screen_sort sort)
{
    double left = weight_of(a, sort), right = weight_of(b, sort);
    if (left > right || left < right)
        return left > right;
    if (a->cpu_total_ns != b->cpu_total_ns)
        return a->cpu_total_ns > b->cpu_total_ns;
    return a->pid < b->pid;
}

static bool matches(const struct spb_process_look *look, const char *filter)
{
    char pid[16];
    if (filter[0] == '\0')
        return true;
    snprintf(pid, sizeof(pid), "%d", (int)look->pid);
    return strcasestr(look->name, filter) || (look->command && strcasestr(look->command, filter)) ||
           strcmp(pid, filter) == 0;
}

/* A heap with the first of the order on top, at `items`, of `count`. */
static void sink(const struct spb_process_look **items, size_t count, size_t at, enum spb_screen_sort sort)
{
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && comes_before(items[child + 1], items[child], sort))
            child++;
        if (!comes_before(items[child], items[at], sort))
            return;
        const struct spb_process_look *moved = items[at];
        items[at] = items[child];
        items[child] = moved;
    }
}

static void reverse(const struct spb_process_look **items, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        const struct spb_process_look *moved = items[i];
        items[i] = items[count - 1 - i];
        items[count - 1 - i] = moved;
    }
}

/* Without qsort, which takes memory for long lists; and no more is put in order than is shown. */
static void put_in_order(struct spb_process_order *order, enum spb_screen_sort sort, size_t sorted)
{
    size_t left = order->count;
    for (size_t i = left / 2; i-- > 0;)
        sink(order->items, left, i, sort);
    for (size_t taken = 0; taken < sorted && left > 0; taken++) {
        const struct spb_process_look *first = order->items[0];
        order->items[0] = order->items[--left];
        order->items[left] = first;
        sink(order->items, left, 0, sort);
    }
    reverse(order->items, order->count);
}

int spb_process_order_fill(struct spb_process_order *order, const struct spb_processes *processes,
                           const struct spb_view *view, size_t sorted)
{
    if (processes->count > order->capacity) {
        size_t larger = processes->count + processes->count / 2;
        const struct spb_process_look **items = reallocarray(
            order->items, larger, sizeof(*items)); // NOLINT(bugprone-sizeof-expression): a list of pointers
        if (!items)
            return -ENOMEM;
        order->items = items;
        order->capacity = larger;
    }
    order->count = 0;
    order->total = processes->count;
    for (size_t i = 0; i < processes->count; i++)
        if (matches(&processes->items[i], view->filter))
            order->items[order->count++] = &processes->items[i];
    put_in_order(order, view->sort, sorted);
    return 0;
}

void spb_process_order_release(struct spb_process_order *order)
{
    free(order->items);
    *order = (struct spb_process_order){0};
}

/* ---- columns --------------------------------------------------------------------------------------------------- */

struct line {
    const struct spb_process_look *look;
    struct spb_user_names *names;
};

struct cell {
    char text[64];
    enum spb_ink ink;
};

static void pid_cell(const struct line *line, struct cell *cell)
{
    snprintf(cell->text, sizeof(cell->text), "%d", (int)line->look->pid);
}

static void user_cell(const struct line *line, struct cell *cell)
{
    if (line->names)
        snprintf(cell->text, sizeof(cell->text), "%s", spb_user_name(line->names, line->look->user));
    else
        snprintf(cell->text, sizeof(cell->text), "%u", (unsigned)line->look->user);
    cell->ink = line->look->user == 0 ? SPB_INK_DIM : SPB_INK_PLAIN;
}

static enum spb_ink state_ink(char state)
{
    return state == 'R' ? SPB_INK_GOOD : state == 'D' ? SPB_INK_WARN : state == 'Z' ? SPB_INK_BAD : SPB_INK_DIM;
}

static void state_cell(const struct line *line, struct cell *cell)
{
    cell->text[0] = line->look->state;
    cell->text[1] = '\0';
    cell->ink = state_ink(line->look->state);
}

static void threads_cell(const struct line *line, struct cell *cell)
{
    snprintf(cell->text, sizeof(cell->text), "%u", line->look->threads);
    cell->ink = line->look->threads > 1 ? SPB_INK_PLAIN : SPB_INK_DIM;
}

/* Nothing stands out that did nothing. */
static enum spb_ink amount_ink(double value)
{
    return value > 0 ? SPB_INK_PLAIN : SPB_INK_DIM;
}

static void cpu_cell(const struct line *line, struct cell *cell)
{
    double pct = line->look->has_cpu ? line->look->cpu_pct : (double)NAN;
    spb_short_pct(cell->text, pct);
    cell->ink = pct >= 70 ? spb_level_ink(pct) : amount_ink(pct >= 0.05 ? pct : 0);
}

static void rss_cell(const struct line *line, struct cell *cell)
{
    spb_short_bytes(cell->text, (double)line->look->rss_bytes);
    if (line->look->is_kernel)
        snprintf(cell->text, sizeof(cell->text), "-"); /* the kernel's threads have no memory of their own */
    cell->ink = amount_ink(line->look->is_kernel ? 0 : (double)line->look->rss_bytes);
}

static void virtual_cell(const struct line *line, struct cell *cell)
{
    spb_short_bytes(cell->text, (double)line->look->virtual_bytes);
    if (line->look->is_kernel)
        snprintf(cell->text, sizeof(cell->text), "-");
    cell->ink = SPB_INK_DIM;
}

static void time_cell(const struct line *line, struct cell *cell)
{
    spb_short_time(cell->text, (double)line->look->cpu_total_ns / 1e9);
    cell->ink = SPB_INK_DIM;
}

static void rate_cell(const struct line *line, struct cell *cell, double value)
{
    spb_short_bytes(cell->text, line->look->has_io ? value : (double)NAN);
    cell->ink = amount_ink(line->look->has_io ? value : 0);
}

static void read_cell(const struct line *line, struct cell *cell)
{
    rate_cell(line, cell, line->look->read_bytes_per_s);
}

static void written_cell(const struct line *line, struct cell *cell)
{
    rate_cell(line, cell, line->look->written_bytes_per_s);
}

static void io_cell(const struct line *line, struct cell *cell)
{
    rate_cell(line, cell, line->look->read_bytes_per_s + line->look->written_bytes_per_s);
}

struct column {
    const char *title;
    int width;
    int from, to; /* widths of the list in which it is shown; to 0: no end */
    bool is_left;
    int sort; /* the sort that goes by it, or -1 */
    void (*write)(const struct line *line, struct cell *cell);
};

static const struct column columns[] = {
    {"PID", 7, 0, 0, false, -1, pid_cell},
    {"USER", 8, 66, 0, true, -1, user_cell},
    {"S", 1, 34, 0, true, -1, state_cell},
    {"THR", 4, 54, 0, false, SPB_SORT_THREADS, threads_cell},
    {"CPU %", 6, 0, 0, false, SPB_SORT_CPU, cpu_cell},
    {"TIME+", 6, 96, 0, false, -1, time_cell},
    {"RSS", 5, 26, 0, false, SPB_SORT_MEMORY, rss_cell},
    {"VIRT", 5, 110, 0, false, -1, virtual_cell},
    {"READ/s", 7, 76, 0, false, SPB_SORT_IO, read_cell},
    {"WRITE/s", 7, 76, 0, false, -1, written_cell},
    {"I/O /s", 7, 44, 75, false, SPB_SORT_IO, io_cell},
};

#define COLUMN_COUNT (sizeof(columns) / sizeof(columns[0]))

static bool is_shown(const struct column *column, int width)
{
    return width >= column->from && (column->to == 0 || width <= column->to);
}

static void draw_field(struct spb_pen *pen, const struct column *column, enum spb_ink ink, const char *text)
{
    if (column->is_left)
        spb_pen_left(pen, column->width, ink, text);
    else
        spb_pen_right(pen, column->width, ink, text);
    spb_pen_skip(pen, 1);
}

/* The column that the list is sorted by has a mark, for eyes and terminals without colour. */
static void draw_header(struct spb_pen *pen, int width, const struct spb_view *view)
{
    struct spb_rect all = {pen->x, pen->y, width, 1};
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        char title[32];
        bool is_sorted = columns[i].sort == (int)view->sort;
        const char *mark = !is_sorted ? "" : pen->grid->ascii ? "*" : "\xe2\x96\xbe";
        if (!is_shown(&columns[i], width))
            continue;
        snprintf(title, sizeof(title), "%s%s", mark, columns[i].title);
        draw_field(pen, &columns[i], SPB_INK_HEADER, title);
    }
    spb_pen_text(pen, SPB_INK_HEADER, "COMMAND");
    spb_grid_ink(pen->grid, all, SPB_INK_HEADER);
}

static void draw_line(struct spb_pen *pen, int width, const struct line *line)
{
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        struct cell cell = {.ink = SPB_INK_PLAIN};
        if (!is_shown(&columns[i], width))
            continue;
        columns[i].write(line, &cell);
        draw_field(pen, &columns[i], cell.ink, cell.text);
    }
    const struct spb_process_look *look = line->look;
    bool has_command = look->command && look->command[0];
    spb_pen_text(pen, look->is_kernel ? SPB_INK_DIM : SPB_INK_PLAIN, has_command ? look->command : look->name);
}

static void mark_chosen(struct spb_grid *grid, struct spb_rect rect, size_t row)
{
    spb_grid_ink(grid, (struct spb_rect){rect.x, rect.y + (int)row, rect.width, 1}, SPB_INK_CHOSEN);
}

void spb_draw_processes(struct spb_grid *grid, struct spb_rect rect, struct spb_process_order *order,
                        const struct spb_processes *processes, struct spb_view *view, struct spb_user_names *names)
{
    struct spb_pen pen = spb_pen_at(grid, rect, 0);
    size_t page = rect.height > 1 ? (size_t)rect.height - 1 : 0;
    if (rect.height <= 0)
        return;
    draw_header(&pen, rect.width, view);
    pen = spb_pen_at(grid, rect, 1);
    size_t reach = (view->cursor > view->offset ? view->cursor : view->offset) + page + 1;
    if (!processes->items || spb_process_order_fill(order, processes, view, reach) < 0) {
        spb_pen_text(&pen, SPB_INK_DIM, processes->items ? "out of memory" : "processes are not looked at");
        spb_view_fit(view, 0, page);
        view->chosen = 0;
        return;
    }
    spb_view_fit(view, order->count, page);
    view->chosen = view->cursor < order->count ? order->items[view->cursor]->pid : 0;
    if (order->count == 0)
        spb_pen_text(&pen, SPB_INK_DIM, "no process matches; / changes the filter, Esc ends it");
    for (size_t row = 0; row < page && view->offset + row < order->count; row++) {
        struct line line = {order->items[view->offset + row], names};
        pen = spb_pen_at(grid, rect, (int)row + 1);
        draw_line(&pen, rect.width, &line);
        if (view->offset + row == view->cursor)
            mark_chosen(grid, rect, row + 1);
    }
}

/* ---- threads --------------------------------------------------------------------------------------------------- */

static bool thread_before(const struct spb_thread_look *a, const struct spb_thread_look *b)
{
    double left = a->has_cpu ? a->cpu_pct : -1, right = b->has_cpu ? b->cpu_pct : -1;
    return left > right || (!(left < right) && a->tid < b->tid);
}

/* Only as far as is shown; threads are asked for anew at each picture. */
static void put_threads_in_order(const struct spb_threads *threads, size_t sorted)
{
    for (size_t i = 0; i < sorted && i < threads->count; i++) {
        size_t best = i;
        for (size_t j = i + 1; j < threads->count; j++)
            if (thread_before(&threads->items[j], &threads->items[best]))
                best = j;
        struct spb_thread_look moved = threads->items[i];
        threads->items[i] = threads->items[best];
        threads->items[best] = moved;
    }
}

static void draw_thread(struct spb_pen *pen, const struct spb_thread_look *thread)
{
    char text[SPB_SHORT_TEXT_SIZE], state[2] = {thread->state, '\0'};
    double pct = thread->has_cpu ? thread->cpu_pct : (double)NAN;
    snprintf(text, sizeof(text), "%d", (int)thread->tid);
    spb_pen_right(pen, 7, SPB_INK_PLAIN, text);
    spb_pen_skip(pen, 1);
    spb_pen_left(pen, 2, state_ink(thread->state), state);
    spb_pen_right(pen, 6, pct >= 70 ? spb_level_ink(pct) : SPB_INK_PLAIN, spb_short_pct(text, pct));
    spb_pen_skip(pen, 1);
    spb_pen_right(pen, 7, SPB_INK_DIM, spb_short_time(text, (double)thread->cpu_total_ns / 1e9));
    spb_pen_skip(pen, 1);
    spb_pen_text(pen, SPB_INK_PLAIN, thread->name);
}

void spb_draw_threads(struct spb_grid *grid, struct spb_rect rect, const struct spb_threads *threads,
                      struct spb_view *view)
{
    struct spb_pen pen = spb_pen_at(grid, rect, 0);
    size_t page = rect.height > 2 ? (size_t)rect.height - 2 : 0;
    view->chosen = 0;
    spb_view_fit(view, threads->count, page);
    if (!threads->process) {
        spb_pen_printf(&pen, SPB_INK_STRONG, "Process %d has ended", (int)view->process);
        spb_pen_text(&pen, SPB_INK_DIM, "; Esc goes back to the others");
        return;
    }
    spb_pen_printf(&pen, SPB_INK_STRONG, "%zu thread%s of %d", threads->count, threads->count == 1 ? "" : "s",
                   (int)view->process);
    const char *command = threads->process->command;
    spb_pen_skip(&pen, 2);
    spb_pen_text(&pen, SPB_INK_PLAIN, command && command[0] ? command : threads->process->name);
    pen = spb_pen_at(grid, rect, 1);
    spb_pen_text(&pen, SPB_INK_HEADER,
                 pen.grid->ascii ? "    TID S *CPU %   TIME+ NAME"
                                 : "    TID S \xe2\x96\xbe"
                                   "CPU %   TIME+ NAME");
    spb_grid_ink(grid, (struct spb_rect){rect.x, rect.y + 1, rect.width, rect.height > 1}, SPB_INK_HEADER);
    put_threads_in_order(threads, view->offset + page);
    for (size_t row = 0; row < page && view->offset + row < threads->count; row++) {
        pen = spb_pen_at(grid, rect, (int)row + 2);
        draw_thread(&pen, &threads->items[view->offset + row]);
        if (view->offset + row == view->cursor)
            mark_chosen(grid, rect, row + 2);
    }
}
