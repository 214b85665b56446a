/* SPDX-License-Identifier: MIT */
#include "topo_table.h"

#include <stdlib.h>

#include "topo_plans.h"
#include "units.h"

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
static void write_summary(const struct spb_topo_table *topo, struct spb_strbuf *out)
{
    size_t pus, nodes;
    spb_topology_pus(topo->topology, &pus);
    spb_topology_numa_nodes(topo->topology, &nodes);
    spb_strbuf_printf(out, "%s: ", topo->source ? topo->source : "this machine");
    count_things(out, spb_topology_packages(topo->topology), "package");
    spb_strbuf_append(out, ", ");
    count_things(out, spb_topology_cores(topo->topology), "core");
    spb_strbuf_append(out, ", ");
    count_things(out, pus, "CPU");
    spb_strbuf_append(out, spb_topology_has_smt(topo->topology) ? " (SMT), " : " (no SMT), ");
    count_things(out, nodes, "NUMA node");
    spb_strbuf_printf(out, "\nallowed: %u of ", spb_topology_allowed_pus(topo->topology));
    count_things(out, pus, "CPU");
    spb_strbuf_append(out, ": ");
    list_cpus(topo->topology, is_allowed, 0, out);
    spb_strbuf_append_char(out, '\n');
}

static void render(const struct spb_topo_table *topo, struct spb_table *table, struct spb_strbuf *out)
{
    spb_strbuf_append_char(out, '\n');
    spb_table_render(table, SPB_TABLE_TEXT, &topo->how, out);
    spb_table_release(table);
}

static void write_kinds(const struct spb_topo_table *topo, struct spb_strbuf *out)
{
    struct spb_table table = {0};
    struct spb_strbuf cpus = {0};
    size_t count;
    const struct spb_core_kind *kinds = spb_topology_core_kinds(topo->topology, &count);
    if (count < 2)
        return;
    if (kinds[0].efficiency == kinds[count - 1].efficiency) {
        spb_strbuf_printf(out, "core kinds: %zu; which is faster is not known, plans take them as alike\n", count);
        return;
    }
    spb_table_column(&table, "core kind", SPB_ALIGN_LEFT);
    spb_table_column(&table, "speed rank", SPB_ALIGN_RIGHT);
    spb_table_column(&table, "CPUs", SPB_ALIGN_LEFT);
    for (size_t i = count; i-- > 0;) {
        spb_strbuf_reset(&cpus);
        list_cpus(topo->topology, is_of_kind, kinds[i].efficiency, &cpus);
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

static void write_caches(const struct spb_topo_table *topo, struct spb_strbuf *out)
{
    struct spb_table table = {0};
    char text[SPB_UNIT_TEXT_SIZE];
    size_t count;
    const struct spb_cache *caches = spb_topology_caches(topo->topology, &count);
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
        spb_table_cell(&table, "%s", caches[i].size_bytes ? spb_format_bytes(text, caches[i].size_bytes) : "-");
        spb_table_cell(&table, "%s", caches[i].line_bytes ? spb_format_bytes(text, caches[i].line_bytes) : "-");
        spb_table_cell(&table, "%u", caches[i].count);
        spb_table_cell(&table, "%u CPU%s", caches[i].shared_by_pus, caches[i].shared_by_pus == 1 ? "" : "s");
    }
    render(topo, &table, out);
}

static void write_nodes(const struct spb_topo_table *topo, struct spb_strbuf *out)
{
    struct spb_table table = {0};
    struct spb_strbuf cpus = {0};
    char text[SPB_UNIT_TEXT_SIZE];
    size_t count;
    const struct spb_numa_node *nodes = spb_topology_numa_nodes(topo->topology, &count);
    spb_table_column(&table, "NUMA node", SPB_ALIGN_LEFT);
    spb_table_column(&table, "memory", SPB_ALIGN_RIGHT);
    spb_table_column(&table, "CPUs", SPB_ALIGN_LEFT);
    for (unsigned i = 0; i < count; i++) {
        spb_strbuf_reset(&cpus);
        list_cpus(topo->topology, is_on_node, i, &cpus);
        spb_table_cell(&table, "%u", nodes[i].os_index);
        spb_table_cell(&table, "%s", nodes[i].memory_bytes ? spb_format_bytes(text, nodes[i].memory_bytes) : "-");
        spb_table_cell(&table, "%s", spb_strbuf_text(&cpus));
    }
    render(topo, &table, out);
    spb_strbuf_release(&cpus);
}

/* What add_plan_row adds to. */
struct plan_table {
    struct spb_table table;
    bool one_node; /* memory has no choice */
};

static void add_memory_cell(struct plan_table *plans, const struct spb_topo_plan *line)
{
    if (line->reason)
        spb_table_cell(&plans->table, "-");
    else if (line->plan.memory_bound || plans->one_node)
        spb_table_cell(&plans->table, "node %u", line->plan.numa_node);
    else
        spb_table_cell(&plans->table, "first touch");
}

static void add_plan_row(void *context, const struct spb_topo_plan *line)
{
    struct plan_table *plans = context;
    struct spb_table *table = &plans->table;
    struct spb_strbuf cpus = {0};
    spb_table_cell(table, "%s", line->pin);
    spb_table_cell(table, "%u", line->threads);
    add_memory_cell(plans, line);
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

static void write_plans(const struct spb_topo_table *topo, struct spb_strbuf *out)
{
    struct plan_table plans = {0};
    struct spb_table *table = &plans.table;
    size_t node_count;
    const struct spb_numa_node *nodes = spb_topology_numa_nodes(topo->topology, &node_count);
    plans.one_node = node_count == 1;
    spb_table_column(table, "--pin", SPB_ALIGN_LEFT);
    spb_table_column(table, "threads", SPB_ALIGN_RIGHT);
    spb_table_column(table, "memory", SPB_ALIGN_LEFT);
    spb_table_column(table, "CPUs, thread 0 first", SPB_ALIGN_LEFT);
    spb_topo_plans_walk(&(struct spb_topo_walk){topo->topology, topo->threads, add_plan_row, &plans});
    spb_table_cell(table, "none");
    spb_table_cell(table, "any");
    if (plans.one_node)
        spb_table_cell(table, "node %u", nodes[0].os_index);
    else
        spb_table_cell(table, "first touch");
    spb_table_cell(table, "wherever the kernel's scheduler puts them");
    render(topo, table, out);
}

void spb_topo_table_format(const struct spb_topo_table *topo, struct spb_strbuf *out)
{
    write_summary(topo, out);
    write_kinds(topo, out);
    write_caches(topo, out);
    write_nodes(topo, out);
    write_plans(topo, out);
}
