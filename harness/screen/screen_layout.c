/* SPDX-License-Identifier: MIT */
#include "screen_layout.h"

#define CORE_BAR_COLUMNS  17 /* number, bar, per cent, gap */
#define COLUMN_GAP        2
#define PANELS_PER_COLUMN 4
#define COLUMNS_MAX       4

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static int within(int value, int low, int high)
{
    return value > high ? high : value < low ? low : value;
}

/* ---- CPUs ------------------------------------------------------------------------------------------------------ */

static size_t divide_up(size_t count, size_t by)
{
    return (count + by - 1) / by;
}

/* So many characters in a row; rows of a multiple of 16, so that they begin at even numbers, where that takes no more rows. */
static void shape_characters(struct spb_cores_shape *shape, size_t characters, size_t rows_max, size_t cpus)
{
    shape->group = divide_up(cpus, characters * rows_max);
    size_t groups = divide_up(cpus, shape->group), even = characters / 16 * 16;
    shape->per_row = (int)characters;
    if (groups > characters && even && divide_up(groups, even) <= rows_max)
        shape->per_row = (int)even;
    shape->rows = (int)divide_up(groups, (size_t)shape->per_row);
}

struct spb_cores_shape spb_cores_shape(int width, int rows_max, size_t cpus)
{
    struct spb_cores_shape shape = {.is_bars = true, .group = 1, .rows = 0, .per_row = 1};
    if (cpus == 0 || rows_max <= 0 || width <= 0)
        return shape;
    size_t bars = width > CORE_BAR_COLUMNS ? (size_t)((width + COLUMN_GAP) / CORE_BAR_COLUMNS) : 1;
    size_t rows = divide_up(cpus, bars);
    if (rows <= (size_t)rows_max) {
        shape.rows = (int)rows;
        shape.per_row = (int)divide_up(cpus, rows); /* rows of one length */
        return shape;
    }
    int characters = width - SPB_CORES_LABEL_COLUMNS;
    shape.is_bars = false;
    shape_characters(&shape, characters > 1 ? (size_t)characters : 1, (size_t)rows_max, cpus);
    if (shape.group == 1)
        return shape;
    characters -= SPB_CORES_GROUP_COLUMNS;
    shape_characters(&shape, characters > 1 ? (size_t)characters : 1, (size_t)rows_max, cpus);
    return shape;
}

/* ---- the middle ------------------------------------------------------------------------------------------------ */

struct part {
    enum spb_panel panel;
    int least, wanted; /* rows; least 0: only where there is room */
    bool has_graph;
    int rows, graph;
};

struct column {
    struct part parts[PANELS_PER_COLUMN];
    int count;
    int gaps; /* empty lines between parts */
};

struct middle {
    struct column columns[COLUMNS_MAX];
    int count;
};

static int list_rows(size_t count)
{
    return 1 + within((int)(count < 1000 ? count : 1000), 1, 6);
}

/* False: there is nothing to show. */
static bool make_part(enum spb_panel panel, const struct spb_layout_needs *needs, struct part *part)
{
    *part = (struct part){.panel = panel};
    switch ((int)panel) {
    case SPB_PANEL_MEMORY:
        part->least = part->wanted = 4;
        part->has_graph = true;
        return true;
    case SPB_PANEL_PRESSURE:
        part->least = 1;
        part->wanted = 4;
        return true;
    case SPB_PANEL_DISKS:
        part->least = 2;
        part->wanted = list_rows(needs->disks);
        part->has_graph = true;
        return true;
    case SPB_PANEL_NETWORK:
        part->least = 2;
        part->wanted = list_rows(needs->interfaces);
        part->has_graph = true;
        return true;
    case SPB_PANEL_KERNEL:
        part->least = 1;
        part->wanted = 4;
        return true;
    case SPB_PANEL_CGROUP:
        part->least = 1;
        part->wanted = 3;
        return needs->has_cgroup_limit;
    case SPB_PANEL_SENSORS:
        part->least = 1;
        part->wanted = list_rows(needs->temperatures);
        return needs->temperatures > 0;
    case SPB_PANEL_FILE_SYSTEMS:
        part->wanted = list_rows(needs->file_systems);
        return needs->file_systems > 0;
    default:
        return false;
    }
}

