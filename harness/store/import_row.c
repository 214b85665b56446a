/* SPDX-License-Identifier: MIT
 *
 * Foreign names, times and counters as rows, processes and samples.
 *
 * Names. A workload is called family/noun, in lower case; the names of other tools know no such rule. The tool becomes the
 * family, the name in lower case the noun, and the name itself stays as the parameter `name` wherever the noun does not
 * say the same. What is made of a name depends on that name alone, so that the same benchmark has the same key in every
 * file. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import_internal.h"
#include "strbuf.h"
#include "utf8.h"

/* Of the noun; the name of a workload has 63 bytes. */
#define NOUN_MAX 40
/* Metrics of a process. */
#define METRICS_MAX 128
/* How far the rounding of a time to whole nanoseconds may move it. */
#define ROUNDING_MAX 1e-6

struct key_entry {
    char *key;
    size_t row;
};

/* ---- names ------------------------------------------------------------------------------------------------------ */

char *spb_import_text(struct spb_span span)
{
    struct spb_strbuf raw = {0}, text = {0};
    spb_strbuf_append_bytes(&raw, span.text, span.length);
    for (size_t i = 0; i < raw.length; i++)
        if (isspace((unsigned char)raw.text[i])) /* a command of several lines */
            raw.text[i] = ' ';
    spb_utf8_append_printable(&text, spb_strbuf_text(&raw));
    text.failed |= raw.failed;
    spb_strbuf_release(&raw);
    if (text.length == 0 && !text.failed)
        return strdup("");
    return spb_strbuf_detach(&text);
}

/* "BM_Sort<int>" -> "bm-sort-int" */
static void append_noun(struct spb_strbuf *out, struct spb_span name)
{
    size_t start = out->length;
    for (size_t i = 0; i < name.length && out->length - start < NOUN_MAX; i++) {
        unsigned char c = (unsigned char)name.text[i];
        if (c < 128 && isalnum(c))
            spb_strbuf_append_char(out, (char)tolower(c));
        else if (out->length > start && spb_strbuf_text(out)[out->length - 1] != '-')
            spb_strbuf_append_char(out, '-');
    }
    while (out->length > start && out->text[out->length - 1] == '-')
        out->text[--out->length] = '\0';
    if (out->length == start)
        spb_strbuf_append(out, "unnamed");
}

int spb_import_row_param(struct spb_row *row, struct spb_span name, struct spb_span text)
{
    struct spb_param_value *grown = reallocarray(row->params, row->param_count + 1, sizeof(*grown));
    if (!grown)
        return -ENOMEM;
    row->params = grown;
    struct spb_param_value *param = &grown[row->param_count++];
    *param = (struct spb_param_value){
        .name = spb_import_text(name), .text = spb_import_text(text), .kind = SPB_PARAM_CHOICE};
    uint64_t number;
    if (text.length && isdigit((unsigned char)text.text[0]) && spb_span_parse_u64(text, &number) == 0) {
        param->kind = SPB_PARAM_COUNT;
        param->value = number;
    }
    return param->name && param->text ? 0 : -ENOMEM;
}

int spb_import_row_begin(struct spb_row *row, enum spb_foreign_format format, struct spb_span name, const char *unit)
{
    struct spb_strbuf workload = {0};
    spb_strbuf_printf(&workload, "%s/", spb_foreign_format_name(format));
    size_t family = workload.length;
    append_noun(&workload, name);
    bool says_all = !workload.failed && spb_span_equals(name, workload.text + family);
    row->workload = spb_strbuf_detach(&workload);
    row->unit = strdup(unit);
    row->workload_version = 1;
    row->threads = 1;
    row->measure = SPB_TIME_PER_UNIT;
    if (!row->workload || !row->unit)
        return -ENOMEM;
    return says_all ? 0 : spb_import_row_param(row, (struct spb_span){"name", 4}, name);
}

/* ---- parameters in names ---------------------------------------------------------------------------------------- */

static bool is_word(struct spb_span span)
{
    bool has_letter = false;
    for (size_t i = 0; i < span.length; i++) {
        unsigned char c = (unsigned char)span.text[i];
        has_letter |= isalnum(c) && c < 128;
        if (c <= ' ' || c == '=')
            return false;
    }
    return has_letter;
}

