/* SPDX-License-Identifier: MIT
 *
 * Samples over the time of the run, each relative to its row: did the machine drift while this was measured?
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plot_marks.h"
#include "plot_panels.h"
#include "plot_rows.h"
#include "summary.h"
#include "trend.h"

#define POINTS_MAX      60000 /* of a picture */
#define WIDTH_PX        1080
#define WINDOW_SHARE    15 /* the running median is over one of so many samples */
#define WINDOW_MIN      5
#define LINE_POINTS     300 /* of a running median */
#define TREND_LEVEL     0.01
#define TREND_PROCESSES 6 /* fewer have no order whose p is that small */

struct point {
    size_t panel, file;
    double time_s, percent;
    uint32_t marks;
};

struct drawing {
    const struct spb_plot_input *input;
    struct spb_plot_rows rows;
    struct spb_plot_page page;
    bool is_together; /* all rows in one panel */
    struct point *points;
    size_t count, stride;
    uint32_t seen;
    size_t outside;
    size_t trends, tested; /* rows with a trend, and those that could have one */
    double *values;        /* as many as points */
};

/* ---- points ---------------------------------------------------------------------------------------------------------------- */

static size_t panel_of(const struct drawing *drawing, size_t row)
{
    return drawing->is_together ? 0 : row;
}

/* What lies between the samples (verification, the start of the process) is not recorded: a sample stands at the end of what is. */
static void add_process(struct drawing *drawing, size_t panel, size_t file, const struct spb_row *row,
                        const struct spb_process *process)
{
    uint64_t time_ns = process->started_ns + process->set_up_ns + process->calibration_ns + process->warm_up_ns;
    for (size_t i = 0; i < process->sample_count; i++) {
        const struct spb_sample *sample = &process->samples[i];
        double ns = spb_iteration_time_ns(sample->iterations, sample->elapsed_ns, (double)process->overhead_ns);
        time_ns += sample->elapsed_ns;
        drawing->points[drawing->count++] = (struct point){
            .panel = panel,
            .file = file,
            .time_s = (double)time_ns / 1e9,
            .percent = 100 * (ns / row->stats.median_ns - 1),
            .marks = sample->marks | (process->settled ? 0 : SPB_PLOT_UNSETTLED),
        };
        drawing->seen |= drawing->points[drawing->count - 1].marks;
    }
}

static int by_place(const void *a, const void *b)
{
    const struct point *one = a, *other = b;
    if (one->panel != other->panel)
        return one->panel < other->panel ? -1 : 1;
    if (one->file != other->file)
        return one->file < other->file ? -1 : 1;
    return (one->time_s > other->time_s) - (one->time_s < other->time_s);
}

static size_t count_samples(const struct drawing *drawing)
{
    size_t count = 0;
    for (size_t r = 0; r < drawing->rows.count; r++)
        for (size_t f = 0; f < drawing->input->count; f++)
            count += drawing->rows.items[r].by_file[f] ? drawing->rows.items[r].by_file[f]->stats.sample_count : 0;
    return count;
}

static int collect(struct drawing *drawing)
{
    size_t room = count_samples(drawing);
    drawing->points = calloc(room + 1, sizeof(*drawing->points));
    drawing->values = calloc(room + 1, sizeof(*drawing->values));
    if (!drawing->points || !drawing->values)
        return -ENOMEM;
    for (size_t r = 0; r < drawing->rows.count; r++)
        for (size_t f = 0; f < drawing->input->count; f++) {
            const struct spb_row *row = drawing->rows.items[r].by_file[f];
            for (size_t p = 0; row && p < row->process_count; p++)
                if (spb_plot_process_counts(&row->processes[p]))
                    add_process(drawing, panel_of(drawing, r), f, row, &row->processes[p]);
        }
    qsort(drawing->points, drawing->count, sizeof(*drawing->points), by_place);
    drawing->stride = drawing->count / POINTS_MAX + 1;
    return 0;
}

/* ---- trends ---------------------------------------------------------------------------------------------------------------- */

/* Over the processes, since samples of one process depend on each other: start in minutes against the logarithm of the median. Is there
 * something to test? */
static bool find_trend(const struct spb_row *row, struct spb_trend *trend)
{
    double *minutes = calloc(row->process_count + 1, sizeof(*minutes));
    double *logs = calloc(row->process_count + 1, sizeof(*logs));
    size_t count = 0, found = 0;
    for (size_t p = 0; minutes && p < row->process_count; p++)
        if (spb_plot_process_counts(&row->processes[p]))
            minutes[found++] = (double)row->processes[p].started_ns / 6e10;
    bool is_known = minutes && logs && spb_row_process_logs(row, logs, &count) == 0 && count == found &&
                    spb_trend(minutes, logs, count, trend) == 0;
    free(minutes);
    free(logs);
    return is_known;
}

