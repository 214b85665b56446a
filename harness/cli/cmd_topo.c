/* SPDX-License-Identifier: MIT
 *
 * `spbench topo`: the machine's shape, and where --pin would put the threads of a row.
 */
#include "command.h"
#include "json_writer.h"
#include "topo_plans.h"
#include "topo_table.h"

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
    "  spbench topo --threads 1-4\n"
    "  spbench topo --format json | python3 -m json.tool\n"
    "  taskset -c 0 spbench topo            what a cpuset of one CPU leaves\n"
    "  lstopo --of xml server.xml           on the server, and here:\n"
    "  spbench topo --topology server.xml   its plans\n"
    "  spbench topo --topology 'synthetic:pack:2 [numa] core:4 pu:2'";

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

static const char *cache_kind(char kind)
{
    return kind == 'd' ? "data" : kind == 'i' ? "instruction" : "unified";
}

static void write_caches_json(struct spb_json *json, const struct spb_topology *topology)
{
    size_t count;
    const struct spb_cache *caches = spb_topology_caches(topology, &count);
    spb_json_array(json, "caches");
    for (size_t i = 0; i < count; i++) {
        spb_json_inline_object(json, NULL);
        spb_json_uint(json, "level", caches[i].level);
        spb_json_string(json, "kind", cache_kind(caches[i].kind));
        write_known(json, "size_bytes", caches[i].size_bytes);
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

static void write_plan_json(void *context, const struct spb_topo_plan *line)
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
    spb_topo_plans_walk(&(struct spb_topo_walk){topology, &topo->threads, write_plan_json, &json});
    spb_json_end(&json);
    spb_json_end(&json);
    spb_strbuf_append_char(out, '\n');
}

static void write_table(const struct topo_options *topo, const struct spb_topology *topology, struct spb_strbuf *out)
{
    struct spb_topo_table table = {.topology = topology, .source = topo->source, .threads = &topo->threads};
    table.how = (struct spb_table_options){spb_color_wanted(&topo->common, stdout), spb_terminal_width(stdout)};
    spb_topo_table_format(&table, out);
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
