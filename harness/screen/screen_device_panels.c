/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "screen_labels.h"
#include "screen_panels.h"
#include "screen_widgets.h"
#include "units.h"

/* ---- disks and network ----------------------------------------------------------------------------------------- */

#define FIELD_COLUMNS 11 /* "1.20 MiB/s" and a gap */
#define LAST_COLUMNS  7

/* Two flows, in and out. */
struct flows {
    const char *title, *in, *out, *last;
    enum spb_model_list_kind list;
    enum spb_history in_history, out_history;
    bool last_is_pct;
};

static const struct flows disks = {.title = "Disks",
                                   .in = "read",
                                   .out = "written",
                                   .last = "busy",
                                   .list = SPB_LIST_DISKS,
                                   .in_history = SPB_HISTORY_DISK_READ,
                                   .out_history = SPB_HISTORY_DISK_WRITTEN,
                                   .last_is_pct = true};
static const struct flows network = {.title = "Network",
                                     .in = "received",
                                     .out = "sent",
                                     .last = "lost/s",
                                     .list = SPB_LIST_NETWORK,
                                     .in_history = SPB_HISTORY_RECEIVED,
                                     .out_history = SPB_HISTORY_SENT};

static double larger(double a, double b)
{
    return a > b ? a : b;
}

/* In grows up, out hangs below, both of one scale, which stands beside. */
static void draw_flow_graph(const struct spb_panel_place *place, const struct flows *flows)
{
    const struct spb_model *model = place->model;
    struct spb_rect rect = place->rect;
    const float *in = model->history[flows->in_history], *out = model->history[flows->out_history];
    double max = larger(spb_graph_max(place->grid, rect.width, in, model->history_count),
                        spb_graph_max(place->grid, rect.width, out, model->history_count));
    struct spb_graph graph = {.values = in, .count = model->history_count, .max = max};
    int above = (place->graph_rows + 1) / 2;
    spb_draw_graph(place->grid, (struct spb_rect){rect.x, rect.y + 1, rect.width, above}, &graph);
    graph.values = out;
    graph.hangs = true;
    spb_draw_graph(place->grid, (struct spb_rect){rect.x, rect.y + 1 + above, rect.width, place->graph_rows - above},
                   &graph);
    if (max <= 0 || place->graph_rows == 0)
        return;
    char text[SPB_UNIT_TEXT_SIZE + 4];
    struct spb_pen pen = spb_pen_at(place->grid, rect, 1);
    spb_pen_text(&pen, SPB_INK_DIM, spb_bytes_text(text, max, "/s"));
}

/* What goes in and out together, in the title's empty middle. */
static void draw_spark(const struct spb_panel_place *place, const struct flows *flows, struct spb_rect rect)
{
    const struct spb_model *model = place->model;
    float sums[128];
    size_t count = model->history_count < 128 ? model->history_count : 128;
    for (size_t i = 0; i < count; i++) {
        size_t at = model->history_count - count + i;
        sums[i] = model->history[flows->in_history][at] + model->history[flows->out_history][at];
    }
    struct spb_graph graph = {
        .values = sums, .count = count, .max = spb_graph_max(place->grid, rect.width, sums, count)};
    spb_draw_graph(place->grid, rect, &graph);
}

static void draw_flow_line(const struct spb_panel_place *place, const struct flows *flows, struct spb_pen *pen)
{
    const struct spb_model_list *list = &place->model->lists[flows->list];
    char text[SPB_UNIT_TEXT_SIZE + 4];
    double in = spb_model_total(place->model, flows->list, 0), out = spb_model_total(place->model, flows->list, 1);
    if (isnan(in) && isnan(out)) {
        spb_draw_reason(pen, list->reason);
        return;
    }
    spb_draw_labelled(pen, flows->in, spb_bytes_text(text, in, "/s"), SPB_INK_PLAIN);
    spb_draw_labelled(pen, flows->out, spb_bytes_text(text, out, "/s"), SPB_INK_PLAIN);
    if (flows->last_is_pct && !isnan(list->rows[0].values[2]))
        spb_draw_labelled_pct(pen, list->rows[0].name, list->rows[0].values[2], spb_level_ink(list->rows[0].values[2]));
}

