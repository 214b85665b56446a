/* SPDX-License-Identifier: MIT
 *
 * `spbench topo`: the machine's shape, and where --pin would put the threads of a row.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "json_writer.h"
#include "number_list.h"
#include "plan.h"
#include "table.h"
#include "topology.h"
#include "units.h"

struct topo_options {
    struct spb_common common;
    enum spb_format format;
    const char *source;             /* NULL: this machine */
    struct spb_number_list threads; /* empty: 1, 2, 4 ... all */
};

enum { KEY_TOPOLOGY = 0x1000, KEY_THREADS };

static const struct argp_option options[] = {
    {"format", 'f', "FORMAT", 0, "table (default) or json", 1},
    {"topology", KEY_TOPOLOGY, "SOURCE", 0, "A described machine: a file of hwloc XML, or synthetic:DESCRIPTION", 1},
    {"threads", KEY_THREADS, "LIST", 0, "Plans for these thread counts, such as 1,4 (default 1, 2, 4 ... all allowed)",
     1},
    {0},
};

static const char doc[] =
    "Shows packages, cores, CPUs, caches and NUMA nodes, which CPUs may be used, and the plan that each --pin policy "
    "of "
    "'spbench run' makes of them.\v"
    "A CPU is what the kernel numbers: a hardware thread (PU), of which a core with SMT has several. Allowed are those "
    "in this process's cpuset and affinity. A plan lists the CPU of each thread, thread 0 first.\n\n"
    "Examples:\n"
    "  spbench topo\n"
    "  taskset -c 0 spbench topo                     what is left in a cpuset of one CPU\n"
    "  spbench topo --threads 1-4                    the plans for 1, 2, 3 and 4 threads\n"
    "  lstopo --of xml server.xml                    (there) and\n"
    "  spbench topo --topology server.xml            (here): the plans of another machine\n"
    "  spbench topo --topology 'synthetic:pack:2 [numa] core:4 pu:2'\n"
    "  spbench topo --format json | python3 -m json.tool";

