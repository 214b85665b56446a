/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "topology_internal.h"

/* The outermost data or unified cache above a PU. */
static unsigned last_cache_of(hwloc_obj_t pu)
{
    unsigned index = 0;
    for (hwloc_obj_t object = pu->parent; object; object = object->parent)
        if (hwloc_obj_type_is_dcache(object->type))
            index = object->logical_index;
    return index;
}

/* Cores and packages are numbered by where they change along the PUs, so that a tree without such a level (a synthetic
 * "pu:4", some virtual machines) still gives every PU a core and a package. */
static int copy_tree(struct spb_topology *topology, hwloc_topology_t source)
{
    struct spb_topology_summary *summary = &topology->summary;
    hwloc_obj_t last_core = NULL, last_package = NULL;
    unsigned smt_index = 0;
    for (unsigned i = 0; i < summary->pu_count; i++) {
        hwloc_obj_t pu = hwloc_get_obj_by_type(source, HWLOC_OBJ_PU, i);
        if (!pu)
            return -ENODATA;
        hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(source, HWLOC_OBJ_CORE, pu);
        hwloc_obj_t package = hwloc_get_ancestor_obj_by_type(source, HWLOC_OBJ_PACKAGE, pu);
        bool same_core = core && core == last_core;
        if (i == 0 || package != last_package)
            summary->package_count++;
        if (!same_core)
            summary->core_count++;
        smt_index = same_core ? smt_index + 1 : 0;
        summary->has_smt |= same_core;
        topology->pus[i] = (struct spb_pu){.cpu.os_index = pu->os_index,
                                           .core = summary->core_count - 1,
                                           .package = summary->package_count - 1,
                                           .last_cache = last_cache_of(pu),
                                           .smt_index = smt_index};
        last_core = core;
        last_package = package;
    }
    return 0;
}

/* The kernel's cpuset is in hwloc's allowed set, an affinity (taskset) only in the calling thread's binding. */
static int copy_allowed(struct spb_topology *topology, hwloc_topology_t source)
{
    hwloc_bitmap_t allowed = hwloc_bitmap_dup(hwloc_topology_get_allowed_cpuset(source));
    hwloc_bitmap_t affinity = hwloc_bitmap_alloc();
    if (allowed && affinity && topology->summary.is_live &&
        hwloc_get_cpubind(source, affinity, HWLOC_CPUBIND_THREAD) == 0)
        hwloc_bitmap_and(allowed, allowed, affinity);
    for (size_t i = 0; allowed && i < topology->summary.pu_count; i++) {
        struct spb_pu *pu = &topology->pus[i];
        pu->allowed = hwloc_bitmap_isset(allowed, pu->cpu.os_index);
        topology->summary.allowed_count += pu->allowed;
    }
    int code = allowed && affinity ? 0 : -ENOMEM;
    hwloc_bitmap_free(allowed);
    hwloc_bitmap_free(affinity);
    return code;
}

/* A PU may lie below several nodes (DRAM and HBM): its node is the one that the fewest PUs share, the first of equals.
 * `shared`: how many share the one found so far, a number a PU. */
static int copy_node(struct spb_topology *topology, hwloc_topology_t source, unsigned index, int *shared)
{
    hwloc_obj_t node = hwloc_get_obj_by_type(source, HWLOC_OBJ_NUMANODE, index);
    if (!node)
        return -ENODATA;
    int weight = hwloc_bitmap_weight(node->cpuset);
    topology->nodes[index].os_index = node->os_index;
    topology->nodes[index].memory_bytes = node->attr->numanode.local_memory;
    for (size_t i = 0; i < topology->summary.pu_count; i++) {
        struct spb_pu *pu = &topology->pus[i];
        if (!hwloc_bitmap_isset(node->cpuset, pu->cpu.os_index) || (shared[i] && weight >= shared[i]))
            continue;
        pu->numa_node = index;
        shared[i] = weight;
    }
    return 0;
}

static int copy_nodes(struct spb_topology *topology, hwloc_topology_t source)
{
    struct spb_topology_summary *summary = &topology->summary;
    topology->nodes = calloc(summary->node_count, sizeof(*topology->nodes));
    int *shared = calloc(summary->pu_count, sizeof(*shared));
    int code = topology->nodes && shared ? 0 : -ENOMEM;
    for (unsigned n = 0; code == 0 && n < summary->node_count; n++)
        code = copy_node(topology, source, n, shared);
    for (size_t i = 0; code == 0 && i < summary->pu_count; i++)
        topology->nodes[topology->pus[i].numa_node].pu_count++;
    free(shared);
    return code;
}

