/* SPDX-License-Identifier: MIT */
#include "screen_picture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "screen_labels.h"
#include "screen_layout.h"
#include "screen_panels.h"

static void draw_panels(const struct spb_picture *picture, struct spb_grid *grid, const struct spb_layout *layout)
{
    static void (*const draws[SPB_PANEL_COUNT])(const struct spb_panel_place *) = {
        [SPB_PANEL_CPU] = spb_draw_cpu,
        [SPB_PANEL_CORES] = spb_draw_cores,
        [SPB_PANEL_MEMORY] = spb_draw_memory,
        [SPB_PANEL_PRESSURE] = spb_draw_pressure,
        [SPB_PANEL_DISKS] = spb_draw_disks,
        [SPB_PANEL_NETWORK] = spb_draw_network,
        [SPB_PANEL_FILE_SYSTEMS] = spb_draw_file_systems,
        [SPB_PANEL_CGROUP] = spb_draw_cgroup,
        [SPB_PANEL_KERNEL] = spb_draw_kernel,
        [SPB_PANEL_SENSORS] = spb_draw_sensors,
    };
    for (int i = 0; i < SPB_PANEL_COUNT; i++) {
        struct spb_panel_place place = {grid, layout->panels[i], layout->graph_rows[i], picture->model};
        if (place.rect.height > 0 && draws[i])
            draws[i](&place);
    }
}

static void draw_head(const struct spb_picture *picture, struct spb_grid *grid, struct spb_rect rect)
{
    struct spb_panel_place place = {grid, rect, 0, picture->model};
    if (rect.height > 0)
        spb_draw_head(&place, picture->view, picture->host);
}

/* ---- the line of keys ------------------------------------------------------------------------------------------ */

struct key_hint {
    const char *key, *meaning;
};

static void draw_hints(struct spb_pen *pen, const struct key_hint *hints, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int columns = (int)(strlen(hints[i].key) + strlen(hints[i].meaning)) + 1 + (pen->x > pen->start ? 2 : 0);
        if (columns > spb_pen_room(pen))
            return;
        spb_pen_skip(pen, pen->x > pen->start ? 2 : 0);
        spb_pen_text(pen, SPB_INK_STRONG, hints[i].key);
        spb_pen_skip(pen, 1);
        spb_pen_text(pen, SPB_INK_DIM, hints[i].meaning);
    }
}

static void draw_filter(const struct spb_picture *picture, struct spb_pen *pen)
{
    const struct spb_view *view = picture->view;
    spb_pen_text(pen, SPB_INK_STRONG, "/");
    spb_pen_text(pen, SPB_INK_PLAIN, view->filter);
    if (view->is_editing)
        spb_pen_glyph(pen, SPB_INK_CHOSEN, ' ');
    char text[SPB_LABEL_TEXT_SIZE];
    snprintf(text, sizeof(text), "%zu of %zu", picture->order->count, picture->order->total);
    spb_draw_labelled(pen, "", text, SPB_INK_DIM);
}

static void draw_keys(const struct spb_picture *picture, struct spb_grid *grid, struct spb_rect rect)
{
    static const struct key_hint all[] = {
        {"q", "quit"}, {"h", "help"},    {"/", "filter"},          {"c", "CPU"},       {"m", "memory"},
        {"i", "I/O"},  {"t", "threads"}, {"Enter", "its threads"}, {"Space", "pause"}, {"+ -", "interval"}};
    static const struct key_hint editing[] = {{"Enter", "keep"}, {"Esc", "as before"}};
    static const struct key_hint back[] = {{"Esc", "back"}, {"Space", "pause"}, {"+ -", "interval"}};
    struct spb_pen pen = spb_pen_at(grid, rect, 0);
    const struct spb_view *view = picture->view;
    if (view->mode == SPB_VIEW_PROCESSES && (view->is_editing || view->filter[0]))
        draw_filter(picture, &pen);
    if (view->is_editing)
        draw_hints(&pen, editing, sizeof(editing) / sizeof(editing[0]));
    else if (view->mode != SPB_VIEW_PROCESSES)
        draw_hints(&pen, back, sizeof(back) / sizeof(back[0]));
    else
        draw_hints(&pen, all, sizeof(all) / sizeof(all[0]));
}

/* ---- all of it ------------------------------------------------------------------------------------------------- */

static struct spb_layout_needs needs_of(const struct spb_model *model)
{
    const struct spb_model_value *values = model->values;
    return (struct spb_layout_needs){.cpus = model->lists[SPB_LIST_CPUS].count,
                                     .disks = model->lists[SPB_LIST_DISKS].count,
                                     .interfaces = model->lists[SPB_LIST_NETWORK].count,
                                     .file_systems = model->lists[SPB_LIST_FILE_SYSTEMS].count,
                                     .temperatures = model->lists[SPB_LIST_TEMPERATURES].count,
                                     .has_cgroup_limit = !isnan(values[SPB_CGROUP_CPU_LIMIT].value) ||
                                                         !isnan(values[SPB_CGROUP_MEMORY_LIMIT].value)};
}

void spb_picture_draw(const struct spb_picture *picture, struct spb_grid *grid)
{
    struct spb_layout_needs needs = needs_of(picture->model);
    struct spb_layout layout;
    spb_grid_clear(grid);
    spb_layout_make(&layout, grid->width, grid->height, &needs);
    draw_head(picture, grid, layout.panels[SPB_PANEL_HEAD]);
    if (picture->view->mode == SPB_VIEW_HELP) {
        int head = layout.panels[SPB_PANEL_HEAD].height, keys = layout.panels[SPB_PANEL_KEYS].height;
        struct spb_rect body = {0, head, grid->width, grid->height - head - keys};
        spb_draw_help(grid, body, picture->model, picture->view);
    } else {
        draw_panels(picture, grid, &layout);
        if (picture->view->mode == SPB_VIEW_THREADS)
            spb_draw_threads(grid, layout.panels[SPB_PANEL_PROCESSES], &picture->threads, picture->view);
        else
            spb_draw_processes(grid, layout.panels[SPB_PANEL_PROCESSES], picture->order, &picture->processes,
                               picture->view, picture->user_names);
    }
    draw_keys(picture, grid, layout.panels[SPB_PANEL_KEYS]);
}
