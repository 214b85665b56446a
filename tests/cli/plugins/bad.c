/* SPDX-License-Identifier: MIT
 *
 * A plug-in with one fault, chosen by -DFAULT_...
 */
#include <signal.h>
#include <spbench.h>
#include <stdio.h>
#include <unistd.h>

#if defined(FAULT_CRASH)
__attribute__((constructor)) static void crash(void)
{
    fprintf(stderr, "about to fall\n");
    signal(SIGSEGV, SIG_DFL); /* sanitizers catch it; here it is meant to kill */
    raise(SIGSEGV);
}
#elif defined(FAULT_EXIT)
__attribute__((constructor)) static void leave(void)
{
    _exit(0);
}
#elif defined(FAULT_HANG)
__attribute__((constructor)) static void hang(void)
{
    for (;;)
        pause();
}
#elif defined(FAULT_CHATTER)
__attribute__((constructor)) static void chat(void)
{
    puts("hello from a constructor");
    fflush(stdout);
}
#elif defined(FAULT_UNDEFINED)
void function_of_nobody(void);
#endif

static int set_up(struct spb_bench *bench)
{
#if defined(FAULT_SET_UP)
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
#endif
    (void)bench;
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    (void)thread;
#if defined(FAULT_UNDEFINED)
    function_of_nobody();
#endif
    for (uint64_t i = 0; i < iterations; i++)
        spb_keep(i);
}

#if defined(FAULT_NAME)
#define NAME "no-family"
#elif defined(FAULT_BUILT_IN)
#define NAME "self/null"
#else
#define NAME "my/fault"
#endif

/* As a later spbench.h may have it. */
struct longer {
    struct spb_workload known;
    uint64_t added;
};

static const struct longer workload = {
    .known =
        {
#if defined(FAULT_WORKLOAD_VERSION)
            .abi_version = SPB_ABI_VERSION + 1,
            .struct_bytes = sizeof(struct spb_workload),
#elif defined(FAULT_SHORT)
            .abi_version = SPB_ABI_VERSION,
            .struct_bytes = offsetof(struct spb_workload, thread_tear_down),
            .thread_tear_down = (void (*)(struct spb_thread *))1, /* not its own any more: must not be called */
#elif defined(FAULT_LONG) || defined(FAULT_NEWER)
            .abi_version = SPB_ABI_VERSION,
            .struct_bytes = sizeof(struct longer),
#else
            SPB_WORKLOAD_HEADER,
#endif
#if !defined(FAULT_NO_RUN)
            .run = run,
#endif
            .name = NAME,
            .summary = "s",
            .meaning = "m",
            .unit = "u",
            .version = 1,
            .set_up = set_up},
#if defined(FAULT_NEWER)
    .added = 1,
#endif
};

#if defined(FAULT_TWICE)
static const struct spb_workload *const workloads[] = {&workload.known, &workload.known, NULL};
#elif defined(FAULT_EMPTY)
static const struct spb_workload *const workloads[] = {NULL};
#else
static const struct spb_workload *const workloads[] = {&workload.known, NULL};
#endif

#if defined(FAULT_VERSION)
SPB_API extern const struct spb_plugin spb_plugin;
const struct spb_plugin spb_plugin = {SPB_ABI_VERSION + 41, sizeof(struct spb_plugin), workloads};
#elif defined(FAULT_NULL)
SPB_PLUGIN(NULL)
#elif !defined(FAULT_SYMBOL)
SPB_PLUGIN(workloads)
#else
SPB_API const void *unused(void);
const void *unused(void)
{
    return workloads;
}
#endif
