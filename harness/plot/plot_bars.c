/* SPDX-License-Identifier: MIT
 *
 * Rates and times never share an axis, nor do two units: a panel each. An axis begins at 0 and has bars where that leaves something to
 * see of the smallest value; else it is logarithmic and has points, since the length of a bar would mean nothing.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot_caption.h"
#include "plot_kind.h"
#include "plot_layout.h"
#include "row_report.h"
#include "units.h"
#include "utf8.h"

#define LABEL_COLUMNS      100
#define FILE_COLUMNS       100
#define UNIT_COLUMNS       40
#define LINES_MAX          5000
#define LINEAR_RATIO_MAX   50.0
#define BAR_PX             11 /* a bar and the gap to the next of its row */
#define ROW_GAP_PX         8
#define PANEL_GAP_PX       12
#define AXIS_PX            52  /* ticks and the words of the axis */
#define LONG_PANEL_PX      700 /* from here on the axis stands above, too; as in bars.gp */
#define LEGEND_LINE_PX     16
#define VALUE_PX           80 /* of the text behind a bar */
#define AXIS_PX_MIN        400
#define WIDTH_PX           960
#define TICK_PX            62
#define FAR_INTERVAL_RATIO 2.0 /* an interval may stretch its axis so far; what is beyond is cut */

/* Rows that one axis serves. */
struct panel {
    const char *unit;
    enum spb_measure measure;
    double rows_px;     /* of all of its rows */
    double least, most; /* of the values */
    double low, high;   /* of the axis, scaled */
    bool logarithmic;
    double factor; /* from ns or 1/s to the axis */
    const char *prefix;
    double top_px, bottom_px;
};

/* A row of the picture: the rows of that key in the files, where they have one. */
struct line {
    char *key;
    size_t panel;
    const struct spb_row *rows[SPB_PLOT_FILES_MAX];
    size_t bars;     /* files that have it */
    double place_px; /* of its middle, from the top of its panel */
};

struct picture {
    const struct spb_plot_input *input;
    struct line *lines;
    size_t line_count;
    struct panel *panels; /* as many as there are lines, at most */
    size_t panel_count;
    double width_px, left_px, right_px, height_px;
};

static void release(struct picture *picture)
{
    for (size_t i = 0; i < picture->line_count; i++)
        free(picture->lines[i].key);
    free(picture->lines);
    free(picture->panels);
}

/* ---- values ----------------------------------------------------------------------------------------------------- */

/* The processes of a row may disagree about its work: then the time of an iteration is what there is. */
static bool has_measure(const struct spb_row *row)
{
    return isfinite(spb_row_headline(row, row->stats.estimate_ns));
}

static double value_of(const struct spb_row *row, double ns)
{
    return has_measure(row) ? spb_row_headline(row, ns) : ns;
}

static enum spb_measure measure_of(const struct spb_row *row)
{
    return has_measure(row) ? row->measure : SPB_TIME_PER_UNIT;
}

static const char *unit_of(const struct spb_row *row)
{
    return has_measure(row) ? row->unit : "iteration";
}

/* ---- what is drawn ---------------------------------------------------------------------------------------------- */

static size_t panel_for(struct picture *picture, const struct spb_row *row)
{
    for (size_t i = 0; i < picture->panel_count; i++)
        if (picture->panels[i].measure == measure_of(row) && strcmp(picture->panels[i].unit, unit_of(row)) == 0)
            return i;
    picture->panels[picture->panel_count] =
        (struct panel){.unit = unit_of(row), .measure = measure_of(row), .least = (double)INFINITY};
    return picture->panel_count++;
}

/* The line of that key and panel, made where there is none; NULL when memory ran out. */
static struct line *line_for(struct picture *picture, const struct spb_row *row)
{
    char *key = spb_row_key(row);
    size_t panel = panel_for(picture, row);
    for (size_t i = 0; i < picture->line_count && key; i++)
        if (picture->lines[i].panel == panel && strcmp(picture->lines[i].key, key) == 0) {
            free(key);
            return &picture->lines[i];
        }
    if (!key)
        return NULL;
    struct line *line = &picture->lines[picture->line_count++];
    *line = (struct line){.key = key, .panel = panel};
    return line;
}

