/* SPDX-License-Identifier: MIT
 *
 * Latency of loads from the NUMA node that is farthest from the CPU of the measured thread, beside that of its own. The
 * distances are those that the kernel has from the firmware.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ring.h"

#define NODES    "/sys/devices/system/node"
#define NODE_MAX 1023
/* Of <linux/mempolicy.h>: these nodes alone; pages that lie elsewhere are moved, or it is an error. */
#define BIND_POLICY 2
#define BIND_STRICT 1
#define BIND_MOVE   2

struct area {
    struct ring ring;
    char *memory;
    size_t bytes;
    unsigned from; /* node */
    unsigned to;
};

static int read_line(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    int read = fgets(text, (int)size, file) != NULL;
    fclose(file);
    return read;
}

/* Is `number` in a list such as "0-1,3"? */
static int is_listed(const char *list, unsigned long number)
{
    char *rest;
    for (const char *at = list; *at && *at != '\n'; at = *rest == ',' ? rest + 1 : rest) {
        unsigned long first = strtoul(at, &rest, 10), last = first;
        if (rest == at)
            return 0;
        if (*rest == '-')
            last = strtoul(rest + 1, &rest, 10);
        if (first <= number && number <= last)
            return 1;
    }
    return 0;
}

static unsigned count_nodes(const char *list)
{
    unsigned count = 0;
    for (unsigned long node = 0; node <= NODE_MAX; node++)
        count += (unsigned)is_listed(list, node);
    return count;
}

static const char *one_node(void)
{
    char list[256] = "";
    if (!read_line(NODES "/has_memory", list, sizeof(list)))
        return "this kernel shows no NUMA nodes";
    return count_nodes(list) < 2 ? "this machine has one NUMA node with memory" : NULL;
}

/* The node with memory that is farthest from `from`: "10 21 21" are its distances to the online nodes in turn. */
static unsigned find_far(unsigned from)
{
    char path[64], distances[4096] = "", online[256] = "", memory[256] = "";
    unsigned far = from;
    unsigned long most = 0;
    snprintf(path, sizeof(path), NODES "/node%u/distance", from);
    if (!read_line(path, distances, sizeof(distances)) || !read_line(NODES "/online", online, sizeof(online)) ||
        !read_line(NODES "/has_memory", memory, sizeof(memory)))
        return from;
    char *at = distances, *rest;
    for (unsigned node = 0; node <= NODE_MAX; node++) {
        if (!is_listed(online, node))
            continue;
        unsigned long distance = strtoul(at, &rest, 10);
        if (rest == at)
            break;
        at = rest;
        if (is_listed(memory, node) && distance > most) {
            most = distance;
            far = node;
        }
    }
    return far;
}

static int bind_area(const struct area *area)
{
    unsigned long mask[(NODE_MAX + 1) / (8 * sizeof(unsigned long))] = {0};
    mask[area->to / (8 * sizeof(*mask))] |= 1ul << area->to % (8 * sizeof(*mask));
    long result = syscall(SYS_mbind, area->memory, area->bytes, BIND_POLICY, mask, (unsigned long)NODE_MAX + 1,
                          BIND_STRICT | BIND_MOVE);
    return result < 0 ? -errno : 0;
}

/* The harness's memory lies on the node of the plan, from where it is moved. */
static int set_up(struct spb_bench *bench)
{
    struct area *area = spb_alloc(bench, sizeof(*area));
    if (!area)
        return -1;
    spb_set_state(bench, area);
    if (syscall(SYS_getcpu, NULL, &area->from, NULL) < 0)
        return spb_fail(bench, "getcpu: %s", strerror(errno));
    area->to = strcmp(spb_param_text(bench, "node"), "remote") == 0 ? find_far(area->from) : area->from;
    area->bytes = spb_param(bench, "size");
    area->memory = spb_alloc_shared(bench, area->bytes);
    if (!area->memory)
        return -1;
    int code = bind_area(area);
    if (code < 0)
        return spb_fail(bench, "memory cannot be bound to node %u: %s", area->to, strerror(-code));
    area->ring = (struct ring){.base = area->memory, .places = area->bytes / LINE_BYTES, .step_bytes = LINE_BYTES};
    spb_ring_link(&area->ring, spb_seed(bench));
    spb_set_work(bench, RING_LOADS);
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct area *area = thread->state;
    spb_ring_walk(&area->ring, iterations);
}

static int verify(struct spb_bench *bench)
{
    const struct area *area = spb_state(bench);
    spb_report(bench, "from-node", "", area->from);
    spb_report(bench, "to-node", "", area->to);
    return spb_ring_verify(bench, &area->ring);
}

static const struct spb_param_spec params[] = {
    {.name = "node",
     .summary = "the farthest node with memory, or the CPU's own",
     .defaults = "remote,local",
     .choices = "remote,local",
     .kind = SPB_PARAM_CHOICE},
    {.name = "size", .summary = "bytes walked over", .defaults = "llc*4", .minimum = 4096, .kind = SPB_PARAM_BYTES},
    {0},
};

const struct spb_workload spb_memory_numa_latency = {
    SPB_WORKLOAD_HEADER,
    .name = "memory/numa-latency",
    .summary = "the walk of memory/latency in the memory of another NUMA node",
    .meaning = "what a program pays whose memory lies on the wrong node",
    .unit = "access",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = params,
    .unavailable = one_node,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
