/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "parameter.h"
#include "result_internal.h"

static int read_text(const struct spb_json_node *object, const char *key, char **text)
{
    struct spb_json_node node;
    int code = spb_json_member(object, key, SPB_JSON_ANY, &node);
    return code ? code : spb_json_copy_text(&node, text);
}

int spb_result_read_outcome(const struct spb_json_node *object, enum spb_outcome *outcome, char **reason)
{
    struct spb_json_node node;
    int value;
    int code = spb_json_member_word(object, "outcome", spb_outcome_parse, &value);
    if (code)
        return code;
    *outcome = (enum spb_outcome)value;
    if (*outcome == SPB_OUTCOME_OK)
        return 0;
    bool needs_reason = *outcome != SPB_OUTCOME_INTERRUPTED;
    return needs_reason || spb_json_find(object, "reason", &node) ? read_text(object, "reason", reason) : 0;
}

static int read_os_number(const struct spb_json_node *node, unsigned *number)
{
    uint64_t value;
    int code = spb_json_read_uint(node, 0, SPB_RESULT_OS_NUMBER_MAX, &value);
    if (code == 0)
        *number = (unsigned)value;
    return code;
}

/* ---- metrics ---------------------------------------------------------------------------------------------------- */

static int read_fixed_text(const struct spb_json_node *object, const char *key, char *text, size_t size)
{
    struct spb_json_node node;
    int code = spb_json_member(object, key, SPB_JSON_ANY, &node);
    return code ? code : spb_json_fill_text(&node, text, size);
}

static int read_metric(const struct spb_json_node *node, struct spb_metric *metric)
{
    int state = 0;
    int code = read_fixed_text(node, "name", metric->name, sizeof(metric->name));
    if (code == 0)
        code = read_fixed_text(node, "unit", metric->unit, sizeof(metric->unit));
    if (code == 0)
        code = spb_json_member_word(node, "state", spb_metric_state_parse, &state);
    if (code)
        return code;
    metric->state = (enum spb_metric_state)state;
    struct spb_json_node member;
    if (spb_json_find(node, "total", &member))
        code = spb_json_read_bool(&member, &metric->total);
    if (code)
        return code;
    if (!spb_metric_has_value(metric))
        return read_fixed_text(node, "reason", metric->reason, sizeof(metric->reason));
    code = spb_json_member(node, "value", SPB_JSON_ANY, &member);
    if (code == 0)
        code = spb_json_read_double(&member, -SPB_RESULT_NUMBER_MAX, SPB_RESULT_NUMBER_MAX, &metric->value);
    if (code || metric->state != SPB_METRIC_MULTIPLEXED)
        return code;
    code = spb_json_member(node, "share", SPB_JSON_ANY, &member);
    return code ? code : spb_json_read_double(&member, 0, 1, &metric->share);
}

int spb_result_read_metrics(const struct spb_json_node *object, const char *key, struct spb_metrics *metrics)
{
    struct spb_json_node array;
    int code = spb_json_member(object, key, SPB_JSON_ARRAY, &array);
    for (size_t i = 0; code == 0 && i < spb_json_count(&array); i++) {
        struct spb_json_node node;
        struct spb_metric metric = {.value = 0};
        code = spb_json_item(&array, i, SPB_JSON_OBJECT, &node);
        if (code == 0)
            code = read_metric(&node, &metric);
        if (code == 0)
            code = spb_metrics_append(metrics, &metric);
    }
    return code;
}

/* ---- processes -------------------------------------------------------------------------------------------------- */

/* [iterations, elapsed_ns, marks]; later versions may append to it. */
static int read_sample(const struct spb_json_node *node, struct spb_sample *sample)
{
    struct spb_json_node item;
    uint64_t marks = 0;
    if (spb_json_count(node) < 3)
        return spb_json_fail(node, "is not [iterations, elapsed_ns, marks]");
    int code = spb_json_item(node, 0, SPB_JSON_ANY, &item);
    if (code == 0)
        code = spb_json_read_uint(&item, 1, INT64_MAX, &sample->iterations);
    if (code == 0)
        code = spb_json_item(node, 1, SPB_JSON_ANY, &item);
    if (code == 0)
        code = spb_json_read_uint(&item, 1, INT64_MAX, &sample->elapsed_ns);
    if (code == 0)
        code = spb_json_item(node, 2, SPB_JSON_ANY, &item);
    if (code == 0)
        code = spb_json_read_uint(&item, 0, UINT32_MAX, &marks);
    sample->marks = (uint32_t)marks;
    return code;
}

