/* SPDX-License-Identifier: MIT
 *
 * Google Benchmark, --benchmark_format=json or --benchmark_out:
 *
 *     {"context": {"date": "2024-05-01T12:00:00+02:00", "host_name": "vm", "num_cpus": 2, "caches": [...], ...},
 *      "benchmarks": [
 *        {"name": "BM_Copy/size:4096", "run_name": "BM_Copy/size:4096", "run_type": "iteration", "repetitions": 3,
 *         "repetition_index": 0, "threads": 1, "iterations": 71124, "real_time": 2.5e+02, "cpu_time": 2.5e+02,
 *         "time_unit": "ns", "bytes_per_second": 6.5e+10, "label": "memcpy"},
 *        {"name": "BM_Copy/size:4096_mean", "run_type": "aggregate", "aggregate_name": "mean", ...}]}
 *
 * A repetition is a sample: real_time of one iteration, and how many there were. All of a file ran in one process.
 * cpu_time and the counters become metrics, means over the repetitions. Aggregates count only where there is nothing else
 * (--benchmark_report_aggregates_only): the median, else the mean, is one sample. A benchmark that reported an error is a
 * row that failed, one that was skipped is unavailable. Fitted complexities (BigO, RMS) are no times and are left out.
 *
 * context.spbench_process = "repetition" stands in what spbench has exported: there, each repetition is a process. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "import_internal.h"
#include "result_internal.h"

enum which { RUNS, MEDIANS, MEANS };

/* Members that may be missing. */
static const char *text_of(const struct spb_json_node *object, const char *key)
{
    struct spb_json_node node;
    return spb_json_find(object, key, &node) ? spb_json_peek_text(&node) : NULL;
}

static bool number_of(const struct spb_json_node *object, const char *key, double max, double *number)
{
    struct spb_json_node node;
    return spb_json_find(object, key, &node) && spb_json_peek_number(&node, number) && *number > 0 && *number <= max;
}

static struct spb_span span_of(const char *text)
{
    return (struct spb_span){text, strlen(text)};
}

static bool flag_of(const struct spb_json_node *object, const char *key)
{
    struct spb_json_node node;
    bool flag = false;
    return spb_json_find(object, key, &node) && spb_json_is_bool(&node) && spb_json_read_bool(&node, &flag) == 0 &&
           flag;
}

/* ---- context ---------------------------------------------------------------------------------------------------- */

static int read_cache(struct spb_import *import, const struct spb_json_node *cache)
{
    const char *type = text_of(cache, "type");
    char name[64];
    double level, size, sharing;
    int code = 0;
    if (!type || !number_of(cache, "level", 9, &level))
        return 0;
    const char *kind = strcmp(type, "Data") == 0 ? "d" : strcmp(type, "Instruction") == 0 ? "i" : "";
    if (number_of(cache, "size", 1e15, &size)) {
        snprintf(name, sizeof(name), "cache.l%.0f%s.size", level, kind);
        code = spb_import_fact_number(import, name, size, "bytes");
    }
    if (code == 0 && number_of(cache, "num_sharing", SPB_RESULT_OS_NUMBER_MAX, &sharing)) {
        snprintf(name, sizeof(name), "cache.l%.0f%s.shared_by", level, kind);
        code = spb_import_fact_number(import, name, sharing, "");
    }
    return code;
}

static int read_caches(struct spb_import *import, const struct spb_json_node *caches)
{
    struct spb_json_node cache;
    int code = 0;
    for (size_t i = 0; i < spb_json_count(caches) && code == 0; i++) {
        code = spb_json_item(caches, i, SPB_JSON_OBJECT, &cache);
        if (code == 0)
            code = read_cache(import, &cache);
    }
    return code;
}

/* [one, five, fifteen minutes]; how many tasks ran is not recorded, so that it is no struct spb_load. */
static int read_load(struct spb_import *import, const struct spb_json_node *loads)
{
    static const char *const names[] = {"context.load_one", "context.load_five", "context.load_fifteen"};
    struct spb_json_node item;
    double load;
    int code = 0;
    for (size_t i = 0; i < spb_json_count(loads) && i < 3 && code == 0; i++) {
        code = spb_json_item(loads, i, SPB_JSON_ANY, &item);
        if (code == 0 && spb_json_peek_number(&item, &load) && load >= 0 && load < 1e9)
            code = spb_import_fact_number(import, names[i], load, "");
    }
    return code;
}