/* "arg2" is what the second part without a name is called; "name" holds the name. */
static bool is_free_name(const struct spb_row *row, struct spb_span name)
{
    for (size_t i = 0; i < row->param_count; i++)
        if (spb_span_equals(name, row->params[i].name))
            return false;
    bool is_positional = spb_span_starts_with(name, "arg") && name.length > 3 && isdigit((unsigned char)name.text[3]);
    return isalpha((unsigned char)name.text[0]) && !is_positional && !spb_span_equals(name, "name");
}

static int add_part(struct spb_row *row, struct spb_span part, char separator, unsigned position)
{
    struct spb_span value = part, key;
    char positional[24];
    if (spb_span_take_until(&value, separator, &key)) {
        if (!is_word(key) || !is_word(value) || !is_free_name(row, key))
            return -EINVAL;
        return spb_import_row_param(row, key, value);
    }
    if (!is_word(part))
        return -EINVAL;
    snprintf(positional, sizeof(positional), "arg%u", position);
    return spb_import_row_param(row, (struct spb_span){positional, strlen(positional)}, part);
}

static int add_parts(struct spb_row *row, struct spb_span rest, char separator)
{
    struct spb_span part;
    unsigned position = 1;
    int code = 0;
    while (code == 0 && spb_span_take_until(&rest, '/', &part))
        code = add_part(row, part, separator, position++);
    return code ? code : add_part(row, rest, separator, position);
}

int spb_import_row_split(struct spb_row *row, enum spb_foreign_format format, struct spb_span name, char separator,
                         const char *unit)
{
    struct spb_span rest = name, base;
    if (!spb_span_take_until(&rest, '/', &base) || !is_word(base))
        return spb_import_row_begin(row, format, name, unit);
    int code = spb_import_row_begin(row, format, base, unit);
    if (code == 0)
        code = add_parts(row, rest, separator);
    if (code != -EINVAL)
        return code;
    spb_row_release(row);
    return spb_import_row_begin(row, format, name, unit);
}

void spb_import_row_set_threads(struct spb_row *row, unsigned threads)
{
    row->threads = threads;
    for (size_t i = 0; i < row->param_count; i++) {
        struct spb_param_value *param = &row->params[i];
        if (strcmp(param->name, "threads") != 0 || param->kind != SPB_PARAM_COUNT || param->value != threads)
            continue;
        free(param->name);
        free(param->text);
        memmove(param, param + 1, (--row->param_count - i) * sizeof(*param));
        return;
    }
}

/* ---- rows by key ------------------------------------------------------------------------------------------------ */

static int compare_keys(const void *a, const void *b)
{
    return strcmp(((const struct key_entry *)a)->key, ((const struct key_entry *)b)->key);
}

static void free_key(void *entry)
{
    free(((struct key_entry *)entry)->key);
    free(entry);
}

static int append_row(struct spb_import *import, struct spb_row *row, struct spb_error *err)
{
    struct spb_result *result = &import->result;
    if (result->row_count == SPB_IMPORT_ROWS_MAX)
        return spb_error_set(err, -EINVAL, "more than %d different benchmarks", SPB_IMPORT_ROWS_MAX);
    if (result->row_count == import->row_capacity) {
        size_t capacity = import->row_capacity ? 2 * import->row_capacity : 16;
        struct spb_row *grown = reallocarray(result->rows, capacity, sizeof(*grown));
        if (!grown)
            return -ENOMEM;
        result->rows = grown;
        import->row_capacity = capacity;
    }
    result->rows[result->row_count++] = *row;
    *row = (struct spb_row){0};
    return 0;
}

static int enter(struct spb_import *import, struct spb_row *row, struct key_entry *entry, size_t *index,
                 struct spb_error *err)
{
    entry->key = spb_row_key(row);
    struct key_entry **found = entry->key ? tsearch(entry, &import->keys, compare_keys) : NULL;
    if (!found) {
        free_key(entry);
        return -ENOMEM;
    }
    *index = (*found)->row;
    if (*found != entry) {
        free_key(entry);
        return 0;
    }
    return append_row(import, row, err);
}

int spb_import_row_enter(struct spb_import *import, struct spb_row *row, size_t *index, struct spb_error *err)
{
    struct key_entry *entry = calloc(1, sizeof(*entry));
    int code = -ENOMEM;
    if (entry) {
        entry->row = import->result.row_count;
        code = enter(import, row, entry, index, err);
    }
    spb_row_release(row);
    return code;
}

void spb_import_destroy(struct spb_import *import)
{
    if (!import)
        return;
    tdestroy(import->keys, free_key);
    spb_result_release(&import->result);
    spb_stamp_release(&import->stamp);
    spb_strbuf_release(&import->notes);
    free(import);
}