static int read_samples(const struct spb_json_node *object, struct spb_process *process)
{
    struct spb_json_node array;
    struct spb_json_node node;
    int code = spb_json_member(object, "samples", SPB_JSON_ARRAY, &array);
    if (code == 0)
        code = spb_json_check_items(&array, SPB_JSON_ARRAY);
    if (code || spb_json_count(&array) == 0)
        return code;
    process->samples = calloc(spb_json_count(&array), sizeof(*process->samples));
    if (!process->samples)
        return -ENOMEM;
    process->sample_count = spb_json_count(&array);
    for (size_t i = 0; code == 0 && i < process->sample_count; i++) {
        code = spb_json_item(&array, i, SPB_JSON_ARRAY, &node);
        if (code == 0)
            code = read_sample(&node, &process->samples[i]);
    }
    return code;
}

/* [cpu, elapsed_ns] */
static int read_thread(const struct spb_json_node *node, struct spb_thread_result *thread)
{
    struct spb_json_node item;
    if (spb_json_count(node) < 2)
        return spb_json_fail(node, "is not [cpu, elapsed_ns]");
    int code = spb_json_item(node, 0, SPB_JSON_ANY, &item);
    if (code == 0)
        code = read_os_number(&item, &thread->cpu.os_index);
    if (code == 0)
        code = spb_json_item(node, 1, SPB_JSON_ANY, &item);
    return code ? code : spb_json_read_uint(&item, 0, INT64_MAX, &thread->elapsed_ns);
}

static int read_threads(const struct spb_json_node *object, const struct spb_row *row, struct spb_process *process)
{
    struct spb_json_node array;
    struct spb_json_node node;
    int code = spb_json_member(object, "threads", SPB_JSON_ARRAY, &array);
    /* A process that failed early has none. */
    if (code || spb_json_count(&array) == 0)
        return code;
    if (spb_json_count(&array) != row->threads)
        return spb_json_fail(&array, "has %zu entries where the row has %u threads", spb_json_count(&array),
                             row->threads);
    process->threads = calloc(row->threads, sizeof(*process->threads));
    if (!process->threads)
        return -ENOMEM;
    process->thread_count = row->threads;
    for (unsigned i = 0; code == 0 && i < process->thread_count; i++) {
        code = spb_json_item(&array, i, SPB_JSON_ARRAY, &node);
        if (code == 0)
            code = read_thread(&node, &process->threads[i]);
    }
    return code;
}

/* [lowest value of the class, count] */
static int read_class(const struct spb_json_node *node, struct spb_histogram *latency)
{
    struct spb_json_node item;
    uint64_t low = 0, count = 0;
    if (spb_json_count(node) < 2)
        return spb_json_fail(node, "is not [lowest value, count]");
    int code = spb_json_item(node, 0, SPB_JSON_ANY, &item);
    if (code == 0)
        code = spb_json_read_uint(&item, 0, INT64_MAX, &low);
    if (code == 0)
        code = spb_json_item(node, 1, SPB_JSON_ANY, &item);
    if (code == 0)
        code = spb_json_read_uint(&item, 1, UINT32_MAX, &count);
    if (code)
        return code;
    size_t index = spb_histogram_class_of(low);
    if (spb_histogram_class_low(index) != low || spb_histogram_restore_class(latency, index, count) < 0)
        return spb_json_fail(node, "is no class of the histogram, or not above the one before");
    return 0;
}

static int read_extremes(const struct spb_json_node *object, struct spb_histogram *latency)
{
    struct spb_json_node node;
    uint64_t min_ns = 0, max_ns = 0;
    int code = spb_json_member(object, "min_ns", SPB_JSON_ANY, &node);
    if (code == 0)
        code = spb_json_read_uint(&node, 0, INT64_MAX, &min_ns);
    if (code == 0)
        code = spb_json_member(object, "max_ns", SPB_JSON_ANY, &node);
    if (code == 0)
        code = spb_json_read_uint(&node, 0, INT64_MAX, &max_ns);
    if (code == 0 && spb_histogram_restore_extremes(latency, min_ns, max_ns) < 0)
        return spb_json_fail(object, "has extremes outside its classes");
    return code;
}

