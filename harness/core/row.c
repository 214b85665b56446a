/* SPDX-License-Identifier: MIT */
#include "row.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "strbuf.h"

static const char *const outcome_names[] = {
    [SPB_OUTCOME_OK] = "ok",
    [SPB_OUTCOME_FAILED] = "failed",
    [SPB_OUTCOME_UNAVAILABLE] = "unavailable",
    [SPB_OUTCOME_INTERRUPTED] = "interrupted",
};

static const char *const measure_names[] = {
    [SPB_TIME_PER_UNIT] = "time-per-unit",
    [SPB_UNITS_PER_SECOND] = "units-per-second",
};

static int find_name(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return (int)i;
    return -1;
}

bool spb_same_family(const char *a, const char *b)
{
    size_t length = strcspn(a, "/");
    return strncmp(a, b, length) == 0 && b[length] == '/';
}

const char *spb_outcome_name(enum spb_outcome outcome)
{
    return outcome_names[outcome];
}

int spb_outcome_parse(const char *name)
{
    return find_name(outcome_names, sizeof(outcome_names) / sizeof(outcome_names[0]), name);
}

const char *spb_measure_name(enum spb_measure measure)
{
    return measure_names[measure];
}

int spb_measure_parse(const char *name)
{
    return find_name(measure_names, sizeof(measure_names) / sizeof(measure_names[0]), name);
}

void spb_process_release(struct spb_process *process)
{
    free(process->reason);
    free(process->samples);
    free(process->threads);
    free(process->latency);
    spb_metrics_release(&process->metrics);
    *process = (struct spb_process){0};
}

static void release_params(struct spb_row *row)
{
    for (size_t i = 0; i < row->param_count; i++) {
        free(row->params[i].name);
        free(row->params[i].text);
    }
    free(row->params);
}

void spb_row_release(struct spb_row *row)
{
    for (size_t i = 0; i < row->process_count; i++)
        spb_process_release(&row->processes[i]);
    free(row->processes);
    release_params(row);
    free(row->workload);
    free(row->plugin);
    free(row->unit);
    free(row->cpus);
    free(row->reason);
    spb_metrics_release(&row->metrics);
    *row = (struct spb_row){0};
}

int spb_row_add_process(struct spb_row *row, struct spb_process *process)
{
    struct spb_process *grown = reallocarray(row->processes, row->process_count + 1, sizeof(*grown));
    if (!grown)
        return -ENOMEM;
    row->processes = grown;
    row->processes[row->process_count++] = *process;
    *process = (struct spb_process){0};
    return 0;
}

struct spb_histogram *spb_row_latency(const struct spb_row *row)
{
    struct spb_histogram *all = NULL;
    for (size_t p = 0; p < row->process_count; p++) {
        const struct spb_process *process = &row->processes[p];
        if (!process->latency || process->outcome == SPB_OUTCOME_FAILED)
            continue;
        if (!all)
            all = calloc(1, sizeof(*all));
        if (all)
            spb_histogram_merge(all, process->latency);
    }
    return all;
}

char *spb_row_key(const struct spb_row *row)
{
    struct spb_strbuf key = {0};
    spb_strbuf_append(&key, row->workload);
    for (size_t i = 0; i < row->param_count; i++)
        spb_strbuf_printf(&key, " %s=%s", row->params[i].name, row->params[i].text);
    if (row->threads > 1)
        spb_strbuf_printf(&key, " threads=%u", row->threads);
    return spb_strbuf_detach(&key);
}

bool spb_row_matches(const char *pattern, const char *key)
{
    if (fnmatch(pattern, key, 0) == 0)
        return true;
    const char *end = strchr(key, ' ');
    char *workload = end ? strndup(key, (size_t)(end - key)) : NULL;
    bool matches = workload && fnmatch(pattern, workload, 0) == 0; /* without memory: the key alone */
    free(workload);
    return matches;
}
