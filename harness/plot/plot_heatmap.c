/* SPDX-License-Identifier: MIT
 *
 * What a cache line takes from CPU to CPU: a square of colours for each result, all on one scale.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plot_caption.h"
#include "plot_measure.h"
#include "plot_rows.h"
#include "plot_text.h"
#include "summary.h"

#define WORKLOAD     "memory/core-to-core"
#define MEASURE_IT   "spbench run memory/core-to-core --param pair=all measures every pair of CPUs"
#define FILES_MAX    4
#define CPUS_MAX     1024
#define LOG_RATIO    8    /* linear colours up to there */
#define LEAST_SPREAD 1e-3 /* of the value, where all are alike */
#define BRIGHT_FROM  0.6  /* share of the ramp from which letters on it are dark */
#define CELL_TEXT_PX 30   /* a cell of that size has room for its value */
#define LABELS_PX    26   /* distance of two CPU numbers, at least */

#define LEFT_PX   70
#define BESIDE_PX 70  /* between two squares */
#define BOX_PX    130 /* the ramp with its numbers */
#define TOP_PX    112
#define BELOW_PX  78 /* between two squares */
#define LINE_PX   18

struct cell {
    unsigned first, second; /* CPUs; first is the smaller number */
    const struct spb_row *row;
};

/* Of one result. */
struct square {
    struct cell *cells;
    size_t cell_count;
    unsigned *cpus; /* ascending */
    size_t cpu_count;
};

struct drawing {
    const struct spb_plot_input *input;
    struct square squares[FILES_MAX];
    struct spb_plot_measure measure;
    struct spb_plot_range range;
    size_t left_out;
    const char *reason;
    const struct cell *fastest, *slowest;
    double side_px;
    size_t columns;
};

/* ---- what there is ---------------------------------------------------------------------------------------------------------- */

/* The pair of CPUs that the row is about: 2^32 times one plus the other. */
static bool find_pair(const struct spb_row *row, struct cell *cell)
{
    if (strcmp(row->workload, WORKLOAD) != 0)
        return false;
    for (size_t i = 0; i < row->param_count; i++) {
        unsigned a = (unsigned)(row->params[i].value >> 32), b = (unsigned)row->params[i].value;
        if (row->params[i].kind != SPB_PARAM_CPU_PAIR || a == b)
            continue;
        *cell = (struct cell){a < b ? a : b, a < b ? b : a, row};
        return true;
    }
    return false;
}

static int by_number(const void *a, const void *b)
{
    const unsigned *one = a, *other = b;
    return (*one > *other) - (*one < *other);
}

static size_t make_unique(unsigned *cpus, size_t count)
{
    size_t kept = 0;
    qsort(cpus, count, sizeof(*cpus), by_number);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || cpus[i] != cpus[i - 1])
            cpus[kept++] = cpus[i];
    return kept;
}

static int survey_square(struct drawing *drawing, const struct spb_result *result, struct square *square)
{
    struct cell cell;
    square->cells = calloc(result->row_count + 1, sizeof(*square->cells));
    square->cpus = calloc(2 * result->row_count + 1, sizeof(*square->cpus));
    if (!square->cells || !square->cpus)
        return -ENOMEM;
    for (size_t i = 0; i < result->row_count; i++) {
        if (!find_pair(&result->rows[i], &cell))
            continue;
        square->cpus[square->cpu_count++] = cell.first;
        square->cpus[square->cpu_count++] = cell.second;
        if (cell.row->stats.valid)
            square->cells[square->cell_count++] = cell;
        else if (drawing->left_out++ == 0)
            drawing->reason = cell.row->reason ? cell.row->reason : "no process has a sample";
    }
    square->cpu_count = make_unique(square->cpus, square->cpu_count);
    return 0;
}

static size_t count_cells(const struct drawing *drawing)
{
    size_t count = 0;
    for (size_t f = 0; f < drawing->input->count; f++)
        count += drawing->squares[f].cell_count;
    return count;
}

static int check(const struct drawing *drawing, struct spb_error *err)
{
    struct spb_strbuf reason = {0};
    if (count_cells(drawing) == 0 && drawing->left_out) {
        spb_plot_text_clip(drawing->reason, 80, &reason);
        spb_error_set(err, -EINVAL, "no pair of CPUs has a value: %s", spb_strbuf_text(&reason));
        spb_strbuf_release(&reason);
        return -EINVAL;
    }
    if (count_cells(drawing) == 0)
        return spb_error_set(err, -EINVAL, "no row of " WORKLOAD " with its two CPUs; " MEASURE_IT);
    for (size_t f = 0; f < drawing->input->count; f++)
        if (drawing->squares[f].cpu_count > CPUS_MAX)
            return spb_error_set(err, -EINVAL, "%s has pairs of %zu CPUs, and %d fit", drawing->input->names[f],
                                 drawing->squares[f].cpu_count, CPUS_MAX);
    return 0;
}

