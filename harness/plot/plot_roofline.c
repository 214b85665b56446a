/* SPDX-License-Identifier: MIT
 *
 * The roofline (Williams, Waterman, Patterson, Communications of the ACM 52 (2009) no. 4, 65): no row computes faster than the peak of the
 * cores, nor than the memory brings what it computes with,
 *
 *     FLOP/s <= min(peak, bytes/s * intensity)        intensity = FLOP / byte
 *
 * Both roofs are measured rows: the peak is cpu/fma-peak, the bandwidth the better of memory/read and memory/stream-triad where
 * what they touch is twice what the last cache holds; memory/read within the caches gives their roofs. A row stands where it reports both
 * FLOP and bytes, as its unit or as a further rate (spb_set_rate). Threads have roofs of their own number only: each number is a panel.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot_caches.h"
#include "plot_caption.h"
#include "plot_layout.h"
#include "plot_lines.h"
#include "row_report.h"

#define PANELS_MAX     24
#define NOTED_PANELS   4                           /* whose roofs are named one by one */
#define MEMORY         (SPB_PLOT_CACHE_LEVELS + 1) /* the level after the caches */
#define BEYOND         2.0                         /* times the last cache: memory */
#define PRECISIONS_MAX 4
#define ROOFS_MAX      (PRECISIONS_MAX + MEMORY)
#define AXIS_PX        50.0
#define Y_TICKS        10
#define ROOF_GAP_PX    18.0 /* roofs of caches that are nearer to the next one are not drawn */
#define LEGEND_PX      40.0
#define LEGEND_COLUMNS 50
#define PANEL_HEAD_PX  26.0
#define BOX_PX         300.0
#define WIDTH_PX       1200.0

struct roof {
    const struct spb_row *row; /* NULL: there is none */
    double rate;               /* FLOP/s or bytes/s */
    const char *name;          /* "double", "L2" */
};

/* Rows of one file and one number of threads. */
struct panel {
    size_t file;
    unsigned threads;
    struct roof peaks[PRECISIONS_MAX];
    size_t peak_count;
    struct roof levels[MEMORY + 1]; /* [1] ... caches, [MEMORY] */
    struct spb_plot_line placed;    /* its points are the rows: x is the intensity, y FLOP/s */
    struct spb_plot_box box;
};

struct picture {
    struct panel *panels;
    size_t panel_count;
    struct spb_plot_axis x, y;
    double height_px;
};

/* ---- what a row does in an iteration -------------------------------------------------------------------------------- */

/* From the rate that a process reports: that was the amount times its iterations over its time, by which it comes out again. */
static double amount_of_process(const struct spb_process *process, const char *unit)
{
    double iterations = 0, elapsed_ns = 0;
    for (size_t i = 0; i < process->sample_count; i++) {
        iterations += (double)process->samples[i].iterations;
        elapsed_ns += (double)process->samples[i].elapsed_ns;
    }
    for (size_t i = 0; i < process->metrics.count && iterations > 0; i++) {
        const struct spb_metric *metric = &process->metrics.items[i];
        size_t length = strlen(unit);
        if (spb_metric_has_value(metric) && !metric->total && strncmp(metric->unit, unit, length) == 0 &&
            strcmp(metric->unit + length, "/s") == 0)
            return metric->value * elapsed_ns / 1e9 / iterations;
    }
    return 0;
}

/* FLOP or bytes in an iteration of all threads; 0: the row does not say. */
static double amount(const struct spb_row *row, const char *unit)
{
    double found = strcmp(row->unit, unit) == 0 ? row->stats.work_per_iteration : 0;
    for (size_t p = 0; p < row->process_count && found <= 0; p++)
        found = amount_of_process(&row->processes[p], unit);
    return isfinite(found) && found > 0 ? found : 0;
}

static bool is_placed(const struct spb_row *row)
{
    return row->stats.valid && amount(row, "FLOP") > 0 && amount(row, "byte") > 0;
}

/* ---- roofs ------------------------------------------------------------------------------------------------------ */

