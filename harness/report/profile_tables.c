/* SPDX-License-Identifier: MIT */
#include "profile_tables.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "flame_graph.h"
#include "sparkline.h"
#include "units.h"
#include "utf8.h"

#define Z95               1.96
#define NAME_COLUMNS_MIN  20
#define THREAD_SPARK      24
#define HISTORY_WIDTH_MIN 80 /* of a terminal */
#define DEFAULT_TOP       20
#define GAP_COLUMNS       2

/* ---- names ------------------------------------------------------------------------------------------------------ */

static size_t columns_of(const char *text)
{
    return spb_utf8_columns(text, strlen(text));
}

/* Bytes of the first characters that take at most so many columns. */
static size_t head_bytes(const char *text, size_t columns)
{
    size_t at = 0, length;
    while (text[at]) {
        spb_utf8_decode(text + at, &length);
        if (spb_utf8_columns(text, at + length) > columns)
            break;
        at += length;
    }
    return at;
}

void spb_shorten_name(const char *name, size_t columns, struct spb_strbuf *out)
{
    size_t all = columns_of(name);
    if (!columns || all <= columns) {
        spb_strbuf_append(out, name);
        return;
    }
    size_t room = columns - 1, tail = room / 2, length;
    spb_strbuf_append_bytes(out, name, head_bytes(name, room - tail));
    spb_strbuf_append(out, "\xe2\x80\xa6");
    const char *at = name;
    while (*at && columns_of(at) > tail) {
        spb_utf8_decode(at, &length);
        at += length;
    }
    spb_strbuf_append(out, at);
}

static void name_cell(struct spb_table *table, const char *name, size_t columns)
{
    struct spb_strbuf text = {0};
    spb_shorten_name(name, columns, &text);
    spb_table_cell(table, "%s", spb_strbuf_text(&text));
    table->failed = table->failed || text.failed;
    spb_strbuf_release(&text);
}

void spb_named_table(const struct spb_table_options *how,
                     void (*fill)(struct spb_table *table, size_t name_columns, const void *context),
                     const void *context, struct spb_strbuf *out)
{
    struct spb_table table = {.failed = false};
    size_t room = 0;
    if (how->width) {
        fill(&table, 1, context);
        size_t used = spb_table_width(&table) + GAP_COLUMNS;
        room = how->width > used + NAME_COLUMNS_MIN ? how->width - used : NAME_COLUMNS_MIN;
        spb_table_release(&table);
    }
    fill(&table, room, context);
    spb_table_render(&table, SPB_TABLE_TEXT, how, out);
    spb_table_release(&table);
}

void spb_profile_heading(const struct spb_profile_report *report, const char *text, struct spb_strbuf *out)
{
    spb_strbuf_printf(out, report->how.color ? "\033[1m%s\033[0m\n" : "%s\n", text);
}

/* ---- functions, lines ------------------------------------------------------------------------------------------- */

struct entry_rows {
    const struct spb_profile_report *report;
    const struct spb_profile_head *head;
    const struct spb_profile_top *top;
    size_t count;
};

static size_t rows_wanted(const struct spb_profile_report *report)
{
    return report->top ? report->top : DEFAULT_TOP;
}

/* What a value is called above its column: constant, or the profile's. */
static const char *value_header(const struct spb_profile_head *head)
{
    return strcmp(head->value_unit, "nanoseconds") == 0 ? "time" : head->value_name;
}

static void percent_cell(struct spb_table *table, double part, double sum)
{
    if (sum > 0)
        spb_table_cell(table, "%.1f %%", 100 * part / sum);
    else
        spb_table_cell(table, "-");
}

static void measure_cells(struct spb_table *table, const struct entry_rows *rows, const struct spb_profile_entry *entry)
{
    char text[SPB_UNIT_TEXT_SIZE];
    double sum = (double)rows->top->sum;
    percent_cell(table, (double)entry->self, sum);
    spb_table_cell(table, "\xc2\xb1%.1f %%", sum > 0 ? 100 * Z95 * entry->self_error / sum : 0);
    spb_table_cell(table, "%s", spb_profile_value_format(text, (double)entry->self, rows->head->value_unit));
}

static void measure_columns(struct spb_table *table, const struct entry_rows *rows)
{
    spb_table_column(table, "self", SPB_ALIGN_RIGHT);
    spb_table_column(table, "\xc2\xb1 95 %", SPB_ALIGN_RIGHT);
    spb_table_column(table, value_header(rows->head), SPB_ALIGN_RIGHT);
}

