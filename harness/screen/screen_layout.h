/* SPDX-License-Identifier: MIT
 *
 * Where everything stands: the size of the terminal and how much there is to show in, rectangles out.
 *
 *     80 x 24                                      60 x 15
 *     head                                         head
 *     CPU: numbers, graph                          CPU
 *     cores                                        cores
 *     memory            | disks                    memory, pressure, disks, network ... a line each
 *     pressure, cgroup  | network, kernel ...      processes
 *     processes                                    keys
 *     keys
 *
 * Wider terminals have three or four columns in the middle, higher ones graphs in them. Processes have about half of the height.
 */
#ifndef SPB_SCREEN_LAYOUT_H
#define SPB_SCREEN_LAYOUT_H

#include <stddef.h>

#include "screen_grid.h"

enum spb_panel {
    SPB_PANEL_HEAD,
    SPB_PANEL_CPU,
    SPB_PANEL_CORES,
    SPB_PANEL_MEMORY,
    SPB_PANEL_PRESSURE,
    SPB_PANEL_DISKS,
    SPB_PANEL_NETWORK,
    SPB_PANEL_CGROUP,
    SPB_PANEL_KERNEL,
    SPB_PANEL_SENSORS,
    SPB_PANEL_FILE_SYSTEMS,
    SPB_PANEL_PROCESSES,
    SPB_PANEL_KEYS,
    SPB_PANEL_COUNT,
};

/* What there is to show. */
struct spb_layout_needs {
    size_t cpus, disks, interfaces, file_systems, temperatures;
    bool has_cgroup_limit;
};

struct spb_layout {
    struct spb_rect panels[SPB_PANEL_COUNT]; /* height 0: not shown; height 1: in one line */
    int graph_rows[SPB_PANEL_COUNT];         /* of the height, for the graph below the title */
};

void spb_layout_make(struct spb_layout *layout, int width, int height, const struct spb_layout_needs *needs);

/* How a number of CPUs is shown in a rectangle: a bar each where there is room, else a character each or for several. */
struct spb_cores_shape {
    bool is_bars;
    int rows;
    int per_row;  /* bars or characters */
    size_t group; /* CPUs of one character */
};

struct spb_cores_shape spb_cores_shape(int width, int rows_max, size_t cpus);
/* Columns of the number before each row of characters. */
#define SPB_CORES_LABEL_COLUMNS 6
/* And after the last one, where a character is several CPUs: "  each 12 CPUs". */
#define SPB_CORES_GROUP_COLUMNS 14

#endif
