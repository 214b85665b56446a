/* SPDX-License-Identifier: MIT
 *
 * The rate of all threads together against that of one: R(n) / R(1), and the same divided by n, the efficiency. Where a row is
 * measured in time, its time for a unit of work is that of all threads together too, so that its rate is the inverse.
 *
 * The interval of the ratio comes from those of the two rates, which are independent, on the logarithmic scale (Zou and Donner,
 * Statistics in Medicine 27 (2008) 1693, "MOVER"): its lower end is
 *
 *     exp(log r - sqrt((log R(n) - log low(n))^2 + (log high(1) - log R(1))^2))
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot_caption.h"
#include "plot_layout.h"
#include "plot_lines.h"

#define ONE_PANEL_LINES 8    /* so many stand in one panel; if there are more, families have panels of their own */
#define LOG_FROM        8.0  /* largest number of threads / smallest from which on axes are logarithmic */
#define AXIS_PX         44.0 /* ticks and the axis's label */
#define TICKS_ALONE     12
#define TICKS_SEVERAL   8
#define LEGEND_PX       52.0 /* beside its texts */
#define PANEL_HEAD_PX   24.0
#define COLUMNS_SEVERAL 36 /* of a legend's text */
#define COLUMNS_ALONE   60
#define LABEL_COLUMNS   70 /* with the efficiency */
#define TITLE_COLUMNS   70

struct panel {
    size_t first, count; /* lines */
    struct spb_plot_box box;
};

struct picture {
    struct spb_plot_lines lines;
    struct spb_plot_axis x, y;
    struct panel *panels;
    size_t panel_count;
    size_t columns; /* of a legend's text */
    double width_px, height_px;
};

static bool find_place(const struct spb_row *row, double *x, size_t *parameter)
{
    *x = row->threads;
    *parameter = row->param_count;
    return row->threads > 0;
}

/* ---- ratios ----------------------------------------------------------------------------------------------------- */

/* Of a time for a unit of work. */
static void invert(struct spb_plot_point *point)
{
    double low = point->low;
    point->y = 1 / point->y;
    point->low = 1 / point->high;
    point->high = 1 / low;
}

static double apart(double log_ratio_of_one, double log_ratio_of_other)
{
    return exp(hypot(log_ratio_of_one, log_ratio_of_other));
}

static void divide(struct spb_plot_point *point, const struct spb_plot_point *one)
{
    double ratio = point->y / one->y * one->x;
    point->has_interval = point->has_interval && one->has_interval && point->low > 0 && one->low > 0;
    if (point->has_interval) {
        double down = apart(log(point->y / point->low), log(one->high / one->y));
        double up = apart(log(point->high / point->y), log(one->y / one->low));
        point->low = ratio / down;
        point->high = ratio * up;
    } else {
        point->low = point->high = (double)NAN;
    }
    point->y = ratio;
}

static void make_relative(struct spb_plot_line *line)
{
    for (size_t i = 0; i < line->count; i++)
        if (line->points[i].row->measure == SPB_TIME_PER_UNIT)
            invert(&line->points[i]);
    const struct spb_plot_point one = line->points[0];
    for (size_t i = 1; i < line->count; i++)
        divide(&line->points[i], &one);
    line->points[0].y = one.x;
    line->points[0].low = line->points[0].high = (double)NAN;
    line->points[0].has_interval = false;
}

static double efficiency(const struct spb_plot_line *line)
{
    const struct spb_plot_point *last = &line->points[line->count - 1];
    return last->y / last->x;
}

/* ---- which lines, and where ------------------------------------------------------------------------------------- */

/* Lines of two numbers of threads stay, and rows of one name come one after the other, whatever file they are from. */
static int keep_lines(struct spb_plot_lines *lines)
{
    struct spb_plot_line *kept = calloc(lines->count + 1, sizeof *kept);
    size_t count = 0;
    if (!kept)
        return -ENOMEM;
    for (size_t i = 0; i < lines->count; i++) {
        const char *name = lines->items[i].name;
        for (size_t j = i; j < lines->count && name; j++) {
            struct spb_plot_line *line = &lines->items[j];
            if (line->name && line->count > 1 && line->points[line->count - 1].x > line->points[0].x &&
                strcmp(line->name, name) == 0) {
                kept[count++] = *line;
                *line = (struct spb_plot_line){0};
            }
        }
    }
    spb_plot_lines_release(lines);
    lines->items = kept;
    lines->count = count;
    for (size_t i = 0; i < count; i++)
        make_relative(&kept[i]);
    return 0;
}