static enum spb_ink rate_ink(double value)
{
    return value > 0 ? SPB_INK_PLAIN : SPB_INK_DIM;
}

static void draw_flow_row(const struct flows *flows, const struct spb_model_row *row, struct spb_pen *pen)
{
    char text[SPB_UNIT_TEXT_SIZE + 4], pct[SPB_LABEL_TEXT_SIZE];
    double last = row->values[2];
    enum spb_ink ink = last > 0 ? flows->last_is_pct ? spb_level_ink(last) : SPB_INK_WARN : SPB_INK_DIM;
    int name = spb_pen_room(pen) - 2 * FIELD_COLUMNS - LAST_COLUMNS;
    spb_pen_left(pen, name > 6 ? name : 6, SPB_INK_PLAIN, row->name);
    spb_pen_right(pen, FIELD_COLUMNS, rate_ink(row->values[0]), spb_bytes_text(text, row->values[0], "/s"));
    spb_pen_right(pen, FIELD_COLUMNS, rate_ink(row->values[1]), spb_bytes_text(text, row->values[1], "/s"));
    spb_pen_right(pen, LAST_COLUMNS, ink, flows->last_is_pct ? spb_pct_text(pct, last) : spb_short_count(pct, last));
}

static void draw_flow_title(const struct spb_panel_place *place, const struct flows *flows, struct spb_pen *pen)
{
    int fields = 2 * FIELD_COLUMNS + LAST_COLUMNS;
    int space = spb_pen_room(pen) - fields - 1;
    if (place->graph_rows == 0 && space >= 3)
        draw_spark(place, flows, (struct spb_rect){pen->x + 1, pen->y, space, 1});
    spb_pen_skip(pen, spb_pen_room(pen) - fields);
    spb_pen_right(pen, FIELD_COLUMNS, SPB_INK_DIM, flows->in);
    spb_pen_right(pen, FIELD_COLUMNS, SPB_INK_DIM, flows->out);
    spb_pen_right(pen, LAST_COLUMNS, SPB_INK_DIM, flows->last);
}

static void draw_flows(const struct spb_panel_place *place, const struct flows *flows)
{
    const struct spb_model_list *list = &place->model->lists[flows->list];
    struct spb_pen pen = spb_pen_at(place->grid, place->rect, 0);
    spb_pen_text(&pen, SPB_INK_STRONG, flows->title);
    if (list->count == 0) {
        spb_draw_reason(&pen, list->reason);
        return;
    }
    if (place->rect.height == 1) {
        draw_flow_line(place, flows, &pen);
        return;
    }
    draw_flow_title(place, flows, &pen);
    draw_flow_graph(place, flows);
    int rows = place->rect.height - 1 - place->graph_rows;
    for (int i = 0; i < rows && (size_t)i < list->count; i++) {
        pen = spb_pen_at(place->grid, place->rect, 1 + place->graph_rows + i);
        draw_flow_row(flows, &list->rows[i], &pen);
    }
}

void spb_draw_disks(const struct spb_panel_place *place)
{
    draw_flows(place, &disks);
}

void spb_draw_network(const struct spb_panel_place *place)
{
    draw_flows(place, &network);
}

void spb_draw_file_systems(const struct spb_panel_place *place)
{
    const struct spb_model_list *list = &place->model->lists[SPB_LIST_FILE_SYSTEMS];
    struct spb_pen pen = spb_pen_at(place->grid, place->rect, 0);
    spb_pen_text(&pen, SPB_INK_STRONG, "File systems");
    spb_pen_right(&pen, spb_pen_room(&pen) - LAST_COLUMNS, SPB_INK_DIM, "available");
    spb_pen_right(&pen, LAST_COLUMNS, SPB_INK_DIM, "used");
    for (int i = 0; i + 1 < place->rect.height && (size_t)i < list->count; i++) {
        const struct spb_model_row *row = &list->rows[i];
        char text[SPB_LABEL_TEXT_SIZE];
        pen = spb_pen_at(place->grid, place->rect, i + 1);
        spb_pen_left(&pen, spb_pen_room(&pen) - FIELD_COLUMNS - LAST_COLUMNS, SPB_INK_PLAIN, row->name);
        spb_pen_right(&pen, FIELD_COLUMNS, SPB_INK_PLAIN, spb_bytes_text(text, row->values[1], ""));
        spb_pen_right(&pen, LAST_COLUMNS, spb_level_ink(row->values[0]), spb_pct_text(text, row->values[0]));
    }
}

