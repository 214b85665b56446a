/* SPDX-License-Identifier: MIT
 *
 * The parts of the screen above the processes. Each fits itself to its rectangle; in one line it says the most important.
 */
#ifndef SPB_SCREEN_PANELS_H
#define SPB_SCREEN_PANELS_H

#include "screen_layout.h"
#include "screen_model.h"
#include "screen_view.h"

struct spb_panel_place {
    struct spb_grid *grid;
    struct spb_rect rect;
    int graph_rows;
    const struct spb_model *model;
};

void spb_draw_head(const struct spb_panel_place *place, const struct spb_view *view, const char *host);
void spb_draw_cpu(const struct spb_panel_place *place);
void spb_draw_cores(const struct spb_panel_place *place);
void spb_draw_memory(const struct spb_panel_place *place);
void spb_draw_pressure(const struct spb_panel_place *place);
void spb_draw_disks(const struct spb_panel_place *place);
void spb_draw_network(const struct spb_panel_place *place);
void spb_draw_file_systems(const struct spb_panel_place *place);
void spb_draw_cgroup(const struct spb_panel_place *place);
void spb_draw_kernel(const struct spb_panel_place *place);
void spb_draw_sensors(const struct spb_panel_place *place);

#endif