/* ---- scale and sizes --------------------------------------------------------------------------------------------------------- */

static double value_of(const struct drawing *drawing, const struct cell *cell)
{
    return spb_plot_measure_value(&drawing->measure, cell->row->stats.estimate_ns);
}

static void find_extremes(struct drawing *drawing)
{
    for (size_t f = 0; f < drawing->input->count; f++)
        for (size_t i = 0; i < drawing->squares[f].cell_count; i++) {
            const struct cell *cell = &drawing->squares[f].cells[i];
            double ns = cell->row->stats.estimate_ns;
            if (!drawing->fastest || ns < drawing->fastest->row->stats.estimate_ns)
                drawing->fastest = cell;
            if (!drawing->slowest || ns > drawing->slowest->row->stats.estimate_ns)
                drawing->slowest = cell;
        }
}

static void settle_scale(struct drawing *drawing)
{
    find_extremes(drawing);
    if (!drawing->fastest || !drawing->slowest) /* check() has seen one */
        return;
    drawing->measure = spb_plot_measure_of(drawing->fastest->row, drawing->fastest->row->stats.estimate_ns);
    double low = value_of(drawing, drawing->fastest), high = value_of(drawing, drawing->slowest);
    drawing->range = (struct spb_plot_range){low, high, high / low > LOG_RATIO};
    if (high - low < LEAST_SPREAD * high)
        drawing->range = (struct spb_plot_range){low * (1 - LEAST_SPREAD), high * (1 + LEAST_SPREAD), false};
}

static void settle_sizes(struct drawing *drawing)
{
    size_t most = 0;
    for (size_t f = 0; f < drawing->input->count; f++)
        most = drawing->squares[f].cpu_count > most ? drawing->squares[f].cpu_count : most;
    drawing->columns = drawing->input->count == 1 ? 1 : 2;
    drawing->side_px = drawing->columns == 1 ? fmin(720, fmax(320, 56 * (double)most)) : 420;
}

static double left_of(const struct drawing *drawing, size_t square)
{
    return LEFT_PX + (double)(square % drawing->columns) * (drawing->side_px + BESIDE_PX);
}

static double top_of(const struct drawing *drawing, size_t square)
{
    size_t line = square / drawing->columns;
    return TOP_PX + (double)line * (drawing->side_px + BELOW_PX);
}

/* ---- blocks ------------------------------------------------------------------------------------------------------------------ */

static size_t place_of(const struct square *square, unsigned cpu)
{
    const unsigned *at = bsearch(&cpu, square->cpus, square->cpu_count, sizeof(*square->cpus), by_number);
    return at ? (size_t)(at - square->cpus) : 0;
}

/* Three digits, or as many as there are before the point. */
static void format_value(double value, char *text, size_t size)
{
    snprintf(text, size, "%.*f", value >= 99.5 ? 0 : value >= 9.95 ? 1 : 2, value);
}

static bool is_bright(const struct spb_plot_range *range, double value)
{
    double share = range->is_log ? log(value / range->low) / log(range->high / range->low)
                                 : (value - range->low) / (range->high - range->low);
    return share >= BRIGHT_FROM;
}

static void write_cell(const struct drawing *drawing, size_t file, size_t column, size_t row, double value,
                       struct spb_plot_data *data)
{
    bool has_text = drawing->side_px / (double)drawing->squares[file].cpu_count >= CELL_TEXT_PX && isfinite(value);
    char text[32];
    format_value(value, text, sizeof(text));
    spb_plot_data_number(data, (double)file + 1);
    spb_plot_data_number(data, (double)column);
    spb_plot_data_number(data, (double)row);
    spb_plot_data_number(data, value);
    spb_plot_data_text(data, has_text ? text : "");
    spb_plot_data_number(data, isfinite(value) && is_bright(&drawing->range, value));
    spb_plot_data_end_row(data);
}

