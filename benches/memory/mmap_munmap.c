/* SPDX-License-Identifier: MIT
 *
 * A mapping made, touched at one page, and taken away again: what large blocks cost an allocator that keeps none.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "spbench.h"

struct mappings {
    size_t bytes;
    uint64_t made;
    uint64_t wanted;
    uint64_t sum; /* of what was written and read back */
    int error;
};

static int set_up(struct spb_bench *bench)
{
    struct mappings *mappings = spb_alloc(bench, sizeof(*mappings));
    if (!mappings)
        return -1;
    mappings->bytes = spb_param(bench, "size");
    spb_set_state(bench, mappings);
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct mappings *mappings = thread->state;
    for (uint64_t i = 0; i < iterations && !mappings->error; i++) {
        volatile char *memory = mmap(NULL, mappings->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) {
            mappings->error = errno;
            break;
        }
        *memory = 1;
        mappings->sum += (uint64_t)*memory;
        if (munmap((void *)(uintptr_t)memory, mappings->bytes) < 0)
            mappings->error = errno;
        mappings->made++;
    }
    mappings->wanted += iterations;
}

static int verify(struct spb_bench *bench)
{
    const struct mappings *mappings = spb_state(bench);
    if (mappings->error || mappings->made != mappings->wanted || mappings->sum != mappings->wanted)
        return spb_fail(bench, "%llu of %llu mappings were made: %s", (unsigned long long)mappings->made,
                        (unsigned long long)mappings->wanted, strerror(mappings->error));
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "size",
     .summary = "bytes of the mapping, of which one page is touched",
     .defaults = "64KiB",
     .minimum = 1,
     .kind = SPB_PARAM_BYTES},
    {0},
};

const struct spb_workload spb_memory_mmap_munmap = {
    SPB_WORKLOAD_HEADER,
    .name = "memory/mmap-munmap",
    .summary = "mmap of anonymous memory, one page fault, munmap",
    .meaning = "price of memory straight from the kernel",
    .unit = "mapping",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = params,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
