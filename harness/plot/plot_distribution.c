/* SPDX-License-Identifier: MIT
 *
 * Every sample of some rows: a strip a process, and how the samples of each process and of all are distributed, on one axis.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plot_marks.h"
#include "plot_panels.h"
#include "plot_rows.h"
#include "random.h"
#include "row_report.h"
#include "summary.h"

#define POINTS_MAX     60000 /* of a picture: a browser still scrolls one of that many */
#define STRIP_HALF     0.3   /* of the distance between two strips, that points are scattered over */
#define LABELS_MAX     24    /* numbers of processes below a panel */
#define STEPS_MAX      400   /* of a distribution */
#define WIDE_WIDTH_PX  1200
#define ESTIMATES_MAX  4 /* that have room above a panel */
#define FILES_FOR_WIDE 3

struct drawing {
    const struct spb_plot_input *input;
    struct spb_plot_rows rows;
    struct spb_plot_page page;
    size_t stride;  /* every so manieth sample is a point */
    uint32_t seen;  /* marks */
    size_t outside; /* samples beyond an axis */
    double *values; /* of the row that is at hand, in its measure; room for its samples */
    double *some;   /* the same for a process */
};

/* Of one panel. */
struct panel_data {
    size_t index;
    const struct spb_plot_row *row;
    struct spb_plot_measure measure;
    const struct spb_plot_range *range;
};

typedef void visit_process(struct drawing *drawing, const struct panel_data *panel, size_t file,
                           const struct spb_process *process, double x, struct spb_plot_data *data);

static double sample_value(const struct panel_data *panel, const struct spb_process *process, size_t i)
{
    const struct spb_sample *sample = &process->samples[i];
    double ns = spb_iteration_time_ns(sample->iterations, sample->elapsed_ns, (double)process->overhead_ns);
    return spb_plot_measure_value(&panel->measure, ns);
}

/* Calls it for each process that counts, with the place of its strip: one apart, two between files. Returns where the strips end. */
static double for_each_process(struct drawing *drawing, const struct panel_data *panel, visit_process *visit,
                               struct spb_plot_data *data)
{
    double x = 0;
    for (size_t f = 0; f < drawing->input->count; f++) {
        const struct spb_row *row = panel->row->by_file[f];
        for (size_t p = 0; row && p < row->process_count; p++)
            if (spb_plot_process_counts(&row->processes[p])) {
                x += 1;
                if (visit)
                    visit(drawing, panel, f, &row->processes[p], x, data);
            }
        x += row != NULL;
    }
    return x;
}

/* ---- ranges and labels ---------------------------------------------------------------------------------------------------- */

static size_t collect_values(struct drawing *drawing, const struct panel_data *panel)
{
    size_t count = 0;
    for (size_t f = 0; f < drawing->input->count; f++) {
        const struct spb_row *row = panel->row->by_file[f];
        for (size_t p = 0; row && p < row->process_count; p++)
            for (size_t i = 0; spb_plot_process_counts(&row->processes[p]) && i < row->processes[p].sample_count; i++)
                drawing->values[count++] = sample_value(panel, &row->processes[p], i);
    }
    spb_sort_doubles(drawing->values, count);
    return count;
}

static void append_half_width(double percent, struct spb_strbuf *out)
{
    spb_strbuf_printf(out, " \xc2\xb1%.*f %%", percent >= 9.95 ? 0 : percent >= 0.995 ? 1 : 2, percent);
}

static void append_estimates(const struct drawing *drawing, const struct panel_data *panel, struct spb_strbuf *out)
{
    if (drawing->input->count > ESTIMATES_MAX)
        return;
    for (size_t f = 0; f < drawing->input->count; f++) {
        const struct spb_row *row = panel->row->by_file[f];
        if (!row)
            continue;
        spb_strbuf_append(out, out->length ? "; " : "");
        spb_row_headline_format(row, row->stats.estimate_ns, out);
        if (row->stats.has_interval)
            append_half_width(row->stats.half_width_ratio * 100, out);
        if (drawing->input->count == 1)
            spb_strbuf_printf(out, " (%zu processes, %zu samples)", row->stats.process_count, row->stats.sample_count);
    }
}

