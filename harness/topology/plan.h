/* SPDX-License-Identifier: MIT
 *
 * Which CPU each thread of a row gets: a policy applied to a topology. Pure: the same topology, policy and thread count
 * give the same plan, on any machine.
 *
 *     struct spb_pin_policy policy;
 *     if (spb_pin_policy_parse("cpus=0,2-3", &policy, err) < 0) ...
 *     struct spb_plan plan;
 *     if (spb_plan_make(topology, &policy, threads, &plan, err) < 0) ...
 */
#ifndef SPB_PLAN_H
#define SPB_PLAN_H

#include "cpu_list.h"
#include "topology.h"

#define SPB_PLAN_CPUS_MAX 4096 /* threads of a plan */

enum spb_pin_kind {
    SPB_PIN_AUTO,    /* fastest core kind first, one thread a physical core, within one NUMA node as long as it lasts,
                        then the SMT siblings; CPU 0's core last, because interrupts tend to land there */
    SPB_PIN_NONE,    /* the kernel's scheduler decides */
    SPB_PIN_COMPACT, /* as close together as possible: SMT siblings, then neighbouring cores */
    SPB_PIN_SCATTER, /* as far apart as possible: packages in turn, then NUMA nodes, then cores; SMT siblings last */
    SPB_PIN_CPUS,    /* the CPUs given, in that order */
    SPB_PIN_NUMA,    /* as AUTO, on one NUMA node (OS number), with memory bound there */
};

struct spb_pin_policy {
    enum spb_pin_kind kind;
    unsigned numa_node;   /* SPB_PIN_NUMA: OS index */
    struct spb_cpu *cpus; /* SPB_PIN_CPUS; freed by spb_pin_policy_release */
    unsigned cpu_count;
};

/* "auto", "none", "compact", "scatter", "cpus=0,2-3", "numa=1". */
int spb_pin_policy_parse(const char *text, struct spb_pin_policy *policy, struct spb_error *err);
void spb_pin_policy_release(struct spb_pin_policy *policy);

struct spb_plan {
    unsigned thread_count;
    bool pinned;          /* false: cpus is empty */
    bool memory_bound;    /* true: workload memory goes to numa_node (asked for, or all threads sit on it and there
                             are others) */
    unsigned numa_node;   /* OS index of the node of thread 0, when the topology has NUMA nodes */
    bool shared_cpus;     /* more threads than CPUs: some CPUs carry several */
    struct spb_cpu *cpus; /* thread_count of them when pinned; freed by spb_plan_release */
};

/* Only allowed PUs are used. More threads than PUs: CPUs are dealt again from the start and shared_cpus is set; with
 * SPB_PIN_CPUS that is an error. A CPU or node that does not exist or is not allowed: -EINVAL naming those that are. */
int spb_plan_make(const struct spb_topology *topology, const struct spb_pin_policy *policy, unsigned thread_count,
                  struct spb_plan *plan, struct spb_error *err);
void spb_plan_release(struct spb_plan *plan);

#endif
