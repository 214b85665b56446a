/* SPDX-License-Identifier: MIT
 *
 * Rows over many results, by the date of each: their estimates with intervals, and where they changed. What was measured on another
 * machine, or on this one with other settings, is a series of its own.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change_points.h"
#include "compare.h"
#include "date.h"
#include "plot_panels.h"
#include "plot_rows.h"
#include "plot_text.h"
#include "plot_time_axis.h"
#include "summary.h"

#define GROUPS_MAX        8 /* further machines share the last one's place */
#define LEVEL             0.01
#define PERMUTATIONS      999
#define PERMUTATIONS_MANY 199 /* time grows with the square of the count */
#define MANY              400
#define SEGMENT_MIN       5
#define SEED              20260101
#define SAME_SECOND_SHARE 0.008 /* of the axis, between two results of one second */
#define WIDTH_PX          1100
#define LABEL_LEVELS      3  /* lines that the texts of changes take turns in */
#define LABELLED_MAX      24 /* changes of a panel that have a text */

struct group {
    const struct spb_stamp *stamp;
    size_t count;
    char *difference; /* from the first group, of its facts the first that differs */
};

struct change {
    size_t panel, group;
    size_t before, at; /* results in order of date: the last before it, and the first after */
    size_t from, to;   /* results that the two segments around it begin and end with */
    double median_before, median_after, p;
};

struct drawing {
    const struct spb_plot_input *input;
    struct spb_plot_rows rows;
    struct spb_plot_page page;
    size_t *order;    /* results by date */
    double *x;        /* seconds since 1970, in that order */
    size_t *group_of; /* in that order */
    struct group groups[GROUPS_MAX];
    size_t group_count;
    struct spb_plot_measure measures[SPB_PLOT_PANELS_MAX];
    struct change *changes;
    size_t change_count;
    double *values; /* three a result */
    size_t *where;
    bool fewer_permutations, too_many, shares_seconds;
};

/* The row of a panel in the result that is at `place` in the order. */
static const struct spb_row *row_at(const struct drawing *drawing, size_t panel, size_t place)
{
    return drawing->rows.items[panel].by_file[drawing->order[place]];
}

static double shown(const struct drawing *drawing, size_t panel, double ns)
{
    return spb_plot_measure_value(&drawing->measures[panel], ns);
}

/* ---- order and place in time ------------------------------------------------------------------------------------------------- */

struct dated {
    int64_t created_s;
    const char *name;
    size_t index;
};

static int by_date(const void *a, const void *b)
{
    const struct dated *one = a, *other = b;
    if (one->created_s != other->created_s)
        return one->created_s < other->created_s ? -1 : 1;
    int order = strcmp(one->name, other->name);
    return order ? order : (one->index > other->index) - (one->index < other->index);
}

/* Results of one second stand side by side from its place on, and end before the next one. */
static void spread(struct drawing *drawing, const struct dated *dated, double step)
{
    size_t count = drawing->input->count;
    for (size_t begin = 0, end; begin < count; begin = end) {
        for (end = begin + 1; end < count && dated[end].created_s == dated[begin].created_s;)
            end++;
        drawing->shares_seconds |= end - begin > 1;
        double room = end < count ? (double)(dated[end].created_s - dated[begin].created_s) : (double)INFINITY;
        double apart = fmin(step, room / (double)(end - begin));
        for (size_t i = begin; i < end; i++)
            drawing->x[i] = (double)dated[begin].created_s + apart * (double)(i - begin);
    }
}

static int order_results(struct drawing *drawing)
{
    size_t count = drawing->input->count;
    struct dated *dated = calloc(count, sizeof(*dated));
    if (!dated)
        return -ENOMEM;
    for (size_t f = 0; f < count; f++)
        dated[f] = (struct dated){drawing->input->results[f].created_s, drawing->input->names[f], f};
    qsort(dated, count, sizeof(*dated), by_date);
    for (size_t i = 0; i < count; i++)
        drawing->order[i] = dated[i].index;
    double span_s = (double)(dated[count - 1].created_s - dated[0].created_s);
    spread(drawing, dated, span_s > 0 ? SAME_SECOND_SHARE * span_s : 1.0 / (double)count);
    free(dated);
    return 0;
}

/* ---- machines ---------------------------------------------------------------------------------------------------------------- */