static void widen(struct panel *panel, const struct spb_row *row)
{
    double value = value_of(row, row->stats.estimate_ns);
    panel->least = fmin(panel->least, value);
    panel->most = fmax(panel->most, value);
}

static int collect(struct picture *picture, struct spb_error *err)
{
    const struct spb_plot_input *input = picture->input;
    for (size_t file = 0; file < input->count; file++)
        for (size_t r = 0; r < input->results[file].row_count; r++) {
            const struct spb_row *row = &input->results[file].rows[r];
            if (!row->stats.valid)
                continue;
            if (picture->line_count == LINES_MAX)
                return spb_plot_check_height((double)INFINITY, LINES_MAX, err);
            struct line *line = line_for(picture, row);
            if (!line)
                return spb_error_system(err, -ENOMEM, "the rows");
            line->bars += line->rows[file] == NULL;
            line->rows[file] = row;
            widen(&picture->panels[line->panel], row);
        }
    return 0;
}

/* ---- axes ------------------------------------------------------------------------------------------------------- */

static void choose_scale(struct panel *panel)
{
    static const struct {
        double least;
        double factor;
        const char *prefix;
    } times[] = {{1e9, 1e-9, "s"}, {1e6, 1e-6, "ms"}, {1e3, 1e-3, "us"}, {0, 1, "ns"}},
      rates[] = {{1e15, 1e-15, "P"}, {1e12, 1e-12, "T"}, {1e9, 1e-9, "G"},
                 {1e6, 1e-6, "M"},   {1e3, 1e-3, "k"},   {0, 1, ""}};
    bool is_time = panel->measure == SPB_TIME_PER_UNIT;
    size_t i = 0;
    panel->logarithmic = panel->most > LINEAR_RATIO_MAX * panel->least;
    while (panel->most < (is_time ? times[i].least : rates[i].least))
        i++;
    panel->factor = is_time ? times[i].factor : rates[i].factor;
    panel->prefix = is_time ? times[i].prefix : rates[i].prefix;
    if (panel->logarithmic) {
        panel->factor = is_time ? 1e-9 : 1;
        panel->prefix = is_time ? "s" : "";
    }
}

/* The lowest and the highest that is shown of a row, unscaled. */
static void interval_of(const struct spb_row *row, double *low, double *high)
{
    double one = value_of(row, row->stats.low_ns), other = value_of(row, row->stats.high_ns);
    *low = fmin(one, other);
    *high = fmax(one, other);
}

/* Leaves room behind the longest bar for its text. */
static void choose_range(struct picture *picture, struct panel *panel, double low, double high)
{
    double axis_px = picture->right_px - picture->left_px;
    double room = axis_px / (axis_px - VALUE_PX);
    low = fmax(low, panel->least / FAR_INTERVAL_RATIO);
    high = fmin(high, panel->most * FAR_INTERVAL_RATIO);
    panel->low = panel->logarithmic ? 0.8 * low * panel->factor : 0;
    panel->high = high * 1.02 * panel->factor;
    if (panel->logarithmic)
        panel->high = panel->low * pow(panel->high / panel->low, room);
    else
        panel->high *= room;
}

static void choose_axis(struct picture *picture, size_t index)
{
    struct panel *panel = &picture->panels[index];
    double lowest = panel->least, highest = panel->most;
    for (size_t i = 0; i < picture->line_count; i++)
        for (size_t file = 0; file < picture->input->count && picture->lines[i].panel == index; file++) {
            const struct spb_row *row = picture->lines[i].rows[file];
            double low, high;
            if (!row || !row->stats.has_interval)
                continue;
            interval_of(row, &low, &high);
            lowest = fmin(lowest, low);
            highest = fmax(highest, high);
        }
    choose_scale(panel);
    choose_range(picture, panel, lowest, highest);
}