/* ---- processes and samples -------------------------------------------------------------------------------------- */

int spb_import_process(struct spb_import *import, size_t row_index, struct spb_process **process, struct spb_error *err)
{
    struct spb_row *row = &import->result.rows[row_index];
    if (row->process_count && row->processes[row->process_count - 1].order == import->process) {
        *process = &row->processes[row->process_count - 1];
        return 0;
    }
    if (++import->process_count > SPB_IMPORT_PROCESSES_MAX)
        return spb_error_set(err, -EINVAL, "more than %d processes", SPB_IMPORT_PROCESSES_MAX);
    struct spb_process new = {
        .index = (unsigned)row->process_count,
        .order = import->process,
        .work_per_iteration = 1,
        .settled = true,
    };
    int code = spb_row_add_process(row, &new);
    *process = code ? NULL : &row->processes[row->process_count - 1];
    return code;
}

int spb_import_fail(struct spb_process *process, const char *reason)
{
    if (process->reason)
        return 0;
    process->outcome = SPB_OUTCOME_FAILED;
    process->reason = spb_import_text((struct spb_span){reason, strlen(reason)});
    return process->reason ? 0 : -ENOMEM;
}

/* A sample is whole nanoseconds for whole iterations. Where that would lose digits both are multiplied: 1 iteration of
 * 0.25 ns becomes 100 of 25 ns. 0 or -ERANGE. */
static int make_sample(uint64_t iterations, double time_ns, struct spb_sample *sample)
{
    double elapsed = time_ns * (double)iterations;
    while (fabs(round(elapsed) - elapsed) > ROUNDING_MAX * elapsed && iterations <= INT64_MAX / 10) {
        iterations *= 10;
        elapsed = time_ns * (double)iterations;
    }
    if (!(round(elapsed) >= 1) || elapsed > 9e18 || iterations > INT64_MAX)
        return -ERANGE;
    *sample = (struct spb_sample){.iterations = iterations, .elapsed_ns = (uint64_t)round(elapsed)};
    return 0;
}

/* The array has room for the next power of two. */
static int append_sample(struct spb_process *process, const struct spb_sample *sample)
{
    size_t count = process->sample_count;
    if ((count & (count - 1)) == 0) {
        struct spb_sample *grown = reallocarray(process->samples, count ? 2 * count : 1, sizeof(*grown));
        if (!grown)
            return -ENOMEM;
        process->samples = grown;
    }
    process->samples[process->sample_count++] = *sample;
    return 0;
}

int spb_import_sample(struct spb_process *process, uint64_t iterations, double time_ns)
{
    struct spb_sample sample;
    if (!(time_ns > 0))
        return spb_import_fail(process, "a time of 0: too short to be told from nothing");
    if (iterations == 0 || make_sample(iterations, time_ns, &sample) < 0)
        return spb_import_fail(process, "a time, or a number of iterations, outside all bounds");
    return append_sample(process, &sample);
}

/* What of a text fits, made safe to show and not cut within a character. */
static int fit_text(const char *text, char *out, size_t size)
{
    char *safe = spb_import_text((struct spb_span){text, strlen(text)});
    if (!safe)
        return -ENOMEM;
    size_t length = 0;
    for (size_t next; safe[length] && (next = spb_utf8_length(safe + length)) && length + next < size;)
        length += next;
    memcpy(out, safe, length);
    out[length] = '\0';
    free(safe);
    return 0;
}

static struct spb_metric *find_metric(struct spb_process *process, const char *name)
{
    for (size_t i = 0; i < process->metrics.count; i++)
        if (strcmp(process->metrics.items[i].name, name) == 0)
            return &process->metrics.items[i];
    return NULL;
}

int spb_import_metric(struct spb_import *import, struct spb_process *process, const char *name, const char *unit,
                      double value)
{
    struct spb_metric new = {.value = value, .state = SPB_METRIC_OK};
    if (!isfinite(value) || fabs(value) > 1e300 || process->sample_count == 0)
        return 0;
    if (fit_text(name, new.name, sizeof(new.name)) < 0 || fit_text(unit, new.unit, sizeof(new.unit)) < 0)
        return -ENOMEM;
    struct spb_metric *metric = find_metric(process, new.name);
    if (metric) {
        metric->value += (value - metric->value) / (double)process->sample_count;
        return 0;
    }
    if (process->metrics.count == METRICS_MAX) {
        import->dropped_metrics++;
        return 0;
    }
    return spb_metrics_append(&process->metrics, &new);
}