/* The group that the stamp belongs to; a new one where there is room. The newest result makes the first. */
static size_t find_group(struct drawing *drawing, const struct spb_stamp *stamp)
{
    struct spb_strbuf differences = {0};
    size_t g = 0;
    for (; g < drawing->group_count; g++) {
        spb_strbuf_reset(&differences);
        if (spb_compare_stamps(drawing->groups[g].stamp, stamp, &differences) == 0)
            break;
    }
    if (g == GROUPS_MAX)
        g = GROUPS_MAX - 1;
    if (g == drawing->group_count) {
        drawing->groups[g].stamp = stamp;
        spb_strbuf_reset(&differences);
        if (g > 0)
            spb_compare_stamps(drawing->groups[0].stamp, stamp, &differences);
        drawing->groups[g].difference =
            strndup(spb_strbuf_text(&differences), strcspn(spb_strbuf_text(&differences), "\n"));
        drawing->group_count++;
    }
    drawing->groups[g].count++;
    spb_strbuf_release(&differences);
    return g;
}

static void group_results(struct drawing *drawing)
{
    for (size_t i = drawing->input->count; i-- > 0;)
        drawing->group_of[i] = find_group(drawing, &drawing->input->results[drawing->order[i]].stamp);
}

/* ---- changes ----------------------------------------------------------------------------------------------------------------- */

/* The results of a group that have the row: their places into `where`, the logarithms of their estimates into `values`. */
static size_t collect_series(struct drawing *drawing, size_t panel, size_t group)
{
    size_t count = 0;
    for (size_t i = 0; i < drawing->input->count; i++) {
        const struct spb_row *row = row_at(drawing, panel, i);
        if (!row || drawing->group_of[i] != group)
            continue;
        drawing->where[count] = i;
        drawing->values[count++] = log(row->stats.estimate_ns);
    }
    return count;
}

static double median_of(const double *values, size_t from, size_t to, double *scratch)
{
    memcpy(scratch, values + from, (to - from) * sizeof(*scratch));
    return exp(spb_median_in_place(scratch, to - from));
}

static int add_changes(struct drawing *drawing, size_t panel, size_t group, size_t count,
                       const struct spb_change_point *points, size_t found)
{
    struct change *grown = reallocarray(drawing->changes, drawing->change_count + found, sizeof(*grown));
    double *scratch = calloc(count, sizeof(*scratch));
    if (grown)
        drawing->changes = grown;
    for (size_t i = 0; grown && scratch && i < found; i++) {
        size_t from = i == 0 ? 0 : points[i - 1].index, at = points[i].index;
        size_t to = i + 1 < found ? points[i + 1].index : count;
        drawing->changes[drawing->change_count++] = (struct change){
            .panel = panel,
            .group = group,
            .before = drawing->where[at - 1],
            .at = drawing->where[at],
            .from = drawing->where[from],
            .to = drawing->where[to - 1],
            .median_before = median_of(drawing->values, from, at, scratch),
            .median_after = median_of(drawing->values, at, to, scratch),
            .p = points[i].p,
        };
    }
    free(scratch);
    return grown && scratch ? 0 : -ENOMEM;
}

static int find_changes(struct drawing *drawing, size_t panel, size_t group)
{
    size_t count = collect_series(drawing, panel, group), found = 0;
    struct spb_change_points_options options = {
        .segment_min = SEGMENT_MIN,
        .level = LEVEL,
        .permutation_count = count > MANY ? PERMUTATIONS_MANY : PERMUTATIONS,
        .seed = SEED,
    };
    if (count > SPB_CHANGE_POINTS_MAX)
        drawing->too_many = true;
    if (count / 2 < SEGMENT_MIN || count > SPB_CHANGE_POINTS_MAX)
        return 0;
    drawing->fewer_permutations |= count > MANY;
    struct spb_change_point *points = calloc(count / SEGMENT_MIN, sizeof(*points));
    int code = points ? spb_change_points(drawing->values, count, &options, points, &found) : -ENOMEM;
    if (code == 0 && found > 0)
        code = add_changes(drawing, panel, group, count, points, found);
    free(points);
    return code;
}

/* ---- panels ------------------------------------------------------------------------------------------------------------------- */