/* A factor between ticks that leaves room for what stands at each; 0: a linear axis. */
static double step_of(const struct picture *picture, const struct panel *panel)
{
    double ticks = (picture->right_px - picture->left_px) / TICK_PX;
    double decades = log10(panel->high / panel->low);
    return panel->logarithmic ? pow(10, fmax(1, ceil(decades / ticks))) : 0;
}

static void append_axis(const struct panel *panel, struct spb_strbuf *out)
{
    const char *symbol = spb_unit_symbol(panel->unit);
    bool is_time = panel->measure == SPB_TIME_PER_UNIT;
    struct spb_strbuf unit = {0};
    spb_plot_label(&unit, symbol ? symbol : panel->unit, UNIT_COLUMNS);
    if (is_time && panel->logarithmic) /* its ticks say "10 ns" */
        spb_strbuf_printf(out, "Time per %s   \xe2\x86\x90 lower is better", spb_strbuf_text(&unit));
    else if (is_time)
        spb_strbuf_printf(out, "Time (%s/%s)   \xe2\x86\x90 lower is better", panel->prefix, spb_strbuf_text(&unit));
    else
        spb_strbuf_printf(out, "Rate (%s%s%s/s)   higher is better \xe2\x86\x92", panel->prefix,
                          *panel->prefix && !symbol ? " " : "", spb_strbuf_text(&unit));
    out->failed |= unit.failed;
    spb_strbuf_release(&unit);
}

/* ---- places ----------------------------------------------------------------------------------------------------- */

static double line_px(const struct line *line)
{
    return BAR_PX * (double)line->bars + ROW_GAP_PX;
}

static void lay_out_width(struct picture *picture)
{
    double widest_px = 0;
    for (size_t i = 0; i < picture->line_count; i++) {
        struct spb_strbuf label = {0};
        spb_plot_label(&label, picture->lines[i].key, LABEL_COLUMNS);
        widest_px = fmax(widest_px, spb_plot_text_px(spb_strbuf_text(&label)));
        spb_strbuf_release(&label);
    }
    picture->left_px = ceil(widest_px) + 24;
    picture->width_px = fmax(WIDTH_PX, picture->left_px + AXIS_PX_MIN + 24);
    picture->right_px = picture->width_px - 24;
}

/* The height without the note. */
static void lay_out_height(struct picture *picture)
{
    for (size_t i = 0; i < picture->line_count; i++) {
        struct line *line = &picture->lines[i];
        struct panel *panel = &picture->panels[line->panel];
        line->place_px = panel->rows_px + 0.5 * line_px(line);
        panel->rows_px += line_px(line);
    }
    double y_px = SPB_PLOT_HEAD_PX + (picture->input->count > 1 ? LEGEND_LINE_PX * (double)picture->input->count : 0);
    for (size_t i = 0; i < picture->panel_count; i++) {
        struct panel *panel = &picture->panels[i];
        panel->top_px = y_px + PANEL_GAP_PX + (panel->rows_px > LONG_PANEL_PX ? AXIS_PX : 0);
        panel->bottom_px = panel->top_px + panel->rows_px;
        y_px = panel->bottom_px + AXIS_PX;
    }
    picture->height_px = y_px;
}

/* ---- the data --------------------------------------------------------------------------------------------------- */

static void write_note(struct picture *picture, struct spb_plot_data *data)
{
    struct spb_strbuf note = {0};
    bool cut = false;
    for (size_t i = 0; i < picture->line_count; i++)
        cut = cut || spb_utf8_columns(picture->lines[i].key, strlen(picture->lines[i].key)) > LABEL_COLUMNS;
    for (size_t i = 0; i < picture->panel_count; i++)
        if (picture->panels[i].logarithmic) {
            spb_strbuf_append(&note, "Points instead of bars where the axis is logarithmic.\n");
            break;
        }
    if (cut)
        spb_strbuf_printf(&note, "Names of more than %d characters are cut in their middle.\n", LABEL_COLUMNS);
    spb_plot_left_out(picture->input, &note);
    picture->height_px += spb_plot_note(data, spb_strbuf_text(&note), picture->width_px);
    data->text.failed |= note.failed;
    spb_strbuf_release(&note);
}