/* All places, row by row, also those without a value: an image has no gaps. */
static int write_cells(const struct drawing *drawing, size_t file, struct spb_plot_data *data)
{
    const struct square *square = &drawing->squares[file];
    size_t count = square->cpu_count;
    double *values = calloc(count * count + 1, sizeof(*values));
    if (!values)
        return -ENOMEM;
    for (size_t i = 0; i < count * count; i++)
        values[i] = (double)NAN;
    for (size_t i = 0; i < square->cell_count; i++) {
        size_t first = place_of(square, square->cells[i].first), second = place_of(square, square->cells[i].second);
        values[first * count + second] = values[second * count + first] = value_of(drawing, &square->cells[i]);
    }
    for (size_t i = 0; i < count * count; i++)
        write_cell(drawing, file, i % count, i / count, values[i], data);
    free(values);
    return 0;
}

static void write_squares(const struct drawing *drawing, struct spb_plot_data *data)
{
    spb_plot_data_block(data, "squares: label, left, top (pixels), CPUs");
    for (size_t f = 0; f < drawing->input->count; f++) {
        struct spb_strbuf label = {0};
        if (drawing->input->count > 1)
            spb_plot_text_clip(drawing->input->names[f], 52, &label);
        spb_plot_data_text(data, spb_strbuf_text(&label));
        spb_plot_data_number(data, left_of(drawing, f));
        spb_plot_data_number(data, top_of(drawing, f));
        spb_plot_data_number(data, (double)drawing->squares[f].cpu_count);
        spb_plot_data_end_row(data);
        data->text.failed |= label.failed;
        spb_strbuf_release(&label);
    }
}

/* Distance of two numbers that are written: 1, 2, 4, 8 ... */
static size_t label_step(const struct drawing *drawing, const struct square *square)
{
    size_t step = 1;
    while ((double)step * drawing->side_px / (double)square->cpu_count < LABELS_PX)
        step *= 2;
    return step;
}

static int write_blocks(const struct drawing *drawing, struct spb_plot_data *data)
{
    char text[16];
    int code = 0;
    write_squares(drawing, data);
    spb_plot_data_block(data, "cells: square, column, row, value, as text, dark letters (0, 1)");
    for (size_t f = 0; f < drawing->input->count && code == 0; f++)
        code = write_cells(drawing, f, data);
    spb_plot_data_block(data, "CPUs: square, place, number");
    for (size_t f = 0; f < drawing->input->count; f++) {
        const struct square *square = &drawing->squares[f];
        for (size_t i = 0; i < square->cpu_count; i += label_step(drawing, square)) {
            snprintf(text, sizeof(text), "%u", square->cpus[i]);
            spb_plot_data_number(data, (double)f + 1);
            spb_plot_data_number(data, (double)i);
            spb_plot_data_text(data, text);
            spb_plot_data_end_row(data);
        }
    }
    spb_plot_data_end(data);
    return code;
}

/* ---- words ------------------------------------------------------------------------------------------------------------------- */

static void note_missing(const struct drawing *drawing, struct spb_strbuf *out)
{
    for (size_t f = 0; f < drawing->input->count; f++) {
        const struct square *square = &drawing->squares[f];
        size_t pairs = square->cpu_count * (square->cpu_count - 1) / 2;
        if (square->cpu_count == 0 || square->cell_count >= pairs)
            continue;
        if (drawing->input->count > 1) {
            spb_plot_text_clip(drawing->input->names[f], 52, out);
            spb_strbuf_append(out, ": ");
        }
        spb_strbuf_printf(out, "%zu of %zu pairs have no value and no colour", pairs - square->cell_count, pairs);
        if (drawing->left_out) {
            spb_strbuf_append(out, ", one because: ");
            spb_plot_text_clip(drawing->reason, 80, out);
        } else {
            spb_strbuf_append(out, "; " MEASURE_IT);
        }
        spb_strbuf_append_char(out, '\n');
    }
}

static void append_note(const struct drawing *drawing, struct spb_strbuf *out)
{
    char low[32], high[32];
    const struct cell *fastest = drawing->fastest, *slowest = drawing->slowest;
    format_value(value_of(drawing, fastest), low, sizeof(low));
    format_value(value_of(drawing, slowest), high, sizeof(high));
    spb_strbuf_printf(out, "From %s (CPUs %u and %u) to %s (CPUs %u and %u).\n", low, fastest->first, fastest->second,
                      high, slowest->first, slowest->second);
    note_missing(drawing, out);
}