/* All estimates, and the intervals but for the few that are far wider than the others. */
static void settle_range(struct drawing *drawing, size_t p)
{
    struct spb_plot_panel *panel = &drawing->page.panels[p];
    double least = (double)INFINITY, most = (double)-INFINITY;
    size_t count = 0;
    for (size_t i = 0; i < drawing->input->count; i++) {
        const struct spb_row *row = row_at(drawing, p, i);
        if (!row)
            continue;
        double estimate = shown(drawing, p, row->stats.estimate_ns);
        least = fmin(least, estimate);
        most = fmax(most, estimate);
        drawing->values[count++] = estimate;
        drawing->values[count++] = shown(drawing, p, row->stats.low_ns);
        drawing->values[count++] = shown(drawing, p, row->stats.high_ns);
    }
    spb_sort_doubles(drawing->values, count);
    panel->range = spb_plot_range_of(drawing->values, count);
    spb_plot_range_include(&panel->range, least);
    spb_plot_range_include(&panel->range, most);
    spb_plot_range_pad(&panel->range);
    /* Room above, for the texts of the changes. */
    if (panel->range.is_log)
        panel->range.high *= pow(panel->range.high / panel->range.low, 0.3);
    else
        panel->range.high += 0.3 * (panel->range.high - panel->range.low);
}

static void append_newest(const struct drawing *drawing, size_t panel, struct spb_strbuf *out)
{
    size_t changes = 0, count = 0;
    for (size_t i = 0; i < drawing->change_count; i++)
        changes += drawing->changes[i].panel == panel;
    for (size_t i = 0; i < drawing->input->count; i++)
        count += row_at(drawing, panel, i) != NULL;
    spb_strbuf_printf(out, "in %zu of %zu results, %zu change%s", count, drawing->input->count, changes,
                      changes == 1 ? "" : "s");
}

static int settle_panel(struct drawing *drawing, size_t p)
{
    struct spb_plot_panel *panel = &drawing->page.panels[p];
    const struct spb_row *any = spb_plot_row_any(&drawing->rows.items[p], drawing->input->count);
    struct spb_strbuf detail = {0};
    int code = 0;
    drawing->measures[p] = spb_plot_measure_of(any, any->stats.estimate_ns);
    for (size_t g = 0; g < drawing->group_count && code == 0; g++)
        code = find_changes(drawing, p, g);
    if (code)
        return code;
    settle_range(drawing, p);
    double first = drawing->x[0], last = drawing->x[drawing->input->count - 1];
    double room = last > first ? 0.02 * (last - first) : 0.5;
    panel->x_low = first - room;
    panel->x_high = last + room;
    memcpy(panel->y_label, drawing->measures[p].label, sizeof(panel->y_label));
    append_newest(drawing, p, &detail);
    panel->label = strdup(drawing->rows.items[p].key);
    panel->detail = spb_strbuf_detach(&detail);
    drawing->page.panel_count++;
    return panel->label && panel->detail ? 0 : -ENOMEM;
}

/* ---- blocks ------------------------------------------------------------------------------------------------------------------- */

static void write_numbers(struct spb_plot_data *data, const double *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        spb_plot_data_number(data, numbers[i]);
}

static void write_results(const struct drawing *drawing, struct spb_plot_data *data)
{
    spb_plot_data_block(data, "results: panel, group, seconds since 1970, estimate, low, high");
    for (size_t p = 0; p < drawing->rows.count; p++)
        for (size_t i = 0; i < drawing->input->count; i++) {
            const struct spb_row *row = row_at(drawing, p, i);
            if (!row)
                continue;
            double low = shown(drawing, p, row->stats.low_ns), high = shown(drawing, p, row->stats.high_ns);
            bool known = row->stats.has_interval;
            const double numbers[] = {(double)p + 1,
                                      (double)drawing->group_of[i] + 1,
                                      drawing->x[i],
                                      shown(drawing, p, row->stats.estimate_ns),
                                      known ? fmin(low, high) : (double)NAN,
                                      known ? fmax(low, high) : (double)NAN};
            write_numbers(data, numbers, 6);
            spb_plot_data_end_row(data);
        }
}

static void write_segment(const struct drawing *drawing, const struct change *change, size_t from, size_t to, double ns,
                          struct spb_plot_data *data)
{
    const double numbers[] = {(double)change->panel + 1, (double)change->group + 1, drawing->x[from], drawing->x[to],
                              shown(drawing, change->panel, ns)};
    write_numbers(data, numbers, 5);
    spb_plot_data_end_row(data);
}