static void make_columns(struct middle *middle, int width, const struct spb_layout_needs *needs)
{
    const enum spb_panel end = SPB_PANEL_HEAD; /* of what a column has */
    /* Of two, three and four columns. */
    static const enum spb_panel tables[][COLUMNS_MAX][PANELS_PER_COLUMN] = {
        {{SPB_PANEL_MEMORY, SPB_PANEL_PRESSURE, SPB_PANEL_CGROUP, SPB_PANEL_SENSORS},
         {SPB_PANEL_DISKS, SPB_PANEL_NETWORK, SPB_PANEL_KERNEL, SPB_PANEL_FILE_SYSTEMS}},
        {{SPB_PANEL_MEMORY, SPB_PANEL_CGROUP, SPB_PANEL_FILE_SYSTEMS},
         {SPB_PANEL_PRESSURE, SPB_PANEL_KERNEL, SPB_PANEL_SENSORS},
         {SPB_PANEL_DISKS, SPB_PANEL_NETWORK}},
        {{SPB_PANEL_MEMORY, SPB_PANEL_CGROUP},
         {SPB_PANEL_PRESSURE, SPB_PANEL_KERNEL, SPB_PANEL_SENSORS},
         {SPB_PANEL_DISKS, SPB_PANEL_FILE_SYSTEMS},
         {SPB_PANEL_NETWORK}}};
    middle->count = width < 110 ? 2 : width < 180 ? 3 : 4;
    for (int i = 0; i < middle->count; i++) {
        const enum spb_panel *panels = tables[middle->count - 2][i];
        struct column *column = &middle->columns[i];
        *column = (struct column){.count = 0};
        for (int j = 0; j < PANELS_PER_COLUMN && panels[j] != end; j++)
            if (make_part(panels[j], needs, &column->parts[column->count]))
                column->count++;
    }
}

/* Rows that the parts have, with their gaps. */
static int column_height(const struct column *column)
{
    int shown = 0, height = 0;
    for (int i = 0; i < column->count; i++) {
        height += column->parts[i].rows + column->parts[i].graph;
        shown += column->parts[i].rows > 0;
    }
    return height + (shown > 1 ? (shown - 1) * column->gaps : 0);
}

/* Rows are handed out: first so that each part can say the least, then the rest of what each has to say, one after the
 * other; then room between the parts, then graphs. */
static void fill_column(struct column *column, int height, int graph_max)
{
    for (int i = 0; i < column->count; i++) {
        struct part *part = &column->parts[i];
        int left = height - column_height(column);
        part->rows = left >= part->least ? part->least : left > 0 ? 1 : 0;
    }
    for (int i = 0; i < column->count; i++) {
        struct part *part = &column->parts[i];
        int left = height - column_height(column);
        if (part->rows || left >= 2)
            part->rows += within(part->wanted - part->rows, 0, left);
    }
    column->gaps = 1;
    if (column_height(column) > height)
        column->gaps = 0;
    for (int row = 0; row < graph_max; row++)
        for (int i = 0; i < column->count; i++)
            if (column->parts[i].has_graph && column->parts[i].rows > 1 && column_height(column) < height)
                column->parts[i].graph++;
}

static void place_column(struct spb_layout *layout, const struct column *column, struct spb_rect rect)
{
    int y = rect.y;
    for (int i = 0; i < column->count; i++) {
        const struct part *part = &column->parts[i];
        int rows = part->rows + part->graph;
        if (rows == 0)
            continue;
        layout->panels[part->panel] = (struct spb_rect){rect.x, y, rect.width, rows};
        layout->graph_rows[part->panel] = part->graph;
        y += rows + column->gaps;
    }
}

