/* SPDX-License-Identifier: MIT */
#include "topo_plans.h"

#include <stdio.h>

static void visit_plan(const struct spb_topo_walk *walk, const char *pin, unsigned threads)
{
    struct spb_pin_policy policy;
    struct spb_error err = {0};
    struct spb_topo_plan line = {.pin = pin, .threads = threads};
    int code = spb_pin_policy_parse(pin, &policy, &err);
    if (code == 0)
        code = spb_plan_make(walk->topology, &policy, threads, &line.plan, &err);
    if (code)
        line.reason = err.text;
    walk->visit(walk->context, &line);
    spb_plan_release(&line.plan);
    spb_pin_policy_release(&policy);
}

static void visit_policy(const struct spb_topo_walk *walk, const char *pin, unsigned cpu_count)
{
    const struct spb_number_list *named = walk->threads;
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

void spb_topo_plans_walk(const struct spb_topo_walk *walk)
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
