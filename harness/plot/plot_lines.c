/* SPDX-License-Identifier: MIT */
#include "plot_lines.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plot_layout.h"

#define HUES   8
#define DASHES 5

void spb_plot_lines_release(struct spb_plot_lines *lines)
{
    for (size_t i = 0; i < lines->count; i++) {
        free(lines->items[i].name);
        free(lines->items[i].label);
        free(lines->items[i].points);
    }
    free(lines->items);
    *lines = (struct spb_plot_lines){0};
}

bool spb_plot_size_of(const struct spb_row *row, double *bytes, size_t *parameter)
{
    size_t found = row->param_count;
    for (size_t i = 0; i < row->param_count; i++)
        if (row->params[i].kind == SPB_PARAM_BYTES &&
            (found == row->param_count || strcmp(row->params[i].name, "size") == 0))
            found = i;
    if (found == row->param_count || row->params[found].value == 0)
        return false;
    *bytes = (double)row->params[found].value;
    *parameter = found;
    return true;
}

/* ---- rows to lines ---------------------------------------------------------------------------------------------- */

char *spb_plot_name_without(const struct spb_row *row, size_t parameter)
{
    struct spb_strbuf name = {0};
    spb_strbuf_append(&name, row->workload);
    for (size_t i = 0; i < row->param_count; i++)
        if (i != parameter)
            spb_strbuf_printf(&name, " %s=%s", row->params[i].name, row->params[i].text);
    return spb_strbuf_detach(&name);
}

/* That line, made where it is not there yet. Takes the name over. NULL: no memory. */
static struct spb_plot_line *find_line(struct spb_plot_lines *lines, char *name, size_t file, unsigned threads)
{
    for (size_t i = 0; i < lines->count && name; i++) {
        struct spb_plot_line *line = &lines->items[i];
        if (line->file == file && line->threads == threads && strcmp(line->name, name) == 0) {
            free(name);
            return line;
        }
    }
    struct spb_plot_line *items = name ? reallocarray(lines->items, lines->count + 1, sizeof *items) : NULL;
    if (!items) {
        free(name);
        return NULL;
    }
    lines->items = items;
    items[lines->count] = (struct spb_plot_line){.name = name, .file = file, .threads = threads};
    return &items[lines->count++];
}

static int add_point(struct spb_plot_line *line, const struct spb_plot_point *point)
{
    struct spb_plot_point *points = reallocarray(line->points, line->count + 1, sizeof *points);
    if (!points)
        return -ENOMEM;
    line->points = points;
    size_t at = line->count++;
    for (; at > 0 && points[at - 1].x > point->x; at--)
        points[at] = points[at - 1];
    points[at] = *point;
    return 0;
}

/* False: the row has no value. */
static bool measure_point(const struct spb_row *row, struct spb_plot_point *point)
{
    const struct spb_row_stats *stats = &row->stats;
    if (!stats->valid)
        return false;
    point->row = row;
    point->y = spb_row_headline(row, stats->estimate_ns);
    point->low = point->high = (double)NAN;
    point->has_interval = stats->has_interval;
    if (stats->has_interval) {
        double one = spb_row_headline(row, stats->low_ns), other = spb_row_headline(row, stats->high_ns);
        point->low = fmin(one, other);
        point->high = fmax(one, other);
    }
    return isfinite(point->y) && point->y > 0;
}

static void leave_out(struct spb_plot_lines *lines, const struct spb_row *row)
{
    const char *reason = row->reason        ? row->reason
                         : row->stats.valid ? "its processes did different amounts of work"
                                            : "it has no samples";
    if (lines->left_out_count++ == 0)
        lines->left_out_reason = reason;
}

static int add_row(struct spb_plot_lines *lines, const struct spb_row *row, size_t file,
                   spb_plot_find_place *find_place)
{
    struct spb_plot_point point = {0};
    size_t parameter = row->param_count;
    if (!find_place(row, &point.x, &parameter))
        return 0;
    lines->row_count++;
    if (!measure_point(row, &point)) {
        leave_out(lines, row);
        return 0;
    }
    struct spb_plot_line *line =
        find_line(lines, spb_plot_name_without(row, parameter), file, parameter == row->param_count ? 0 : row->threads);
    return line ? add_point(line, &point) : -ENOMEM;
}

/* ---- what they are called and look like --------------------------------------------------------------------------- */

struct spb_plot_look spb_plot_look_of(size_t index)
{
    return (struct spb_plot_look){
        .hue = 1 + (unsigned)(index % HUES), .shape = 1 + (unsigned)((index + index / HUES) % HUES), .dash = 1};
}

static bool same_name(const struct spb_plot_line *a, const struct spb_plot_line *b)
{
    return strcmp(a->name, b->name) == 0;
}

static bool same_variant(const struct spb_plot_line *a, const struct spb_plot_line *b)
{
    return a->file == b->file && a->threads == b->threads;
}

typedef bool alike_function(const struct spb_plot_line *a, const struct spb_plot_line *b);

static size_t first_like(const struct spb_plot_line *lines, size_t index, alike_function *alike)
{
    size_t first = 0;
    while (!alike(&lines[first], &lines[index]))
        first++;
    return first;
}

/* How many of the first `count` lines are the first of their kind. */
static size_t count_kinds(const struct spb_plot_line *lines, size_t count, alike_function *alike)
{
    size_t kinds = 0;
    for (size_t i = 0; i < count; i++)
        kinds += first_like(lines, i, alike) == i;
    return kinds;
}