/* A segment between two changes belongs to the second of them; the last one to the last change. */
static void write_segments(const struct drawing *drawing, struct spb_plot_data *data)
{
    spb_plot_data_block(data, "segments: panel, group, from, to, median");
    for (size_t i = 0; i < drawing->change_count; i++) {
        const struct change *change = &drawing->changes[i], *next = change + 1;
        bool is_last = i + 1 == drawing->change_count || next->panel != change->panel || next->group != change->group;
        write_segment(drawing, change, change->from, change->before, change->median_before, data);
        if (is_last)
            write_segment(drawing, change, change->at, change->to, change->median_after, data);
    }
}

/* What is shown changed by so much; its colour says whether that is slower. */
static void write_changes(const struct drawing *drawing, struct spb_plot_data *data)
{
    size_t of_panel = 0;
    spb_plot_data_block(data, "changes: panel, seconds since 1970, text, colour, line of the text");
    for (size_t i = 0; i < drawing->change_count; i++) {
        const struct change *change = &drawing->changes[i];
        of_panel = i > 0 && change->panel == drawing->changes[i - 1].panel ? of_panel + 1 : 0;
        double before = shown(drawing, change->panel, change->median_before);
        double after = shown(drawing, change->panel, change->median_after);
        char text[64];
        snprintf(text, sizeof(text), "%+.1f %%, p %.2g", 100 * (after / before - 1), change->p);
        spb_plot_data_number(data, (double)change->panel + 1);
        spb_plot_data_number(data, (drawing->x[change->before] + drawing->x[change->at]) / 2);
        spb_plot_data_text(data, of_panel < LABELLED_MAX ? text : "");
        spb_plot_data_number(data,
                             change->median_after > change->median_before ? SPB_COLOUR_SLOWER : SPB_COLOUR_FASTER);
        spb_plot_data_number(data, (double)(of_panel % LABEL_LEVELS));
        spb_plot_data_end_row(data);
    }
}

static void write_ticks(const struct drawing *drawing, struct spb_plot_data *data)
{
    struct spb_plot_tick ticks[SPB_PLOT_TICKS_MAX];
    const struct spb_plot_panel *panel = &drawing->page.panels[0];
    size_t count = spb_plot_time_ticks((int64_t)ceil(panel->x_low), (int64_t)panel->x_high, ticks);
    spb_plot_data_block(data, "dates: seconds since 1970, text");
    for (size_t i = 0; i < count; i++) {
        spb_plot_data_number(data, (double)ticks[i].seconds);
        spb_plot_data_text(data, ticks[i].text);
        spb_plot_data_end_row(data);
    }
}

/* ---- words -------------------------------------------------------------------------------------------------------------------- */

static void append_legend(struct drawing *drawing)
{
    struct spb_plot_page *page = &drawing->page;
    for (size_t g = 0; g < drawing->group_count; g++) {
        struct spb_strbuf text = {0};
        spb_strbuf_printf(&text, "%zu %s ", drawing->groups[g].count,
                          drawing->groups[g].count == 1 ? "result" : "results");
        if (g == 0)
            spb_strbuf_append(&text, drawing->group_count == 1 ? "of one machine" : "of the newest one's machine");
        else if (g + 1 == GROUPS_MAX)
            spb_strbuf_append(&text, "of yet others");
        else
            spb_strbuf_printf(&text, "with %s", drawing->groups[g].difference ? drawing->groups[g].difference : "");
        spb_plot_page_legend(page, (int)g + 1, spb_plot_shape(g), spb_strbuf_text(&text));
        page->note.failed |= text.failed;
        spb_strbuf_release(&text);
    }
    if (drawing->change_count) {
        spb_plot_page_legend(page, SPB_COLOUR_SLOWER, 0, "\xe2\x94\x86 slower from here on");
        spb_plot_page_legend(page, SPB_COLOUR_FASTER, 0, "\xe2\x94\x86 faster from here on");
    }
}