static int read_fact(struct spb_import *import, const struct spb_json_node *member)
{
    const char *text = spb_json_peek_text(member);
    double number;
    if (strcmp(member->key, "caches") == 0)
        return read_caches(import, member);
    if (strcmp(member->key, "load_avg") == 0)
        return read_load(import, member);
    if (strcmp(member->key, "num_cpus") == 0 && spb_json_peek_number(member, &number) && number > 0)
        return spb_import_fact_number(import, "topology.pus", number, "");
    if (text && strcmp(member->key, "host_name") == 0)
        return spb_import_fact_text(import, "host.name", span_of(text));
    if (text && strcmp(member->key, "date") == 0)
        spb_import_date(import, text);
    if (text && strcmp(member->key, "library_build_type") == 0)
        import->bad_build |= strcmp(text, "debug") == 0;
    return spb_import_context(import, member);
}

static int read_context(struct spb_import *import, const struct spb_json_node *root, bool *is_exported)
{
    struct spb_json_node context;
    struct spb_json_node member;
    if (!spb_json_find(root, "context", &context))
        return 0;
    int code = spb_json_check_object(&context);
    const char *process = code == 0 ? text_of(&context, "spbench_process") : NULL;
    *is_exported = process && strcmp(process, "repetition") == 0;
    for (void *iterator = NULL; code == 0 && spb_json_next(&context, &iterator, &member);)
        code = read_fact(import, &member);
    return code;
}

/* ---- benchmarks ------------------------------------------------------------------------------------------------- */

static bool is_wanted(const struct spb_json_node *entry, enum which which)
{
    static const char *const aggregates[] = {[MEDIANS] = "median", [MEANS] = "mean"};
    const char *type = text_of(entry, "run_type");
    const char *aggregate = text_of(entry, "aggregate_name");
    if (!type || strcmp(type, "aggregate") != 0)
        return which == RUNS;
    return which != RUNS && aggregate && strcmp(aggregate, aggregates[which]) == 0;
}

static int read_row(struct spb_import *import, const struct spb_json_node *entry, size_t *index)
{
    struct spb_json_node node;
    struct spb_row row = {0};
    uint64_t threads = 1;
    const char *name = text_of(entry, "run_name");
    int code = name ? 0 : spb_json_member(entry, "name", SPB_JSON_ANY, &node);
    if (code == 0 && !name)
        code = spb_json_read_raw_text(&node, &name);
    if (code == 0 && spb_json_find(entry, "threads", &node))
        code = spb_json_read_uint(&node, 1, SPB_RESULT_THREADS_MAX, &threads);
    if (code)
        return code;
    code = spb_import_row_split(&row, SPB_FOREIGN_GBENCH, span_of(name), ':', "iteration");
    if (code) {
        spb_row_release(&row);
        return code;
    }
    spb_import_row_set_threads(&row, (unsigned)threads);
    return spb_import_row_enter(import, &row, index, entry->document->err);
}

static int read_time_unit(const struct spb_json_node *entry, double *unit_ns)
{
    static const struct {
        const char *name;
        double ns;
    } units[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
    struct spb_json_node node;
    const char *text;
    *unit_ns = 1;
    if (!spb_json_find(entry, "time_unit", &node))
        return 0;
    int code = spb_json_read_text(&node, &text);
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]) && code == 0; i++) {
        if (strcmp(units[i].name, text) == 0) {
            *unit_ns = units[i].ns;
            return 0;
        }
    }
    return code ? code : spb_json_fail(&node, "is '%.20s'; ns, us, ms and s are known", text);
}