static void fill_functions(struct spb_table *table, size_t name_columns, const void *context)
{
    const struct entry_rows *rows = context;
    measure_columns(table, rows);
    spb_table_column(table, "total", SPB_ALIGN_RIGHT);
    spb_table_column(table, "module", SPB_ALIGN_LEFT);
    spb_table_column(table, "function", SPB_ALIGN_LEFT);
    for (size_t i = 0; i < rows->count; i++) {
        const struct spb_profile_entry *entry = &rows->top->entries[i];
        measure_cells(table, rows, entry);
        percent_cell(table, (double)entry->total, (double)rows->top->sum);
        name_cell(table, spb_profile_module_name(rows->report->profile, entry->key), NAME_COLUMNS_MIN + 4);
        name_cell(table, entry->name, name_columns);
    }
}

static void fill_lines(struct spb_table *table, size_t name_columns, const void *context)
{
    const struct entry_rows *rows = context;
    const struct spb_profile *profile = rows->report->profile;
    struct spb_strbuf place = {0};
    measure_columns(table, rows);
    spb_table_column(table, "line", SPB_ALIGN_LEFT);
    spb_table_column(table, "function", SPB_ALIGN_LEFT);
    for (size_t i = 0; i < rows->count; i++) {
        const struct spb_profile_frame *frame = &profile->frames[rows->top->entries[i].key];
        const struct spb_profile_function *function = &profile->functions[frame->function];
        const char *file = spb_profile_text(profile, function->file), *slash = strrchr(file, '/');
        spb_strbuf_reset(&place);
        spb_strbuf_printf(&place, "%s:%u", slash ? slash + 1 : file, frame->line);
        measure_cells(table, rows, &rows->top->entries[i]);
        name_cell(table, spb_strbuf_text(&place), rows->report->how.width ? 2 * NAME_COLUMNS_MIN : 0);
        name_cell(table, spb_profile_text(profile, function->name), name_columns);
    }
    table->failed = table->failed || place.failed;
    spb_strbuf_release(&place);
}

/* Entries with a value of their own; lines also need a line. The first ones of `top`, in place; the others are released. */
static void keep_rows(const struct spb_profile *profile, enum spb_profile_by by, struct spb_profile_top *top)
{
    size_t kept = 0;
    for (size_t i = 0; i < top->count; i++) {
        const struct spb_profile_entry *entry = &top->entries[i];
        if (entry->self && (by != SPB_BY_LINE || profile->frames[entry->key].line))
            top->entries[kept++] = *entry;
        else
            free(top->entries[i].name);
    }
    top->count = kept;
}

static int entry_table(const struct spb_profile_report *report, const struct spb_profile_head *head,
                       enum spb_profile_by by, struct spb_strbuf *out, struct spb_error *err)
{
    struct spb_profile_top top;
    int code = spb_profile_top(report->profile, &report->filter, by, &top, err);
    if (code)
        return code;
    keep_rows(report->profile, by, &top);
    size_t wanted = rows_wanted(report);
    const struct entry_rows rows = {report, head, &top, top.count < wanted ? top.count : wanted};
    if (rows.count) {
        spb_profile_heading(report, by == SPB_BY_LINE ? "Hot lines" : "Hot functions", out);
        spb_named_table(&report->how, by == SPB_BY_LINE ? fill_lines : fill_functions, &rows, out);
        if (rows.count < top.count)
            spb_strbuf_printf(out, "(%zu more with less; --top N shows more)\n", top.count - rows.count);
        spb_strbuf_append_char(out, '\n');
    }
    spb_profile_top_release(&top);
    return 0;
}

int spb_profile_function_table(const struct spb_profile_report *report, const struct spb_profile_head *head,
                               struct spb_strbuf *out, struct spb_error *err)
{
    return entry_table(report, head, SPB_BY_FUNCTION, out, err);
}

int spb_profile_line_table(const struct spb_profile_report *report, const struct spb_profile_head *head,
                           struct spb_strbuf *out, struct spb_error *err)
{
    return entry_table(report, head, SPB_BY_LINE, out, err);
}

/* ---- threads ---------------------------------------------------------------------------------------------------- */

struct thread_rows {
    struct entry_rows entries;
    enum spb_profile_by by;
    bool has_use;     /* CPU time, and the time that it was used in */
    bool has_history; /* timelines of threads */
    size_t steps;     /* of the longest one */
};

