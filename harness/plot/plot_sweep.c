/* SPDX-License-Identifier: MIT */
#include "plot_sweep.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot_caches.h"
#include "plot_caption.h"
#include "plot_layout.h"

#define WIDTH_MIN_PX       960.0
#define WIDTH_MAX_PX       1200.0
#define HEIGHT_MIN_PX      560.0
#define BOX_MIN_PX         560.0
#define AXIS_PX            50.0 /* ticks and the axis's label */
#define LEGEND_PX          56.0 /* beside its texts */
#define LEGEND_COLUMNS     60
#define LEGEND_TEXT_MAX_PX 440.0
#define X_TICK_PX          66.0
#define Y_TICKS            13
/* Values from this to this are shown as they are. */
#define PLAIN_LOW  0.001
#define PLAIN_HIGH 100000
#define FIT_SIZES  3

struct picture {
    const struct spb_plot_sweep *sweep;
    struct spb_plot_lines lines;
    struct spb_plot_caches caches;
    struct spb_plot_axis x, y;
    const struct spb_plot_scale *scale;
    struct spb_strbuf note;
    struct spb_plot_box box;
    double width_px, height_px;
    double legend_px; /* its width */
};

/* ---- axes ------------------------------------------------------------------------------------------------------- */

static void include_line(struct picture *picture, const struct spb_plot_line *line, double factor)
{
    for (size_t i = 0; i < line->count; i++) {
        const struct spb_plot_point *point = &line->points[i];
        spb_plot_axis_include(&picture->x, point->x);
        spb_plot_axis_include(&picture->y, point->y * factor);
        if (point->has_interval) {
            spb_plot_axis_include(&picture->y, point->low * factor);
            spb_plot_axis_include(&picture->y, point->high * factor);
        }
    }
}

static void include_lines(struct picture *picture, const struct spb_plot_scale *scale)
{
    picture->scale = scale;
    picture->x = (struct spb_plot_axis){.log = true, .two = true};
    picture->y = (struct spb_plot_axis){0};
    for (size_t i = 0; i < picture->lines.count; i++)
        include_line(picture, &picture->lines.items[i], scale->factor);
    picture->y.log = picture->y.high > picture->sweep->linear_up_to * picture->y.low;
}

static int find_axes(struct picture *picture, const struct spb_plot_input *input)
{
    include_lines(picture, &picture->sweep->plain);
    if (picture->y.low < PLAIN_LOW || picture->y.high > PLAIN_HIGH)
        include_lines(picture, &picture->sweep->wide);
    int code = spb_plot_caches_collect(input, &picture->x, &picture->caches, &picture->note);
    spb_plot_axis_widen(&picture->x);
    spb_plot_axis_widen(&picture->y);
    return code;
}

/* ---- layout ----------------------------------------------------------------------------------------------------- */

/* Writes the note, since the picture's height follows from it. */
static void lay_out(struct picture *picture, struct spb_plot_data *data)
{
    picture->legend_px = 0;
    for (size_t i = 0; i < picture->lines.count; i++)
        picture->legend_px = fmax(picture->legend_px, spb_plot_text_px(picture->lines.items[i].label));
    picture->legend_px = LEGEND_PX + fmin(picture->legend_px, LEGEND_TEXT_MAX_PX);
    picture->box.left = spb_plot_axis_left_px(&picture->y, Y_TICKS, picture->scale->format);
    picture->width_px = fmin(WIDTH_MAX_PX, fmax(WIDTH_MIN_PX, picture->box.left + BOX_MIN_PX + picture->legend_px));
    picture->box.right = picture->width_px - picture->legend_px;
    spb_plot_caches_place(&picture->caches, &picture->x, picture->box.right - picture->box.left);

    double foot_px = AXIS_PX + spb_plot_note(data, spb_strbuf_text(&picture->note), picture->width_px);
    picture->box.top = SPB_PLOT_HEAD_PX + picture->caches.storeys * SPB_PLOT_LINE_PX;
    double legend_px = ((double)picture->lines.count + 1) * SPB_PLOT_LINE_PX;
    picture->box.bottom = fmax(HEIGHT_MIN_PX - foot_px, picture->box.top + legend_px);
    picture->height_px = ceil(picture->box.bottom + foot_px);
}

/* ---- writing ---------------------------------------------------------------------------------------------------- */

static void write_words(const struct picture *picture, const struct spb_plot_input *input, struct spb_plot_data *data)
{
    struct spb_strbuf whiskers = {0};
    spb_plot_whiskers(input, picture->sweep->is_shown, &whiskers);
    spb_plot_data_words(data, "title", "%s", picture->sweep->title);
    spb_plot_caption_of(input, picture->sweep->is_shown, data, spb_strbuf_text(&whiskers));
    data->text.failed |= whiskers.failed || picture->note.failed;
    spb_strbuf_release(&whiskers);
    spb_plot_data_value(data, "width", picture->width_px);
    spb_plot_data_value(data, "height", picture->height_px);
    spb_plot_data_value(data, "left", picture->box.left);
    spb_plot_data_value(data, "right", picture->box.right);
    spb_plot_data_value(data, "top", picture->box.top);
    spb_plot_data_value(data, "bottom", picture->box.bottom);
    spb_plot_data_words(data, "x-label", "%s", picture->sweep->x_label);
    spb_plot_data_value(data, "x-low", picture->x.low);
    spb_plot_data_value(data, "x-high", picture->x.high);
    spb_plot_data_words(data, "y-label", "%s", picture->scale->label);
    spb_plot_data_value(data, "y-low", picture->y.low);
    spb_plot_data_value(data, "y-high", picture->y.high);
    spb_plot_data_value(data, "y-log", picture->y.log);
    spb_plot_data_value(data, "lines", (double)picture->lines.count);
    spb_plot_data_value(data, "caches", (double)picture->caches.count);
}