static void parse_threads(struct topo_options *topo, struct argp_state *state, const char *text)
{
    struct spb_error err = {0};
    spb_number_list_release(&topo->threads);
    if (spb_number_list_parse(&topo->threads, text, "thread count", &err) < 0) {
        argp_error(state, "--threads: %s", err.text);
        return;
    }
    for (unsigned i = 0; i < topo->threads.count; i++)
        if (topo->threads.numbers[i] < 1 || topo->threads.numbers[i] > SPB_PLAN_CPUS_MAX)
            argp_error(state, "--threads=%s: each must be from 1 to %d", text, SPB_PLAN_CPUS_MAX);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct topo_options *topo = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &topo->common;
        return 0;
    case 'f':
        topo->format = spb_parse_format(state, argument, 1u << SPB_FORMAT_TABLE | 1u << SPB_FORMAT_JSON);
        return 0;
    case KEY_TOPOLOGY:
        topo->source = argument;
        return 0;
    case KEY_THREADS:
        parse_threads(topo, state, argument);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- every policy with every thread count ----------------------------------------------------------------------- */

/* One line of the plans; a plan that cannot be made has the reason instead. */
struct plan_line {
    const char *pin;
    unsigned threads;
    struct spb_plan plan;
    const char *reason; /* NULL: the plan is there */
};

struct plan_walk {
    const struct topo_options *topo;
    const struct spb_topology *topology;
    void (*visit)(void *context, const struct plan_line *line);
    void *context;
};

static void visit_plan(const struct plan_walk *walk, const char *pin, unsigned threads)
{
    struct spb_pin_policy policy;
    struct spb_error err = {0};
    struct plan_line line = {.pin = pin, .threads = threads};
    int code = spb_pin_policy_parse(pin, &policy, &err);
    if (code == 0)
        code = spb_plan_make(walk->topology, &policy, threads, &line.plan, &err);
    if (code)
        line.reason = err.text;
    walk->visit(walk->context, &line);
    spb_plan_release(&line.plan);
    spb_pin_policy_release(&policy);
}

/* The counts that the user named, or 1, 2, 4 ... and all the CPUs that the policy has. */
static void visit_policy(const struct plan_walk *walk, const char *pin, unsigned cpu_count)
{
    const struct spb_number_list *named = &walk->topo->threads;
    for (unsigned i = 0; i < named->count; i++)
        visit_plan(walk, pin, named->numbers[i]);
    if (named->count)
        return;
    for (unsigned threads = 1; threads < cpu_count && threads < SPB_PLAN_CPUS_MAX; threads *= 2)
        visit_plan(walk, pin, threads);
    visit_plan(walk, pin, cpu_count == 0 ? 1 : cpu_count < SPB_PLAN_CPUS_MAX ? cpu_count : SPB_PLAN_CPUS_MAX);
}

static unsigned allowed_on_node(const struct spb_topology *topology, unsigned node)
{
    unsigned allowed = 0;
    size_t count;
    const struct spb_pu *pus = spb_topology_pus(topology, &count);
    for (size_t i = 0; i < count; i++)
        allowed += pus[i].allowed && pus[i].numa_node == node;
    return allowed;
}

static void walk_plans(const struct plan_walk *walk)
{
    static const char *const pins[] = {"auto", "compact", "scatter"};
    size_t node_count;
    const struct spb_numa_node *nodes = spb_topology_numa_nodes(walk->topology, &node_count);
    for (size_t i = 0; i < sizeof(pins) / sizeof(pins[0]); i++)
        visit_policy(walk, pins[i], spb_topology_allowed_pus(walk->topology));
    for (unsigned i = 0; i < node_count; i++) {
        char pin[32];
        snprintf(pin, sizeof(pin), "numa=%u", nodes[i].os_index);
        visit_policy(walk, pin, allowed_on_node(walk->topology, i));
    }
}

/* ---- for a person ----------------------------------------------------------------------------------------------- */

static void count_things(struct spb_strbuf *out, size_t count, const char *thing)
{
    spb_strbuf_printf(out, "%zu %s%s", count, thing, count == 1 ? "" : "s");
}

static int compare_numbers(const void *a, const void *b)
{
    unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
    return (x > y) - (x < y);
}

/* The CPUs that `wanted` picks, in the kernel's order: "0-3,8", or "none". */
static void list_cpus(const struct spb_topology *topology, bool (*wanted)(const struct spb_pu *pu, unsigned which),
                      unsigned which, struct spb_strbuf *out)
{
    size_t count;
    const struct spb_pu *pus = spb_topology_pus(topology, &count);
    unsigned *numbers = calloc(count, sizeof(*numbers));
    unsigned kept = 0;
    if (!numbers) {
        out->failed = true;
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (wanted(&pus[i], which))
            numbers[kept++] = pus[i].cpu.os_index;
    qsort(numbers, kept, sizeof(*numbers), compare_numbers);
    if (kept)
        spb_number_list_format(numbers, kept, out);
    else
        spb_strbuf_append(out, "none");
    free(numbers);
}

static bool is_allowed(const struct spb_pu *pu, unsigned which)
{
    (void)which;
    return pu->allowed;
}

static bool is_of_kind(const struct spb_pu *pu, unsigned efficiency)
{
    return pu->efficiency == efficiency;
}

static bool is_on_node(const struct spb_pu *pu, unsigned node)
{
    return pu->numa_node == node;
}

/* "1 package, 2 cores, 2 CPUs, no SMT, 1 NUMA node" */
static void write_summary(const struct topo_options *topo, const struct spb_topology *topology, struct spb_strbuf *out)
{
    size_t pus, nodes;
    spb_topology_pus(topology, &pus);
    spb_topology_numa_nodes(topology, &nodes);
    spb_strbuf_printf(out, "%s: ", topo->source ? topo->source : "this machine");
    count_things(out, spb_topology_packages(topology), "package");
    spb_strbuf_append(out, ", ");
    count_things(out, spb_topology_cores(topology), "core");
    spb_strbuf_append(out, ", ");
    count_things(out, pus, "CPU");
    spb_strbuf_append(out, spb_topology_has_smt(topology) ? " (SMT), " : " (no SMT), ");
    count_things(out, nodes, "NUMA node");
    spb_strbuf_printf(out, "\nallowed: %u of ", spb_topology_allowed_pus(topology));
    count_things(out, pus, "CPU");
    spb_strbuf_append(out, ": ");
    list_cpus(topology, is_allowed, 0, out);
    spb_strbuf_append_char(out, '\n');
}

static void render(const struct topo_options *topo, struct spb_table *table, struct spb_strbuf *out)
{
    struct spb_table_options how = {spb_color_wanted(&topo->common, stdout), spb_terminal_width(stdout)};
    spb_strbuf_append_char(out, '\n');
    spb_table_render(table, SPB_TABLE_TEXT, &how, out);
    spb_table_release(table);
}

static void write_kinds(const struct topo_options *topo, const struct spb_topology *topology, struct spb_strbuf *out)
{
    struct spb_table table = {0};
    struct spb_strbuf cpus = {0};
    size_t count;
    const struct spb_core_kind *kinds = spb_topology_core_kinds(topology, &count);
    if (count < 2)
        return;
    spb_table_column(&table, "core kind", SPB_ALIGN_LEFT);
    spb_table_column(&table, "speed rank", SPB_ALIGN_RIGHT);
    spb_table_column(&table, "CPUs", SPB_ALIGN_LEFT);
    for (size_t i = count; i-- > 0;) {
        spb_strbuf_reset(&cpus);
        list_cpus(topology, is_of_kind, kinds[i].efficiency, &cpus);
        spb_table_cell(&table, "%s", *kinds[i].name ? kinds[i].name : "-");
        spb_table_cell(&table, "%zu", count - i);
        spb_table_cell(&table, "%s", spb_strbuf_text(&cpus));
    }
    render(topo, &table, out);
    spb_strbuf_release(&cpus);
}

static const char *cache_kind(char kind)
{
    return kind == 'd' ? " data" : kind == 'i' ? " instruction" : "";
}

static void write_caches(const struct topo_options *topo, const struct spb_topology *topology, struct spb_strbuf *out)
{
    struct spb_table table = {0};
    char text[SPB_UNIT_TEXT_SIZE];
    size_t count;
    const struct spb_cache *caches = spb_topology_caches(topology, &count);
    if (count == 0) {
        spb_strbuf_append(out, "\ncaches: not known here\n");
        return;
    }
    spb_table_column(&table, "cache", SPB_ALIGN_LEFT);
    spb_table_column(&table, "size", SPB_ALIGN_RIGHT);
    spb_table_column(&table, "line", SPB_ALIGN_RIGHT);
    spb_table_column(&table, "how many", SPB_ALIGN_RIGHT);
    spb_table_column(&table, "each for", SPB_ALIGN_LEFT);
    for (size_t i = 0; i < count; i++) {
        spb_table_cell(&table, "L%u%s", caches[i].level, cache_kind(caches[i].kind));
        spb_table_cell(&table, "%s", spb_format_bytes(text, caches[i].size_bytes));
        spb_table_cell(&table, "%s", caches[i].line_bytes ? spb_format_bytes(text, caches[i].line_bytes) : "-");
        spb_table_cell(&table, "%u", caches[i].count);
        spb_table_cell(&table, "%u CPU%s", caches[i].shared_by_pus, caches[i].shared_by_pus == 1 ? "" : "s");
    }
    render(topo, &table, out);
}

static void write_nodes(const struct topo_options *topo, const struct spb_topology *topology, struct spb_strbuf *out)
{
    struct spb_table table = {0};
    struct spb_strbuf cpus = {0};
    char text[SPB_UNIT_TEXT_SIZE];
    size_t count;
    const struct spb_numa_node *nodes = spb_topology_numa_nodes(topology, &count);
    spb_table_column(&table, "NUMA node", SPB_ALIGN_LEFT);
    spb_table_column(&table, "memory", SPB_ALIGN_RIGHT);
    spb_table_column(&table, "CPUs", SPB_ALIGN_LEFT);
    for (unsigned i = 0; i < count; i++) {
        spb_strbuf_reset(&cpus);
        list_cpus(topology, is_on_node, i, &cpus);
        spb_table_cell(&table, "%u", nodes[i].os_index);
        spb_table_cell(&table, "%s", nodes[i].memory_bytes ? spb_format_bytes(text, nodes[i].memory_bytes) : "-");
        spb_table_cell(&table, "%s", spb_strbuf_text(&cpus));
    }
    render(topo, &table, out);
    spb_strbuf_release(&cpus);
}

static void add_plan_row(void *context, const struct plan_line *line)
{
    struct spb_table *table = context;
    struct spb_strbuf cpus = {0};
    spb_table_cell(table, "%s", line->pin);
    spb_table_cell(table, "%u", line->threads);
    if (line->plan.memory_bound)
        spb_table_cell(table, "node %u", line->plan.numa_node);
    else
        spb_table_cell(table, "%s", line->reason ? "-" : "first touch");
    if (line->reason) {
        spb_table_cell(table, "not possible: %s", line->reason);
        spb_table_tone(table, SPB_TONE_WARN);
        return;
    }
    spb_cpu_list_format(line->plan.cpus, line->plan.thread_count, &cpus);
    spb_table_cell(table, "%s%s", spb_strbuf_text(&cpus), line->plan.shared_cpus ? " (threads share CPUs)" : "");
    if (line->plan.shared_cpus)
        spb_table_tone(table, SPB_TONE_WARN);
    table->failed |= cpus.failed;
    spb_strbuf_release(&cpus);
}

static void write_plans(const struct topo_options *topo, const struct spb_topology *topology, struct spb_strbuf *out)
{
    struct spb_table table = {0};
    spb_table_column(&table, "--pin", SPB_ALIGN_LEFT);
    spb_table_column(&table, "threads", SPB_ALIGN_RIGHT);
    spb_table_column(&table, "memory", SPB_ALIGN_LEFT);
    spb_table_column(&table, "CPUs, thread 0 first", SPB_ALIGN_LEFT);
    walk_plans(&(struct plan_walk){topo, topology, add_plan_row, &table});
    spb_table_cell(&table, "none");
    spb_table_cell(&table, "any");
    spb_table_cell(&table, "first touch");
    spb_table_cell(&table, "wherever the kernel's scheduler puts them");
    render(topo, &table, out);
}

static void write_table(const struct topo_options *topo, const struct spb_topology *topology, struct spb_strbuf *out)
{
    write_summary(topo, topology, out);
    write_kinds(topo, topology, out);
    write_caches(topo, topology, out);
    write_nodes(topo, topology, out);
    write_plans(topo, topology, out);
}

/* ---- for a program ---------------------------------------------------------------------------------------------- */

static void write_known(struct spb_json *json, const char *key, uint64_t value)
{
    if (value)
        spb_json_uint(json, key, value);
    else
        spb_json_null(json, key);
}

static void write_pus_json(struct spb_json *json, const struct spb_topology *topology)
{
    size_t pu_count, node_count;
    const struct spb_pu *pus = spb_topology_pus(topology, &pu_count);
    const struct spb_numa_node *nodes = spb_topology_numa_nodes(topology, &node_count);
    spb_json_array(json, "pus");
    for (size_t i = 0; i < pu_count; i++) {
        spb_json_inline_object(json, NULL);
        spb_json_uint(json, "cpu", pus[i].cpu.os_index);
        spb_json_uint(json, "core", pus[i].core);
        spb_json_uint(json, "package", pus[i].package);
        spb_json_uint(json, "numa_node", nodes[pus[i].numa_node].os_index);
        spb_json_uint(json, "smt_index", pus[i].smt_index);
        spb_json_uint(json, "efficiency", pus[i].efficiency);
        spb_json_bool(json, "allowed", pus[i].allowed);
        spb_json_end(json);
    }
    spb_json_end(json);
}

static void write_caches_json(struct spb_json *json, const struct spb_topology *topology)
{
    size_t count;
    const struct spb_cache *caches = spb_topology_caches(topology, &count);
    spb_json_array(json, "caches");
    for (size_t i = 0; i < count; i++) {
        spb_json_inline_object(json, NULL);
        spb_json_uint(json, "level", caches[i].level);
        spb_json_string(json, "kind", caches[i].kind == 'u' ? "unified" : cache_kind(caches[i].kind) + 1);
        spb_json_uint(json, "size_bytes", caches[i].size_bytes);
        write_known(json, "line_bytes", caches[i].line_bytes);
        spb_json_uint(json, "count", caches[i].count);
        spb_json_uint(json, "shared_by_pus", caches[i].shared_by_pus);
        spb_json_end(json);
    }
    spb_json_end(json);
}

static void write_nodes_json(struct spb_json *json, const struct spb_topology *topology)
{
    size_t count;
    const struct spb_numa_node *nodes = spb_topology_numa_nodes(topology, &count);
    spb_json_array(json, "numa_nodes");
    for (size_t i = 0; i < count; i++) {
        spb_json_inline_object(json, NULL);
        spb_json_uint(json, "os_index", nodes[i].os_index);
        write_known(json, "memory_bytes", nodes[i].memory_bytes);
        spb_json_uint(json, "pu_count", nodes[i].pu_count);
        spb_json_end(json);
    }
    spb_json_end(json);
}

static void write_kinds_json(struct spb_json *json, const struct spb_topology *topology)
{
    size_t count;
    const struct spb_core_kind *kinds = spb_topology_core_kinds(topology, &count);
    spb_json_array(json, "core_kinds");
    for (size_t i = 0; i < count; i++) {
        spb_json_inline_object(json, NULL);
        spb_json_string(json, "name", *kinds[i].name ? kinds[i].name : NULL);
        spb_json_uint(json, "efficiency", kinds[i].efficiency);
        spb_json_uint(json, "pu_count", kinds[i].pu_count);
        spb_json_end(json);
    }
    spb_json_end(json);
}

static void write_plan_json(void *context, const struct plan_line *line)
{
    struct spb_json *json = context;
    spb_json_inline_object(json, NULL);
    spb_json_string(json, "pin", line->pin);
    spb_json_uint(json, "threads", line->threads);
    if (line->reason) {
        spb_json_string(json, "reason", line->reason);
    } else {
        spb_json_array(json, "cpus");
        for (unsigned i = 0; i < line->plan.thread_count; i++)
            spb_json_uint(json, NULL, line->plan.cpus[i].os_index);
        spb_json_end(json);
        spb_json_bool(json, "shared_cpus", line->plan.shared_cpus);
        if (line->plan.memory_bound)
            spb_json_uint(json, "memory_node", line->plan.numa_node);
        else
            spb_json_null(json, "memory_node");
    }
    spb_json_end(json);
}

static void write_json(const struct topo_options *topo, const struct spb_topology *topology, struct spb_strbuf *out)
{
    struct spb_json json;
    spb_json_init(&json, out, true);
    spb_json_object(&json, NULL);
    spb_json_string(&json, "source", topo->source);
    spb_json_bool(&json, "live", spb_topology_is_live(topology));
    spb_json_uint(&json, "packages", spb_topology_packages(topology));
    spb_json_uint(&json, "cores", spb_topology_cores(topology));
    spb_json_uint(&json, "allowed_pus", spb_topology_allowed_pus(topology));
    spb_json_bool(&json, "smt", spb_topology_has_smt(topology));
    write_pus_json(&json, topology);
    write_caches_json(&json, topology);
    write_nodes_json(&json, topology);
    write_kinds_json(&json, topology);
    spb_json_array(&json, "plans");
    walk_plans(&(struct plan_walk){topo, topology, write_plan_json, &json});
    spb_json_end(&json);
    spb_json_end(&json);
    spb_strbuf_append_char(out, '\n');
}

static int run_topo(const struct spb_cli *cli, int argc, char **argv)
{
    static const struct argp_child children[] = {{&spb_common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {options, parse, NULL, doc, children, NULL, NULL};
    struct topo_options topo = {0};
    struct spb_topology *topology;
    struct spb_error err = {0};
    struct spb_strbuf out = {0};
    (void)cli;
    spb_parse_options(&argp, argc, argv, &topo);
    int code = spb_topology_open(&topology, topo.source, &err);
    if (code == 0) {
        if (topo.format == SPB_FORMAT_JSON)
            write_json(&topo, topology, &out);
        else
            write_table(&topo, topology, &out);
        spb_print(&out);
    }
    spb_strbuf_release(&out);
    spb_number_list_release(&topo.threads);
    spb_topology_close(topology);
    return code < 0 ? spb_complain(code, &err) : SPB_EXIT_OK;
}

const struct spb_command spb_command_topo = {
    .name = "topo", .summary = "show the machine's shape and what --pin makes of it", .run = run_topo};
