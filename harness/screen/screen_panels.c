/* SPDX-License-Identifier: MIT */
#include "screen_panels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "screen_labels.h"
#include "screen_widgets.h"
#include "units.h"
#include "utf8.h"

static double value_of(const struct spb_panel_place *place, enum spb_series series)
{
    return place->model->values[series].value;
}

/* Per cent, or a dash, right in a field. */
static void draw_pct(struct spb_pen *pen, int width, double pct, enum spb_ink ink)
{
    char text[SPB_LABEL_TEXT_SIZE];
    spb_pen_right(pen, width, ink, spb_pct_text(text, pct));
}

/* ---- head ------------------------------------------------------------------------------------------------------ */

static void draw_right(struct spb_grid *grid, struct spb_rect *rect, enum spb_ink ink, const char *text)
{
    int columns = (int)spb_utf8_columns(text, strlen(text));
    if (columns + 24 > rect->width)
        return;
    struct spb_rect field = {rect->x + rect->width - columns, rect->y, columns, 1};
    struct spb_pen pen = spb_pen_at(grid, field, 0);
    spb_pen_text(&pen, ink, text);
    rect->width -= columns + 2;
}

/* The machine's time, in UTC; local time beside it where that is another and there is room. */
static void draw_time(const struct spb_panel_place *place, struct spb_rect *rect)
{
    char text[64];
    time_t now = (time_t)(place->model->time_ns / 1000000000);
    struct tm utc, local;
    gmtime_r(&now, &utc);
    if (localtime_r(&now, &local) && local.tm_gmtoff != 0 && rect->width >= 120) {
        strftime(text, sizeof(text), "%H:%M:%S %Z", &local);
        draw_right(place->grid, rect, SPB_INK_DIM, text);
    }
    strftime(text, sizeof(text), rect->width >= 120 ? "%Y-%m-%d %H:%M:%S UTC" : "%H:%M:%S UTC", &utc);
    draw_right(place->grid, rect, SPB_INK_PLAIN, text);
}

static void draw_load(const struct spb_panel_place *place, struct spb_pen *pen)
{
    char text[SPB_LABEL_TEXT_SIZE];
    double one = value_of(place, SPB_LOAD_1), five = value_of(place, SPB_LOAD_5),
           fifteen = value_of(place, SPB_LOAD_15);
    double cpus = value_of(place, SPB_CPU_ALLOWED);
    if (isnan(cpus))
        cpus = value_of(place, SPB_CPU_ONLINE);
    snprintf(text, sizeof(text), "%.2f %.2f %.2f", one, five, fifteen);
    enum spb_ink ink = one > 2 * cpus ? SPB_INK_BAD : one > cpus ? SPB_INK_WARN : SPB_INK_PLAIN;
    spb_draw_labelled(pen, "load", isnan(one) ? "-" : text, isnan(one) ? SPB_INK_DIM : ink);
}

static void draw_tasks(const struct spb_panel_place *place, struct spb_pen *pen)
{
    char text[SPB_LABEL_TEXT_SIZE];
    double processes = value_of(place, SPB_TASKS_PROCESSES), threads = value_of(place, SPB_TASKS_THREADS);
    double running = value_of(place, SPB_TASKS_RUNNING), blocked = value_of(place, SPB_TASKS_BLOCKED);
    double zombies = value_of(place, SPB_TASKS_ZOMBIES);
    if (!isnan(processes)) {
        snprintf(text, sizeof(text), "%.0f", processes);
        spb_draw_labelled(pen, "tasks", text, SPB_INK_PLAIN);
    }
    if (!isnan(running)) {
        snprintf(text, sizeof(text), "%.0f", running);
        spb_draw_labelled(pen, "running", text, SPB_INK_PLAIN);
    }
    if (blocked > 0) {
        snprintf(text, sizeof(text), "%.0f", blocked);
        spb_draw_labelled(pen, "blocked", text, SPB_INK_WARN);
    }
    if (zombies > 0) {
        snprintf(text, sizeof(text), "%.0f", zombies);
        spb_draw_labelled(pen, "zombies", text, SPB_INK_WARN);
    }
    if (!isnan(threads)) {
        snprintf(text, sizeof(text), "%.0f", threads);
        spb_draw_labelled(pen, "threads", text, SPB_INK_PLAIN);
    }
}

void spb_draw_head(const struct spb_panel_place *place, const struct spb_view *view, const char *host)
{
    char text[SPB_SHORT_TEXT_SIZE], every[SPB_LABEL_TEXT_SIZE];
    struct spb_rect rect = place->rect;
    if (view->is_paused)
        snprintf(every, sizeof(every), " PAUSED ");
    else
        snprintf(every, sizeof(every), "every %.3g s", (double)view->interval_ns / 1e9);
    draw_right(place->grid, &rect, view->is_paused ? SPB_INK_CHOSEN : SPB_INK_DIM, every);
    draw_time(place, &rect);
    struct spb_pen pen = spb_pen_at(place->grid, rect, 0);
    spb_pen_text(&pen, SPB_INK_STRONG, host);
    draw_load(place, &pen);
    spb_draw_labelled(&pen, "up", spb_short_time(text, (double)place->model->boot_ns / 1e9), SPB_INK_PLAIN);
    draw_tasks(place, &pen);
}

