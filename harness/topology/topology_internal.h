/* SPDX-License-Identifier: MIT
 *
 * What a topology is inside: hwloc's tree copied into flat arrays.
 */
#ifndef SPB_TOPOLOGY_INTERNAL_H
#define SPB_TOPOLOGY_INTERNAL_H

#include <hwloc.h>

#include "topology.h"

/* More than any Linux kernel can be built for (NR_CPUS 8192, MAX_NUMNODES 1024). */
enum { SPB_TOPOLOGY_PUS_MAX = 8192, SPB_TOPOLOGY_NODES_MAX = 1024 };

/* The members without pointers, so that they can cross a pipe as they are. */
struct spb_topology_summary {
    bool is_live;
    bool has_smt;
    unsigned package_count;
    unsigned core_count;
    unsigned allowed_count;
    size_t pu_count;
    size_t cache_count;
    size_t node_count;
    size_t kind_count;
};

struct spb_topology {
    struct spb_topology_summary summary;
    struct spb_pu *pus;
    struct spb_cache *caches;
    struct spb_numa_node *nodes;
    struct spb_core_kind *kinds;
};

/* Fills a zeroed topology from a loaded one. 0, -ENODATA (no PU), -EFBIG (above the limits) or -ENOMEM; what was filled
 * is the caller's to release in every case. */
int spb_topology_copy(struct spb_topology *topology, hwloc_topology_t source);

#endif