/* A workload of that name that is measured in something else is not the one that is meant. */
static bool is_of(const struct spb_row *row, const char *workload, const char *unit)
{
    return strcmp(row->workload, workload) == 0 && strcmp(row->unit, unit) == 0 && row->measure == SPB_UNITS_PER_SECOND;
}

static const char *parameter_of(const struct spb_row *row, const char *name)
{
    for (size_t i = 0; i < row->param_count; i++)
        if (strcmp(row->params[i].name, name) == 0)
            return row->params[i].text;
    return "";
}

static void raise(struct roof *roof, const struct spb_row *row, double rate, const char *name)
{
    if (!roof->row || rate > roof->rate)
        *roof = (struct roof){.row = row, .rate = rate, .name = name};
}

static void add_peak(struct panel *panel, const struct spb_row *row)
{
    const char *precision = parameter_of(row, "precision");
    double rate = spb_row_headline(row, row->stats.estimate_ns);
    size_t i = 0;
    while (i < panel->peak_count && strcmp(panel->peaks[i].name, precision) != 0)
        i++;
    if (i == PRECISIONS_MAX || !isfinite(rate))
        return;
    panel->peak_count += i == panel->peak_count;
    raise(&panel->peaks[i], row, rate, precision);
}

/* Bytes that the threads under one cache of the level touch: each has `bytes` for itself. */
static double under_one_cache(const struct spb_stamp *stamp, unsigned level, const struct spb_row *row, double bytes)
{
    return bytes * fmin(row->threads, spb_plot_cache_sharers(stamp, level));
}

/* The level that holds what a row touches; 0: none of them clearly. */
static unsigned level_of(const struct spb_stamp *stamp, const struct spb_row *row, double bytes_of_thread)
{
    unsigned last = 0;
    for (unsigned level = 1; level < MEMORY; level++) {
        double size = spb_plot_cache_bytes(stamp, level);
        if (size > 0 && under_one_cache(stamp, level, row, bytes_of_thread) <= size)
            return level;
        last = size > 0 ? level : last;
    }
    if (last == 0)
        return 0;
    return under_one_cache(stamp, last, row, bytes_of_thread) >= BEYOND * spb_plot_cache_bytes(stamp, last) ? MEMORY
                                                                                                            : 0;
}

static void add_bandwidth(struct panel *panel, const struct spb_stamp *stamp, const struct spb_row *row)
{
    double bytes, rate = spb_row_headline(row, row->stats.estimate_ns);
    size_t parameter;
    bool triad = strcmp(row->workload, "memory/stream-triad") == 0;
    if (!isfinite(rate) || !spb_plot_size_of(row, &bytes, &parameter))
        return;
    unsigned level = level_of(stamp, row, triad ? 3 * bytes / row->threads : bytes);
    if (level && (level == MEMORY || !triad))
        raise(&panel->levels[level], row, rate, level == MEMORY ? "memory" : spb_plot_cache_name(level));
}

static bool has_roofs(const struct panel *panel)
{
    return panel->peak_count > 0 && panel->levels[MEMORY].row;
}

/* ---- panels ----------------------------------------------------------------------------------------------------- */

static struct panel *find_panel(struct picture *picture, size_t file, unsigned threads)
{
    size_t at = picture->panel_count;
    for (size_t i = 0; i < picture->panel_count; i++)
        if (picture->panels[i].file == file && picture->panels[i].threads == threads)
            return &picture->panels[i];
    struct panel *panels = reallocarray(picture->panels, at + 1, sizeof *panels);
    if (!panels)
        return NULL;
    picture->panels = panels;
    picture->panel_count++;
    for (; at > 0 && panels[at - 1].file == file && panels[at - 1].threads > threads; at--)
        panels[at] = panels[at - 1];
    panels[at] = (struct panel){.file = file, .threads = threads};
    return &panels[at];
}