static void append_trends(struct drawing *drawing, const struct spb_plot_row *row, struct spb_strbuf *out)
{
    for (size_t f = 0; f < drawing->input->count; f++) {
        struct spb_trend trend;
        if (!row->by_file[f])
            continue;
        spb_strbuf_append(out, out->length ? "; " : "trend over the processes: ");
        if (!find_trend(row->by_file[f], &trend)) {
            spb_strbuf_append(out, "too few processes");
            continue;
        }
        bool can_tell = row->by_file[f]->stats.process_count >= TREND_PROCESSES;
        drawing->tested += can_tell;
        drawing->trends += can_tell && trend.p <= TREND_LEVEL;
        spb_strbuf_printf(out, "Kendall's tau %+.2f, p %.2g (n %zu), %+.2g %%/min", trend.tau, trend.p,
                          row->by_file[f]->stats.process_count, 100 * expm1(trend.slope));
    }
}

/* ---- panels ---------------------------------------------------------------------------------------------------------------- */

/* The points of a panel: from `from` on; returns the first that is of another. */
static size_t end_of_panel(const struct drawing *drawing, size_t from)
{
    size_t end = from;
    while (end < drawing->count && drawing->points[end].panel == drawing->points[from].panel)
        end++;
    return end;
}

static void settle_range(struct drawing *drawing, struct spb_plot_panel *panel, size_t from, size_t end)
{
    double latest_s = 0;
    for (size_t i = from; i < end; i++) {
        drawing->values[i - from] = drawing->points[i].percent;
        latest_s = fmax(latest_s, drawing->points[i].time_s);
    }
    spb_sort_doubles(drawing->values, end - from);
    panel->range = spb_plot_range_of(drawing->values, end - from);
    panel->range.is_log = false;
    spb_plot_range_include(&panel->range, 0);
    for (size_t i = from; i < end; i++)
        drawing->outside +=
            drawing->points[i].percent < panel->range.low || drawing->points[i].percent > panel->range.high;
    spb_plot_range_pad(&panel->range);
    panel->x_high = latest_s > 0 ? latest_s : 1;
    snprintf(panel->y_label, sizeof(panel->y_label), "Against the median (%%)");
}

static int settle_panel(struct drawing *drawing, size_t from, size_t end)
{
    struct spb_strbuf label = {0}, detail = {0};
    struct spb_plot_panel *panel = &drawing->page.panels[drawing->page.panel_count++];
    settle_range(drawing, panel, from, end);
    for (size_t r = 0; r < drawing->rows.count; r++) {
        if (!drawing->is_together && r != drawing->points[from].panel)
            continue;
        spb_strbuf_reset(&detail);
        append_trends(drawing, &drawing->rows.items[r], &detail);
    }
    if (drawing->is_together) {
        spb_strbuf_printf(&label, "%zu rows, each against its own median", drawing->rows.count);
        spb_strbuf_reset(&detail);
        spb_strbuf_printf(&detail,
                          "trend over the processes (Kendall, p up to %g): in %zu of %zu rows of %d processes or more",
                          TREND_LEVEL, drawing->trends, drawing->tested, TREND_PROCESSES);
    } else {
        spb_strbuf_append(&label, drawing->rows.items[drawing->points[from].panel].key);
    }
    panel->label = spb_strbuf_detach(&label);
    panel->detail = spb_strbuf_detach(&detail);
    return panel->label && panel->detail ? 0 : -ENOMEM;
}

/* All panels end at the same time. */
static int settle_panels(struct drawing *drawing)
{
    int code = spb_plot_page_prepare(&drawing->page, drawing->is_together ? 1 : drawing->rows.count);
    double latest_s = 0;
    for (size_t from = 0, end; from < drawing->count && code == 0; from = end) {
        end = end_of_panel(drawing, from);
        code = settle_panel(drawing, from, end);
        latest_s = fmax(latest_s, drawing->page.panels[drawing->page.panel_count - 1].x_high);
    }
    for (size_t p = 0; p < drawing->page.panel_count; p++)
        drawing->page.panels[p].x_high = latest_s * 1.01;
    return code;
}

/* ---- blocks ---------------------------------------------------------------------------------------------------------------- */

static void write_points(struct drawing *drawing, struct spb_plot_data *data)
{
    spb_plot_data_block(
        data, "samples: panel, file, seconds, percent, shape of the mark (0: none), beyond the axis (-1, 0, 1)");
    for (size_t i = 0; i < drawing->count; i += drawing->stride) {
        const struct point *point = &drawing->points[i];
        double shown;
        int beyond = spb_plot_clamp(&drawing->page.panels[point->panel].range, point->percent, &shown);
        spb_plot_data_number(data, (double)point->panel + 1);
        spb_plot_data_number(data, (double)point->file + 1);
        spb_plot_data_number(data, point->time_s);
        spb_plot_data_number(data, shown);
        spb_plot_data_number(data, spb_plot_mark_shape(point->marks));
        spb_plot_data_number(data, beyond);
        spb_plot_data_end_row(data);
    }
}

