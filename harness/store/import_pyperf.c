/* SPDX-License-Identifier: MIT
 *
 * pyperf, --output:
 *
 *     {"version": "1.0", "metadata": {"hostname": "vm", "cpu_model_name": "...", "unit": "second", "loops": 64, ...},
 *      "benchmarks": [{"metadata": {"name": "sort"},
 *                      "runs": [{"metadata": {"calibrate_loops": 64}, "warmups": [[1, 2.1e-06], ...]},
 *                               {"metadata": {"date": "2024-05-01 12:00:00.25"}, "values": [2.11e-06, 2.09e-06]}]}]}
 *
 * A run is a process, a value one sample: the time of one iteration, of which there were loops * inner_loops. Metadata of
 * the file hold for all benchmarks, those of a benchmark for all its runs. Runs without values calibrate, and are no units.
 * A benchmark in another unit than seconds (--track-memory) is a row without a time: it is listed, with the reason, and the
 * mean of its values is a metric. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "import_internal.h"

/* Where metadata are looked up: in the run, then in the benchmark, then in the file. */
struct scopes {
    const struct spb_json_node *run;
    const struct spb_json_node *benchmark;
    const struct spb_json_node *root;
};

static struct spb_span span_of(const char *text)
{
    return (struct spb_span){text, strlen(text)};
}

static bool find_in(const struct spb_json_node *object, struct spb_json_node *metadata, const char *key,
                    struct spb_json_node *value)
{
    return object && spb_json_find(object, "metadata", metadata) && spb_json_is_kind(metadata, SPB_JSON_OBJECT) &&
           spb_json_find(metadata, key, value);
}

/* `metadata` must live as long as `value`. */
static bool find(const struct scopes *scopes, const char *key, struct spb_json_node *metadata,
                 struct spb_json_node *value)
{
    return find_in(scopes->run, metadata, key, value) || find_in(scopes->benchmark, metadata, key, value) ||
           find_in(scopes->root, metadata, key, value);
}

static int read_count(const struct scopes *scopes, const char *key, uint64_t *count)
{
    struct spb_json_node metadata;
    struct spb_json_node value;
    *count = 1;
    return find(scopes, key, &metadata, &value) ? spb_json_read_uint(&value, 1, INT32_MAX, count) : 0;
}

/* ---- metadata --------------------------------------------------------------------------------------------------- */

/* "Full randomization": what /proc/sys/kernel/randomize_va_space holds, in pyperf's words. */
static int read_aslr(struct spb_import *import, const char *text)
{
    static const char *const words[] = {"No randomization", "Conservative randomization", "Full randomization"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcmp(text, words[i]) == 0)
            return spb_import_fact_number(import, "kernel.aslr", (double)i, "");
    return 0;
}

static int read_fact(struct spb_import *import, const struct spb_json_node *member)
{
    const char *text = spb_json_peek_text(member);
    double number;
    int code = 0;
    if (text && strcmp(member->key, "hostname") == 0)
        return spb_import_fact_text(import, "host.name", span_of(text));
    if (text && strcmp(member->key, "cpu_model_name") == 0)
        return spb_import_fact_text(import, "cpu.model", span_of(text));
    if (strcmp(member->key, "cpu_count") == 0 && spb_json_peek_number(member, &number) && number > 0)
        return spb_import_fact_number(import, "topology.pus", number, "");
    if (text && strcmp(member->key, "date") == 0)
        spb_import_date(import, text);
    if (text && strcmp(member->key, "aslr") == 0)
        code = read_aslr(import, text);
    bool is_own = strcmp(member->key, "name") == 0 || strcmp(member->key, "loops") == 0 ||
                  strcmp(member->key, "inner_loops") == 0 || strcmp(member->key, "date") == 0;
    return code || is_own ? code : spb_import_context(import, member);
}

static int read_facts(struct spb_import *import, const struct spb_json_node *object)
{
    struct spb_json_node metadata;
    struct spb_json_node member;
    if (!spb_json_find(object, "metadata", &metadata))
        return 0;
    int code = spb_json_check_object(&metadata);
    for (void *iterator = NULL; code == 0 && spb_json_next(&metadata, &iterator, &member);)
        code = read_fact(import, &member);
    return code;
}

/* ---- runs ------------------------------------------------------------------------------------------------------- */

static int read_values(const struct spb_json_node *values, uint64_t iterations, struct spb_process *process)
{
    struct spb_json_node item;
    double seconds;
    int code = 0;
    for (size_t i = 0; i < spb_json_count(values) && code == 0; i++) {
        code = spb_json_item(values, i, SPB_JSON_ANY, &item);
        if (code == 0)
            code = spb_json_read_double(&item, 0, 1e10, &seconds);
        if (code == 0)
            code = spb_import_sample(process, iterations, seconds * 1e9);
    }
    return code;
}

static int read_memory(struct spb_import *import, const struct scopes *scopes, struct spb_process *process)
{
    struct spb_json_node metadata;
    struct spb_json_node value;
    double bytes;
    if (!find(scopes, "mem_max_rss", &metadata, &value))
        return 0;
    int code = spb_json_read_double(&value, 0, 1e18, &bytes);
    return code ? code : spb_import_metric(import, process, "peak-rss", "bytes", bytes);
}

static int read_run(struct spb_import *import, const struct scopes *scopes, const struct spb_json_node *values,
                    size_t row)
{
    struct spb_process *process;
    struct spb_json_node metadata;
    struct spb_json_node date;
    const char *text = NULL;
    uint64_t loops, inner_loops;
    int code = read_count(scopes, "loops", &loops);
    if (code == 0)
        code = read_count(scopes, "inner_loops", &inner_loops);
    if (code == 0)
        code = spb_import_process(import, row, &process, values->document->err);
    if (code == 0)
        code = read_values(values, loops * inner_loops, process);
    if (code == 0)
        code = read_memory(import, scopes, process);
    if (code == 0 && find_in(scopes->run, &metadata, "date", &date))
        text = spb_json_peek_text(&date);
    if (text)
        spb_import_date(import, text);
    import->process++;
    return code;
}

