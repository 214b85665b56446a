/* SPDX-License-Identifier: MIT
 *
 * Workloads that misbehave on one side of a pair, and the worker that runs them: the test program itself, with what a worker does
 * in earnest. A side is told by its environment: SIDE=base or SIDE=new.
 */
#ifndef SPB_TEST_PAIR_SUBJECT_H
#define SPB_TEST_PAIR_SUBJECT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "pair_runner.h"
#include "pair_schedule.h"
#include "worker.h"

static volatile sig_atomic_t pair_subject_stop;

static bool on_new_side(void)
{
    const char *side = getenv("SIDE");
    return side && strcmp(side, "new") == 0;
}

/* ---- in the worker ----------------------------------------------------------------------------------------------- */

static bool is_named(const struct spb_thread *thread, const char *name)
{
    const char *behaviour = spb_param_text(thread->bench, "behaviour");
    return on_new_side() && strcmp(behaviour, name) == 0;
}

struct subject {
    volatile uint64_t *words; /* shared: the last value written, and whether someone is at work */
    uint64_t value;
    uint64_t calls;
    uint64_t first_iterations, first_ns; /* of the first call, and when that was */
    int cpu;                             /* that the first call ran on */
    bool saw_other;                      /* what the other process had written */
    uint64_t seconds_calls;              /* of the second thread, where there is one */
};

enum { WORDS = 4096, VALUE = WORDS - 2, BUSY };