/* ---- CPUs ------------------------------------------------------------------------------------------------------ */

static void draw_cpu_title(const struct spb_panel_place *place, struct spb_pen *pen)
{
    enum { ALWAYS_SHOWN = 4 };
    static const struct {
        enum spb_series series;
        const char *label;
        double warn_pct;
    } shares[] = {{SPB_CPU_USER, "user", 101}, {SPB_CPU_SYSTEM, "system", 101}, {SPB_CPU_IOWAIT, "iowait", 20},
                  {SPB_CPU_STEAL, "steal", 5}, {SPB_CPU_IRQ, "irq", 20},        {SPB_CPU_GUEST, "guest", 101}};
    char text[SPB_UNIT_TEXT_SIZE + 32], allowed[32];
    double busy = value_of(place, SPB_CPU_BUSY);
    spb_pen_text(pen, SPB_INK_STRONG, "CPU ");
    draw_pct(pen, 6, busy, isnan(busy) ? SPB_INK_DIM : spb_level_ink(busy));
    for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
        double pct = value_of(place, shares[i].series);
        if (pct > 0 || i < ALWAYS_SHOWN)
            spb_draw_labelled_pct(pen, shares[i].label, pct, pct >= shares[i].warn_pct ? SPB_INK_WARN : SPB_INK_PLAIN);
    }
    double online = value_of(place, SPB_CPU_ONLINE), may_use = value_of(place, SPB_CPU_ALLOWED);
    if (!isnan(online)) {
        snprintf(allowed, sizeof(allowed), ", %.4g allowed", may_use);
        snprintf(text, sizeof(text), "%.0f%s", online, may_use < online ? allowed : "");
        spb_draw_labelled(pen, "CPUs", text, SPB_INK_PLAIN);
    }
    double frequency = value_of(place, SPB_CPU_FREQUENCY);
    if (frequency > 0)
        spb_draw_labelled(pen, "", spb_format_si(text, frequency, "Hz"), SPB_INK_PLAIN);
}

void spb_draw_cpu(const struct spb_panel_place *place)
{
    struct spb_pen pen = spb_pen_at(place->grid, place->rect, 0);
    const struct spb_model *model = place->model;
    struct spb_graph graph = {
        .values = model->history[SPB_HISTORY_CPU], .count = model->history_count, .max = 100, .is_level = true};
    draw_cpu_title(place, &pen);
    struct spb_rect rect = place->rect;
    spb_draw_graph(place->grid, (struct spb_rect){rect.x, rect.y + 1, rect.width, place->graph_rows}, &graph);
}

static void draw_core_bar(struct spb_pen *pen, const struct spb_model_row *cpu, int width)
{
    const char *number = strncmp(cpu->name, "cpu", 3) == 0 ? cpu->name + 3 : cpu->name;
    double busy = cpu->values[0];
    spb_pen_right(pen, 3, SPB_INK_DIM, number);
    spb_pen_skip(pen, 1);
    spb_draw_bar(pen, width - 11, &(struct spb_bar){.used_pct = busy, .ink = spb_level_ink(busy)});
    draw_pct(pen, 6, busy, isnan(busy) ? SPB_INK_DIM : SPB_INK_PLAIN);
}

static void draw_core_bars(const struct spb_panel_place *place, const struct spb_cores_shape *shape)
{
    const struct spb_model_list *cpus = &place->model->lists[SPB_LIST_CPUS];
    int width = (place->rect.width + 2) / shape->per_row;
    for (size_t i = 0; i < cpus->count; i++) {
        int row = (int)i / shape->per_row, column = (int)i % shape->per_row;
        struct spb_rect rect = place->rect;
        rect.x += column * width;
        rect.width -= column * width;
        struct spb_pen pen = spb_pen_at(place->grid, rect, row);
        draw_core_bar(&pen, &cpus->rows[i], width - 1);
    }
}

/* A character for several CPUs is as high as they are together, and has the ink of the busiest. */
static void draw_group(struct spb_pen *pen, const struct spb_model_row *rows, size_t count)
{
    double sum = 0, largest = (double)NAN;
    size_t known = 0;
    for (size_t i = 0; i < count; i++) {
        double busy = rows[i].values[0];
        if (isnan(busy))
            continue;
        sum += busy;
        known++;
        largest = busy > largest || isnan(largest) ? busy : largest;
    }
    spb_draw_level(pen, known ? sum / (double)known : (double)NAN, spb_level_ink(largest));
}