static int read_runs(struct spb_import *import, struct scopes scopes, const struct spb_json_node *runs, size_t row)
{
    struct spb_json_node run;
    struct spb_json_node values;
    int code = 0;
    for (size_t i = 0; i < spb_json_count(runs) && code == 0; i++) {
        code = spb_json_item(runs, i, SPB_JSON_OBJECT, &run);
        scopes.run = &run;
        if (code || !spb_json_find(&run, "values", &values))
            continue;
        code = spb_json_member(&run, "values", SPB_JSON_ARRAY, &values);
        if (code == 0 && spb_json_count(&values))
            code = read_run(import, &scopes, &values, row);
    }
    return code;
}

/* ---- benchmarks that are no times ------------------------------------------------------------------------------- */

/* Mean of the values of a run on top of that of the runs before it. */
static int add_values(const struct spb_json_node *values, double *mean, size_t *count)
{
    struct spb_json_node item;
    double value;
    for (size_t i = 0; i < spb_json_count(values); i++) {
        int code = spb_json_item(values, i, SPB_JSON_ANY, &item);
        if (code == 0)
            code = spb_json_read_double(&item, 0, 1e300, &value);
        if (code)
            return code;
        *mean += (value - *mean) / (double)++*count;
    }
    return 0;
}

static int average(const struct spb_json_node *runs, double *mean, size_t *count)
{
    struct spb_json_node run;
    struct spb_json_node values;
    int code = 0;
    *mean = 0;
    *count = 0;
    for (size_t i = 0; i < spb_json_count(runs) && code == 0; i++) {
        code = spb_json_item(runs, i, SPB_JSON_OBJECT, &run);
        if (code || !spb_json_find(&run, "values", &values))
            continue;
        code = spb_json_member(&run, "values", SPB_JSON_ARRAY, &values);
        if (code == 0)
            code = add_values(&values, mean, count);
    }
    return code;
}

static int read_other_unit(const struct spb_json_node *runs, const char *unit, struct spb_row *row)
{
    char short_unit[24];
    double mean;
    size_t count;
    int code = average(runs, &mean, &count);
    spb_span_copy(span_of(unit), short_unit, sizeof(short_unit));
    if (code == 0 && count && !spb_metrics_find(&row->metrics, "value"))
        code = spb_metrics_add(&row->metrics, "value", short_unit, mean);
    if (code || row->reason)
        return code;
    row->outcome = SPB_OUTCOME_UNAVAILABLE;
    if (asprintf(&row->reason, "measured in the unit '%s', which is no time", short_unit) < 0)
        row->reason = NULL;
    return row->reason ? 0 : -ENOMEM;
}

/* ---- benchmarks ------------------------------------------------------------------------------------------------- */

/* The name stands in the metadata of the benchmark; of the file, where it has only one; or, before 1.0, of the runs. */
static int read_row(struct spb_import *import, const struct scopes *scopes, size_t *index)
{
    struct spb_json_node metadata;
    struct spb_json_node value;
    struct spb_row row = {0};
    const char *name = NULL;
    if (!find(scopes, "name", &metadata, &value))
        return spb_json_fail(scopes->benchmark, "has no name: metadata.name is missing");
    int code = spb_json_read_raw_text(&value, &name);
    if (code == 0)
        code = spb_import_row_begin(&row, SPB_FOREIGN_PYPERF, span_of(name), "iteration");
    if (code) {
        spb_row_release(&row);
        return code;
    }
    return spb_import_row_enter(import, &row, index, scopes->benchmark->document->err);
}

static int read_benchmark(struct spb_import *import, const struct spb_json_node *root,
                          const struct spb_json_node *benchmark)
{
    struct spb_json_node runs;
    struct spb_json_node first;
    struct spb_json_node metadata;
    struct spb_json_node value;
    struct scopes scopes = {.benchmark = benchmark, .root = root};
    const char *unit = "second";
    size_t row;
    int code = spb_json_member(benchmark, "runs", SPB_JSON_ARRAY, &runs);
    if (code == 0 && spb_json_count(&runs)) {
        code = spb_json_item(&runs, 0, SPB_JSON_OBJECT, &first);
        scopes.run = &first;
    }
    if (code == 0)
        code = read_row(import, &scopes, &row);
    if (code == 0 && find(&scopes, "unit", &metadata, &value))
        code = spb_json_read_text(&value, &unit);
    if (code)
        return code;
    if (strcmp(unit, "second") != 0)
        return read_other_unit(&runs, unit, &import->result.rows[row]);
    return read_runs(import, scopes, &runs, row);
}

int spb_import_pyperf(struct spb_import *import, const struct spb_json_node *root)
{
    struct spb_json_node benchmarks;
    struct spb_json_node benchmark;
    int code = read_facts(import, root);
    if (code == 0)
        code = spb_json_member(root, "benchmarks", SPB_JSON_ARRAY, &benchmarks);
    for (size_t i = 0; code == 0 && i < spb_json_count(&benchmarks); i++) {
        code = spb_json_item(&benchmarks, i, SPB_JSON_OBJECT, &benchmark);
        if (code == 0)
            code = read_benchmark(import, root, &benchmark);
        if (code == 0 && i == 0 && spb_json_count(&benchmarks) == 1)
            code = read_facts(import, &benchmark);
    }
    return code;
}