static void write_words(struct picture *picture, struct spb_plot_data *data)
{
    struct spb_strbuf text = {0};
    spb_plot_label(&text, picture->input->names[0], FILE_COLUMNS);
    if (picture->input->count == 1)
        spb_plot_data_words(data, "title", "Rates and times: %s", spb_strbuf_text(&text));
    else
        spb_plot_data_words(data, "title", "Rates and times of %zu files", picture->input->count);
    spb_strbuf_reset(&text);
    spb_plot_whiskers(picture->input, NULL, &text);
    spb_plot_caption(picture->input, data, spb_strbuf_text(&text));
    spb_strbuf_release(&text);
    write_note(picture, data);
    spb_plot_data_value(data, "width", picture->width_px);
    spb_plot_data_value(data, "height", picture->height_px);
    spb_plot_data_value(data, "left", picture->left_px);
    spb_plot_data_value(data, "right", picture->right_px);
    spb_plot_data_value(data, "half", 0.5 * (BAR_PX - 1));
}

static void write_panels(const struct picture *picture, struct spb_plot_data *data)
{
    spb_plot_data_block(data, "panels: top, bottom, low, high, step, is_time, axis");
    for (size_t i = 0; i < picture->panel_count; i++) {
        const struct panel *panel = &picture->panels[i];
        struct spb_strbuf axis = {0};
        append_axis(panel, &axis);
        spb_plot_data_number(data, panel->top_px);
        spb_plot_data_number(data, panel->bottom_px);
        spb_plot_data_number(data, panel->low);
        spb_plot_data_number(data, panel->high);
        spb_plot_data_number(data, step_of(picture, panel));
        spb_plot_data_number(data, panel->measure == SPB_TIME_PER_UNIT);
        spb_plot_data_text(data, spb_strbuf_text(&axis));
        spb_plot_data_end_row(data);
        spb_strbuf_release(&axis);
    }
}

static void write_rows(const struct picture *picture, struct spb_plot_data *data)
{
    spb_plot_data_block(data, "rows: panel, place, name");
    for (size_t i = 0; i < picture->line_count; i++) {
        struct spb_strbuf label = {0};
        spb_plot_label(&label, picture->lines[i].key, LABEL_COLUMNS);
        spb_plot_data_number(data, (double)picture->lines[i].panel + 1);
        spb_plot_data_number(data, picture->lines[i].place_px);
        spb_plot_data_text(data, spb_strbuf_text(&label));
        spb_plot_data_end_row(data);
        spb_strbuf_release(&label);
    }
}

/* "3.21 GB/s", "152 k", "0.310 ns": the axis says the rest. */
static void format_value(const struct spb_row *row, struct spb_strbuf *out)
{
    char text[SPB_UNIT_TEXT_SIZE];
    double value = value_of(row, row->stats.estimate_ns);
    const char *symbol = spb_unit_symbol(unit_of(row));
    if (measure_of(row) == SPB_TIME_PER_UNIT)
        spb_strbuf_append(out, spb_format_duration(text, value));
    else if (symbol)
        spb_rate_format(value, unit_of(row), out);
    else if (value < 1)
        spb_strbuf_printf(out, "%.3g", value);
    else
        spb_strbuf_append(out, spb_format_si(text, value, ""));
}

/* Of the middle of the bar, from the top of the panel: those of a row follow each other without gaps. */
static double place_of(const struct line *line, size_t file)
{
    size_t before = 0;
    for (size_t i = 0; i < file; i++)
        before += line->rows[i] != NULL;
    return line->place_px + BAR_PX * ((double)before - 0.5 * (double)(line->bars - 1));
}