static double median_around(struct drawing *drawing, size_t first, size_t count)
{
    for (size_t i = 0; i < count; i++)
        drawing->values[i] = drawing->points[first + i].percent;
    return spb_median_in_place(drawing->values, count);
}

/* Of the points of one file in one panel; after it a row that ends the line. */
static void write_median(struct drawing *drawing, size_t from, size_t end, struct spb_plot_data *data)
{
    size_t count = end - from, window = count / WINDOW_SHARE > WINDOW_MIN ? count / WINDOW_SHARE : WINDOW_MIN;
    if (count < window)
        return;
    size_t places = count - window + 1, step = places / LINE_POINTS + 1;
    for (size_t at = 0; at < places; at += step) {
        const struct point *middle = &drawing->points[from + at + window / 2];
        spb_plot_data_number(data, (double)middle->panel + 1);
        spb_plot_data_number(data, (double)middle->file + 1);
        spb_plot_data_number(data, middle->time_s);
        spb_plot_data_number(data, median_around(drawing, from + at, window));
        spb_plot_data_end_row(data);
    }
    for (int column = 0; column < 4; column++)
        spb_plot_data_number(data, 0);
    spb_plot_data_end_row(data);
}

static void write_medians(struct drawing *drawing, struct spb_plot_data *data)
{
    spb_plot_data_block(data, "running medians: panel (0: a line ends), file, seconds, percent");
    for (size_t from = 0, end; from < drawing->count; from = end) {
        const struct point *first = &drawing->points[from];
        for (end = from; end < drawing->count; end++)
            if (drawing->points[end].panel != first->panel || drawing->points[end].file != first->file)
                break;
        write_median(drawing, from, end, data);
    }
}

/* ---- the whole ------------------------------------------------------------------------------------------------------------- */

static void fill_page(struct drawing *drawing)
{
    struct spb_plot_page *page = &drawing->page;
    page->title = "Samples over the time of the run";
    page->whiskers = "a point: a sample, against the median of all samples of its row in its file";
    page->x_label = "Time since the start of the run (s)";
    page->width_px = WIDTH_PX;
    spb_plot_page_legend_files(page, drawing->input);
    if (drawing->input->count == 1)
        spb_plot_page_legend(page, 1, spb_plot_shape(0), "sample");
    spb_plot_page_legend_marks(page, drawing->seen);
    spb_plot_page_legend(page, SPB_COLOUR_INK, 0, "\xe2\x80\x94 running median");
    spb_strbuf_printf(
        &page->note,
        "Time: start of the process, its set-up, calibration and warm-up, and the samples up to here; what "
        "passed between the samples is not recorded. The running median is over one of %d samples, at least "
        "%d.\n",
        WINDOW_SHARE, WINDOW_MIN);
    if (drawing->outside)
        spb_strbuf_printf(&page->note, "Samples beyond the axes (triangles at the edge): %zu.\n", drawing->outside);
    if (drawing->stride > 1)
        spb_strbuf_printf(&page->note, "One of %zu samples is drawn.\n", drawing->stride);
    spb_plot_rows_note(&drawing->rows, &page->note);
}

static int draw(struct drawing *drawing, struct spb_plot_data *data)
{
    int code = collect(drawing);
    if (code == 0)
        code = settle_panels(drawing);
    if (code)
        return code;
    fill_page(drawing);
    spb_plot_page_begin(drawing->input, &drawing->page, data);
    write_points(drawing, data);
    write_medians(drawing, data);
    spb_plot_data_end(data);
    return data->text.failed ? -ENOMEM : 0;
}

static int build(const struct spb_plot_input *input, struct spb_plot_data *data, struct spb_error *err)
{
    struct drawing drawing = {.input = input};
    int code = spb_plot_rows_match(input, &drawing.rows, err);
    if (code)
        return code;
    drawing.is_together = drawing.rows.count > SPB_PLOT_PANELS_MAX;
    code = draw(&drawing, data);
    spb_plot_page_release(&drawing.page);
    spb_plot_rows_release(&drawing.rows);
    free(drawing.points);
    free(drawing.values);
    return code ? spb_error_system(err, code, "drift") : 0;
}

/* It answers a question of its own, which is to be asked for. */
static int fit(const struct spb_plot_input *input)
{
    return input->count > 0 && input->count <= SPB_PLOT_FILES_MAX ? 2 : 0;
}

const struct spb_plot_kind spb_plot_drift = {
    .name = "drift",
    .summary = "samples over the time of the run, with their marks: did the machine drift?",
    .fit = fit,
    .build = build,
};
