/* SPDX-License-Identifier: MIT */
#include "foreign_export.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "export_internal.h"

static const struct {
    const char *name;
    int (*write)(const struct spb_result *result, struct spb_strbuf *out, struct spb_error *err);
} formats[] = {
    [SPB_EXPORT_GBENCH] = {"gbench", spb_export_gbench},
    [SPB_EXPORT_GOBENCH] = {"gobench", spb_export_gobench},
    [SPB_EXPORT_PYPERF] = {"pyperf", spb_export_pyperf},
    [SPB_EXPORT_CSV] = {"csv", spb_export_csv},
};

int spb_export_format_parse(const char *name, enum spb_export_format *format, struct spb_error *err)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (strcmp(formats[i].name, name) == 0) {
            *format = (enum spb_export_format)i;
            return 0;
        }
    }
    return spb_error_set(err, -EINVAL, "'%.40s' is no format to export; gbench, gobench, pyperf and csv are", name);
}

/* CSV names the outcome with each sample, so that it can hold those of failed rows too. */
static bool has_samples(const struct spb_row *row)
{
    for (size_t i = 0; i < row->process_count; i++)
        if (row->processes[i].sample_count)
            return true;
    return false;
}

int spb_export(const struct spb_result *result, enum spb_export_format format, struct spb_strbuf *out, size_t *left_out,
               struct spb_error *err)
{
    *left_out = 0;
    for (size_t i = 0; i < result->row_count; i++)
        *left_out += format == SPB_EXPORT_CSV ? !has_samples(&result->rows[i]) : !spb_export_has_time(&result->rows[i]);
    if (*left_out == result->row_count)
        return spb_error_set(err, -EINVAL, "no row has a time; 'spbench show' names the reasons");
    int code = formats[format].write(result, out, err);
    if (code == 0 && out->failed)
        return spb_error_set(err, -ENOMEM, "out of memory");
    return code;
}

/* ---- processes -------------------------------------------------------------------------------------------------- */

bool spb_export_counts(const struct spb_process *process)
{
    return process->sample_count > 0 &&
           (process->outcome == SPB_OUTCOME_OK || process->outcome == SPB_OUTCOME_INTERRUPTED);
}

bool spb_export_has_time(const struct spb_row *row)
{
    if (row->outcome != SPB_OUTCOME_OK && row->outcome != SPB_OUTCOME_INTERRUPTED)
        return false;
    for (size_t i = 0; i < row->process_count; i++)
        if (spb_export_counts(&row->processes[i]))
            return true;
    return false;
}

double spb_export_divisor(const struct spb_row *row, const struct spb_process *process)
{
    return row->measure == SPB_TIME_PER_UNIT && process->work_per_iteration > 0 ? process->work_per_iteration : 1;
}

double spb_export_time_ns(const struct spb_row *row, const struct spb_process *process, const struct spb_sample *sample)
{
    return spb_iteration_time_ns(sample->iterations, sample->elapsed_ns, (double)process->overhead_ns) /
           spb_export_divisor(row, process);
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof(*values), compare_doubles);
    return count % 2 ? values[count / 2] : values[count / 2 - 1] + (values[count / 2] - values[count / 2 - 1]) / 2;
}

static int summarise(const struct spb_row *row, const struct spb_process *process, struct spb_export_process *summary)
{
    double *times = calloc(process->sample_count, sizeof(*times));
    double iterations = 0;
    if (!times)
        return -ENOMEM;
    for (size_t i = 0; i < process->sample_count; i++) {
        times[i] = spb_export_time_ns(row, process, &process->samples[i]);
        iterations += (double)process->samples[i].iterations;
    }
    iterations = round(iterations * spb_export_divisor(row, process));
    *summary = (struct spb_export_process){
        .process = process,
        .iterations = iterations < 1      ? 1
                      : iterations > 9e18 ? (uint64_t)INT64_MAX
                                          : (uint64_t)iterations,
        .time_ns = median(times, process->sample_count),
    };
    double work = process->work_per_iteration / spb_export_divisor(row, process);
    summary->rate = work * 1e9 / summary->time_ns;
    free(times);
    return 0;
}

struct spb_export_process *spb_export_processes(const struct spb_row *row, size_t *count)
{
    struct spb_export_process *all = calloc(row->process_count + 1, sizeof(*all));
    *count = 0;
    for (size_t i = 0; all && i < row->process_count; i++) {
        if (!spb_export_counts(&row->processes[i]))
            continue;
        if (summarise(row, &row->processes[i], &all[(*count)++]) < 0) {
            free(all);
            return NULL;
        }
    }
    return all;
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

const char *spb_export_param(const struct spb_row *row, const char *name)
{
    for (size_t i = 0; i < row->param_count; i++)
        if (strcmp(row->params[i].name, name) == 0)
            return row->params[i].text;
    return NULL;
}

/* With `encoded` blanks, '%' and what is not ASCII become %20; '/' too where it would begin another part of the name. */
static void append_part(struct spb_strbuf *out, const char *text, bool encoded, bool is_value)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        bool is_plain = c > ' ' && c < 127 && c != '%' && !(is_value && c == '/');
        if (encoded && !is_plain)
            spb_strbuf_printf(out, "%%%02X", c);
        else
            spb_strbuf_append_char(out, (char)c);
    }
}

/* "gbench/unnamed" with name=BM_Sort is BM_Sort again, "hyperfine/run" stays as it is. */
static const char *base_name(const struct spb_row *row)
{
    static const char *const tools[] = {"gbench/", "gobench/", "pyperf/"};
    for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
        if (strncmp(row->workload, tools[i], strlen(tools[i])) != 0)
            continue;
        const char *name = spb_export_param(row, "name");
        return name && *name ? name : row->workload + strlen(tools[i]);
    }
    return row->workload;
}

static bool is_positional(const char *name)
{
    return strncmp(name, "arg", 3) == 0 && isdigit((unsigned char)name[3]) &&
           name[3 + strspn(name + 3, "0123456789")] == '\0';
}

static bool is_in_base(const struct spb_row *row, const char *name)
{
    return strcmp(name, "name") == 0 && base_name(row) == spb_export_param(row, "name");
}

void spb_export_name(const struct spb_row *row, char separator, bool encoded, struct spb_strbuf *out)
{
    append_part(out, base_name(row), encoded, false);
    for (size_t i = 0; i < row->param_count; i++) {
        const struct spb_param_value *param = &row->params[i];
        bool is_elsewhere = encoded && (strcmp(param->name, "pkg") == 0 || strcmp(param->name, "gomaxprocs") == 0);
        if (is_elsewhere || is_in_base(row, param->name))
            continue;
        spb_strbuf_append_char(out, '/');
        if (!is_positional(param->name)) {
            append_part(out, param->name, encoded, true);
            spb_strbuf_append_char(out, separator);
        }
        append_part(out, param->text, encoded, true);
    }
    if (row->threads > 1 && !encoded)
        spb_strbuf_printf(out, "/threads%c%u", separator, row->threads);
}