/* Puts something where the next shared block should be, and asks for one. */
static int stand_in_the_way(struct spb_bench *bench, const struct subject *subject)
{
    void *next = (void *)(uintptr_t)(subject->words + WORDS);
    void *there = mmap(next, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    bool in_the_way = there == next || errno == EEXIST; /* something is there already */
    return in_the_way && spb_alloc_shared(bench, 4096) ? 0 : -1;
}

/* Where the memory is shared, which it is not a second time: the user is then asked to press Ctrl-C. */
static void ask_to_stop(const struct subject *subject)
{
    uint64_t address = (uintptr_t)subject->words;
    if (!on_new_side() || address < UINT64_C(0x2000000000) || address > UINT64_C(0x4000000000))
        return;
    subject->words[17] = 1;
    kill(getppid(), SIGUSR1);
}

static int set_up_subject(struct spb_bench *bench)
{
    const char *behaviour = spb_param_text(bench, "behaviour");
    struct subject *subject = spb_alloc(bench, sizeof(*subject));
    if (on_new_side() && strcmp(behaviour, "set-up-fails") == 0)
        return spb_fail(bench, "no data there");
    if (on_new_side() && strcmp(behaviour, "set-up-crashes") == 0)
        kill(getpid(), SIGSEGV);
    subject->words = spb_alloc_shared(bench, WORDS * sizeof(uint64_t));
    if (!subject->words)
        return -1;
    for (size_t i = 0; i < VALUE; i++)
        subject->words[i] = spb_seed(bench) + i;
    if (strcmp(behaviour, "stands-in-the-way") == 0 && stand_in_the_way(bench, subject) < 0)
        return -1;
    if (strcmp(behaviour, "writes-otherwise") == 0)
        subject->words[17] = on_new_side();
    if (strcmp(behaviour, "asks-to-stop") == 0)
        ask_to_stop(subject);
    spb_set_state(bench, subject);
    spb_set_work(bench, on_new_side() && strcmp(behaviour, "works-more") == 0 ? 2 : 1);
    return 0;
}

static void misbehave(const struct spb_thread *thread, const struct subject *subject)
{
    if (is_named(thread, "run-fails") && subject->calls > 10)
        spb_fail(thread->bench, "the sum is wrong");
    if (is_named(thread, "crashes") && subject->calls > 10)
        kill(getpid(), SIGSEGV);
    if (is_named(thread, "hangs"))
        for (;;)
            pause();
    if (is_named(thread, "dawdles"))
        usleep(60000);
    if (is_named(thread, "exits")) {
        fprintf(stderr, "first line\nsomething is missing\n");
        _exit(7);
    }
}

static uint64_t own_mark(const struct subject *subject)
{
    return subject->value ^ (uint64_t)getpid() << 32;
}

/* Nothing is shared where set-up has found contents that differ. */
static void run_subject(struct spb_thread *thread, uint64_t iterations)
{
    struct subject *subject = thread->state;
    if (thread->index > 0) {
        subject->seconds_calls++;
        return;
    }
    if (subject->words[BUSY])
        spb_fail(thread->bench, "both processes run at once");
    subject->words[BUSY] = 1;
    misbehave(thread, subject);
    if (subject->calls++ == 0) {
        subject->first_iterations = iterations;
        subject->first_ns = spb_now_ns();
        subject->cpu = sched_getcpu();
    }
    uint64_t found = subject->words[VALUE];
    subject->saw_other = subject->saw_other || (found && found != own_mark(subject));
    for (uint64_t i = 0; i < iterations; i++) {
        subject->value++;
        subject->words[VALUE] = own_mark(subject);
        for (unsigned spin = 0; spin < 200; spin++)
            spb_keep(spin);
    }
    subject->words[BUSY] = 0;
}

static void abort_at_exit(void)
{
    abort();
}

/* What the process was given, for the test to hold the sides against each other. */
static void report_layout(struct spb_bench *bench)
{
    const struct subject *subject = spb_state(bench);
    size_t bytes = 0;
    for (char **at = environ; *at; at++)
        bytes += strlen(*at) + 1 + sizeof(char *);
    spb_report(bench, "environment", "bytes", (double)bytes);
    spb_report(bench, "path", "bytes", (double)strlen((const char *)(uintptr_t)getauxval(AT_EXECFN)));
    spb_report(bench, "data", "", (double)(spb_seed(bench) >> 12));
    spb_report(bench, "address", "", (double)((uintptr_t)subject->words >> 12));
    spb_report(bench, "side", "", on_new_side());
    spb_report(bench, "seconds-calls", "", (double)subject->seconds_calls);
    spb_report(bench, "cpu", "", subject->cpu);
    spb_report(bench, "saw-other", "", subject->saw_other);
    spb_report(bench, "first-iterations", "", (double)subject->first_iterations);
    spb_report(bench, "first-time", "ns", (double)subject->first_ns);
}

static int verify_subject(struct spb_bench *bench)
{
    const struct subject *subject = spb_state(bench);
    const char *behaviour = spb_param_text(bench, "behaviour");
    report_layout(bench);
    if (on_new_side() && strcmp(behaviour, "verify-fails") == 0)
        return spb_fail(bench, "a wrong result");
    if (on_new_side() && strcmp(behaviour, "crashes-at-exit") == 0)
        atexit(abort_at_exit);
    if (subject->words[VALUE] != own_mark(subject))
        return spb_fail(bench, "what stands there is of the other process");
    return 0;
}

static const struct spb_param_spec subject_params[] = {
    {.name = "behaviour", .summary = "what it does", .defaults = "well", .choices = "well", .kind = SPB_PARAM_CHOICE},
    {0},
};
static const struct spb_workload subject_workload = {
    SPB_WORKLOAD_HEADER,
    .name = "t/subject",
    .summary = "behaves as it is told",
    .unit = "operation",
    .version = 1,
    .params = subject_params,
    .threads_max = 2,
    .set_up = set_up_subject,
    .run = run_subject,
    .verify = verify_subject,
};

/* One that does not keep to the messages. */
static int talk_nonsense(void)
{
    return write(SPB_WORKER_FD, "12345678nonsense", 16) == 16 ? (pause(), 0) : 8;
}

static int be_worker(void)
{
    static const struct spb_workload *const table[] = {&subject_workload, NULL};
    static const struct rlimit no_core = {0, 0};
    struct spb_registry registry = {0};
    struct spb_job job;
    struct spb_process process;
    setrlimit(RLIMIT_CORE, &no_core);
    signal(SIGSEGV, SIG_DFL); /* sanitizers would turn them into exit codes */
    signal(SIGABRT, SIG_DFL);
    if (spb_worker_receive(SPB_WORKER_FD, &job, NULL) < 0)
        return 9;
    if (job.param_count && strcmp(job.params[0].text, "talks-nonsense") == 0 && on_new_side())
        return talk_nonsense();
    if (spb_registry_add(&registry, table, NULL, NULL, NULL) < 0)
        return 10;
    struct spb_worker_options options = {.registry = &registry, .stop = &pair_subject_stop, .fd = SPB_WORKER_FD};
    spb_worker_measure(&options, &job, &process);
    int code = spb_worker_send(SPB_WORKER_FD, job.paired, &process, NULL);
    spb_process_release(&process);
    spb_job_release(&job);
    spb_registry_release(&registry);
    return code < 0 ? 11 : 0;
}

/* ---- in the test ------------------------------------------------------------------------------------------------- */

/* The sanitizers' own memory lies where both would have theirs: here as in the workers. */
static inline bool can_share(void)
{
    uintptr_t address = spb_pair_draw(3, "t/subject", 0, (const size_t[]){1, 1}).shared_address;
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
    void *memory = mmap((void *)address, 4096, PROT_READ, flags, -1, 0);
    if (memory == MAP_FAILED)
        return false;
    munmap(memory, 4096);
    return memory == (void *)address;
}

#define SUBJECT_TIMEOUT_NS UINT64_C(60000000000)

static inline struct spb_paired_row make_subject_row(const char *behaviour)
{
    struct spb_row row = {.workload = strdup("t/subject"),
                          .unit = strdup("operation"),
                          .workload_version = 1,
                          .threads = 1,
                          .params = calloc(1, sizeof(struct spb_param_value)),
                          .param_count = 1};
    row.params[0] = (struct spb_param_value){strdup("behaviour"), strdup(behaviour), 0, SPB_PARAM_CHOICE};
    return (struct spb_paired_row){.row = row};
}

/* Short pairs: two rounds of slices that last a tenth of a millisecond. */
static inline struct spb_pair_runner_options subject_options(struct spb_paired_row *rows, size_t row_count)
{
    static const char *const base[] = {"SIDE=base"}, *const new[] = {"SIDE=new", "FURTHER=of the new side alone"};
    static const struct spb_pair_build this_program = {0};
    return (struct spb_pair_runner_options){
        .rows = rows,
        .row_count = row_count,
        .sides = {{.builds = &this_program, .build_count = 1, .environment = base, .environment_count = 1},
                  {.builds = &this_program, .build_count = 1, .environment = new, .environment_count = 2}},
        .pair_count = 2,
        .rounds = 2,
        .slice_ns = 100000,
        .warm_up_max_ns = 1000000,
        .timeout_ns = SUBJECT_TIMEOUT_NS,
        .seed = 3,
        .cancel_fd = -1,
    };
}

#endif