void spb_plot_lines_dress(struct spb_plot_line *lines, size_t count)
{
    size_t names = count_kinds(lines, count, same_name), variants = count_kinds(lines, count, same_variant);
    size_t next = names;
    bool by_name = names > 1 && variants > 1 && variants <= DASHES;
    for (size_t i = 0; i < count; i++) {
        size_t first = first_like(lines, i, same_name), variant = first_like(lines, i, same_variant);
        if (!by_name)
            lines[i].look = spb_plot_look_of(i);
        else if (first < i && lines[i].count == 1)
            lines[i].look = spb_plot_look_of(next++);
        else
            lines[i].look = spb_plot_look_of(count_kinds(lines, first, same_name));
        if (by_name)
            lines[i].look.dash = 1 + (unsigned)count_kinds(lines, variant, same_variant);
    }
}

static int label(const struct spb_plot_input *input, struct spb_plot_lines *lines)
{
    bool by_threads = false;
    for (size_t i = 1; i < lines->count; i++)
        by_threads = by_threads || lines->items[i].threads != lines->items[0].threads;
    for (size_t i = 0; i < lines->count; i++) {
        struct spb_plot_line *line = &lines->items[i];
        struct spb_strbuf text = {0};
        spb_strbuf_append(&text, line->name);
        if (line->threads && (by_threads || line->threads > 1))
            spb_strbuf_printf(&text, ", %u thread%s", line->threads, line->threads == 1 ? "" : "s");
        if (input->count > 1)
            spb_strbuf_printf(&text, ", %s", input->names[line->file]);
        line->label = spb_strbuf_detach(&text);
        if (!line->label)
            return -ENOMEM;
    }
    return 0;
}

int spb_plot_lines_collect(const struct spb_plot_input *input, spb_plot_find_place *find_place,
                           struct spb_plot_lines *lines)
{
    int code = 0;
    *lines = (struct spb_plot_lines){0};
    for (size_t file = 0; file < input->count; file++)
        for (size_t i = 0; i < input->results[file].row_count && code == 0; i++)
            code = add_row(lines, &input->results[file].rows[i], file, find_place);
    if (code == 0)
        code = label(input, lines);
    if (code)
        spb_plot_lines_release(lines);
    else
        spb_plot_lines_dress(lines->items, lines->count);
    return code;
}

int spb_plot_lines_input(const struct spb_plot_lines *lines, const struct spb_plot_input *input,
                         struct spb_plot_input *drawn)
{
    struct spb_result *results = calloc(input->count + 1, sizeof *results);
    *drawn = *input;
    drawn->results = results;
    if (!results)
        return -ENOMEM;
    for (size_t i = 0; i < input->count; i++) {
        results[i] = input->results[i];
        results[i].row_count = 0;
        results[i].rows = calloc(input->results[i].row_count + 1, sizeof *results[i].rows);
    }
    for (size_t i = 0; i < lines->count; i++) {
        struct spb_result *result = &results[lines->items[i].file];
        for (size_t p = 0; p < lines->items[i].count && result->rows; p++)
            result->rows[result->row_count++] = *lines->items[i].points[p].row;
    }
    return 0;
}

void spb_plot_lines_input_release(struct spb_plot_input *drawn)
{
    for (size_t i = 0; i < drawn->count && drawn->results; i++)
        free(drawn->results[i].rows);
    free((void *)(uintptr_t)drawn->results);
    *drawn = (struct spb_plot_input){0};
}

/* ---- into the picture ------------------------------------------------------------------------------------------- */

void spb_plot_lines_note(const struct spb_plot_lines *lines, struct spb_strbuf *out)
{
    if (lines->left_out_count == 0)
        return;
    spb_strbuf_printf(out, "%s%zu of %zu rows %s no value: %s.", out->length ? "\n" : "", lines->left_out_count,
                      lines->row_count, lines->left_out_count == 1 ? "has" : "have", lines->left_out_reason);
}

void spb_plot_legend_entry(const struct spb_plot_line *line, size_t columns, double place, struct spb_plot_data *data)
{
    struct spb_strbuf text = {0};
    spb_plot_label(&text, line->label, columns);
    data->text.failed |= text.failed;
    spb_plot_data_text(data, spb_strbuf_text(&text));
    spb_strbuf_release(&text);
    spb_plot_data_number(data, place);
    spb_plot_data_number(data, line->look.hue);
    spb_plot_data_number(data, line->look.shape);
    spb_plot_data_number(data, line->look.dash);
    spb_plot_data_number(data, (double)line->count);
    spb_plot_data_end_row(data);
}

void spb_plot_lines_write(const struct spb_plot_lines *lines, double y_factor, struct spb_plot_data *data)
{
    for (size_t i = 0; i < lines->count; i++) {
        const struct spb_plot_line *line = &lines->items[i];
        spb_plot_data_block(data, "a line: x, y, low, high");
        for (size_t p = 0; p < line->count; p++) {
            const struct spb_plot_point *point = &line->points[p];
            spb_plot_data_number(data, point->x);
            spb_plot_data_number(data, point->y * y_factor);
            spb_plot_data_number(data, point->low * y_factor);
            spb_plot_data_number(data, point->high * y_factor);
            spb_plot_data_end_row(data);
        }
    }
}

void spb_plot_spread(double *places, size_t count, double gap)
{
    double highest = 1, lowest = 0;
    for (size_t i = 0; i < count; i++) {
        places[i] = fmin(places[i], highest);
        highest = places[i] - gap;
    }
    for (size_t i = count; i-- > 0;) {
        places[i] = fmax(places[i], lowest);
        lowest = places[i] + gap;
    }
}
