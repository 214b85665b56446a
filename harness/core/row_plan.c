/* SPDX-License-Identifier: MIT */
#include "row_plan.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "command_workload.h"
#include "strbuf.h"

enum { ROWS_MAX = 100000, PARAMS_MAX = 16, THREAD_COUNTS_MAX = 64 };

struct builder {
    const struct spb_row_plan_options *options;
    struct spb_row *rows;
    size_t count;
    size_t capacity;
    struct spb_error *err;
};

void spb_rows_destroy(struct spb_row *rows, size_t row_count)
{
    for (size_t i = 0; i < row_count; i++)
        spb_row_release(&rows[i]);
    free(rows);
}

static const struct spb_param_setting *find_setting(const struct spb_row_plan_options *options, const char *name)
{
    /* The last one wins, as with other options. */
    for (size_t i = options->setting_count; i > 0; i--)
        if (strcmp(options->settings[i - 1].name, name) == 0)
            return &options->settings[i - 1];
    return NULL;
}

/* The names of all parameters of the selected workloads; returns how many (at most `limit`). */
static size_t list_params(const struct spb_row_plan_options *options, const char **names, size_t limit)
{
    size_t count = 0;
    for (size_t i = 0; i < options->registry->count; i++) {
        const struct spb_workload *workload = options->registry->entries[i].workload;
        /* What --command says is not for --param. */
        bool settable = options->selected[i] && workload != &spb_command_workload;
        const struct spb_param_spec *spec = settable ? workload->params : NULL;
        for (; spec && spec->name && count < limit; spec++) {
            size_t known = 0;
            while (known < count && strcmp(names[known], spec->name) != 0)
                known++;
            if (known == count)
                names[count++] = spec->name;
        }
    }
    return count;
}

static int check_settings(const struct spb_row_plan_options *options, struct spb_error *err)
{
    const char *names[64];
    size_t count = list_params(options, names, sizeof(names) / sizeof(names[0]));
    for (size_t s = 0; s < options->setting_count; s++) {
        bool known = false;
        for (size_t i = 0; i < count; i++)
            known = known || strcmp(names[i], options->settings[s].name) == 0;
        if (known)
            continue;
        struct spb_strbuf list = {0};
        for (size_t i = 0; i < count; i++)
            spb_strbuf_printf(&list, "%s%s", i ? ", " : "; they have: ", names[i]);
        int code = spb_error_set(err, -EINVAL, "--param %s: no selected workload has that parameter%s",
                                 options->settings[s].name, spb_strbuf_text(&list));
        spb_strbuf_release(&list);
        return code;
    }
    return 0;
}

static int add_count(unsigned *counts, size_t *n, unsigned count)
{
    for (size_t i = 0; i < *n; i++)
        if (counts[i] == count)
            return 0;
    if (*n == THREAD_COUNTS_MAX)
        return -EINVAL;
    counts[(*n)++] = count;
    return 0;
}

/* Thread counts that this workload runs with: those asked for that it can take, or 1, 2, 4 ... all allowed CPUs. */
static size_t thread_counts(const struct spb_row_plan_options *options, const struct spb_workload *workload,
                            unsigned *counts)
{
    unsigned least = spb_workload_threads_min(workload), most = spb_workload_threads_max(workload);
    unsigned allowed = spb_topology_allowed_pus(options->topology);
    size_t n = 0;
    for (size_t i = 0; i < options->thread_count; i++)
        if (options->threads[i] >= least && options->threads[i] <= most)
            add_count(counts, &n, options->threads[i]);
    if (options->thread_count == 0 && least != most) {
        unsigned top = allowed < most ? allowed : most;
        for (unsigned count = 1; count < top; count *= 2)
            if (count >= least)
                add_count(counts, &n, count);
        if (top >= least)
            add_count(counts, &n, top);
    }
    if (n == 0)
        add_count(counts, &n, least);
    return n;
}

static int set_unavailable(struct spb_row *row, const char *reason)
{
    row->outcome = SPB_OUTCOME_UNAVAILABLE;
    row->reason = strdup(reason);
    return row->reason ? 0 : -ENOMEM;
}

/* The CPUs of a row with a parameter of kind CPU pair; NULL when it has none. */
static const struct spb_param_value *find_pair(const struct spb_row *row)
{
    for (size_t i = 0; i < row->param_count; i++)
        if (row->params[i].kind == SPB_PARAM_CPU_PAIR)
            return &row->params[i];
    return NULL;
}

static int set_placement(struct spb_row *row, const struct spb_row_plan_options *options,
                         const struct spb_pin_policy *policy, struct spb_error *err)
{
    struct spb_plan plan;
    struct spb_pin_policy pin = *policy;
    const struct spb_param_value *value = find_pair(row);
    struct spb_cpu_pair pair = spb_param_pair(value ? value->value : 0);
    struct spb_cpu cpus[] = {pair.first, pair.second};
    if (value && !row->reason)
        pin = (struct spb_pin_policy){.kind = SPB_PIN_CPUS, .cpus = cpus, .cpu_count = 2};
    int code = spb_plan_make(options->topology, &pin, row->threads, &plan, err);
    if (code < 0)
        return spb_error_prefix(err, code, "%s with %u threads", row->workload, row->threads);
    row->pinned = plan.pinned;
    row->memory_bound = plan.memory_bound;
    row->numa_node = plan.numa_node;
    row->cpus = plan.cpus;
    plan.cpus = NULL;
    spb_plan_release(&plan);
    return 0;
}