static bool is_counter(const struct spb_json_node *member)
{
    static const char *const others[] = {"family_index", "per_family_instance_index",
                                         "repetitions",  "repetition_index",
                                         "threads",      "iterations",
                                         "real_time",    "cpu_time"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (strcmp(member->key, others[i]) == 0)
            return false;
    return spb_json_is_number(member);
}

static int read_counters(struct spb_import *import, const struct spb_json_node *entry, double unit_ns,
                         struct spb_process *process)
{
    struct spb_json_node node;
    double value;
    int code = 0;
    if (spb_json_find(entry, "cpu_time", &node)) {
        code = spb_json_read_double(&node, 0, 1e30, &value);
        if (code == 0)
            code = spb_import_metric(import, process, "cpu-time", "ns/iteration", value * unit_ns);
    }
    for (void *iterator = NULL; code == 0 && spb_json_next(entry, &iterator, &node);) {
        if (!is_counter(&node))
            continue;
        const char *unit = strcmp(node.key, "bytes_per_second") == 0   ? "byte/s"
                           : strcmp(node.key, "items_per_second") == 0 ? "item/s"
                                                                       : "";
        code = spb_json_read_double(&node, -1e300, 1e300, &value);
        if (code == 0)
            code = spb_import_metric(import, process, node.key, unit, value);
    }
    return code;
}

static int read_sample(struct spb_import *import, const struct spb_json_node *entry, bool is_aggregate,
                       struct spb_process *process)
{
    struct spb_json_node node;
    double time = 0, unit_ns;
    uint64_t iterations = 1; /* those behind an aggregate are not recorded */
    int code = read_time_unit(entry, &unit_ns);
    if (code == 0)
        code = spb_json_member(entry, "real_time", SPB_JSON_ANY, &node);
    if (code == 0)
        code = spb_json_read_double(&node, 0, 1e30, &time);
    if (code == 0 && !is_aggregate)
        code = spb_json_member(entry, "iterations", SPB_JSON_ANY, &node);
    if (code == 0 && !is_aggregate)
        code = spb_json_read_uint(&node, 1, INT64_MAX, &iterations);
    if (code == 0)
        code = spb_import_sample(process, iterations, time * unit_ns);
    return code ? code : read_counters(import, entry, unit_ns, process);
}

static int skip_row(struct spb_row *row, const char *reason)
{
    if (row->reason || row->process_count)
        return 0;
    row->outcome = SPB_OUTCOME_UNAVAILABLE;
    row->reason = spb_import_text(span_of(reason));
    return row->reason ? 0 : -ENOMEM;
}

static int read_entry(struct spb_import *import, const struct spb_json_node *entry, enum which which)
{
    struct spb_process *process;
    size_t index;
    int code = read_row(import, entry, &index);
    if (code)
        return code;
    if (flag_of(entry, "skipped")) {
        const char *message = text_of(entry, "skip_message");
        return skip_row(&import->result.rows[index], message && *message ? message : "skipped");
    }
    code = spb_import_process(import, index, &process, entry->document->err);
    if (code)
        return code;
    if (flag_of(entry, "error_occurred")) {
        const char *message = text_of(entry, "error_message");
        return spb_import_fail(process, message && *message ? message : "the benchmark reported an error");
    }
    if (which != RUNS && (process->sample_count || process->reason))
        return 0;
    return read_sample(import, entry, which != RUNS, process);
}

/* In an exported file the number of the process is that of the repetition. */
static int set_process(struct spb_import *import, const struct spb_json_node *entry, unsigned first)
{
    struct spb_json_node node;
    uint64_t repetition;
    int code = spb_json_member(entry, "repetition_index", SPB_JSON_ANY, &node);
    if (code == 0)
        code = spb_json_read_uint(&node, 0, SPB_IMPORT_PROCESSES_MAX, &repetition);
    if (code == 0)
        import->process = first + (unsigned)repetition;
    return code;
}

static int read_entries(struct spb_import *import, const struct spb_json_node *entries, enum which which,
                        bool is_exported)
{
    struct spb_json_node entry;
    unsigned first = import->process, last = first;
    int code = 0;
    for (size_t i = 0; i < spb_json_count(entries) && code == 0; i++) {
        code = spb_json_item(entries, i, SPB_JSON_OBJECT, &entry);
        if (code || !is_wanted(&entry, which))
            continue;
        if (is_exported)
            code = set_process(import, &entry, first);
        if (code == 0)
            code = read_entry(import, &entry, which);
        last = import->process > last ? import->process : last;
    }
    import->process = last;
    return code;
}

int spb_import_gbench(struct spb_import *import, const struct spb_json_node *root)
{
    struct spb_json_node entries;
    bool is_exported = false;
    int code = read_context(import, root, &is_exported);
    if (code == 0)
        code = spb_json_member(root, "benchmarks", SPB_JSON_ARRAY, &entries);
    if (code == 0)
        code = read_entries(import, &entries, RUNS, is_exported);
    for (enum which which = MEDIANS; which <= MEANS && code == 0 && !is_exported; which++)
        code = read_entries(import, &entries, which, false);
    return code;
}