/* Missing where the workload records none. */
static int read_latency(const struct spb_json_node *process_node, struct spb_process *process)
{
    struct spb_json_node latency;
    struct spb_json_node classes;
    struct spb_json_node node;
    if (!spb_json_find(process_node, "latency", &latency))
        return 0;
    int code = spb_json_member(process_node, "latency", SPB_JSON_OBJECT, &latency);
    if (code == 0)
        code = spb_json_member(&latency, "classes", SPB_JSON_ARRAY, &classes);
    if (code)
        return code;
    process->latency = calloc(1, sizeof(*process->latency));
    if (!process->latency)
        return -ENOMEM;
    for (size_t i = 0; code == 0 && i < spb_json_count(&classes); i++) {
        code = spb_json_item(&classes, i, SPB_JSON_ARRAY, &node);
        if (code == 0)
            code = read_class(&node, process->latency);
    }
    return code ? code : read_extremes(&latency, process->latency);
}

/* Only rows that have one say so. */
static int read_overhead(const struct spb_json_node *object, struct spb_process *process)
{
    struct spb_json_node node;
    if (!spb_json_find(object, "overhead_ns", &node))
        return 0;
    return spb_json_read_uint(&node, 1, INT64_MAX, &process->overhead_ns);
}

int spb_result_read_process(const struct spb_json_node *node, const struct spb_row *row, struct spb_process *process)
{
    int code = spb_result_read_outcome(node, &process->outcome, &process->reason);
    if (code == 0 && process->outcome == SPB_OUTCOME_UNAVAILABLE)
        return spb_json_fail(node, "is unavailable, which only a row can be");
    if (code == 0)
        code = spb_json_fields_read(node, spb_process_fields, process);
    if (code == 0)
        code = read_overhead(node, process);
    if (code == 0)
        code = read_threads(node, row, process);
    if (code == 0)
        code = spb_result_read_metrics(node, "metrics", &process->metrics);
    if (code == 0)
        code = read_latency(node, process);
    return code ? code : read_samples(node, process);
}

static int read_processes(const struct spb_json_node *object, struct spb_row *row)
{
    struct spb_json_node array;
    int code = spb_json_member(object, "processes", SPB_JSON_ARRAY, &array);
    for (size_t i = 0; code == 0 && i < spb_json_count(&array); i++) {
        struct spb_json_node node;
        struct spb_process process = {.index = 0};
        code = spb_json_item(&array, i, SPB_JSON_OBJECT, &node);
        if (code == 0)
            code = spb_result_read_process(&node, row, &process);
        if (code == 0)
            code = spb_row_add_process(row, &process);
        spb_process_release(&process);
    }
    return code;
}

/* ---- rows ------------------------------------------------------------------------------------------------------- */

static int read_parameter(const struct spb_json_node *node, struct spb_param_value *param)
{
    struct spb_json_node value;
    int kind = 0;
    int code = read_text(node, "name", &param->name);
    if (code == 0)
        code = spb_json_member_word(node, "kind", spb_param_kind_parse, &kind);
    if (code == 0)
        code = read_text(node, "text", &param->text);
    if (code == 0)
        code = spb_json_member(node, "value", SPB_JSON_ANY, &value);
    param->kind = (enum spb_param_kind)kind;
    return code ? code : spb_json_read_uint(&value, 0, UINT64_MAX, &param->value);
}

static int read_parameters(const struct spb_json_node *object, struct spb_row *row)
{
    struct spb_json_node array;
    struct spb_json_node node;
    int code = spb_json_member(object, "parameters", SPB_JSON_ARRAY, &array);
    if (code == 0)
        code = spb_json_check_items(&array, SPB_JSON_OBJECT);
    if (code || spb_json_count(&array) == 0)
        return code;
    row->params = calloc(spb_json_count(&array), sizeof(*row->params));
    if (!row->params)
        return -ENOMEM;
    row->param_count = spb_json_count(&array);
    for (size_t i = 0; code == 0 && i < row->param_count; i++) {
        code = spb_json_item(&array, i, SPB_JSON_OBJECT, &node);
        if (code == 0)
            code = read_parameter(&node, &row->params[i]);
    }
    return code;
}