static void draw_core_levels(const struct spb_panel_place *place, const struct spb_cores_shape *shape)
{
    const struct spb_model_list *cpus = &place->model->lists[SPB_LIST_CPUS];
    size_t at = 0;
    for (int row = 0; row < shape->rows && at < cpus->count; row++) {
        struct spb_pen pen = spb_pen_at(place->grid, place->rect, row);
        spb_pen_right(&pen, SPB_CORES_LABEL_COLUMNS - 1, SPB_INK_DIM, cpus->rows[at].name + 3);
        spb_pen_skip(&pen, 1);
        for (int i = 0; i < shape->per_row && at < cpus->count; i++) {
            size_t left = cpus->count - at;
            size_t count = left < shape->group ? left : shape->group;
            draw_group(&pen, &cpus->rows[at], count);
            at += count;
        }
        if (row == shape->rows - 1 && shape->group > 1) {
            char text[SPB_LABEL_TEXT_SIZE];
            snprintf(text, sizeof(text), "each %zu CPUs", shape->group);
            spb_draw_labelled(&pen, text, "", SPB_INK_DIM);
        }
    }
}

void spb_draw_cores(const struct spb_panel_place *place)
{
    const struct spb_model_list *cpus = &place->model->lists[SPB_LIST_CPUS];
    struct spb_cores_shape shape = spb_cores_shape(place->rect.width, place->rect.height, cpus->count);
    if (cpus->count == 0)
        return;
    if (shape.is_bars)
        draw_core_bars(place, &shape);
    else
        draw_core_levels(place, &shape);
}

/* ---- memory ---------------------------------------------------------------------------------------------------- */

/* What can be had back counts as available; the difference to what is free is cache. */
static struct spb_bar memory_bar(const struct spb_panel_place *place)
{
    double total = value_of(place, SPB_MEMORY_TOTAL), available = value_of(place, SPB_MEMORY_AVAILABLE);
    double unused = value_of(place, SPB_MEMORY_FREE);
    double used_pct = 100 * (total - available) / total;
    double more_pct = available > unused ? 100 * (available - unused) / total : 0;
    return (struct spb_bar){used_pct, more_pct, spb_level_ink(used_pct)};
}

static void used_of_text(char *text, size_t size, double used, double total)
{
    char part[SPB_UNIT_TEXT_SIZE + 4], all[SPB_UNIT_TEXT_SIZE + 4];
    snprintf(text, size, "%s of %s", spb_bytes_text(part, used, ""), spb_bytes_text(all, total, ""));
}

static void draw_swap(const struct spb_panel_place *place, struct spb_pen *pen)
{
    char text[2 * SPB_UNIT_TEXT_SIZE + 16];
    double total = value_of(place, SPB_SWAP_TOTAL), used = value_of(place, SPB_SWAP_USED);
    spb_pen_left(pen, 7, SPB_INK_DIM, "swap");
    if (isnan(total) || total <= 0) {
        const char *reason = place->model->values[SPB_SWAP_TOTAL].reason;
        spb_pen_text(pen, SPB_INK_DIM, total <= 0 ? "none" : reason ? reason : "-");
        return;
    }
    double pct = 100 * used / total;
    used_of_text(text, sizeof(text), used, total);
    int bar = spb_pen_room(pen) - 24;
    spb_draw_bar(pen, bar > 3 ? bar : 0, &(struct spb_bar){.used_pct = pct, .ink = spb_level_ink(pct)});
    spb_pen_right(pen, spb_pen_room(pen), SPB_INK_PLAIN, text);
}

static void draw_memory_parts(const struct spb_panel_place *place, struct spb_pen *pen)
{
    static const struct {
        enum spb_series series;
        const char *label;
    } parts[] = {{SPB_MEMORY_AVAILABLE, "available"}, {SPB_MEMORY_CACHED, "cached"}, {SPB_MEMORY_DIRTY, "dirty"},
                 {SPB_MEMORY_ANONYMOUS, "programs"},  {SPB_MEMORY_SHARED, "shared"}, {SPB_MEMORY_SLAB, "kernel"}};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        char text[SPB_UNIT_TEXT_SIZE + 4];
        spb_draw_labelled(pen, parts[i].label, spb_bytes_text(text, value_of(place, parts[i].series), ""),
                          SPB_INK_PLAIN);
    }
}