static void history_cell(struct spb_table *table, const struct thread_rows *rows, uint32_t thread)
{
    const struct spb_profile_timeline *line = spb_profile_cpu_timeline(rows->entries.report->profile, thread);
    double *busy = line ? calloc(rows->steps + 1, sizeof *busy) : NULL;
    struct spb_strbuf text = {0};
    for (size_t i = 0; busy && i < line->count; i++)
        busy[i] = (double)line->values[i] / (double)line->step_ns;
    if (busy)
        spb_sparkline(busy, rows->steps, 1, THREAD_SPARK, &text);
    spb_table_cell(table, "%s", spb_strbuf_text(&text));
    free(busy);
    spb_strbuf_release(&text);
}

static void thread_cells(struct spb_table *table, const struct thread_rows *rows, const struct spb_profile_entry *entry)
{
    const struct spb_profile_head *head = rows->entries.head;
    measure_cells(table, &rows->entries, entry);
    if (rows->has_use)
        spb_table_cell(table, "%.1f %%", 100 * (double)entry->self / head->duration_ns);
    if (rows->has_history)
        history_cell(table, rows, entry->key);
}

static void fill_threads(struct spb_table *table, size_t name_columns, const void *context)
{
    const struct thread_rows *rows = context;
    measure_columns(table, &rows->entries);
    if (rows->has_use)
        spb_table_column(table, "of a CPU", SPB_ALIGN_RIGHT);
    if (rows->has_history)
        spb_table_column(table, "over time", SPB_ALIGN_LEFT);
    spb_table_column(table, rows->by == SPB_BY_THREAD ? "thread" : "process", SPB_ALIGN_LEFT);
    for (size_t i = 0; i < rows->entries.count; i++) {
        thread_cells(table, rows, &rows->entries.top->entries[i]);
        name_cell(table, rows->entries.top->entries[i].name, name_columns);
    }
}

static void find_history(struct thread_rows *rows)
{
    const struct spb_profile *profile = rows->entries.report->profile;
    for (uint32_t i = 0; i < profile->thread_count; i++) {
        const struct spb_profile_timeline *line = spb_profile_cpu_timeline(profile, i);
        if (!line)
            continue;
        size_t whole = (size_t)fmin(1e6, (double)profile->duration_ns / (double)line->step_ns);
        rows->has_history = true;
        rows->steps = line->count > rows->steps ? line->count : rows->steps;
        rows->steps = whole > rows->steps ? whole : rows->steps;
    }
}

int spb_profile_thread_table(const struct spb_profile_report *report, const struct spb_profile_head *head,
                             enum spb_profile_by by, struct spb_strbuf *out, struct spb_error *err)
{
    struct spb_profile_top top;
    int code = spb_profile_top(report->profile, &report->filter, by, &top, err);
    if (code)
        return code;
    keep_rows(report->profile, by, &top);
    size_t wanted = rows_wanted(report);
    struct thread_rows rows = {{report, head, &top, top.count < wanted ? top.count : wanted}, by, false, false, 0};
    rows.has_use = head->has_cpu && head->duration_ns > 0 && strcmp(head->value_name, "cpu") == 0;
    if (by == SPB_BY_THREAD && (!report->how.width || report->how.width >= HISTORY_WIDTH_MIN))
        find_history(&rows);
    if (rows.entries.count && (by == SPB_BY_THREAD || top.count > 1)) {
        spb_profile_heading(report, by == SPB_BY_THREAD ? "Threads" : "Processes", out);
        spb_named_table(&report->how, fill_threads, &rows, out);
        if (rows.entries.count < top.count)
            spb_strbuf_printf(out, "(%zu more with less)\n", top.count - rows.entries.count);
        spb_strbuf_append_char(out, '\n');
    }
    spb_profile_top_release(&top);
    return 0;
}

/* ---- waits ------------------------------------------------------------------------------------------------------ */

/* The place that a thread waits at: the function of the user's part that led into the kernel, and the nearest of the program itself. */
struct wait_place {
    uint32_t function, caller;
    double ns;
    double waits;
};

struct wait_rows {
    const struct spb_profile_report *report;
    struct wait_place *places;
    size_t count, shown;
    double sum_ns;
};

static struct wait_place place_of(const struct spb_profile *profile, uint32_t node)
{
    struct wait_place place = {SPB_PROFILE_NONE, SPB_PROFILE_NONE, 0, 0};
    for (; node != SPB_PROFILE_ROOT && place.caller == SPB_PROFILE_NONE; node = profile->nodes[node].parent) {
        uint32_t function = profile->frames[profile->nodes[node].frame].function;
        if (spb_profile_is_kernel(profile, function) || spb_profile_is_unnamed(profile, function))
            continue;
        if (!spb_profile_is_library(profile, function))
            place.caller = function;
        if (place.function == SPB_PROFILE_NONE)
            place.function = function;
    }
    return place;
}