static void append_note(struct drawing *drawing)
{
    struct spb_strbuf *note = &drawing->page.note;
    spb_strbuf_printf(
        note,
        "Changes: E-divisive change points at level %g, %d permutations, segments of %d results at least; the "
        "change is that of the medians of the two segments (horizontal lines).\n",
        LEVEL, drawing->fewer_permutations ? PERMUTATIONS_MANY : PERMUTATIONS, SEGMENT_MIN);
    if (drawing->group_count > 1) {
        spb_strbuf_printf(
            note,
            "%zu of %zu results are of another machine than the newest, or of it with other settings: they have "
            "shapes of their own, with the first fact that differs (newest / theirs), and changes are looked "
            "for within each.\n",
            drawing->input->count - drawing->groups[0].count, drawing->input->count);
    }
    if (drawing->shares_seconds)
        spb_strbuf_append(note, "Results of one second stand side by side, from it on.\n");
    if (drawing->too_many)
        spb_strbuf_printf(note, "No changes are looked for in more than %d results.\n", SPB_CHANGE_POINTS_MAX);
    spb_plot_rows_note(&drawing->rows, note);
}

/* ---- the whole ----------------------------------------------------------------------------------------------------------------- */

static int allocate(struct drawing *drawing)
{
    size_t count = drawing->input->count;
    drawing->order = calloc(count, sizeof(*drawing->order));
    drawing->x = calloc(count, sizeof(*drawing->x));
    drawing->group_of = calloc(count, sizeof(*drawing->group_of));
    drawing->values = calloc(3 * count, sizeof(*drawing->values));
    drawing->where = calloc(count, sizeof(*drawing->where));
    if (!drawing->order || !drawing->x || !drawing->group_of || !drawing->values || !drawing->where)
        return -ENOMEM;
    return spb_plot_page_prepare(&drawing->page, drawing->rows.count);
}

static void release(struct drawing *drawing)
{
    spb_plot_page_release(&drawing->page);
    spb_plot_rows_release(&drawing->rows);
    for (size_t g = 0; g < drawing->group_count; g++)
        free(drawing->groups[g].difference);
    free(drawing->order);
    free(drawing->x);
    free(drawing->group_of);
    free(drawing->changes);
    free(drawing->values);
    free(drawing->where);
}

static int settle(struct drawing *drawing)
{
    int code = allocate(drawing);
    if (code == 0)
        code = order_results(drawing);
    if (code)
        return code;
    group_results(drawing);
    for (size_t p = 0; p < drawing->rows.count && code == 0; p++)
        code = settle_panel(drawing, p);
    return code;
}

static void write_all(struct drawing *drawing, struct spb_plot_data *data)
{
    char first[SPB_DATE_TEXT_SIZE], last[SPB_DATE_TEXT_SIZE], x_label[80];
    const struct spb_result *results = drawing->input->results;
    spb_date_format_time(first, results[drawing->order[0]].created_s);
    spb_date_format_time(last, results[drawing->order[drawing->input->count - 1]].created_s);
    snprintf(x_label, sizeof(x_label), "Start of the run (UTC), %s to %s", first, last);
    drawing->page.title = "Rows over time";
    drawing->page.x_label = x_label;
    drawing->page.whiskers = "a point: the estimate of a result; whiskers: its 95 % interval";
    drawing->page.width_px = WIDTH_PX;
    append_legend(drawing);
    append_note(drawing);
    spb_plot_page_begin(drawing->input, &drawing->page, data);
    write_results(drawing, data);
    write_segments(drawing, data);
    write_changes(drawing, data);
    write_ticks(drawing, data);
    spb_plot_data_end(data);
}

static int build(const struct spb_plot_input *input, struct spb_plot_data *data, struct spb_error *err)
{
    struct drawing drawing = {.input = input};
    int code = spb_plot_rows_match_some(input, SPB_PLOT_PANELS_MAX, &drawing.rows, err);
    if (code)
        return code;
    code = settle(&drawing);
    if (code == 0) {
        write_all(&drawing, data);
        code = data->text.failed ? -ENOMEM : 0;
    }
    release(&drawing);
    return code ? spb_error_system(err, code, "history") : 0;
}

/* More files than there are hues can be nothing else. */
static int fit(const struct spb_plot_input *input)
{
    return input->count > SPB_PLOT_FILES_MAX ? 100 : input->count > 2 ? 8 : input->count > 0 ? 1 : 0;
}

const struct spb_plot_kind spb_plot_history = {
    .name = "history",
    .summary = "rows over many results, with the dates at which they changed",
    .fit = fit,
    .build = build,
    .many_files = true,
};