static int place_row(struct panel *panel, const struct spb_row *row)
{
    double flop = amount(row, "FLOP"), bytes = amount(row, "byte");
    struct spb_plot_line *placed = &panel->placed;
    struct spb_plot_point *points = reallocarray(placed->points, placed->count + 1, sizeof *points);
    if (!points)
        return -ENOMEM;
    placed->points = points;
    const struct spb_row_stats *stats = &row->stats;
    points[placed->count++] =
        (struct spb_plot_point){.row = row,
                                .x = flop / bytes,
                                .y = flop / stats->estimate_ns * 1e9,
                                .low = stats->has_interval ? flop / stats->high_ns * 1e9 : (double)NAN,
                                .high = stats->has_interval ? flop / stats->low_ns * 1e9 : (double)NAN,
                                .has_interval = stats->has_interval};
    return 0;
}

static int add_row(struct picture *picture, const struct spb_plot_input *input, size_t file, const struct spb_row *row)
{
    bool peak = is_of(row, "cpu/fma-peak", "FLOP"), placed = is_placed(row);
    bool bandwidth = is_of(row, "memory/read", "byte") || is_of(row, "memory/stream-triad", "byte");
    if (!row->stats.valid || (!peak && !placed && !bandwidth))
        return 0;
    struct panel *panel = find_panel(picture, file, row->threads);
    if (!panel)
        return -ENOMEM;
    if (peak)
        add_peak(panel, row);
    if (bandwidth)
        add_bandwidth(panel, &input->results[file].stamp, row);
    return placed ? place_row(panel, row) : 0;
}

/* Panels with neither roofs nor rows show nothing. */
static void drop_empty(struct picture *picture)
{
    size_t kept = 0;
    for (size_t i = 0; i < picture->panel_count; i++) {
        struct panel *panel = &picture->panels[i];
        if (has_roofs(panel) || panel->placed.count > 0)
            picture->panels[kept++] = *panel;
    }
    picture->panel_count = kept;
}

static int collect(const struct spb_plot_input *input, struct picture *picture)
{
    int code = 0;
    for (size_t file = 0; file < input->count; file++)
        for (size_t i = 0; i < input->results[file].row_count && code == 0; i++)
            code = add_row(picture, input, file, &input->results[file].rows[i]);
    drop_empty(picture);
    return code;
}

static void release(struct picture *picture)
{
    for (size_t i = 0; i < picture->panel_count; i++)
        free(picture->panels[i].placed.points);
    free(picture->panels);
}

/* ---- axes and layout --------------------------------------------------------------------------------------------- */

static double highest_peak(const struct panel *panel)
{
    double highest = 0;
    for (size_t i = 0; i < panel->peak_count; i++)
        highest = fmax(highest, panel->peaks[i].rate);
    return highest;
}

static double highest_bandwidth(const struct panel *panel)
{
    double highest = 0;
    for (unsigned level = 1; level <= MEMORY; level++)
        highest = panel->levels[level].row ? fmax(highest, panel->levels[level].rate) : highest;
    return highest;
}

/* The ridges with room on both sides, and all rows. */
static void find_axes(struct picture *picture)
{
    picture->x = picture->y = (struct spb_plot_axis){.log = true};
    for (size_t i = 0; i < picture->panel_count; i++) {
        const struct panel *panel = &picture->panels[i];
        if (has_roofs(panel)) {
            double peak = highest_peak(panel), memory = panel->levels[MEMORY].rate;
            spb_plot_axis_include(&picture->x, peak / highest_bandwidth(panel) / 8);
            spb_plot_axis_include(&picture->x, peak / memory * 8);
            spb_plot_axis_include(&picture->y, peak * 1.6);
            spb_plot_axis_include(&picture->y, memory * peak / highest_bandwidth(panel) / 8);
        }
        for (size_t p = 0; p < panel->placed.count; p++) {
            const struct spb_plot_point *point = &panel->placed.points[p];
            spb_plot_axis_include(&picture->x, point->x);
            spb_plot_axis_include(&picture->y, point->y);
            spb_plot_axis_include(&picture->y, point->low);
            spb_plot_axis_include(&picture->y, point->high);
        }
    }
    spb_plot_axis_widen(&picture->x);
    spb_plot_axis_widen(&picture->y);
}