static int by_place(const void *a, const void *b)
{
    const struct wait_place *left = a, *right = b;
    if (left->function != right->function)
        return left->function < right->function ? -1 : 1;
    return (left->caller > right->caller) - (left->caller < right->caller);
}

static int by_ns(const void *a, const void *b)
{
    const struct wait_place *left = a, *right = b;
    int order = (left->ns < right->ns) - (left->ns > right->ns);
    return order ? order : by_place(a, b);
}

static void merge_places(struct wait_rows *rows)
{
    size_t kept = 0;
    qsort(rows->places, rows->count, sizeof *rows->places, by_place);
    for (size_t i = 0; i < rows->count; i++) {
        if (kept && by_place(&rows->places[kept - 1], &rows->places[i]) == 0) {
            rows->places[kept - 1].ns += rows->places[i].ns;
            rows->places[kept - 1].waits += rows->places[i].waits;
        } else {
            rows->places[kept++] = rows->places[i];
        }
    }
    rows->count = kept;
    qsort(rows->places, rows->count, sizeof *rows->places, by_ns);
}

static int find_places(const struct spb_profile *profile, unsigned waits, unsigned waiting, struct wait_rows *rows)
{
    rows->places = calloc(profile->sample_count + 1, sizeof *rows->places);
    for (size_t i = 0; rows->places && i < profile->sample_count; i++) {
        const struct spb_profile_sample *sample = &profile->samples[i];
        if (sample->values[waiting] <= 0)
            continue;
        struct wait_place *place = &rows->places[rows->count++];
        *place = place_of(profile, sample->node);
        place->ns = (double)sample->values[waiting];
        place->waits = (double)sample->values[waits];
        rows->sum_ns += place->ns;
    }
    if (!rows->places)
        return -ENOMEM;
    merge_places(rows);
    return 0;
}

static void fill_waits(struct spb_table *table, size_t name_columns, const void *context)
{
    const struct wait_rows *rows = context;
    const struct spb_profile *profile = rows->report->profile;
    char text[SPB_UNIT_TEXT_SIZE];
    spb_table_column(table, "share", SPB_ALIGN_RIGHT);
    spb_table_column(table, "waiting", SPB_ALIGN_RIGHT);
    spb_table_column(table, "waits", SPB_ALIGN_RIGHT);
    spb_table_column(table, "each", SPB_ALIGN_RIGHT);
    spb_table_column(table, "in", SPB_ALIGN_LEFT);
    spb_table_column(table, "for", SPB_ALIGN_LEFT);
    for (size_t i = 0; i < rows->shown; i++) {
        const struct wait_place *place = &rows->places[i];
        percent_cell(table, place->ns, rows->sum_ns);
        spb_table_cell(table, "%s", spb_format_duration(text, place->ns));
        spb_table_cell(table, "%.0f", place->waits);
        spb_table_cell(table, "%s", place->waits > 0 ? spb_format_duration(text, place->ns / place->waits) : "-");
        name_cell(table,
                  place->function == SPB_PROFILE_NONE
                      ? "(the kernel)"
                      : spb_profile_text(profile, profile->functions[place->function].name),
                  NAME_COLUMNS_MIN + 10);
        name_cell(table,
                  place->caller == SPB_PROFILE_NONE || place->caller == place->function
                      ? ""
                      : spb_profile_text(profile, profile->functions[place->caller].name),
                  name_columns);
    }
}

int spb_profile_wait_table(const struct spb_profile_report *report, struct spb_strbuf *out, struct spb_error *err)
{
    struct wait_rows rows = {.report = report};
    unsigned waits, waiting;
    if (spb_profile_find_value(report->profile, "off-cpu-waits", &waits, NULL) < 0 ||
        spb_profile_find_value(report->profile, "off-cpu", &waiting, NULL) < 0)
        return 0;
    int code = find_places(report->profile, waits, waiting, &rows);
    rows.shown = rows.count < rows_wanted(report) ? rows.count : rows_wanted(report);
    if (code == 0 && rows.shown) {
        spb_profile_heading(report, "Where threads waited (off the CPU)", out);
        spb_named_table(&report->how, fill_waits, &rows, out);
        spb_strbuf_append_char(out, '\n');
    }
    free(rows.places);
    return code ? spb_error_system(err, code, "the profile") : 0;
}