static void copy_kind(struct spb_topology *topology, hwloc_topology_t source, unsigned index, hwloc_bitmap_t cpus)
{
    struct spb_core_kind *kind = &topology->kinds[index];
    struct hwloc_info_s *infos = NULL;
    unsigned info_count = 0;
    int efficiency = -1;
    if (hwloc_cpukinds_get_info(source, index, cpus, &efficiency, &info_count, &infos, 0) < 0)
        return;
    kind->efficiency = efficiency < 0 ? 0 : (unsigned)efficiency;
    for (unsigned i = 0; i < info_count; i++)
        if (strcmp(infos[i].name, "CoreType") == 0)
            snprintf(kind->name, sizeof(kind->name), "%s", infos[i].value);
    for (size_t i = 0; i < topology->summary.pu_count; i++) {
        if (!hwloc_bitmap_isset(cpus, topology->pus[i].cpu.os_index))
            continue;
        topology->pus[i].efficiency = kind->efficiency;
        kind->pu_count++;
    }
}

static int copy_kinds(struct spb_topology *topology, hwloc_topology_t source)
{
    int count = hwloc_cpukinds_get_nr(source, 0);
    if (count <= 0)
        return 0;
    hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
    topology->kinds = calloc((size_t)count, sizeof(*topology->kinds));
    if (cpus && topology->kinds) {
        topology->summary.kind_count = (size_t)count;
        for (unsigned i = 0; i < (unsigned)count; i++)
            copy_kind(topology, source, i, cpus);
    }
    int code = cpus && topology->kinds ? 0 : -ENOMEM;
    hwloc_bitmap_free(cpus);
    return code;
}

static struct spb_cache describe_cache(hwloc_obj_t object)
{
    hwloc_obj_cache_type_t type = object->attr->cache.type;
    int pus = hwloc_bitmap_weight(object->cpuset);
    return (struct spb_cache){
        .level = object->attr->cache.depth,
        .kind = type == HWLOC_OBJ_CACHE_DATA          ? 'd'
                : type == HWLOC_OBJ_CACHE_INSTRUCTION ? 'i'
                                                      : 'u',
        .size_bytes = object->attr->cache.size,
        .line_bytes = object->attr->cache.linesize,
        .shared_by_pus = pus < 0 ? 0 : (unsigned)pus,
    };
}

static bool is_same_cache(const struct spb_cache *a, const struct spb_cache *b)
{
    return a->level == b->level && a->kind == b->kind && a->size_bytes == b->size_bytes &&
           a->shared_by_pus == b->shared_by_pus;
}

static int count_cache(struct spb_topology *topology, hwloc_obj_t object)
{
    struct spb_cache cache = describe_cache(object);
    size_t count = topology->summary.cache_count;
    for (size_t i = 0; i < count; i++) {
        if (!is_same_cache(&topology->caches[i], &cache))
            continue;
        topology->caches[i].count++;
        return 0;
    }
    struct spb_cache *more = realloc(topology->caches, (count + 1) * sizeof(*more));
    if (!more)
        return -ENOMEM;
    cache.count = 1;
    more[count] = cache;
    topology->caches = more;
    topology->summary.cache_count++;
    return 0;
}

static int copy_caches(struct spb_topology *topology, hwloc_topology_t source)
{
    static const hwloc_obj_type_t types[] = {
        HWLOC_OBJ_L1CACHE, HWLOC_OBJ_L1ICACHE, HWLOC_OBJ_L2CACHE, HWLOC_OBJ_L2ICACHE,
        HWLOC_OBJ_L3CACHE, HWLOC_OBJ_L3ICACHE, HWLOC_OBJ_L4CACHE, HWLOC_OBJ_L5CACHE,
    };
    for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++) {
        hwloc_obj_t object = NULL;
        while ((object = hwloc_get_next_obj_by_type(source, types[t], object)))
            if (count_cache(topology, object) < 0)
                return -ENOMEM;
    }
    return 0;
}

int spb_topology_copy(struct spb_topology *topology, hwloc_topology_t source)
{
    int pus = hwloc_get_nbobjs_by_type(source, HWLOC_OBJ_PU);
    int nodes = hwloc_get_nbobjs_by_type(source, HWLOC_OBJ_NUMANODE);
    if (pus <= 0 || nodes <= 0)
        return -ENODATA;
    if (pus > SPB_TOPOLOGY_PUS_MAX || nodes > SPB_TOPOLOGY_NODES_MAX)
        return -EFBIG;
    topology->summary.pu_count = (size_t)pus;
    topology->summary.node_count = (size_t)nodes;
    topology->pus = calloc((size_t)pus, sizeof(*topology->pus));
    if (!topology->pus)
        return -ENOMEM;
    int code = copy_tree(topology, source);
    if (code == 0)
        code = copy_allowed(topology, source);
    if (code == 0)
        code = copy_nodes(topology, source);
    if (code == 0)
        code = copy_kinds(topology, source);
    return code ? code : copy_caches(topology, source);
}