static double box_px(const struct panel *panel)
{
    return fmax(BOX_PX, ((double)panel->placed.count + 1) * SPB_PLOT_LINE_PX);
}

/* From the lower rate up to the higher one. */
static double gap_px(const struct picture *picture, const struct panel *panel, double lower, double higher)
{
    return log(higher / lower) / log(picture->y.high / picture->y.low) * box_px(panel);
}

/* Roofs of caches that would lie on the one below, or on its label. */
static void drop_near_roofs(const struct picture *picture, struct panel *panel)
{
    const struct roof *below = &panel->levels[MEMORY];
    for (unsigned level = MEMORY - 1; level >= 1; level--) {
        struct roof *roof = &panel->levels[level];
        if (!roof->row || !below->row)
            continue;
        if (gap_px(picture, panel, below->rate, roof->rate) < ROOF_GAP_PX)
            *roof = (struct roof){0};
        else
            below = roof;
    }
}

static void lay_out(struct picture *picture)
{
    double top = SPB_PLOT_HEAD_PX, legend_px = LEGEND_PX + LEGEND_COLUMNS * spb_plot_text_px("m");
    double left_px = spb_plot_axis_left_px(&picture->y, Y_TICKS, spb_plot_tick_flops);
    for (size_t i = 0; i < picture->panel_count; i++) {
        struct panel *panel = &picture->panels[i];
        panel->box = (struct spb_plot_box){.left = left_px, .right = WIDTH_PX - legend_px, .top = top + PANEL_HEAD_PX};
        panel->box.bottom = panel->box.top + box_px(panel);
        top = panel->box.bottom + AXIS_PX;
        drop_near_roofs(picture, panel);
    }
    picture->height_px = ceil(top);
}

/* ---- writing ---------------------------------------------------------------------------------------------------- */

static void append_key(const struct spb_row *row, struct spb_strbuf *out)
{
    char *key = spb_row_key(row);
    out->failed |= !key;
    spb_strbuf_append(out, key ? key : "");
    free(key);
}

static void append_title(const struct panel *panel, const struct spb_plot_input *input, struct spb_strbuf *out)
{
    spb_strbuf_printf(out, "%u thread%s", panel->threads, panel->threads == 1 ? "" : "s");
    if (input->count > 1) {
        spb_strbuf_append(out, ", ");
        spb_plot_label(out, input->names[panel->file], 60);
    }
}

/* "1 thread: peak of cpu/fma-peak ..., bandwidth of memory/read size=128MiB." */
static void note_panel(const struct panel *panel, const struct spb_plot_input *input, struct spb_strbuf *note)
{
    spb_strbuf_append(note, note->length ? "\n" : "");
    append_title(panel, input, note);
    if (!has_roofs(panel)) {
        spb_strbuf_printf(note,
                          ": no roof; spbench run cpu/fma-peak memory/read --threads %u measures peak and bandwidth.",
                          panel->threads);
        return;
    }
    spb_strbuf_append(note, ", roofs: ");
    for (size_t i = 0; i < panel->peak_count; i++) {
        append_key(panel->peaks[i].row, note);
        spb_strbuf_append(note, "; ");
    }
    for (unsigned level = 1; level <= MEMORY; level++)
        if (panel->levels[level].row) {
            spb_strbuf_printf(note, "%s: ", panel->levels[level].name);
            append_key(panel->levels[level].row, note);
            spb_strbuf_append(note, level < MEMORY ? "; " : ".");
        }
}

static int caption(const struct picture *picture, const struct spb_plot_input *input, struct spb_plot_data *data)
{
    struct spb_plot_lines placed = {.count = picture->panel_count};
    struct spb_plot_input drawn;
    struct spb_strbuf whiskers = {0};
    placed.items = calloc(picture->panel_count + 1, sizeof *placed.items);
    for (size_t i = 0; i < picture->panel_count && placed.items; i++) {
        placed.items[i] = picture->panels[i].placed;
        placed.items[i].file = picture->panels[i].file;
    }
    int code = placed.items ? spb_plot_lines_input(&placed, input, &drawn) : -ENOMEM;
    if (code == 0) {
        spb_plot_whiskers(&drawn, NULL, &whiskers);
        spb_plot_caption(&drawn, data, spb_strbuf_text(&whiskers));
        spb_plot_lines_input_release(&drawn);
    }
    spb_strbuf_release(&whiskers);
    free(placed.items);
    return code;
}