/* ---- cgroup ---------------------------------------------------------------------------------------------------- */

static void draw_cgroup_cpu(const struct spb_model_value *values, struct spb_pen *pen)
{
    char text[SPB_LABEL_TEXT_SIZE];
    double used = values[SPB_CGROUP_CPU].value, limit = values[SPB_CGROUP_CPU_LIMIT].value;
    double throttled = values[SPB_CGROUP_THROTTLED].value;
    if (isnan(limit)) {
        spb_draw_labelled(pen, "CPU", "no limit", SPB_INK_DIM);
        return;
    }
    if (isnan(used))
        snprintf(text, sizeof(text), "- of %.4g", limit);
    else
        snprintf(text, sizeof(text), "%.2f of %.4g", used, limit);
    spb_draw_labelled(pen, "CPUs", text, SPB_INK_PLAIN);
    spb_draw_labelled_pct(pen, "throttled", throttled,
                          throttled >= 25 ? SPB_INK_BAD
                          : throttled > 0 ? SPB_INK_WARN
                                          : SPB_INK_PLAIN);
}

static void draw_cgroup_memory(const struct spb_model_value *values, struct spb_pen *pen)
{
    char used[SPB_UNIT_TEXT_SIZE + 4], limit[SPB_UNIT_TEXT_SIZE + 4], text[2 * SPB_UNIT_TEXT_SIZE + 16];
    double share = values[SPB_CGROUP_MEMORY_SHARE].value;
    if (isnan(values[SPB_CGROUP_MEMORY_LIMIT].value)) {
        spb_draw_labelled(pen, "memory", "no limit", SPB_INK_DIM);
        return;
    }
    snprintf(text, sizeof(text), "%s of %s", spb_bytes_text(used, values[SPB_CGROUP_MEMORY].value, ""),
             spb_bytes_text(limit, values[SPB_CGROUP_MEMORY_LIMIT].value, ""));
    spb_draw_labelled(pen, "memory", text, share >= 70 ? spb_level_ink(share) : SPB_INK_PLAIN);
}

void spb_draw_cgroup(const struct spb_panel_place *place)
{
    const struct spb_model_value *values = place->model->values;
    struct spb_pen pen = spb_pen_at(place->grid, place->rect, 0);
    spb_pen_text(&pen, SPB_INK_STRONG, "Cgroup");
    if (place->rect.height < 3) {
        draw_cgroup_cpu(values, &pen);
        if (place->rect.height == 2)
            pen = spb_pen_at(place->grid, place->rect, 1);
        draw_cgroup_memory(values, &pen);
        return;
    }
    pen = spb_pen_at(place->grid, place->rect, 1);
    draw_cgroup_cpu(values, &pen);
    pen = spb_pen_at(place->grid, place->rect, 2);
    draw_cgroup_memory(values, &pen);
    double pids = values[SPB_CGROUP_PIDS].value, limit = values[SPB_CGROUP_PIDS_LIMIT].value;
    char text[SPB_LABEL_TEXT_SIZE];
    if (isnan(pids) || isnan(limit))
        return;
    snprintf(text, sizeof(text), "%.0f of %.0f", pids, limit);
    spb_draw_labelled(&pen, "threads", text, SPB_INK_PLAIN);
}

/* ---- the kernel's counters ------------------------------------------------------------------------------------- */