/* Lines from `first` on that bear one name. */
static size_t count_namesakes(const struct spb_plot_lines *lines, size_t first)
{
    size_t count = 1;
    while (first + count < lines->count && strcmp(lines->items[first + count].name, lines->items[first].name) == 0)
        count++;
    return count;
}

static bool belongs(const struct picture *picture, const struct panel *panel, size_t next, size_t more)
{
    const struct spb_plot_line *lines = picture->lines.items;
    if (picture->lines.count <= ONE_PANEL_LINES)
        return true;
    return panel->count + more <= ONE_PANEL_LINES && spb_same_family(lines[panel->first].name, lines[next].name);
}

static int by_end(const void *a, const void *b)
{
    double left = efficiency(a), right = efficiency(b);
    return (left < right) - (left > right);
}

static int make_panels(struct picture *picture)
{
    picture->panels = calloc(picture->lines.count + 1, sizeof *picture->panels);
    if (!picture->panels)
        return -ENOMEM;
    for (size_t next = 0, more; next < picture->lines.count; next += more) {
        more = count_namesakes(&picture->lines, next);
        if (picture->panel_count == 0 || !belongs(picture, &picture->panels[picture->panel_count - 1], next, more))
            picture->panels[picture->panel_count++] = (struct panel){.first = next};
        picture->panels[picture->panel_count - 1].count += more;
    }
    for (size_t p = 0; p < picture->panel_count; p++) {
        struct spb_plot_line *lines = &picture->lines.items[picture->panels[p].first];
        spb_plot_lines_dress(lines, picture->panels[p].count);
        qsort(lines, picture->panels[p].count, sizeof *lines, by_end);
    }
    return 0;
}

static void find_axes(struct picture *picture)
{
    for (size_t i = 0; i < picture->lines.count; i++) {
        const struct spb_plot_line *line = &picture->lines.items[i];
        for (size_t p = 0; p < line->count; p++) {
            spb_plot_axis_include(&picture->x, line->points[p].x);
            spb_plot_axis_include(&picture->y, line->points[p].y);
            spb_plot_axis_include(&picture->y, line->points[p].low);
            spb_plot_axis_include(&picture->y, line->points[p].high);
        }
    }
    spb_plot_axis_include(&picture->y, picture->x.low);
    spb_plot_axis_include(&picture->y, picture->x.high);
    picture->x.log = picture->x.two = picture->x.high > LOG_FROM * picture->x.low;
    picture->y.log = picture->y.two = picture->x.log;
    picture->x.whole = true;
    spb_plot_axis_widen(&picture->x);
    spb_plot_axis_widen(&picture->y);
}

static double head_px(const struct picture *picture)
{
    return picture->panel_count > 1 ? PANEL_HEAD_PX : 8;
}

static unsigned tick_count(const struct picture *picture)
{
    return picture->panel_count > 1 ? TICKS_SEVERAL : TICKS_ALONE;
}

/* Two panels side by side where there are several. `foot_px`: what stands below the last ones. */
static void lay_out(struct picture *picture, double foot_px)
{
    bool alone = picture->panel_count == 1;
    picture->width_px = alone ? 1080 : 1200;
    picture->columns = alone ? COLUMNS_ALONE : COLUMNS_SEVERAL;
    double left_px = spb_plot_axis_left_px(&picture->y, tick_count(picture), spb_plot_tick_plain);
    double panel_px = picture->width_px / (alone ? 1 : 2), legend_px = 0, box_px = alone ? 420 : 200,
           top = SPB_PLOT_HEAD_PX;
    for (size_t i = 0; i < picture->lines.count; i++)
        legend_px = fmax(legend_px, spb_plot_text_px(picture->lines.items[i].label));
    legend_px =
        LEGEND_PX + fmin(legend_px, spb_plot_text_px("m") * (double)picture->columns) + spb_plot_text_px("100 %  ");
    for (size_t p = 0; p < picture->panel_count; p++) {
        bool right = p % 2 && !alone;
        double left = right ? panel_px : 0;
        picture->panels[p].box = (struct spb_plot_box){.left = left + left_px,
                                                       .right = left + panel_px - legend_px,
                                                       .top = top + head_px(picture),
                                                       .bottom = top + head_px(picture) + box_px};
        if (right || p + 1 == picture->panel_count)
            top += head_px(picture) + box_px + AXIS_PX;
    }
    picture->height_px = ceil(top + foot_px);
}

/* ---- writing ---------------------------------------------------------------------------------------------------- */