static void write_bar(const struct picture *picture, const struct line *line, size_t file, struct spb_plot_data *data)
{
    const struct spb_row *row = line->rows[file];
    const struct panel *panel = &picture->panels[line->panel];
    double value = value_of(row, row->stats.estimate_ns), low = (double)NAN, high = (double)NAN;
    struct spb_strbuf text = {0};
    if (row->stats.has_interval)
        interval_of(row, &low, &high);
    format_value(row, &text);
    spb_plot_data_number(data, (double)line->panel + 1);
    spb_plot_data_number(data, place_of(line, file));
    spb_plot_data_number(data, (double)file + 1);
    spb_plot_data_number(data, value * panel->factor);
    spb_plot_data_number(data, low * panel->factor);
    spb_plot_data_number(data, high * panel->factor);
    spb_plot_data_number(data, fmin(fmax(value, isnan(high) ? value : high), panel->most * FAR_INTERVAL_RATIO) *
                                   panel->factor);
    spb_plot_data_text(data, spb_strbuf_text(&text));
    spb_plot_data_end_row(data);
    spb_strbuf_release(&text);
}

static void write_blocks(const struct picture *picture, struct spb_plot_data *data)
{
    write_panels(picture, data);
    write_rows(picture, data);
    spb_plot_data_block(data, "bars: panel, place, file, value, low, high, text_at, text");
    for (size_t i = 0; i < picture->line_count; i++)
        for (size_t file = 0; file < picture->input->count; file++)
            if (picture->lines[i].rows[file])
                write_bar(picture, &picture->lines[i], file, data);
    spb_plot_data_block(data, "files: name");
    for (size_t file = 0; file < picture->input->count && picture->input->count > 1; file++) {
        struct spb_strbuf label = {0};
        spb_plot_label(&label, picture->input->names[file], FILE_COLUMNS);
        spb_plot_data_text(data, spb_strbuf_text(&label));
        spb_plot_data_end_row(data);
        spb_strbuf_release(&label);
    }
    spb_plot_data_end(data);
}

static size_t row_count(const struct spb_plot_input *input)
{
    size_t rows = 0;
    for (size_t i = 0; i < input->count; i++)
        rows += input->results[i].row_count;
    return rows;
}

static int draw(struct picture *picture, struct spb_plot_data *data, struct spb_error *err)
{
    if (picture->input->experiment)
        return spb_error_set(err, -EINVAL, "an experiment in pairs has changes, not rates of its own: --kind change");
    int code = collect(picture, err);
    if (code)
        return code;
    if (picture->line_count == 0)
        return spb_error_set(err, -EINVAL, "no row has a value; 'spbench show FILE' says why");
    lay_out_width(picture);
    lay_out_height(picture);
    code = spb_plot_check_height(picture->height_px, picture->line_count, err);
    if (code)
        return code;
    for (size_t i = 0; i < picture->panel_count; i++)
        choose_axis(picture, i);
    write_words(picture, data);
    write_blocks(picture, data);
    return data->text.failed ? spb_error_system(err, -ENOMEM, "bars") : 0;
}

static int build(const struct spb_plot_input *input, struct spb_plot_data *data, struct spb_error *err)
{
    size_t most = row_count(input) + 1;
    most = most < LINES_MAX + 1 ? most : LINES_MAX + 1;
    struct picture picture = {
        .input = input, .lines = calloc(most, sizeof(*picture.lines)), .panels = calloc(most, sizeof(*picture.panels))};
    int code = picture.lines && picture.panels ? draw(&picture, data, err) : spb_error_system(err, -ENOMEM, "bars");
    release(&picture);
    return code;
}

/* Every result has rates and times: it is what is left where nothing says more. */
static int fit(const struct spb_plot_input *input)
{
    return input->count > 0 && input->count <= SPB_PLOT_FILES_MAX ? 10 : 0;
}

const struct spb_plot_kind spb_plot_bars = {.name = "bars",
                                            .summary = "rates and times of rows with their intervals, a group a file",
                                            .fit = fit,
                                            .build = build};
