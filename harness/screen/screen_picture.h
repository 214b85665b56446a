/* SPDX-License-Identifier: MIT
 *
 * The whole screen as a grid: layout, panels, lists, the line of keys. Pure: it reads no clock and knows no terminal.
 */
#ifndef SPB_SCREEN_PICTURE_H
#define SPB_SCREEN_PICTURE_H

#include "screen_grid.h"
#include "screen_model.h"
#include "screen_processes.h"
#include "screen_view.h"

struct spb_picture {
    const struct spb_model *model;
    struct spb_view *view; /* fitted to what is shown */
    const char *host;
    struct spb_processes processes;
    struct spb_threads threads;        /* where the view shows them */
    struct spb_process_order *order;   /* memory that is kept */
    struct spb_user_names *user_names; /* NULL: numbers */
};

/* Draws over all of the grid. */
void spb_picture_draw(const struct spb_picture *picture, struct spb_grid *grid);
/* The page of help, with what the machine does not show and why. */
void spb_draw_help(struct spb_grid *grid, struct spb_rect rect, const struct spb_model *model, struct spb_view *view);

#endif