static void note_references(const struct picture *picture, struct spb_strbuf *note)
{
    size_t count = 0;
    for (size_t i = 0; i < picture->lines.count; i++)
        count += picture->lines.items[i].points[0].row->threads > 1;
    if (count == 0)
        return;
    spb_strbuf_append(note, note->length ? "\n" : "");
    spb_strbuf_printf(
        note, "%zu of %zu lines have no row of one thread: they begin on the ideal line, at their smallest number.",
        count, picture->lines.count);
}

static int write_words(struct picture *picture, const struct spb_plot_input *input, size_t left_out,
                       struct spb_plot_data *data)
{
    struct spb_strbuf text = {0};
    struct spb_plot_input drawn;
    int code = spb_plot_lines_input(&picture->lines, input, &drawn);
    spb_plot_data_words(data, "title", "Rate of all threads together, relative to one thread");
    if (code == 0) {
        spb_plot_whiskers(&drawn, NULL, &text);
        spb_plot_caption(&drawn, data, spb_strbuf_text(&text));
    }
    spb_plot_lines_input_release(&drawn);
    spb_strbuf_reset(&text);
    spb_strbuf_append(&text,
                      "Dotted: ideal. Per cent: efficiency at the largest number of threads. Whiskers combine the "
                      "intervals of both rows.");
    if (left_out)
        spb_strbuf_printf(&text, "\n%zu row%s not drawn: measured at one number of threads alone, or without a value.",
                          left_out, left_out == 1 ? " is" : "s are");
    note_references(picture, &text);
    lay_out(picture, spb_plot_note(data, spb_strbuf_text(&text), 1080));
    data->text.failed |= text.failed;
    spb_strbuf_release(&text);
    spb_plot_data_value(data, "width", picture->width_px);
    spb_plot_data_value(data, "height", picture->height_px);
    spb_plot_data_value(data, "x-low", picture->x.low);
    spb_plot_data_value(data, "x-high", picture->x.high);
    spb_plot_data_value(data, "y-low", picture->y.low);
    spb_plot_data_value(data, "y-high", picture->y.high);
    spb_plot_data_value(data, "log", picture->x.log);
    spb_plot_data_value(data, "panels", (double)picture->panel_count);
    spb_plot_data_value(data, "lines", (double)picture->lines.count);
    return code;
}

/* From several files. */
static bool is_of_one_name(const struct picture *picture, const struct panel *panel)
{
    return panel->count > 1 && count_namesakes(&picture->lines, panel->first) >= panel->count;
}

/* "memory, 2 of 3" */
static void write_title(const struct picture *picture, size_t index, struct spb_plot_data *data)
{
    const char *name = picture->lines.items[picture->panels[index].first].name;
    size_t number = 0, all = 0;
    struct spb_strbuf title = {0};
    for (size_t p = 0; p < picture->panel_count; p++) {
        all += spb_same_family(picture->lines.items[picture->panels[p].first].name, name);
        number = p == index ? all : number;
    }
    bool whole = is_of_one_name(picture, &picture->panels[index]);
    if (whole)
        spb_plot_label(&title, name, TITLE_COLUMNS);
    else
        spb_strbuf_append_bytes(&title, name, strcspn(name, "/"));
    if (all > 1 && !whole)
        spb_strbuf_printf(&title, ", %zu of %zu", number, all);
    spb_plot_data_text(data, picture->panel_count > 1 ? spb_strbuf_text(&title) : " ");
    data->text.failed |= title.failed;
    spb_strbuf_release(&title);
}

static void write_panels(const struct picture *picture, struct spb_plot_data *data)
{
    spb_plot_data_block(data, "panels: title, left, right, top, bottom, number of its first line, of its last one");
    for (size_t p = 0; p < picture->panel_count; p++) {
        const struct panel *panel = &picture->panels[p];
        write_title(picture, p, data);
        spb_plot_data_number(data, panel->box.left);
        spb_plot_data_number(data, panel->box.right);
        spb_plot_data_number(data, panel->box.top);
        spb_plot_data_number(data, panel->box.bottom);
        spb_plot_data_number(data, (double)(panel->first + 1));
        spb_plot_data_number(data, (double)(panel->first + panel->count));
        spb_plot_data_end_row(data);
    }
}

