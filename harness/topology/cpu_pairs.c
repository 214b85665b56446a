/* SPDX-License-Identifier: MIT */
#include "cpu_pairs.h"

#include <errno.h>
#include <stdlib.h>

/* The PUs that a policy may use, in topology order. */
struct candidates {
    struct spb_pu *pus;
    size_t count;
};

static bool contains(const struct spb_plan *plan, struct spb_cpu cpu)
{
    for (unsigned i = 0; i < plan->thread_count && plan->pinned; i++)
        if (plan->cpus[i].os_index == cpu.os_index)
            return true;
    return !plan->pinned;
}

static int find_candidates(const struct spb_topology *topology, const struct spb_pin_policy *policy,
                           struct candidates *found, struct spb_error *err)
{
    struct spb_plan plan;
    size_t pu_count;
    const struct spb_pu *pus = spb_topology_pus(topology, &pu_count);
    unsigned threads = policy->kind == SPB_PIN_CPUS ? policy->cpu_count : spb_topology_allowed_pus(topology);
    *found = (struct candidates){.pus = calloc(pu_count + 1, sizeof(*found->pus))};
    if (!found->pus)
        return spb_error_set(err, -ENOMEM, "out of memory");
    int code = spb_plan_make(topology, policy, threads, &plan, err);
    if (code < 0)
        return code;
    for (size_t i = 0; i < pu_count; i++)
        if (pus[i].allowed && contains(&plan, pus[i].cpu))
            found->pus[found->count++] = pus[i];
    spb_plan_release(&plan);
    return 0;
}

enum { DISTANCES = 16 };

static unsigned distance(const struct spb_pu *a, const struct spb_pu *b)
{
    return (unsigned)(a->core != b->core) | (unsigned)(a->last_cache != b->last_cache) << 1 |
           (unsigned)(a->numa_node != b->numa_node) << 2 | (unsigned)(a->package != b->package) << 3;
}

static size_t list_all(const struct candidates *from, struct spb_cpu_pair *pairs)
{
    size_t count = 0;
    for (size_t i = 0; i < from->count; i++)
        for (size_t j = i + 1; j < from->count; j++)
            pairs[count++] = (struct spb_cpu_pair){from->pus[i].cpu, from->pus[j].cpu};
    return count;
}

/* The first pair of each distance; one without CPU 0, where interrupts tend to land, if there is any. */
static size_t list_distances(const struct candidates *from, struct spb_cpu_pair *pairs)
{
    bool seen[DISTANCES] = {false}, has_cpu0[DISTANCES] = {false};
    struct spb_cpu_pair best[DISTANCES];
    for (size_t i = 0; i < from->count; i++) {
        for (size_t j = i + 1; j < from->count; j++) {
            unsigned d = distance(&from->pus[i], &from->pus[j]);
            bool cpu0 = from->pus[i].cpu.os_index == 0 || from->pus[j].cpu.os_index == 0;
            if (seen[d] && (!has_cpu0[d] || cpu0))
                continue;
            seen[d] = true;
            has_cpu0[d] = cpu0;
            best[d] = (struct spb_cpu_pair){from->pus[i].cpu, from->pus[j].cpu};
        }
    }
    size_t count = 0;
    for (unsigned d = 0; d < DISTANCES; d++)
        if (seen[d])
            pairs[count++] = best[d];
    return count;
}

int spb_cpu_pairs_make(const struct spb_topology *topology, const struct spb_pin_policy *policy,
                       enum spb_cpu_pairs which, struct spb_cpu_pair **pairs, size_t *count, struct spb_error *err)
{
    struct candidates candidates;
    *pairs = NULL;
    *count = 0;
    int code = find_candidates(topology, policy, &candidates, err);
    size_t n = candidates.count;
    if (code == 0 && n >= 2) {
        size_t most = which == SPB_CPU_PAIRS_ALL ? n * (n - 1) / 2 : DISTANCES;
        *pairs = calloc(most, sizeof(**pairs));
        if (*pairs)
            *count = which == SPB_CPU_PAIRS_ALL ? list_all(&candidates, *pairs) : list_distances(&candidates, *pairs);
        else
            code = spb_error_set(err, -ENOMEM, "out of memory");
    }
    free(candidates.pus);
    return code;
}
