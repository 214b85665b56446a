/* SPDX-License-Identifier: MIT
 *
 * A thread that writes to each page of its stack before it ends. glibc keeps the stacks of ended threads for the next
 * ones but gives their pages back, so that each thread faults them in anew; the faults stand in the row's metrics.
 */
#include <alloca.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "sanitizer.h"
#include "spbench.h"

/* Beside what is touched, for the thread's own data, which lies there too, and frames. */
#ifdef THREAD_SANITIZER
#define MARGIN_BYTES ((size_t)8 << 20)
#else
#define MARGIN_BYTES ((size_t)64 << 10)
#endif

struct nursery {
    pthread_attr_t attributes;
    size_t touch_bytes;
    size_t page_bytes;
    _Atomic uint64_t pages; /* written by all threads */
    uint64_t wanted;
    int error;
};

static void *touch_stack(void *argument)
{
    struct nursery *nursery = argument;
    // cppcheck-suppress allocaCalled ; the stack is what is to be touched
    volatile char *stack = alloca(nursery->touch_bytes);
    uint64_t pages = 0;
    for (size_t at = 0; at < nursery->touch_bytes; at += nursery->page_bytes) {
        stack[at] = 1;
        pages += (uint64_t)stack[at];
    }
    atomic_fetch_add_explicit(&nursery->pages, pages, memory_order_relaxed);
    return NULL;
}

static int set_up(struct spb_bench *bench)
{
    struct nursery *nursery = spb_alloc(bench, sizeof(*nursery));
    if (!nursery)
        return -1;
    size_t stack = spb_param(bench, "stack");
    nursery->page_bytes = (size_t)sysconf(_SC_PAGESIZE);
    nursery->touch_bytes = stack;
    stack = (stack + MARGIN_BYTES + nursery->page_bytes - 1) / nursery->page_bytes * nursery->page_bytes;
    pthread_attr_init(&nursery->attributes);
    int error = pthread_attr_setstacksize(&nursery->attributes, stack);
    spb_set_state(bench, nursery);
    return error ? spb_fail(bench, "a stack of %zu bytes cannot be had: %s", stack, strerror(error)) : 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct nursery *nursery = thread->state;
    pthread_t child;

    for (uint64_t i = 0; i < iterations && nursery->error == 0; i++) {
        nursery->error = pthread_create(&child, &nursery->attributes, touch_stack, nursery);
        if (nursery->error == 0)
            pthread_join(child, NULL);
    }
    nursery->wanted += iterations * ((nursery->touch_bytes + nursery->page_bytes - 1) / nursery->page_bytes);
}

static int verify(struct spb_bench *bench)
{
    struct nursery *nursery = spb_state(bench);
    uint64_t pages = atomic_load(&nursery->pages);

    if (nursery->error)
        return spb_fail(bench, "a thread could not be created: %s", strerror(nursery->error));
    if (pages != nursery->wanted)
        return spb_fail(bench, "%llu pages of stacks were written, not %llu", (unsigned long long)pages,
                        (unsigned long long)nursery->wanted);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "stack",
     .summary = "bytes of stack that are touched",
     .defaults = "256KiB",
     .minimum = 4096,
     .maximum = (uint64_t)1 << 30,
     .kind = SPB_PARAM_BYTES},
    {0},
};

const struct spb_workload spb_thread_spawn_stack = {
    SPB_WORKLOAD_HEADER,
    .name = "thread/spawn-stack",
    .summary = "pthread_create and pthread_join of a thread that touches its stack",
    .meaning = "cost of a thread with deep calls: beside its birth, the page faults of a fresh stack",
    .unit = "spawn",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = params,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