static int fill_row(struct spb_row *row, const struct spb_registry_entry *entry, const struct spb_param_values *values,
                    const size_t *picks)
{
    const struct spb_workload *workload = entry->workload;
    row->workload = strdup(workload->name);
    row->unit = strdup(workload->unit);
    row->workload_version = workload->version;
    row->measure = workload->measure;
    row->plugin = entry->plugin ? strdup(entry->plugin) : NULL;
    size_t count = 0;
    while (workload->params && workload->params[count].name)
        count++;
    row->params = calloc(count + 1, sizeof(*row->params));
    if (!row->workload || !row->unit || !row->params || (entry->plugin && !row->plugin))
        return -ENOMEM;
    for (; row->param_count < count; row->param_count++) {
        size_t p = row->param_count;
        if (spb_param_value_copy(&values[p].items[picks[p]], &row->params[p]) < 0)
            return -ENOMEM;
    }
    const char *reason = spb_registry_reason(entry);
    const struct spb_param_value *pair = find_pair(row);
    if (!reason && pair && pair->value == 0)
        reason = "it needs two CPUs, and this process may use one";
    return reason ? set_unavailable(row, reason) : 0;
}

static struct spb_row *new_row(struct builder *builder)
{
    if (builder->count == builder->capacity) {
        size_t capacity = builder->capacity ? builder->capacity * 2 : 32;
        struct spb_row *rows = reallocarray(builder->rows, capacity, sizeof(*rows));
        if (!rows)
            return NULL;
        builder->rows = rows;
        builder->capacity = capacity;
    }
    struct spb_row *row = &builder->rows[builder->count++];
    *row = (struct spb_row){0};
    return row;
}

static int add_rows_of_picks(struct builder *builder, const struct spb_registry_entry *entry,
                             const struct spb_param_values *values, const size_t *picks)
{
    const struct spb_workload *workload = entry->workload;
    unsigned counts[THREAD_COUNTS_MAX];
    size_t n = thread_counts(builder->options, workload, counts);
    for (size_t i = 0; i < n; i++) {
        if (builder->count == ROWS_MAX)
            return spb_error_set(builder->err, -EINVAL, "more than %d rows; name fewer values", ROWS_MAX);
        struct spb_row *row = new_row(builder);
        if (!row || fill_row(row, entry, values, picks) < 0)
            return spb_error_set(builder->err, -ENOMEM, "out of memory");
        row->threads = counts[i];
        const struct spb_row_plan_options *options = builder->options;
        const struct spb_pin_policy *pin = options->pin;
        int code = workload == &spb_command_workload
                       ? spb_command_row_finish(options->commands, options->topology, &pin, row, builder->err)
                       : 0;
        if (code == 0)
            code = set_placement(row, options, pin, builder->err);
        if (code < 0)
            return code;
    }
    return 0;
}

/* Counts `picks` up like an odometer, the last parameter fastest. False after the last combination. */
static bool next_picks(size_t *picks, const struct spb_param_values *values, size_t param_count)
{
    for (size_t p = param_count; p > 0; p--) {
        if (++picks[p - 1] < values[p - 1].count)
            return true;
        picks[p - 1] = 0;
    }
    return false;
}

/* A list of pairs that is empty for want of a second CPU still becomes a row, which says so. */
static int parse_values(struct builder *builder, const struct spb_param_spec *spec, struct spb_param_values *values)
{
    const struct spb_row_plan_options *options = builder->options;
    const struct spb_param_setting *setting = find_setting(options, spec->name);
    const char *text = setting ? setting->values : spec->defaults;
    struct spb_param_value none = {
        .name = (char *)(uintptr_t)spec->name, .text = (char[]){"none"}, .kind = SPB_PARAM_CPU_PAIR};
    struct spb_param_machine machine = {.caches = spb_cache_sizes_of(options->topology, options->memory_bytes),
                                        .topology = options->topology,
                                        .pin = options->pin};
    int code = spb_param_values_parse(spec, text, &machine, values, builder->err);
    if (code < 0 || values->count)
        return code;
    values->items = calloc(1, sizeof(*values->items));
    if (!values->items || spb_param_value_copy(&none, values->items) < 0)
        return spb_error_set(builder->err, -ENOMEM, "out of memory");
    values->count = 1;
    return 0;
}

static int add_workload(struct builder *builder, const struct spb_registry_entry *entry)
{
    const struct spb_workload *workload = entry->workload;
    struct spb_param_values values[PARAMS_MAX] = {0};
    size_t picks[PARAMS_MAX] = {0}, count = 0;
    int code = 0;
    for (; code == 0 && workload->params && workload->params[count].name; count++) {
        const struct spb_param_spec *spec = &workload->params[count];
        if (count == PARAMS_MAX) {
            code = spb_error_set(builder->err, -EINVAL, "workload %s has more than %d parameters", workload->name,
                                 PARAMS_MAX);
            break;
        }
        code = workload == &spb_command_workload
                   ? spb_command_values(builder->options->commands, &values[count], builder->err)
                   : parse_values(builder, spec, &values[count]);
    }
    while (code == 0) {
        code = add_rows_of_picks(builder, entry, values, picks);
        if (code < 0 || !next_picks(picks, values, count))
            break;
    }
    for (size_t p = 0; p < count; p++)
        spb_param_values_release(&values[p]);
    return code;
}

int spb_row_plan_make(const struct spb_row_plan_options *options, struct spb_row **rows, size_t *row_count,
                      struct spb_error *err)
{
    struct builder builder = {.options = options, .err = err};
    *rows = NULL;
    *row_count = 0;
    int code = check_settings(options, err);
    for (size_t i = 0; code == 0 && i < options->registry->count; i++)
        if (options->selected[i])
            code = add_workload(&builder, &options->registry->entries[i]);
    if (code < 0) {
        spb_rows_destroy(builder.rows, builder.count);
        return code;
    }
    *rows = builder.rows;
    *row_count = builder.count;
    return 0;
}
