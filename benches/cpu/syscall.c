/* SPDX-License-Identifier: MIT
 *
 * The smallest system call: getppid, which nothing caches. What is left is the way into the kernel and back, with what the
 * mitigations against speculation put there (`spbench doctor` lists them).
 */
#include <sys/syscall.h>
#include <unistd.h>

#include "spbench.h"

struct calls {
    uint64_t sum; /* of what they returned */
    uint64_t made;
};

static int set_up(struct spb_bench *bench)
{
    struct calls *calls = spb_alloc(bench, sizeof(*calls));
    if (!calls)
        return -1;
    spb_set_state(bench, calls);
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct calls *calls = thread->state;
    uint64_t sum = 0;
    for (uint64_t i = 0; i < iterations; i++)
        sum += (uint64_t)syscall(SYS_getppid);
    calls->sum += sum;
    calls->made += iterations;
}

static int verify(struct spb_bench *bench)
{
    const struct calls *calls = spb_state(bench);
    if (calls->sum != calls->made * (uint64_t)getppid())
        return spb_fail(bench, "the calls did not all return the parent's number");
    return 0;
}

const struct spb_workload spb_cpu_syscall = {
    SPB_WORKLOAD_HEADER,
    .name = "cpu/syscall",
    .summary = "the system call getppid",
    .meaning = "price of entering the kernel; it jumps when mitigations are switched, or under some sandboxes",
    .unit = "call",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