static size_t count_rows(const struct picture *picture)
{
    size_t count = 0;
    for (size_t i = 0; i < picture->panel_count; i++)
        count += picture->panels[i].placed.count;
    return count;
}

static size_t count_roofs(const struct picture *picture)
{
    size_t count = 0;
    for (size_t i = 0; i < picture->panel_count; i++) {
        const struct panel *panel = &picture->panels[i];
        if (!has_roofs(panel))
            continue;
        count += panel->peak_count;
        for (unsigned level = 1; level <= MEMORY; level++)
            count += panel->levels[level].row != NULL;
    }
    return count;
}

static int write_words(struct picture *picture, const struct spb_plot_input *input, struct spb_plot_data *data)
{
    struct spb_strbuf note = {0};
    spb_plot_data_words(data, "title", "Roofline: rows against what cores and memory allow, as measured");
    int code = caption(picture, input, data);
    lay_out(picture);
    if (picture->panel_count > NOTED_PANELS)
        spb_strbuf_append(
            &note, "Roofs: cpu/fma-peak of each precision; memory: the faster of memory/read and memory/stream-triad "
                   "beyond the last cache; caches: memory/read. Each of the panel's own file and threads.");
    for (size_t i = 0; i < picture->panel_count && picture->panel_count <= NOTED_PANELS; i++)
        note_panel(&picture->panels[i], input, &note);
    picture->height_px = ceil(picture->height_px + spb_plot_note(data, spb_strbuf_text(&note), WIDTH_PX));
    data->text.failed |= note.failed;
    spb_strbuf_release(&note);
    spb_plot_data_value(data, "width", WIDTH_PX);
    spb_plot_data_value(data, "height", picture->height_px);
    spb_plot_data_value(data, "x-low", picture->x.low);
    spb_plot_data_value(data, "x-high", picture->x.high);
    spb_plot_data_value(data, "y-low", picture->y.low);
    spb_plot_data_value(data, "y-high", picture->y.high);
    spb_plot_data_value(data, "panels", (double)picture->panel_count);
    spb_plot_data_value(data, "roofs", (double)count_roofs(picture));
    spb_plot_data_value(data, "rows", (double)count_rows(picture));
    return code;
}

static void write_panels(const struct picture *picture, const struct spb_plot_input *input, struct spb_plot_data *data)
{
    spb_plot_data_block(data, "panels: title, left, right, top, bottom");
    for (size_t i = 0; i < picture->panel_count; i++) {
        const struct panel *panel = &picture->panels[i];
        struct spb_strbuf title = {0};
        append_title(panel, input, &title);
        spb_plot_data_text(data, spb_strbuf_text(&title));
        spb_strbuf_release(&title);
        spb_plot_data_number(data, panel->box.left);
        spb_plot_data_number(data, panel->box.right);
        spb_plot_data_number(data, panel->box.top);
        spb_plot_data_number(data, panel->box.bottom);
        spb_plot_data_end_row(data);
    }
}

struct segment {
    double x, y, to_x, to_y;
    double degrees; /* that its label is turned by; 0: it lies above, -1: below */
    bool main;      /* else the roof of a cache */
};

static void write_segment(size_t panel, const struct segment *segment, const char *label, struct spb_plot_data *data)
{
    spb_plot_data_number(data, (double)(panel + 1));
    spb_plot_data_number(data, segment->x);
    spb_plot_data_number(data, segment->y);
    spb_plot_data_number(data, segment->to_x);
    spb_plot_data_number(data, segment->to_y);
    spb_plot_data_number(data, segment->degrees);
    spb_plot_data_number(data, segment->main);
    spb_plot_data_text(data, label);
    spb_plot_data_end_row(data);
}