static void write_legend(const struct picture *picture, const struct panel *panel, struct spb_plot_data *data)
{
    double places[SPB_PLOT_LINES_MAX];
    for (size_t i = 0; i < panel->count; i++) {
        const struct spb_plot_line *line = &picture->lines.items[panel->first + i];
        places[i] = spb_plot_axis_place(&picture->y, line->points[line->count - 1].y);
    }
    spb_plot_spread(places, panel->count, SPB_PLOT_LINE_PX / (panel->box.bottom - panel->box.top));
    for (size_t i = 0; i < panel->count; i++)
        spb_plot_legend_entry(&picture->lines.items[panel->first + i], LABEL_COLUMNS, places[i], data);
}

/* "94 %  fma-peak ...": the family stands above the panel where there are several, all of the name where it is one alone. */
static int add_efficiency(const struct picture *picture, const struct panel *panel, const struct spb_plot_input *input,
                          struct spb_plot_line *line)
{
    struct spb_strbuf text = {0};
    const char *name = line->label, *slash = strchr(name, '/');
    double percent = efficiency(line) * 100;
    if (picture->panel_count > 1 && is_of_one_name(picture, panel))
        name = input->names[line->file];
    else if (picture->panel_count > 1 && slash)
        name = slash + 1;
    spb_strbuf_printf(&text, "%.*f %%  ", percent < 9.95, percent);
    spb_plot_label(&text, name, picture->columns);
    free(line->label);
    line->label = spb_strbuf_detach(&text);
    return line->label ? 0 : -ENOMEM;
}

static int add_efficiencies(const struct picture *picture, const struct spb_plot_input *input)
{
    int code = 0;
    for (size_t p = 0; p < picture->panel_count; p++)
        for (size_t i = 0; i < picture->panels[p].count && code == 0; i++)
            code = add_efficiency(picture, &picture->panels[p], input,
                                  &picture->lines.items[picture->panels[p].first + i]);
    return code;
}

static int write_picture(struct picture *picture, const struct spb_plot_input *input, size_t left_out,
                         struct spb_plot_data *data)
{
    find_axes(picture);
    int code = make_panels(picture);
    if (code == 0)
        code = write_words(picture, input, left_out, data);
    if (code == 0)
        code = add_efficiencies(picture, input);
    if (code)
        return code;
    spb_plot_axis_ticks(&picture->x, tick_count(picture), spb_plot_tick_plain, data);
    spb_plot_axis_ticks(&picture->y, tick_count(picture), spb_plot_tick_plain, data);
    write_panels(picture, data);
    spb_plot_data_block(data, "legend: label, place from 0 (bottom) to 1, hue, shape, dash, points");
    for (size_t p = 0; p < picture->panel_count; p++)
        write_legend(picture, &picture->panels[p], data);
    spb_plot_lines_write(&picture->lines, 1, data);
    spb_plot_data_end(data);
    return data->text.failed ? -ENOMEM : 0;
}

static size_t count_points(const struct spb_plot_lines *lines)
{
    size_t count = 0;
    for (size_t i = 0; i < lines->count; i++)
        count += lines->items[i].count;
    return count;
}

static int build(const struct spb_plot_input *input, struct spb_plot_data *data, struct spb_error *err)
{
    struct picture picture = {0};
    int code = spb_plot_lines_collect(input, find_place, &picture.lines);
    size_t row_count = picture.lines.row_count;
    if (code == 0)
        code = keep_lines(&picture.lines);
    if (code == 0 && picture.lines.count == 0)
        code = spb_error_set(
            err, -EINVAL,
            "no two rows differ in the number of threads alone; spbench run cpu/fma-peak memory/read --threads "
            "1,2,4 makes such rows");
    if (code == 0)
        code = write_picture(&picture, input, row_count - count_points(&picture.lines), data);
    if (code == 0)
        code = spb_plot_check_height(picture.height_px, count_points(&picture.lines), err);
    spb_plot_lines_release(&picture.lines);
    free(picture.panels);
    return code == -ENOMEM ? spb_error_system(err, code, "the picture's data") : code;
}

/* Where every row is one of three numbers of threads. */
static int fit(const struct spb_plot_input *input)
{
    struct spb_plot_lines lines;
    if (spb_plot_lines_collect(input, find_place, &lines) < 0)
        return 0;
    size_t rows = lines.row_count, longest = 0;
    int code = keep_lines(&lines);
    for (size_t i = 0; i < lines.count; i++)
        longest = lines.items[i].count > longest ? lines.items[i].count : longest;
    int fit = code < 0 || longest < 2 ? 0 : longest > 2 && count_points(&lines) == rows ? 70 : 4;
    spb_plot_lines_release(&lines);
    return fit;
}

const struct spb_plot_kind spb_plot_scaling = {
    .name = "scaling", .summary = "speed-up against threads, with the ideal line", .fit = fit, .build = build};
