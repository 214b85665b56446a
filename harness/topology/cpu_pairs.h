/* SPDX-License-Identifier: MIT
 *
 * Pairs of CPUs, for what passes between two of them.
 *
 *     struct spb_cpu_pair *pairs;
 *     if (spb_cpu_pairs_make(topology, &policy, SPB_CPU_PAIRS_DISTANCES, &pairs, &count, err) < 0) ...
 */
#ifndef SPB_CPU_PAIRS_H
#define SPB_CPU_PAIRS_H

#include "plan.h"

struct spb_cpu_pair {
    struct spb_cpu first;
    struct spb_cpu second;
};

enum spb_cpu_pairs {
    SPB_CPU_PAIRS_ALL,       /* every unordered pair */
    SPB_CPU_PAIRS_DISTANCES, /* one for each way in which two CPUs can lie to each other: in one core, below one last-level
                                cache, in one NUMA node, in one package, in none of them */
};

/* Of the allowed CPUs that the policy may use (with "none", of all allowed ones), in topology order. Fewer than two CPUs
 * have no pair: *count is 0 and *pairs NULL. The caller frees the array. 0, -ENOMEM, or what the policy makes impossible. */
int spb_cpu_pairs_make(const struct spb_topology *topology, const struct spb_pin_policy *policy,
                       enum spb_cpu_pairs which, struct spb_cpu_pair **pairs, size_t *count, struct spb_error *err);

#endif