/* From the left or the lower edge up to the highest peak. */
static void write_slope(const struct picture *picture, size_t index, const struct roof *roof, bool main,
                        struct spb_plot_data *data)
{
    const struct panel *panel = &picture->panels[index];
    const struct spb_plot_box *box = &panel->box;
    double peak = highest_peak(panel), start = fmax(picture->x.low, picture->y.low / roof->rate);
    double decade_x = (box->right - box->left) / log10(picture->x.high / picture->x.low);
    double decade_y = (box->bottom - box->top) / log10(picture->y.high / picture->y.low);
    struct segment segment = {
        start, roof->rate * start, peak / roof->rate, peak, atan2(decade_y, decade_x) * 180 / M_PI, main};
    struct spb_strbuf label = {0};
    spb_strbuf_printf(&label, "%s ", roof->name);
    spb_rate_format(roof->rate, "byte", &label);
    write_segment(index, &segment, spb_strbuf_text(&label), data);
    spb_strbuf_release(&label);
}

/* No room for a label between the two. */
static bool is_close_below(const struct picture *picture, const struct panel *panel, const struct roof *peak)
{
    for (size_t i = 0; i < panel->peak_count; i++)
        if (panel->peaks[i].rate > peak->rate && gap_px(picture, panel, peak->rate, panel->peaks[i].rate) < ROOF_GAP_PX)
            return true;
    return false;
}

static void write_roofs(const struct picture *picture, struct spb_plot_data *data)
{
    spb_plot_data_block(data, "roofs: panel, from x, y, to x, y, degrees of the label (0 above, -1 below), 1 of cores "
                              "or memory or 0 of a cache, label");
    for (size_t i = 0; i < picture->panel_count; i++) {
        const struct panel *panel = &picture->panels[i];
        if (!has_roofs(panel))
            continue;
        for (size_t p = 0; p < panel->peak_count; p++) {
            const struct roof *peak = &panel->peaks[p];
            struct segment segment = {
                peak->rate / highest_bandwidth(panel),         peak->rate, picture->x.high, peak->rate,
                is_close_below(picture, panel, peak) ? -1 : 0, true};
            struct spb_strbuf label = {0};
            spb_strbuf_printf(&label, "%s ", *peak->name ? peak->name : "peak");
            spb_rate_format(peak->rate, "FLOP", &label);
            write_segment(i, &segment, spb_strbuf_text(&label), data);
            spb_strbuf_release(&label);
        }
        for (unsigned level = 1; level <= MEMORY; level++)
            if (panel->levels[level].row)
                write_slope(picture, i, &panel->levels[level], level == MEMORY, data);
    }
}

static int by_height(const void *a, const void *b)
{
    const struct spb_plot_point *left = a, *right = b;
    return (left->y < right->y) - (left->y > right->y);
}

static bool alike_but_threads(const struct spb_row *a, const struct spb_row *b)
{
    bool alike = strcmp(a->workload, b->workload) == 0 && a->param_count == b->param_count;
    for (size_t i = 0; alike && i < a->param_count; i++)
        alike = strcmp(a->params[i].text, b->params[i].text) == 0;
    return alike;
}

/* Rows that differ in threads or file alone look alike in all panels. */
static struct spb_plot_look look_of(const struct picture *picture, const struct spb_row *row)
{
    size_t before = 0;
    for (size_t i = 0; i < picture->panel_count; i++) {
        const struct spb_plot_line *placed = &picture->panels[i].placed;
        for (size_t p = 0; p < placed->count; p++, before++)
            if (alike_but_threads(placed->points[p].row, row))
                return spb_plot_look_of(before);
    }
    return spb_plot_look_of(0);
}

