/* SPDX-License-Identifier: MIT
 *
 * Binding needs a topology object of hwloc's, but nothing of what is in it: the kernel checks every CPU and node
 * itself. So the topology is a constant with a few bytes of XML, declared to be this system. Measured with hwloc 2.9.0,
 * first open in a process, on 2 CPUs | on a made-up /sys of 256 CPUs:
 *
 *     default discovery                           1.8 to 3.7 ms
 *     no object kept but PUs (KEEP_NONE)          1.3 to 2.6 ms
 *     the same without the x86 (CPUID) component  0.7 to 0.9 ms | 23 ms
 *     the machine's own XML, KEEP_NONE            0.04 ms and the cost of having it | 1.1 ms
 *     synthetic "numa:1 pu:256"                   1.1 to 2.5 ms | cubic: 39 ms for 1024 PUs
 *     this constant                               0.10 to 0.16 ms, for every machine
 */
#include "binder.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>

#include <hwloc.h>

/* hwloc refuses to bind outside the complete set, and takes a set that covers the topology's whole set for "anywhere".
 * Hence complete sets without end, and two PUs and two nodes, so that no single one is ever the whole. */
static const char anywhere[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<!DOCTYPE topology SYSTEM \"hwloc2.dtd\">\n"
    "<topology version=\"2.0\">\n"
    "<object type=\"Machine\" os_index=\"0\" cpuset=\"0x3\" complete_cpuset=\"0xf...f\" allowed_cpuset=\"0x3\""
    " nodeset=\"0x3\" complete_nodeset=\"0xf...f\" allowed_nodeset=\"0x3\">\n"
    "<object type=\"NUMANode\" os_index=\"0\" cpuset=\"0x3\" complete_cpuset=\"0x3\" nodeset=\"0x1\""
    " complete_nodeset=\"0x1\"/>\n"
    "<object type=\"NUMANode\" os_index=\"1\" cpuset=\"0x3\" complete_cpuset=\"0x3\" nodeset=\"0x2\""
    " complete_nodeset=\"0x2\"/>\n"
    "<object type=\"PU\" os_index=\"0\" cpuset=\"0x1\" complete_cpuset=\"0x1\" nodeset=\"0x3\""
    " complete_nodeset=\"0x3\"/>\n"
    "<object type=\"PU\" os_index=\"1\" cpuset=\"0x2\" complete_cpuset=\"0x2\" nodeset=\"0x3\""
    " complete_nodeset=\"0x3\"/>\n"
    "</object>\n"
    "</topology>\n";

enum { NODES_MAX = 1024, CPUS_MAX = 65536 }; /* at least the kernel's largest MAX_NUMNODES and NR_CPUS */

struct spb_binder {
    hwloc_topology_t topology;
    hwloc_bitmap_t allowed; /* where the opening thread was allowed to run */
};

static int load(struct spb_binder *binder)
{
    errno = 0;
    if (hwloc_topology_init(&binder->topology) < 0) {
        binder->topology = NULL;
        return -ENOMEM;
    }
    if (hwloc_topology_set_flags(binder->topology, HWLOC_TOPOLOGY_FLAG_IS_THISSYSTEM) < 0 ||
        hwloc_topology_set_xmlbuffer(binder->topology, anywhere, sizeof(anywhere)) < 0 ||
        hwloc_topology_load(binder->topology) < 0 ||
        hwloc_get_cpubind(binder->topology, binder->allowed, HWLOC_CPUBIND_THREAD) < 0)
        return errno ? -errno : -EINVAL;
    return 0;
}

int spb_binder_open(struct spb_binder **binder, struct spb_error *err)
{
    *binder = NULL;
    struct spb_binder *made = calloc(1, sizeof(*made));
    if (made)
        made->allowed = hwloc_bitmap_alloc();
    int code = made && made->allowed ? load(made) : -ENOMEM;
    if (code) {
        spb_binder_close(made);
        return spb_error_system(err, -ENOTSUP, "hwloc cannot bind threads here");
    }
    *binder = made;
    return 0;
}

void spb_binder_close(struct spb_binder *binder)
{
    if (!binder)
        return;
    if (binder->topology)
        hwloc_topology_destroy(binder->topology);
    hwloc_bitmap_free(binder->allowed);
    free(binder);
}

struct spb_cpu spb_binder_current_cpu(void)
{
    return (struct spb_cpu){.os_index = (unsigned)sched_getcpu()};
}

static int refuse_cpu(const struct spb_binder *binder, struct spb_cpu cpu, struct spb_error *err)
{
    char allowed[512];
    hwloc_bitmap_list_snprintf(allowed, sizeof(allowed), binder->allowed);
    return spb_error_set(err, -EINVAL, "CPU %u is offline or not allowed to this process; allowed: %s", cpu.os_index,
                         allowed);
}

int spb_binder_pin_thread(struct spb_binder *binder, struct spb_cpu cpu, struct spb_error *err)
{
    if (!hwloc_bitmap_isset(binder->allowed, cpu.os_index))
        return refuse_cpu(binder, cpu, err);
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    if (!set || hwloc_bitmap_only(set, cpu.os_index) < 0) {
        hwloc_bitmap_free(set);
        return spb_error_set(err, -ENOMEM, "out of memory");
    }
    int code = hwloc_set_cpubind(binder->topology, set, HWLOC_CPUBIND_THREAD) < 0 ? -errno : 0;
    hwloc_bitmap_free(set);
    if (code == -EINVAL)
        return refuse_cpu(binder, cpu, err);
    if (code)
        return spb_error_system(err, code, "CPU %u: the thread cannot be pinned", cpu.os_index);
    unsigned now = spb_binder_current_cpu().os_index;
    if (now != cpu.os_index)
        return spb_error_set(err, -EIO, "the thread was pinned to CPU %u and runs on CPU %u", cpu.os_index, now);
    return 0;
}

/* Not by hwloc, which takes a set that covers its topology, here CPUs 0 and 1, for "anywhere". */
int spb_binder_confine_thread(struct spb_binder *binder, const struct spb_cpu *cpus, unsigned count,
                              struct spb_error *err)
{
    int code = 0;
    size_t bytes = CPU_ALLOC_SIZE(CPUS_MAX);
    cpu_set_t *set = CPU_ALLOC(CPUS_MAX);
    if (!set)
        return spb_error_set(err, -ENOMEM, "out of memory");
    CPU_ZERO_S(bytes, set);
    for (unsigned i = 0; i < count && code == 0; i++) {
        if (cpus[i].os_index >= CPUS_MAX || !hwloc_bitmap_isset(binder->allowed, cpus[i].os_index))
            code = refuse_cpu(binder, cpus[i], err);
        else
            CPU_SET_S(cpus[i].os_index, bytes, set);
    }
    if (code == 0 && sched_setaffinity(0, bytes, set) < 0)
        code = spb_error_system(err, -errno, "the thread cannot be bound to its CPUs");
    CPU_FREE(set);
    return code;
}

static int explain_memory(int code, unsigned node, struct spb_error *err)
{
    switch (-code) {
    case EINVAL:
        return spb_error_set(err, -EINVAL,
                             "NUMA node %u does not exist, has no memory or is not allowed to this "
                             "process; 'spbench topo' lists the nodes",
                             node);
    case ENOSYS:
        return spb_error_set(err, -ENOTSUP, "this kernel has no NUMA memory policy (mbind)");
    case EPERM:
        return spb_error_set(err, -ENOTSUP,
                             "memory cannot be bound to NUMA node %u: mbind is forbidden, as in a "
                             "container without the SYS_NICE capability",
                             node);
    default:
        return spb_error_system(err, code, "memory cannot be bound to NUMA node %u", node);
    }
}

int spb_binder_bind_memory(struct spb_binder *binder, void *address, size_t bytes, unsigned numa_os_index,
                           struct spb_error *err)
{
    if (numa_os_index >= NODES_MAX)
        return explain_memory(-EINVAL, numa_os_index, err);
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    int code = set && hwloc_bitmap_only(set, numa_os_index) == 0 ? 0 : -ENOMEM;
    if (code == 0 && hwloc_set_area_membind(binder->topology, address, bytes, set, HWLOC_MEMBIND_BIND,
                                            HWLOC_MEMBIND_BYNODESET | HWLOC_MEMBIND_STRICT) < 0)
        code = -errno;
    hwloc_bitmap_free(set);
    return code ? explain_memory(code, numa_os_index, err) : 0;
}