/* The half-width of the middle pair, in per cent. */
static void describe_intervals(const struct drawing *drawing, char *text, size_t size)
{
    double *ratios = calloc(count_cells(drawing) + 1, sizeof(*ratios));
    size_t count = 0;
    for (size_t f = 0; ratios && f < drawing->input->count; f++)
        for (size_t i = 0; i < drawing->squares[f].cell_count; i++)
            if (drawing->squares[f].cells[i].row->stats.has_interval)
                ratios[count++] = drawing->squares[f].cells[i].row->stats.half_width_ratio;
    snprintf(text, size, "colour: the estimate of a pair, one way; no interval: one process each");
    if (count) {
        double middle = 0, most = 0;
        for (size_t i = 0; i < count; i++)
            most = fmax(most, ratios[i]);
        middle = spb_median_in_place(ratios, count);
        snprintf(text, size,
                 "colour: the estimate of a pair, one way; 95 %% interval \xc2\xb1%.2g %% in the median, \xc2\xb1%.2g "
                 "%% at most",
                 middle * 100, most * 100);
    }
    free(ratios);
}

static void write_words(const struct drawing *drawing, struct spb_plot_data *data)
{
    struct spb_strbuf note = {0}, wrapped = {0};
    char intervals[160];
    size_t lines = (drawing->input->count + drawing->columns - 1) / drawing->columns;
    double width_px = fmax(720, left_of(drawing, drawing->columns - 1) + drawing->side_px + BOX_PX);
    double note_px = top_of(drawing, lines * drawing->columns - 1) + drawing->side_px + 60;
    append_note(drawing, &note);
    spb_plot_text_wrap(spb_strbuf_text(&note), (size_t)((width_px - 40) / 7), &wrapped);
    describe_intervals(drawing, intervals, sizeof(intervals));
    spb_plot_data_words(data, "title", "A cache line from CPU to CPU");
    spb_plot_caption(drawing->input, data, intervals);
    spb_plot_data_words(data, "note", "%s", spb_strbuf_text(&wrapped));
    spb_plot_data_words(data, "unit", "%s", drawing->measure.label);
    spb_plot_data_value(data, "width", width_px);
    spb_plot_data_value(data, "height", note_px + LINE_PX * (double)spb_plot_text_lines(spb_strbuf_text(&wrapped)) + 4);
    spb_plot_data_value(data, "note_y", note_px);
    spb_plot_data_value(data, "side", drawing->side_px);
    spb_plot_data_value(data, "low", drawing->range.low);
    spb_plot_data_value(data, "high", drawing->range.high);
    spb_plot_data_value(data, "logarithmic", drawing->range.is_log);
    data->text.failed |= note.failed || wrapped.failed;
    spb_strbuf_release(&note);
    spb_strbuf_release(&wrapped);
}

/* ---- the whole --------------------------------------------------------------------------------------------------------------- */

static int build(const struct spb_plot_input *input, struct spb_plot_data *data, struct spb_error *err)
{
    struct drawing drawing = {.input = input};
    int code = 0;
    if (input->count > FILES_MAX)
        return spb_error_set(err, -EINVAL, "%zu results, and %d fit into a heatmap", input->count, FILES_MAX);
    for (size_t f = 0; f < input->count && code == 0; f++)
        code = survey_square(&drawing, &input->results[f], &drawing.squares[f]);
    if (code)
        spb_error_system(err, code, "heatmap");
    else
        code = check(&drawing, err);
    if (code == 0) {
        settle_scale(&drawing);
        settle_sizes(&drawing);
        write_words(&drawing, data);
        code = write_blocks(&drawing, data);
        code = code || data->text.failed ? spb_error_system(err, -ENOMEM, "heatmap") : 0;
    }
    for (size_t f = 0; f < FILES_MAX; f++) {
        free(drawing.squares[f].cells);
        free(drawing.squares[f].cpus);
    }
    return code;
}

/* Results of nothing else, with more than one pair. */
static int fit(const struct spb_plot_input *input)
{
    struct cell cell;
    size_t pairs = 0;
    for (size_t f = 0; f < input->count; f++)
        for (size_t i = 0; i < input->results[f].row_count; i++) {
            if (!find_pair(&input->results[f].rows[i], &cell))
                return 0;
            pairs += cell.row->stats.valid;
        }
    return input->count > FILES_MAX || pairs == 0 ? 0 : pairs > input->count ? 95 : 20;
}

const struct spb_plot_kind spb_plot_heatmap = {
    .name = "heatmap",
    .summary = "what a cache line takes from CPU to CPU, for every pair",
    .fit = fit,
    .build = build,
};