static void include_estimates(const struct drawing *drawing, const struct panel_data *panel,
                              struct spb_plot_range *range)
{
    for (size_t f = 0; f < drawing->input->count; f++) {
        const struct spb_row *row = panel->row->by_file[f];
        if (!row)
            continue;
        spb_plot_range_include(range, spb_plot_measure_value(&panel->measure, row->stats.low_ns));
        spb_plot_range_include(range, spb_plot_measure_value(&panel->measure, row->stats.high_ns));
    }
}

static struct panel_data panel_of(struct drawing *drawing, size_t index)
{
    const struct spb_plot_row *row = &drawing->rows.items[index];
    const struct spb_row *any = spb_plot_row_any(row, drawing->input->count);
    return (struct panel_data){.index = index,
                               .row = row,
                               .measure = spb_plot_measure_of(any, any->stats.estimate_ns),
                               .range = &drawing->page.panels[index].range};
}

static int settle_panel(struct drawing *drawing, size_t index)
{
    struct panel_data panel = panel_of(drawing, index);
    struct spb_plot_panel *shown = &drawing->page.panels[index];
    struct spb_strbuf detail = {0};
    size_t count = collect_values(drawing, &panel);
    shown->range = spb_plot_range_of(drawing->values, count);
    include_estimates(drawing, &panel, &shown->range);
    for (size_t i = 0; i < count; i++)
        drawing->outside += drawing->values[i] < shown->range.low || drawing->values[i] > shown->range.high;
    spb_plot_range_pad(&shown->range);
    memcpy(shown->y_label, panel.measure.label, sizeof(shown->y_label));
    shown->x_high = for_each_process(drawing, &panel, NULL, NULL);
    shown->label = strdup(panel.row->key);
    append_estimates(drawing, &panel, &detail);
    shown->detail = spb_strbuf_detach(&detail);
    drawing->page.panel_count++;
    return shown->label && shown->detail ? 0 : -ENOMEM;
}

/* ---- blocks ---------------------------------------------------------------------------------------------------------------- */

static void write_strip(struct drawing *drawing, const struct panel_data *panel, size_t file,
                        const struct spb_process *process, double x, struct spb_plot_data *data)
{
    size_t strips = (size_t)drawing->page.panels[panel->index].x_high;
    char label[16];
    for (size_t i = 0; i < process->sample_count; i++)
        drawing->some[i] = sample_value(panel, process, i);
    spb_sort_doubles(drawing->some, process->sample_count);
    snprintf(label, sizeof(label), "%u", process->index);
    spb_plot_data_number(data, (double)panel->index + 1);
    spb_plot_data_number(data, (double)file + 1);
    spb_plot_data_number(data, x);
    spb_plot_data_number(data, spb_sorted_quantile(drawing->some, process->sample_count, 0.5));
    spb_plot_data_text(data, process->index % (strips / LABELS_MAX + 1) == 0 ? label : "");
    spb_plot_data_end_row(data);
}

static void write_samples(struct drawing *drawing, const struct panel_data *panel, size_t file,
                          const struct spb_process *process, double x, struct spb_plot_data *data)
{
    struct spb_random random = {spb_random_derive(panel->index, process->index)};
    for (size_t i = 0; i < process->sample_count; i += drawing->stride) {
        double shown, jitter = STRIP_HALF * (2 * spb_random_unit(&random) - 1);
        int beyond = spb_plot_clamp(panel->range, sample_value(panel, process, i), &shown);
        drawing->seen |= process->samples[i].marks;
        spb_plot_data_number(data, (double)panel->index + 1);
        spb_plot_data_number(data, (double)file + 1);
        spb_plot_data_number(data, x + jitter);
        spb_plot_data_number(data, shown);
        spb_plot_data_number(data, spb_plot_mark_shape(process->samples[i].marks));
        spb_plot_data_number(data, beyond);
        spb_plot_data_end_row(data);
    }
}