static const struct {
    enum spb_series series;
    const char *label, *shorter, *shortest;
} counters[] = {{SPB_CONTEXT_SWITCHES, "context switches/s", "switches", "cs"},
                {SPB_INTERRUPTS, "interrupts/s", "interrupts", "irq"},
                {SPB_FORKS, "forks/s", "forks", "fork"},
                {SPB_PAGE_FAULTS, "page faults/s", "faults", "faults"},
                {SPB_MAJOR_FAULTS, "major page faults/s", "major", "major"},
                {SPB_FILES_OPEN, "open files", "open files", "files"}};

#define COUNTERS (int)(sizeof(counters) / sizeof(counters[0]))

void spb_draw_kernel(const struct spb_panel_place *place)
{
    const struct spb_model_value *values = place->model->values;
    struct spb_pen pen = spb_pen_at(place->grid, place->rect, 0);
    char text[SPB_SHORT_TEXT_SIZE];
    if (place->rect.height < 3) {
        spb_pen_text(&pen, SPB_INK_STRONG, "Kernel/s");
        for (int i = 0; i < 4; i++)
            spb_draw_labelled(&pen, counters[i].shortest, spb_short_count(text, values[counters[i].series].value),
                              SPB_INK_PLAIN);
        return;
    }
    spb_pen_text(&pen, SPB_INK_STRONG, "Kernel");
    int columns = (place->rect.height - 1 < COUNTERS) + 1, width = (place->rect.width - 2 * (columns - 1)) / columns;
    int per_column = (COUNTERS + columns - 1) / columns;
    for (int i = 0; i < COUNTERS; i++) {
        struct spb_rect rect = {place->rect.x + i / per_column * (width + 2), place->rect.y + 1, width,
                                place->rect.height - 1};
        pen = spb_pen_at(place->grid, rect, i % per_column);
        spb_pen_left(&pen, width - 7, SPB_INK_DIM, width < 25 ? counters[i].shorter : counters[i].label);
        spb_pen_right(&pen, 7, SPB_INK_PLAIN, spb_short_count(text, values[counters[i].series].value));
    }
}

/* ---- sensors --------------------------------------------------------------------------------------------------- */

/* Near its limit is what matters; without one, what silicon endures. */
static enum spb_ink temperature_ink(const struct spb_model_row *row)
{
    double limit = isnan(row->values[1]) || row->values[1] <= 0 ? 100 : row->values[1];
    double left = limit - row->values[0];
    return left < 5 ? SPB_INK_BAD : left < 15 ? SPB_INK_WARN : SPB_INK_PLAIN;
}

static void temperature_text(const struct spb_panel_place *place, const struct spb_model_row *row, char *text,
                             size_t size)
{
    if (isnan(row->values[0]))
        snprintf(text, size, "-");
    else
        snprintf(text, size, "%.0f %s", row->values[0],
                 place->grid->ascii ? "C"
                                    : "\xc2\xb0"
                                      "C");
}

void spb_draw_sensors(const struct spb_panel_place *place)
{
    const struct spb_model_list *list = &place->model->lists[SPB_LIST_TEMPERATURES];
    struct spb_pen pen = spb_pen_at(place->grid, place->rect, 0);
    char text[SPB_LABEL_TEXT_SIZE];
    spb_pen_text(&pen, SPB_INK_STRONG, place->rect.height == 1 ? "Heat" : "Temperatures");
    for (size_t i = 0; i < list->count && place->rect.height == 1; i++) {
        temperature_text(place, &list->rows[i], text, sizeof(text));
        spb_draw_labelled(&pen, list->rows[i].name, text, temperature_ink(&list->rows[i]));
    }
    for (int i = 0; i + 1 < place->rect.height && (size_t)i < list->count; i++) {
        pen = spb_pen_at(place->grid, place->rect, i + 1);
        temperature_text(place, &list->rows[i], text, sizeof(text));
        spb_pen_left(&pen, spb_pen_room(&pen) - LAST_COLUMNS, SPB_INK_DIM, list->rows[i].name);
        spb_pen_right(&pen, LAST_COLUMNS, temperature_ink(&list->rows[i]), text);
    }
}
