/* SPDX-License-Identifier: MIT
 *
 * A forest plot of judgements: a row each, in the order of what matters first, the mean below them. Changes are of time, in per cent.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "change_note.h"
#include "judgement_lines.h"
#include "judgement_text.h"
#include "plot_caption.h"
#include "plot_kind.h"
#include "plot_layout.h"

#define LABEL_COLUMNS  80
#define NAME_COLUMNS   60
#define WIDTH_PX       960
#define AXIS_PX_MIN    380
#define POINT_PX       14
#define ROW_GAP_PX     6
#define WORD_PX        108 /* of the verdict, behind the axis */
#define SIDE_PX        14
#define AXIS_PX        52
#define LEGEND_LINE_PX 16
#define LONG_PX        700 /* from here on the axis stands above, too; as in change.gp */

/* The axis goes as far as the widest interval, but not beyond so many thresholds or so many times the effects of nine rows of ten: one
 * wild row shall not make a line of all others. */
#define THRESHOLDS_SHOWN 4.0
#define EFFECTS_SHOWN    3.0
#define USUAL_SHARE      0.9

enum look { LOOK_SLOWER = 1, LOOK_FASTER, LOOK_SAME, LOOK_UNDECIDED, LOOK_MEAN };

struct picture {
    struct spb_judgement_set set;
    struct spb_judged judged[SPB_PLOT_FILES_MAX];
    struct spb_judgement_line *lines; /* those with an effect */
    size_t line_count;
    bool has_mean;
    double low_pct, high_pct; /* of the axis */
    bool clipped;
    double width_px, left_px, right_px, top_px, bottom_px, height_px;
};

/* One point of the picture; percentages. */
struct point {
    double place;
    double change_pct, low_pct, high_pct;
    enum look look;
    const char *word;
    const char *text;
};

/* ---- what is drawn ---------------------------------------------------------------------------------------------- */

static bool has_effect(const struct spb_judgement_set *set, const char *key)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct spb_row_judgement *row = spb_judgement_find(set->items[i].judgement, key);
        if (row && row->has_effect)
            return true;
    }
    return false;
}

static int collect(const struct spb_plot_input *input, struct picture *picture, struct spb_error *err)
{
    size_t count = 0, kept = 0;
    if (input->judgement_count == 0)
        return spb_error_set(err, -EINVAL,
                             "a change takes two results, or a file of 'spbench ab': spbench plot BEFORE.json "
                             "AFTER.json --kind change");
    for (size_t i = 0; i < input->judgement_count; i++) {
        picture->judged[i] = (struct spb_judged){input->judgement_names[i], &input->judgements[i]};
        picture->has_mean = picture->has_mean || input->judgements[i].has_mean;
    }
    picture->set = (struct spb_judgement_set){NULL, picture->judged, input->judgement_count};
    picture->lines = spb_judgement_lines(&picture->set, &count);
    if (!picture->lines)
        return spb_error_system(err, -ENOMEM, "the rows");
    for (size_t i = 0; i < count; i++)
        if (has_effect(&picture->set, picture->lines[i].key))
            picture->lines[kept++] = picture->lines[i];
    picture->line_count = kept;
    return kept ? 0 : spb_error_set(err, -EXDEV, "no row can be compared; 'spbench compare' says why of each");
}

/* ---- the axis --------------------------------------------------------------------------------------------------- */

static void interval_of(const struct spb_row_judgement *row, double *low_pct, double *high_pct)
{
    bool interval = row->confidence > 0;
    *low_pct = spb_percent_of_log(interval ? row->low : row->effect);
    *high_pct = spb_percent_of_log(interval ? row->high : row->effect);
}