/* A line through (share of the values up to here, value); before it a row without numbers, where lines end. */
static void write_steps(const struct panel_data *panel, size_t file, bool is_all, const double *sorted, size_t count,
                        struct spb_plot_data *data)
{
    size_t steps = count < STEPS_MAX ? count : STEPS_MAX;
    for (size_t s = 0; s <= steps; s++) {
        size_t rank = s * count / steps; /* values up to here */
        spb_plot_data_number(data, (double)panel->index + 1);
        spb_plot_data_number(data, (double)file + 1);
        spb_plot_data_number(data, is_all);
        spb_plot_data_number(data, s == 0 ? 0 : 100 * (double)rank / (double)count);
        spb_plot_data_number(data, sorted[rank ? rank - 1 : 0]);
        spb_plot_data_end_row(data);
    }
    for (int column = 0; column < 5; column++)
        spb_plot_data_number(data, 0);
    spb_plot_data_end_row(data);
}

static void write_process_steps(struct drawing *drawing, const struct panel_data *panel, size_t file,
                                const struct spb_process *process, double x, struct spb_plot_data *data)
{
    (void)x;
    for (size_t i = 0; i < process->sample_count; i++)
        drawing->some[i] = sample_value(panel, process, i);
    spb_sort_doubles(drawing->some, process->sample_count);
    write_steps(panel, file, false, drawing->some, process->sample_count, data);
}

static void write_all_steps(struct drawing *drawing, const struct panel_data *panel, struct spb_plot_data *data)
{
    for (size_t f = 0; f < drawing->input->count; f++) {
        struct spb_plot_row only = {panel->row->key, (const struct spb_row *[SPB_PLOT_FILES_MAX]){NULL}};
        struct panel_data of_file = *panel;
        if (!panel->row->by_file[f])
            continue;
        only.by_file[f] = panel->row->by_file[f];
        of_file.row = &only;
        size_t count = collect_values(drawing, &of_file);
        write_steps(panel, f, true, drawing->values, count, data);
    }
}

/* Over the strips of its file. */
static void write_estimates(const struct drawing *drawing, const struct panel_data *panel, struct spb_plot_data *data)
{
    double x = 0.5;
    for (size_t f = 0; f < drawing->input->count; f++) {
        const struct spb_row *row = panel->row->by_file[f];
        if (!row)
            continue;
        const struct spb_row_stats *stats = &row->stats;
        double low = spb_plot_measure_value(&panel->measure, stats->low_ns);
        double high = spb_plot_measure_value(&panel->measure, stats->high_ns);
        const double numbers[] = {(double)panel->index + 1,
                                  (double)f + 1,
                                  x,
                                  x + (double)stats->process_count,
                                  spb_plot_measure_value(&panel->measure, stats->estimate_ns),
                                  fmin(low, high),
                                  fmax(low, high)};
        for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
            spb_plot_data_number(data, i > 4 && !stats->has_interval ? (double)NAN : numbers[i]);
        spb_plot_data_end_row(data);
        x += (double)stats->process_count + 1;
    }
}

static void write_blocks(struct drawing *drawing, struct spb_plot_data *data)
{
    spb_plot_data_block(data, "strips: panel, file, x, median of the process, its number");
    for (size_t p = 0; p < drawing->rows.count; p++) {
        struct panel_data panel = panel_of(drawing, p);
        for_each_process(drawing, &panel, write_strip, data);
    }
    spb_plot_data_block(data, "estimates: panel, file, x from, x to, estimate, low, high");
    for (size_t p = 0; p < drawing->rows.count; p++) {
        struct panel_data panel = panel_of(drawing, p);
        write_estimates(drawing, &panel, data);
    }
    spb_plot_data_block(data,
                        "samples: panel, file, x, value, shape of the mark (0: none), beyond the axis (-1, 0, 1)");
    for (size_t p = 0; p < drawing->rows.count; p++) {
        struct panel_data panel = panel_of(drawing, p);
        for_each_process(drawing, &panel, write_samples, data);
    }
    spb_plot_data_block(data,
                        "distributions: panel (0: a line ends), file, of all processes (0, 1), share up to here in "
                        "percent, value");
    for (size_t p = 0; p < drawing->rows.count; p++) {
        struct panel_data panel = panel_of(drawing, p);
        for_each_process(drawing, &panel, write_process_steps, data);
        write_all_steps(drawing, &panel, data);
    }
    spb_plot_data_end(data);
}

