/* SPDX-License-Identifier: MIT
 *
 * The machine's shape: packages, cores, processing units (PUs), caches, NUMA nodes, and which of them this process may
 * use. hwloc stands behind it; no other room includes hwloc.
 *
 *     struct spb_topology *topology;
 *     if (spb_topology_open(&topology, NULL, err) < 0) ...      // this machine
 *     if (spb_topology_open(&topology, "synthetic:pack:2 core:4 pu:2", err) < 0) ...
 *     if (spb_topology_open(&topology, "captured.xml", err) < 0) ...
 *
 * Not thread-safe; strings and arrays returned belong to the topology and live until spb_topology_close.
 */
#ifndef SPB_TOPOLOGY_H
#define SPB_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

/* A CPU by the number the kernel gives it. Never mixed up with a list index. */
struct spb_cpu {
    unsigned os_index;
};

/* One PU. The numbers of core, package and NUMA node are logical (0, 1, 2 ... in topology order). */
struct spb_pu {
    struct spb_cpu cpu;
    unsigned core;
    unsigned package;
    unsigned numa_node;  /* logical */
    unsigned last_cache; /* last-level caches are numbered too; the same where none is known */
    unsigned smt_index;  /* 0 for the first PU of its core */
    unsigned efficiency; /* hwloc's rank of the core kind: higher is faster; 0 where all are alike or unknown */
    bool allowed;        /* in this process's cpuset and affinity */
};

struct spb_cache {
    unsigned level;
    char kind;              /* 'd' data, 'i' instruction, 'u' unified */
    uint64_t size_bytes;    /* 0: unknown */
    unsigned line_bytes;    /* 0: unknown */
    unsigned count;         /* how many of this level, kind, size and sharing there are */
    unsigned shared_by_pus; /* PUs below one of them */
};

struct spb_numa_node {
    unsigned os_index;
    uint64_t memory_bytes; /* 0: unknown */
    unsigned pu_count;     /* PUs that this is the nearest node of */
};

struct spb_core_kind {
    unsigned efficiency;
    unsigned pu_count;
    char name[32]; /* "IntelAtom", "IntelCore", or "" */
};

struct spb_topology;

/* `source`: NULL for the live machine, a file of hwloc XML, or "synthetic:" and an hwloc synthetic description. A live
 * topology includes only what is online, and marks what this process may use. On failure *topology is NULL. */
int spb_topology_open(struct spb_topology **topology, const char *source, struct spb_error *err);
void spb_topology_close(struct spb_topology *topology); /* NULL is fine */

bool spb_topology_is_live(const struct spb_topology *topology);
unsigned spb_topology_packages(const struct spb_topology *topology);
unsigned spb_topology_cores(const struct spb_topology *topology);
unsigned spb_topology_allowed_pus(const struct spb_topology *topology);
bool spb_topology_has_smt(const struct spb_topology *topology);

/* Arrays in topology order; *count is set. */
const struct spb_pu *spb_topology_pus(const struct spb_topology *topology, size_t *count);
const struct spb_cache *spb_topology_caches(const struct spb_topology *topology, size_t *count);
const struct spb_numa_node *spb_topology_numa_nodes(const struct spb_topology *topology, size_t *count);
const struct spb_core_kind *spb_topology_core_kinds(const struct spb_topology *topology, size_t *count);

#endif