/* "Memory 31 %  graph   1.20 GiB of 3.82 GiB" */
static void draw_memory_title(const struct spb_panel_place *place, struct spb_pen *pen, const struct spb_bar *bar)
{
    const struct spb_model *model = place->model;
    char text[2 * SPB_UNIT_TEXT_SIZE + 16];
    double total = value_of(place, SPB_MEMORY_TOTAL);
    spb_pen_text(pen, SPB_INK_STRONG, "Memory");
    if (isnan(bar->used_pct)) {
        spb_draw_reason(pen, model->values[SPB_MEMORY_TOTAL].reason);
        return;
    }
    draw_pct(pen, 6, bar->used_pct, bar->ink);
    used_of_text(text, sizeof(text), total - value_of(place, SPB_MEMORY_AVAILABLE), total);
    int space = spb_pen_room(pen) - (int)strlen(text) - 4;
    if (place->rect.height == 1 && space >= 8) {
        spb_pen_skip(pen, 2);
        spb_draw_bar(pen, space, bar);
    } else if (place->graph_rows == 0 && space >= 4) {
        struct spb_graph graph = {
            .values = model->history[SPB_HISTORY_MEMORY], .count = model->history_count, .max = 100, .is_level = true};
        spb_draw_graph(place->grid, (struct spb_rect){pen->x + 2, pen->y, space, 1}, &graph);
    }
    spb_pen_right(pen, spb_pen_room(pen), SPB_INK_PLAIN, text);
}

void spb_draw_memory(const struct spb_panel_place *place)
{
    struct spb_rect rect = place->rect;
    struct spb_pen pen = spb_pen_at(place->grid, rect, 0);
    struct spb_bar bar = memory_bar(place);
    draw_memory_title(place, &pen, &bar);
    if (rect.height == 1)
        return;
    struct spb_graph graph = {.values = place->model->history[SPB_HISTORY_MEMORY],
                              .count = place->model->history_count,
                              .max = 100,
                              .is_level = true};
    spb_draw_graph(place->grid, (struct spb_rect){rect.x, rect.y + 1, rect.width, place->graph_rows}, &graph);
    int row = 1 + place->graph_rows;
    pen = spb_pen_at(place->grid, rect, row);
    spb_draw_bar(&pen, rect.width, &bar);
    pen = spb_pen_at(place->grid, rect, row + 1);
    draw_memory_parts(place, &pen);
    pen = spb_pen_at(place->grid, rect, row + 2);
    draw_swap(place, &pen);
}

/* ---- pressure -------------------------------------------------------------------------------------------------- */

/* Any standing still is a loss; a tenth of the time is felt. */
static enum spb_ink pressure_ink(double pct)
{
    return pct >= 40 ? SPB_INK_BAD : pct >= 10 ? SPB_INK_WARN : SPB_INK_GOOD;
}

static enum spb_ink pressure_text_ink(double pct)
{
    if (isnan(pct))
        return SPB_INK_DIM;
    return pct >= 10 ? pressure_ink(pct) : SPB_INK_PLAIN;
}

static void draw_pressure_line(const struct spb_model_list *list, struct spb_pen *pen)
{
    for (size_t i = 0; i < list->count; i++) {
        char some[SPB_LABEL_TEXT_SIZE];
        double pct = list->rows[i].values[0];
        spb_draw_labelled(pen, list->rows[i].name, spb_pct_text(some, pct), pressure_text_ink(pct));
    }
}

static void draw_pressure_row(struct spb_pen *pen, const struct spb_model_row *row)
{
    double some = row->values[0], full = row->values[1];
    int bar = spb_pen_room(pen) - 7 - 16 - 1;
    spb_pen_left(pen, 7, SPB_INK_DIM, row->name);
    spb_draw_bar(pen, bar > 0 ? bar : 0, &(struct spb_bar){.used_pct = some, .ink = pressure_ink(some)});
    spb_pen_skip(pen, 1);
    draw_pct(pen, 8, some, pressure_text_ink(some));
    draw_pct(pen, 8, full, pressure_text_ink(full));
}

void spb_draw_pressure(const struct spb_panel_place *place)
{
    const struct spb_model_list *list = &place->model->lists[SPB_LIST_PRESSURE];
    struct spb_pen pen = spb_pen_at(place->grid, place->rect, 0);
    spb_pen_text(&pen, SPB_INK_STRONG, "Pressure");
    bool is_known = false;
    for (size_t i = 0; i < list->count; i++)
        is_known = is_known || !isnan(list->rows[i].values[0]);
    if (!is_known) {
        spb_draw_reason(&pen, list->reason);
        return;
    }
    if (place->rect.height < 4) {
        draw_pressure_line(list, &pen);
        return;
    }
    spb_pen_skip(&pen, spb_pen_room(&pen) - 16);
    spb_pen_right(&pen, 8, SPB_INK_DIM, "some");
    spb_pen_right(&pen, 8, SPB_INK_DIM, "all");
    for (size_t i = 0; i < list->count; i++) {
        pen = spb_pen_at(place->grid, place->rect, (int)i + 1);
        draw_pressure_row(&pen, &list->rows[i]);
    }
}