static int write_rows(const struct picture *picture, size_t index, struct spb_plot_data *data)
{
    const struct panel *panel = &picture->panels[index];
    double *places = calloc(panel->placed.count + 1, sizeof *places);
    if (!places)
        return -ENOMEM;
    for (size_t i = 0; i < panel->placed.count; i++)
        places[i] = spb_plot_axis_place(&picture->y, panel->placed.points[i].y);
    spb_plot_spread(places, panel->placed.count, SPB_PLOT_LINE_PX / (panel->box.bottom - panel->box.top));
    for (size_t i = 0; i < panel->placed.count; i++) {
        const struct spb_plot_point *point = &panel->placed.points[i];
        struct spb_plot_look look = look_of(picture, point->row);
        struct spb_strbuf label = {0};
        char *name = spb_plot_name_without(point->row, point->row->param_count);
        if (name)
            spb_plot_label(&label, name, LEGEND_COLUMNS);
        spb_plot_data_number(data, (double)(index + 1));
        spb_plot_data_number(data, point->x);
        spb_plot_data_number(data, point->y);
        spb_plot_data_number(data, point->low);
        spb_plot_data_number(data, point->high);
        spb_plot_data_number(data, look.hue);
        spb_plot_data_number(data, look.shape);
        spb_plot_data_number(data, places[i]);
        spb_plot_data_text(data, spb_strbuf_text(&label));
        spb_plot_data_end_row(data);
        data->text.failed |= !name || label.failed;
        spb_strbuf_release(&label);
        free(name);
    }
    free(places);
    return 0;
}

static int write_picture(struct picture *picture, const struct spb_plot_input *input, struct spb_plot_data *data)
{
    for (size_t i = 0; i < picture->panel_count; i++)
        if (picture->panels[i].placed.count > 0)
            qsort(picture->panels[i].placed.points, picture->panels[i].placed.count, sizeof(struct spb_plot_point),
                  by_height);
    find_axes(picture);
    int code = write_words(picture, input, data);
    spb_plot_axis_ticks(&picture->x, 10, spb_plot_tick_plain, data);
    spb_plot_axis_ticks(&picture->y, Y_TICKS, spb_plot_tick_flops, data);
    write_panels(picture, input, data);
    write_roofs(picture, data);
    spb_plot_data_block(
        data, "rows: panel, intensity, FLOP/s, low, high, hue, shape, place of the name from 0 (bottom) to 1, name");
    for (size_t i = 0; i < picture->panel_count && code == 0; i++)
        code = write_rows(picture, i, data);
    spb_plot_data_end(data);
    return code == 0 && data->text.failed ? -ENOMEM : code;
}

static int check(const struct picture *picture, struct spb_error *err)
{
    bool roofs = false;
    size_t most = 0;
    for (size_t i = 0; i < picture->panel_count; i++) {
        roofs = roofs || has_roofs(&picture->panels[i]);
        most = picture->panels[i].placed.count > most ? picture->panels[i].placed.count : most;
    }
    if (!roofs)
        return spb_error_set(
            err, -EINVAL,
            "a roofline takes a peak and a bandwidth of memory at the same number of threads; spbench run cpu/fma-peak "
            "memory/read memory/stream-triad cpu/matrix-product measures them");
    if (picture->panel_count > PANELS_MAX || most > SPB_PLOT_LINES_MAX)
        return spb_error_set(
            err, -EINVAL, "%zu panels of up to %zu rows are no picture (%d of %d are); choose some of the rows: --rows",
            picture->panel_count, most, PANELS_MAX, SPB_PLOT_LINES_MAX);
    return 0;
}

static int build(const struct spb_plot_input *input, struct spb_plot_data *data, struct spb_error *err)
{
    struct picture picture = {0};
    int code = collect(input, &picture);
    if (code == 0)
        code = check(&picture, err);
    if (code == 0)
        code = write_picture(&picture, input, data);
    release(&picture);
    return code == -ENOMEM ? spb_error_system(err, code, "the picture's data") : code;
}

/* Never chosen for a whole suite, of which it shows a few rows. */
static int fit(const struct spb_plot_input *input)
{
    struct picture picture = {0};
    struct spb_error err = {0};
    int fit = collect(input, &picture) == 0 && check(&picture, &err) == 0 ? 3 : 0;
    release(&picture);
    return fit;
}

const struct spb_plot_kind spb_plot_roofline = {
    .name = "roofline", .summary = "FLOP/s against FLOP per byte, below measured roofs", .fit = fit, .build = build};
