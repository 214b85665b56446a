/* SPDX-License-Identifier: MIT
 *
 * Every sample as a line of CSV, for data frames: what it belongs to, iterations and nanoseconds as measured, the time of an
 * iteration as spbench takes it. Parameters become columns param_NAME, empty where a row has none of that name. Processes
 * that failed are there too, with their outcome. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "export_internal.h"
#include "table.h"
#include "units.h"

/* More columns are no data frame. */
#define PARAMS_MAX 200

struct columns {
    const char *names[PARAMS_MAX];
    size_t count;
};

static int add_column(struct columns *columns, const char *name, struct spb_error *err)
{
    for (size_t i = 0; i < columns->count; i++)
        if (strcmp(columns->names[i], name) == 0)
            return 0;
    if (columns->count == PARAMS_MAX)
        return spb_error_set(err, -EINVAL, "more than %d different parameters, each of which would be a column",
                             PARAMS_MAX);
    columns->names[columns->count++] = name;
    return 0;
}

static int find_columns(const struct spb_result *result, struct columns *columns, struct spb_error *err)
{
    int code = 0;
    for (size_t i = 0; i < result->row_count && code == 0; i++)
        for (size_t p = 0; p < result->rows[i].param_count && code == 0; p++)
            code = add_column(columns, result->rows[i].params[p].name, err);
    return code;
}

static void append_cell(struct spb_strbuf *out, const char *text)
{
    spb_csv_append(out, text);
    spb_strbuf_append_char(out, ',');
}

static void append_header(struct spb_strbuf *out, const struct columns *columns)
{
    spb_strbuf_append(out, "row,workload,");
    for (size_t i = 0; i < columns->count; i++) {
        struct spb_strbuf name = {0};
        spb_strbuf_printf(&name, "param_%s", columns->names[i]);
        append_cell(out, spb_strbuf_text(&name));
        spb_strbuf_release(&name);
    }
    spb_strbuf_append(out, "threads,process,outcome,sample,iterations,elapsed_ns,overhead_ns,time_ns,unit,"
                           "work_per_iteration,marks\r\n");
}

/* What all lines of a row begin with. */
static void append_row_cells(struct spb_strbuf *out, const struct columns *columns, const struct spb_row *row)
{
    char *key = spb_row_key(row);
    out->failed |= !key;
    append_cell(out, key ? key : "");
    append_cell(out, row->workload);
    for (size_t i = 0; i < columns->count; i++) {
        const char *text = spb_export_param(row, columns->names[i]);
        append_cell(out, text ? text : "");
    }
    spb_strbuf_printf(out, "%u,", row->threads);
    free(key);
}

static void append_sample(struct spb_strbuf *out, const struct spb_row *row, const struct spb_process *process,
                          size_t index)
{
    const struct spb_sample *sample = &process->samples[index];
    char time[SPB_UNIT_TEXT_SIZE], work[SPB_UNIT_TEXT_SIZE];
    double time_ns = spb_iteration_time_ns(sample->iterations, sample->elapsed_ns, (double)process->overhead_ns);
    spb_strbuf_printf(out, "%u,%s,%zu,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%s,", process->index,
                      spb_outcome_name(process->outcome), index, sample->iterations, sample->elapsed_ns,
                      process->overhead_ns, spb_format_double(time, time_ns));
    append_cell(out, row->unit);
    spb_strbuf_printf(out, "%s,%" PRIu32 "\r\n", spb_format_double(work, process->work_per_iteration), sample->marks);
}

static void append_row(struct spb_strbuf *out, const struct columns *columns, const struct spb_row *row)
{
    struct spb_strbuf start = {0};
    append_row_cells(&start, columns, row);
    for (size_t p = 0; p < row->process_count; p++) {
        for (size_t i = 0; i < row->processes[p].sample_count; i++) {
            spb_strbuf_append_bytes(out, spb_strbuf_text(&start), start.length);
            append_sample(out, row, &row->processes[p], i);
        }
    }
    out->failed |= start.failed;
    spb_strbuf_release(&start);
}

int spb_export_csv(const struct spb_result *result, struct spb_strbuf *out, struct spb_error *err)
{
    struct columns columns = {.count = 0};
    int code = find_columns(result, &columns, err);
    if (code)
        return code;
    append_header(out, &columns);
    for (size_t i = 0; i < result->row_count; i++)
        append_row(out, &columns, &result->rows[i]);
    return 0;
}