static int read_cpus(const struct spb_json_node *object, struct spb_row *row)
{
    struct spb_json_node array;
    struct spb_json_node node;
    unsigned expected = row->pinned ? row->threads : 0;
    int code = spb_json_member(object, "cpus", SPB_JSON_ARRAY, &array);
    if (code == 0 && spb_json_count(&array) != expected)
        return spb_json_fail(&array, "has %zu entries instead of %u", spb_json_count(&array), expected);
    if (code || expected == 0)
        return code;
    row->cpus = calloc(expected, sizeof(*row->cpus));
    if (!row->cpus)
        return -ENOMEM;
    for (unsigned i = 0; code == 0 && i < expected; i++) {
        code = spb_json_item(&array, i, SPB_JSON_ANY, &node);
        if (code == 0)
            code = read_os_number(&node, &row->cpus[i].os_index);
    }
    return code;
}

static int read_placement(const struct spb_json_node *object, struct spb_row *row)
{
    struct spb_json_node placement;
    struct spb_json_node node;
    int code = spb_json_member(object, "placement", SPB_JSON_OBJECT, &placement);
    if (code == 0)
        code = spb_json_fields_read(&placement, spb_placement_fields, row);
    if (code == 0)
        code = read_cpus(&placement, row);
    if (code || !spb_json_find(&placement, "memory_node", &node))
        return code;
    row->memory_bound = true;
    return read_os_number(&node, &row->numa_node);
}

int spb_result_read_row_head(const struct spb_json_node *node, struct spb_row *row)
{
    struct spb_json_node plugin;
    int measure = 0;
    int code = spb_result_read_outcome(node, &row->outcome, &row->reason);
    if (code == 0)
        code = spb_json_fields_read(node, spb_row_fields, row);
    if (code == 0 && spb_json_find(node, "plugin", &plugin))
        code = spb_json_copy_text(&plugin, &row->plugin);
    if (code == 0)
        code = spb_json_member_word(node, "measure", spb_measure_parse, &measure);
    row->measure = (enum spb_measure)measure;
    if (code == 0)
        code = read_parameters(node, row);
    return code ? code : read_placement(node, row);
}

static int read_row(const struct spb_json_node *node, struct spb_row *row)
{
    int code = spb_result_read_row_head(node, row);
    if (code == 0)
        code = spb_result_read_metrics(node, "metrics", &row->metrics);
    return code ? code : read_processes(node, row);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Rows are matched by their keys, so two of the same key would make a comparison guess. */
static int check_keys(const struct spb_json_node *array, char **keys, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!keys[i])
            return -ENOMEM;
    qsort(keys, count, sizeof(*keys), compare_texts);
    for (size_t i = 1; i < count; i++)
        if (strcmp(keys[i - 1], keys[i]) == 0)
            return spb_json_fail(array, "has the row '%.200s' twice", keys[i]);
    return 0;
}

int spb_result_check_rows_differ(const struct spb_json_node *array, const struct spb_row *first, size_t count,
                                 size_t stride)
{
    if (count < 2)
        return 0;
    char **keys = calloc(count, sizeof(*keys));
    if (!keys)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++)
        keys[i] = spb_row_key((const struct spb_row *)(const void *)((const char *)first + i * stride));
    int code = check_keys(array, keys, count);
    for (size_t i = 0; i < count; i++)
        free(keys[i]);
    free(keys);
    return code;
}

int spb_result_read_rows(const struct spb_json_node *root, struct spb_result *result)
{
    struct spb_json_node array;
    struct spb_json_node node;
    int code = spb_json_member(root, "rows", SPB_JSON_ARRAY, &array);
    if (code == 0)
        code = spb_json_check_items(&array, SPB_JSON_OBJECT);
    if (code || spb_json_count(&array) == 0)
        return code;
    result->rows = calloc(spb_json_count(&array), sizeof(*result->rows));
    if (!result->rows)
        return -ENOMEM;
    for (size_t i = 0; code == 0 && i < spb_json_count(&array); i++) {
        result->row_count = i + 1;
        code = spb_json_item(&array, i, SPB_JSON_OBJECT, &node);
        if (code == 0)
            code = read_row(&node, &result->rows[i]);
    }
    return code ? code : spb_result_check_rows_differ(&array, result->rows, result->row_count, sizeof(*result->rows));
}