/* By the ends of the lines, the highest first. */
static int by_end(const void *a, const void *b)
{
    const struct spb_plot_line *left = a, *right = b;
    double left_end = left->points[left->count - 1].y, right_end = right->points[right->count - 1].y;
    return (left_end < right_end) - (left_end > right_end);
}

/* Entries stand beside the ends of the lines as far as there is room. */
static int write_legend(const struct picture *picture, struct spb_plot_data *data)
{
    const struct spb_plot_lines *lines = &picture->lines;
    double *places = calloc(lines->count + 1, sizeof *places);
    if (!places)
        return -ENOMEM;
    for (size_t i = 0; i < lines->count; i++) {
        const struct spb_plot_line *line = &lines->items[i];
        places[i] = spb_plot_axis_place(&picture->y, line->points[line->count - 1].y * picture->scale->factor);
    }
    spb_plot_spread(places, lines->count, SPB_PLOT_LINE_PX / (picture->box.bottom - picture->box.top));
    spb_plot_data_block(data, "legend: label, place from 0 (bottom) to 1, hue, shape, dash, points");
    for (size_t i = 0; i < lines->count; i++)
        spb_plot_legend_entry(&lines->items[i], LEGEND_COLUMNS, places[i], data);
    free(places);
    return 0;
}

static int write_picture(const struct picture *picture, const struct spb_plot_input *input, struct spb_plot_data *data)
{
    write_words(picture, input, data);
    unsigned x_ticks = (unsigned)((picture->box.right - picture->box.left) / X_TICK_PX);
    spb_plot_axis_ticks(&picture->x, x_ticks, spb_plot_tick_bytes, data);
    spb_plot_axis_ticks(&picture->y, Y_TICKS, picture->scale->format, data);
    spb_plot_caches_write(&picture->caches, data);
    int code = write_legend(picture, data);
    spb_plot_lines_write(&picture->lines, picture->scale->factor, data);
    spb_plot_data_end(data);
    return code == 0 && data->text.failed ? -ENOMEM : code;
}

static int check(const struct picture *picture, struct spb_error *err)
{
    const struct spb_plot_lines *lines = &picture->lines;
    if (lines->row_count == 0)
        return spb_error_set(err, -EINVAL, "%s", picture->sweep->nothing);
    if (lines->count == 0)
        return spb_error_set(err, -EINVAL, "none of the %zu rows has a value: %s", lines->row_count,
                             lines->left_out_reason);
    if (lines->count > SPB_PLOT_LINES_MAX)
        return spb_error_set(err, -EINVAL,
                             "%zu lines cannot be told apart in one picture (%d can); choose some of the rows: --rows "
                             "'memory/read *'",
                             lines->count, SPB_PLOT_LINES_MAX);
    return 0;
}

int spb_plot_sweep_build(const struct spb_plot_sweep *sweep, const struct spb_plot_input *input,
                         struct spb_plot_data *data, struct spb_error *err)
{
    struct picture picture = {.sweep = sweep};
    int code = spb_plot_lines_collect(input, sweep->find_place, &picture.lines);
    if (code == 0)
        code = check(&picture, err);
    if (code == 0)
        code = find_axes(&picture, input);
    if (code == 0) {
        qsort(picture.lines.items, picture.lines.count, sizeof *picture.lines.items, by_end);
        spb_plot_lines_note(&picture.lines, &picture.note);
        lay_out(&picture, data);
        code = write_picture(&picture, input, data);
    }
    spb_plot_lines_release(&picture.lines);
    spb_plot_caches_release(&picture.caches);
    spb_strbuf_release(&picture.note);
    return code == -ENOMEM ? spb_error_system(err, code, "the picture's data") : code;
}

int spb_plot_sweep_fit(const struct spb_plot_sweep *sweep, const struct spb_plot_input *input)
{
    struct spb_plot_lines lines;
    size_t longest = 0, row_count = 0;
    if (spb_plot_lines_collect(input, sweep->find_place, &lines) < 0)
        return 0;
    for (size_t i = 0; i < lines.count; i++)
        longest = lines.items[i].count > longest ? lines.items[i].count : longest;
    for (size_t i = 0; i < input->count; i++)
        row_count += input->results[i].row_count;
    int fit = longest < FIT_SIZES ? 0 : lines.row_count == row_count ? 80 : 5;
    spb_plot_lines_release(&lines);
    return fit;
}