/* ---- the whole ------------------------------------------------------------------------------------------------------------- */

static uint32_t marks_of(const struct spb_row *row)
{
    uint32_t marks = 0;
    for (size_t p = 0; p < row->process_count; p++)
        for (size_t i = 0; spb_plot_process_counts(&row->processes[p]) && i < row->processes[p].sample_count; i++)
            marks |= row->processes[p].samples[i].marks;
    return marks;
}

/* Also allocates room for the samples of the largest row. */
static int survey(struct drawing *drawing)
{
    size_t total = 0, most = 0;
    for (size_t r = 0; r < drawing->rows.count; r++) {
        size_t of_row = 0;
        for (size_t f = 0; f < drawing->input->count; f++) {
            const struct spb_row *row = drawing->rows.items[r].by_file[f];
            of_row += row ? row->stats.sample_count : 0;
            drawing->seen |= row ? marks_of(row) : 0;
        }
        total += of_row;
        most = of_row > most ? of_row : most;
    }
    drawing->stride = total / POINTS_MAX + 1;
    drawing->values = calloc(most + 1, sizeof(*drawing->values));
    drawing->some = calloc(most + 1, sizeof(*drawing->some));
    return drawing->values && drawing->some ? spb_plot_page_prepare(&drawing->page, drawing->rows.count) : -ENOMEM;
}

static void fill_page(struct drawing *drawing)
{
    struct spb_plot_page *page = &drawing->page;
    page->title = "Every sample, and its distribution";
    page->whiskers = "band: 95 % interval of the estimate (line); short bars: medians of the processes";
    page->x_label = "Number of the process";
    page->width_px = drawing->input->count > FILES_FOR_WIDE ? WIDE_WIDTH_PX : 0;
    spb_plot_page_legend_files(page, drawing->input);
    if (drawing->input->count == 1)
        spb_plot_page_legend(page, 1, spb_plot_shape(0), "sample");
    spb_plot_page_legend_marks(page, drawing->seen);
    spb_strbuf_append(&page->note,
                      "Right: share of the samples up to a value, each process thin, all together thick.\n");
    if (drawing->outside)
        spb_strbuf_printf(&page->note, "Samples beyond the axes (triangles at the edge): %zu.\n", drawing->outside);
    if (drawing->stride > 1)
        spb_strbuf_printf(&page->note, "Left: one of %zu samples is drawn.\n", drawing->stride);
    spb_plot_rows_note(&drawing->rows, &page->note);
}

static int draw(struct drawing *drawing, struct spb_plot_data *data)
{
    int code = survey(drawing);
    for (size_t p = 0; p < drawing->rows.count && code == 0; p++)
        code = settle_panel(drawing, p);
    if (code)
        return code;
    fill_page(drawing);
    spb_plot_page_begin(drawing->input, &drawing->page, data);
    write_blocks(drawing, data);
    return data->text.failed ? -ENOMEM : 0;
}

static int build(const struct spb_plot_input *input, struct spb_plot_data *data, struct spb_error *err)
{
    struct drawing drawing = {.input = input};
    int code = spb_plot_rows_match_some(input, SPB_PLOT_PANELS_MAX, &drawing.rows, err);
    if (code)
        return code;
    code = draw(&drawing, data);
    spb_plot_page_release(&drawing.page);
    spb_plot_rows_release(&drawing.rows);
    free(drawing.values);
    free(drawing.some);
    return code ? spb_error_system(err, code, "distribution") : 0;
}

/* A single row has little else to show. */
static int fit(const struct spb_plot_input *input)
{
    size_t most = 0;
    for (size_t f = 0; f < input->count; f++)
        most = input->results[f].row_count > most ? input->results[f].row_count : most;
    return input->count == 0 || input->count > SPB_PLOT_FILES_MAX || most == 0 ? 0
           : most == 1                                                         ? 55
           : most <= 3                                                         ? 30
                                                                               : 5;
}

const struct spb_plot_kind spb_plot_distribution = {
    .name = "distribution",
    .summary = "every sample of some rows, a strip a process, and how they are distributed",
    .fit = fit,
    .build = build,
};