static int compare_doubles(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

struct extent {
    double *sizes; /* of the effects, as percentages without sign */
    size_t count;
    double low_pct, high_pct, threshold_pct;
};

static void look_at(struct extent *extent, const struct spb_row_judgement *row)
{
    double low, high;
    interval_of(row, &low, &high);
    extent->low_pct = fmin(extent->low_pct, low);
    extent->high_pct = fmax(extent->high_pct, high);
    extent->threshold_pct = fmax(extent->threshold_pct, 100 * row->threshold_ratio);
    extent->sizes[extent->count++] = fabs(spb_percent_of_log(row->effect));
}

static int choose_axis(struct picture *picture, struct spb_error *err)
{
    struct extent extent = {.sizes = calloc(picture->line_count * picture->set.count, sizeof(double))};
    if (!extent.sizes)
        return spb_error_system(err, -ENOMEM, "the axis");
    for (size_t l = 0; l < picture->line_count; l++)
        for (size_t i = 0; i < picture->set.count; i++) {
            const struct spb_row_judgement *row =
                spb_judgement_find(picture->judged[i].judgement, picture->lines[l].key);
            if (row && row->has_effect)
                look_at(&extent, row);
        }
    qsort(extent.sizes, extent.count, sizeof(double), compare_doubles);
    double usual = extent.sizes[(size_t)(USUAL_SHARE * (double)(extent.count - 1))];
    double most = fmax(THRESHOLDS_SHOWN * extent.threshold_pct, EFFECTS_SHOWN * usual);
    double least = 1.25 * extent.threshold_pct;
    picture->high_pct = 1.05 * fmax(least, fmin(extent.high_pct, most));
    picture->low_pct = fmax(-100, -1.05 * fmax(least, fmin(-extent.low_pct, most)));
    free(extent.sizes);
    return 0;
}

/* ---- places ----------------------------------------------------------------------------------------------------- */

static double row_px(const struct picture *picture)
{
    return POINT_PX * (double)picture->set.count + ROW_GAP_PX;
}

/* "1: +3.2 % [+1.1, +5.4] %"; the number where there are several judgements. */
static void format_change(const struct picture *picture, size_t index, const struct spb_row_judgement *row,
                          struct spb_strbuf *out)
{
    if (picture->set.count > 1)
        spb_strbuf_printf(out, "%zu:  ", index + 1);
    spb_change_format(row, out);
    spb_strbuf_append(out, "  ");
    spb_change_interval_format(row, out);
}

static double widest_change_px(const struct picture *picture)
{
    double widest_px = 0;
    for (size_t l = 0; l < picture->line_count; l++)
        for (size_t i = 0; i < picture->set.count; i++) {
            const struct spb_row_judgement *row =
                spb_judgement_find(picture->judged[i].judgement, picture->lines[l].key);
            struct spb_strbuf text = {0};
            if (row && row->has_effect)
                format_change(picture, i, row, &text);
            widest_px = fmax(widest_px, spb_plot_text_px(spb_strbuf_text(&text)));
            spb_strbuf_release(&text);
        }
    return widest_px;
}

static void lay_out(struct picture *picture)
{
    double widest_px = spb_plot_text_px("geometric mean");
    for (size_t i = 0; i < picture->line_count; i++) {
        struct spb_strbuf label = {0};
        spb_plot_label(&label, picture->lines[i].key, LABEL_COLUMNS);
        widest_px = fmax(widest_px, spb_plot_text_px(spb_strbuf_text(&label)));
        spb_strbuf_release(&label);
    }
    double behind_px = SIDE_PX + WORD_PX + widest_change_px(picture) + SIDE_PX;
    double rows = (double)picture->line_count + (picture->has_mean ? 1 : 0);
    picture->left_px = ceil(widest_px) + 24;
    picture->width_px = fmax(WIDTH_PX, picture->left_px + AXIS_PX_MIN + ceil(behind_px));
    picture->right_px = picture->width_px - ceil(behind_px);
    picture->top_px = SPB_PLOT_HEAD_PX + LEGEND_LINE_PX * (double)picture->set.count + 10;
    picture->top_px += rows * row_px(picture) > LONG_PX ? AXIS_PX : 0;
    picture->bottom_px = picture->top_px + rows * row_px(picture);
    picture->height_px = picture->bottom_px + AXIS_PX;
}

/* ---- the data --------------------------------------------------------------------------------------------------- */

static const char *confidence_text(const struct picture *picture)
{
    for (size_t l = 0; l < picture->line_count; l++)
        for (size_t i = 0; i < picture->set.count; i++) {
            const struct spb_row_judgement *row =
                spb_judgement_find(picture->judged[i].judgement, picture->lines[l].key);
            if (row && row->has_effect && row->confidence < 0.95)
                return "lines: 95 % confidence interval of the change, or what so few processes allow";
        }
    return "lines: 95 % confidence interval of the change";
}

static void write_words(const struct spb_plot_input *input, struct picture *picture, struct spb_plot_data *data)
{
    struct spb_strbuf title = {0}, note = {0};
    if (input->experiment) {
        spb_plot_label(&title, input->judgement_names[0], NAME_COLUMNS);
        spb_plot_data_words(data, "title", "Changes: %s, in pairs", spb_strbuf_text(&title));
    } else {
        spb_plot_label(&title, input->names[0], NAME_COLUMNS);
        spb_plot_data_words(data, "title", "Changes against %s", spb_strbuf_text(&title));
    }
    spb_plot_caption(input, data, confidence_text(picture));
    spb_change_note(&picture->set, picture->clipped, &note);
    picture->height_px += spb_plot_note(data, spb_strbuf_text(&note), picture->width_px);
    data->text.failed |= title.failed || note.failed;
    spb_strbuf_release(&title);
    spb_strbuf_release(&note);
    spb_plot_data_words(data, "axis",
                        "Change of the time per iteration (%%)   \xe2\x86\x90 faster   slower \xe2\x86\x92");
}

static void write_sizes(const struct picture *picture, struct spb_plot_data *data)
{
    const struct {
        const char *name;
        double value;
    } sizes[] = {{"width", picture->width_px},
                 {"height", picture->height_px},
                 {"left", picture->left_px},
                 {"right", picture->right_px},
                 {"top", picture->top_px},
                 {"bottom", picture->bottom_px},
                 {"words", picture->right_px + SIDE_PX},
                 {"texts", picture->right_px + SIDE_PX + WORD_PX},
                 {"rows", (double)picture->line_count},
                 {"low", picture->low_pct},
                 {"high", picture->high_pct}};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        spb_plot_data_value(data, sizes[i].name, sizes[i].value);
    spb_plot_data_value(data, "mean", picture->has_mean);
}

static void write_names(const struct picture *picture, struct spb_plot_data *data)
{
    spb_plot_data_block(data, "rows: place, name");
    for (size_t i = 0; i < picture->line_count + (picture->has_mean ? 1 : 0); i++) {
        struct spb_strbuf label = {0};
        spb_plot_label(&label, i < picture->line_count ? picture->lines[i].key : "geometric mean", LABEL_COLUMNS);
        spb_plot_data_number(data, (double)i + 1);
        spb_plot_data_text(data, spb_strbuf_text(&label));
        spb_plot_data_end_row(data);
        spb_strbuf_release(&label);
    }
}

/* The margin is the same in all judgements: it goes by the row's name. */
static void write_bands(const struct picture *picture, struct spb_plot_data *data)
{
    spb_plot_data_block(data, "bands: place, margin when faster, margin when slower, threshold");
    for (size_t l = 0; l < picture->line_count; l++)
        for (size_t i = 0; i < picture->set.count; i++) {
            const struct spb_row_judgement *row =
                spb_judgement_find(picture->judged[i].judgement, picture->lines[l].key);
            if (!row || !row->has_effect)
                continue;
            double margin = log1p(row->margin_ratio);
            spb_plot_data_number(data, (double)l + 1);
            spb_plot_data_number(data, spb_percent_of_log(-margin));
            spb_plot_data_number(data, spb_percent_of_log(margin));
            spb_plot_data_number(data, 100 * row->threshold_ratio);
            spb_plot_data_end_row(data);
            break;
        }
}

static double place_of(const struct picture *picture, size_t line, size_t index)
{
    double offset = ((double)index - 0.5 * (double)(picture->set.count - 1)) * POINT_PX / row_px(picture);
    return (double)line + 1 + offset;
}

static void write_point(struct picture *picture, const struct point *point, struct spb_plot_data *data)
{
    bool below = point->low_pct<picture->low_pct, above = point->high_pct> picture->high_pct;
    bool inside = point->change_pct >= picture->low_pct && point->change_pct <= picture->high_pct;
    picture->clipped = picture->clipped || below || above;
    spb_plot_data_number(data, point->place);
    spb_plot_data_number(data, inside ? point->change_pct : (double)NAN);
    spb_plot_data_number(data, fmin(fmax(point->low_pct, picture->low_pct), picture->high_pct));
    spb_plot_data_number(data, fmin(fmax(point->high_pct, picture->low_pct), picture->high_pct));
    spb_plot_data_number(data, below);
    spb_plot_data_number(data, above);
    spb_plot_data_number(data, point->look);
    spb_plot_data_text(data, point->word);
    spb_plot_data_text(data, point->text);
    spb_plot_data_end_row(data);
}

static enum look look_of(const struct spb_row_judgement *row)
{
    static const enum look looks[SPB_VERDICT_COUNT] = {
        [SPB_VERDICT_UNDECIDED] = LOOK_UNDECIDED, [SPB_VERDICT_PASS] = LOOK_SAME,
        [SPB_VERDICT_IMPROVED] = LOOK_FASTER,     [SPB_VERDICT_REGRESSION] = LOOK_SLOWER,
        [SPB_VERDICT_ERROR] = LOOK_UNDECIDED,     [SPB_VERDICT_NOT_COMPARABLE] = LOOK_UNDECIDED,
        [SPB_VERDICT_MISSING] = LOOK_UNDECIDED,
    };
    return looks[row->verdict];
}

static void write_row(struct picture *picture, size_t line, size_t index, struct spb_plot_data *data)
{
    const struct spb_row_judgement *row =
        spb_judgement_find(picture->judged[index].judgement, picture->lines[line].key);
    if (!row || !row->has_effect)
        return;
    struct spb_strbuf text = {0};
    format_change(picture, index, row, &text);
    struct point point = {.place = place_of(picture, line, index),
                          .change_pct = spb_percent_of_log(row->effect),
                          .look = look_of(row),
                          .word = spb_verdict_look(row).word,
                          .text = spb_strbuf_text(&text)};
    interval_of(row, &point.low_pct, &point.high_pct);
    write_point(picture, &point, data);
    data->text.failed |= text.failed;
    spb_strbuf_release(&text);
}

static void write_mean(struct picture *picture, size_t index, struct spb_plot_data *data)
{
    const struct spb_judgement *judgement = picture->judged[index].judgement;
    const struct spb_row_judgement as_row = {.has_effect = true,
                                             .effect = judgement->mean_effect,
                                             .low = judgement->mean_low,
                                             .high = judgement->mean_high,
                                             .confidence = 0.95};
    struct spb_strbuf text = {0};
    if (!judgement->has_mean)
        return;
    format_change(picture, index, &as_row, &text);
    struct point point = {.place = place_of(picture, picture->line_count, index),
                          .change_pct = spb_percent_of_log(judgement->mean_effect),
                          .look = LOOK_MEAN,
                          .word = "suite",
                          .text = spb_strbuf_text(&text)};
    interval_of(&as_row, &point.low_pct, &point.high_pct);
    write_point(picture, &point, data);
    data->text.failed |= text.failed;
    spb_strbuf_release(&text);
}

static void write_points(struct picture *picture, struct spb_plot_data *data)
{
    spb_plot_data_block(data, "points: place, change, low, high, cut at the left, cut at the right, look, word, text");
    for (size_t line = 0; line < picture->line_count; line++)
        for (size_t i = 0; i < picture->set.count; i++)
            write_row(picture, line, i, data);
    for (size_t i = 0; i < picture->set.count; i++)
        write_mean(picture, i, data);
}

/* "1: after: 1 regression, 59 pass of 60 rows; suite +0.3 % [-0.1, +0.8]" */
static void write_legend(const struct picture *picture, struct spb_plot_data *data)
{
    spb_plot_data_block(data, "judgements: text");
    for (size_t i = 0; i < picture->set.count; i++) {
        struct spb_strbuf text = {0};
        if (picture->set.count > 1)
            spb_strbuf_printf(&text, "%zu:  ", i + 1);
        spb_plot_label(&text, picture->judged[i].title, NAME_COLUMNS);
        spb_strbuf_append(&text, ": ");
        spb_judgement_summary(picture->judged[i].judgement, &text);
        spb_plot_data_text(data, spb_strbuf_text(&text));
        spb_plot_data_end_row(data);
        data->text.failed |= text.failed;
        spb_strbuf_release(&text);
    }
    spb_plot_data_end(data);
}

static int draw(const struct spb_plot_input *input, struct picture *picture, struct spb_plot_data *data,
                struct spb_error *err)
{
    struct spb_plot_data points = {0};
    int code = collect(input, picture, err);
    if (code)
        return code;
    lay_out(picture);
    code = spb_plot_check_height(picture->height_px, picture->line_count, err);
    if (code == 0)
        code = choose_axis(picture, err);
    if (code)
        return code;
    write_points(picture, &points); /* first: the note says whether one was clipped */
    spb_plot_data_release(&points);
    write_words(input, picture, data);
    write_sizes(picture, data);
    write_names(picture, data);
    write_bands(picture, data);
    write_points(picture, data);
    write_legend(picture, data);
    return data->text.failed ? spb_error_system(err, -ENOMEM, "changes") : 0;
}

static int build(const struct spb_plot_input *input, struct spb_plot_data *data, struct spb_error *err)
{
    struct picture picture = {.line_count = 0};
    int code = draw(input, &picture, data, err);
    free(picture.lines);
    return code;
}

static int fit(const struct spb_plot_input *input)
{
    for (size_t i = 0; i < input->judgement_count; i++)
        for (size_t r = 0; r < input->judgements[i].row_count; r++)
            if (input->judgements[i].rows[r].has_effect)
                return input->experiment ? 90 : 60;
    return input->experiment ? 1 : 0; /* its reason why there is nothing to see */
}

const struct spb_plot_kind spb_plot_change = {
    .name = "change",
    .summary =
        "what got slower: each row's change with its interval and verdict, of files against the first, or in pairs",
    .judged = true,
    .fit = fit,
    .build = build};