/* Returns the rows that it takes. */
static int place_middle(struct spb_layout *layout, struct spb_rect rect, int graph_max,
                        const struct spb_layout_needs *needs)
{
    struct middle middle;
    make_columns(&middle, rect.width, needs);
    int column_width = (rect.width - COLUMN_GAP * (middle.count - 1)) / middle.count, tallest = 0;
    for (int i = 0; i < middle.count; i++) {
        struct spb_rect place = {rect.x + i * (column_width + COLUMN_GAP), rect.y, column_width, rect.height};
        if (i == middle.count - 1)
            place.width = rect.x + rect.width - place.x;
        fill_column(&middle.columns[i], rect.height, graph_max);
        place_column(layout, &middle.columns[i], place);
        int height = column_height(&middle.columns[i]);
        tallest = height > tallest ? height : tallest;
    }
    return tallest;
}

/* A line each, the most important first. Returns the rows that they take. */
static int place_lines(struct spb_layout *layout, struct spb_rect rect, const struct spb_layout_needs *needs)
{
    static const enum spb_panel order[] = {SPB_PANEL_MEMORY, SPB_PANEL_PRESSURE, SPB_PANEL_DISKS,  SPB_PANEL_NETWORK,
                                           SPB_PANEL_CGROUP, SPB_PANEL_KERNEL,   SPB_PANEL_SENSORS};
    int rows = 0;
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]) && rows < rect.height; i++) {
        struct part part;
        if (make_part(order[i], needs, &part))
            layout->panels[order[i]] = (struct spb_rect){rect.x, rect.y + rows++, rect.width, 1};
    }
    return rows;
}

/* ---- all of it ------------------------------------------------------------------------------------------------- */

/* The rows that the CPUs' graph may have, of those above the processes. */
static int cpu_graph_rows(int rows)
{
    return rows < 11 ? 0 : rows < 16 ? 2 : rows < 24 ? 4 : rows < 40 ? 6 : 12;
}

static int place_cpus(struct spb_layout *layout, struct spb_rect top, const struct spb_layout_needs *needs)
{
    int graph = cpu_graph_rows(top.height);
    int cores_max = within(top.height / 5, top.height > 1, 12);
    struct spb_cores_shape shape = spb_cores_shape(top.width, cores_max, needs->cpus);
    layout->panels[SPB_PANEL_CPU] = (struct spb_rect){top.x, top.y, top.width, 1 + graph};
    layout->graph_rows[SPB_PANEL_CPU] = graph;
    layout->panels[SPB_PANEL_CORES] = (struct spb_rect){top.x, top.y + 1 + graph, top.width, shape.rows};
    return 1 + graph + shape.rows;
}

void spb_layout_make(struct spb_layout *layout, int width, int height, const struct spb_layout_needs *needs)
{
    *layout = (struct spb_layout){0};
    if (width <= 0 || height <= 0)
        return;
    int head = height >= 3, keys = height >= 8;
    int rest = height - head - keys;
    struct spb_rect top = {0, head, width, rest < 20 ? smaller((rest + 1) * 4 / 7, rest) : rest * 56 / 100};
    if (top.height < 1)
        top.height = 1;
    if (head)
        layout->panels[SPB_PANEL_HEAD] = (struct spb_rect){0, 0, width, 1};
    if (keys)
        layout->panels[SPB_PANEL_KEYS] = (struct spb_rect){0, height - 1, width, 1};
    int used = place_cpus(layout, top, needs);
    int gap = top.height >= 18; /* an empty line between the bands */
    struct spb_rect middle = {0, head + used + gap, width, top.height - used - gap};
    if (width >= 70 && middle.height >= 7)
        used += gap + place_middle(layout, middle, cpu_graph_rows(top.height) / 2 + (top.height >= 40) * 2, needs);
    else if (middle.height > 0)
        used += gap + place_lines(layout, middle, needs);
    int y = head + used + gap;
    if (y < height - keys)
        layout->panels[SPB_PANEL_PROCESSES] = (struct spb_rect){0, y, width, height - keys - y};
}
