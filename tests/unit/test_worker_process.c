/* SPDX-License-Identifier: MIT
 *
 * The runner's side of a worker. The worker is this very program, which misbehaves as its job's seed says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "runner.h"
#include "worker.h"
#include "worker_process.h"

enum behaviour {
    REPORT,
    CRASH,
    HANG,
    FORK_AND_HANG,
    EXIT,
    SILENT,
    GARBAGE,
    FLOOD,
    FAIL,
    WAIT_FOR_STOP,
    FLOOD_FOR_EVER
};

static void report(unsigned samples, const char *reason)
{
    struct spb_process process = {.work_per_iteration = 1, .settled = true, .sample_count = samples};
    process.samples = calloc(samples + 1, sizeof(*process.samples));
    for (unsigned i = 0; i < samples; i++)
        process.samples[i] = (struct spb_sample){100, 2000000 + i, 0};
    process.outcome = reason ? SPB_OUTCOME_FAILED : SPB_OUTCOME_OK;
    process.reason = reason ? strdup(reason) : NULL;
    spb_metrics_add_total(&process.metrics, "work", "u", 100 * samples);
    spb_worker_send(SPB_WORKER_FD, false, &process, NULL);
    spb_process_release(&process);
}

static volatile sig_atomic_t stopped;

static void note_stop(int number)
{
    (void)number;
    stopped = 1;
}

static void wait_for_stop(void)
{
    signal(SIGINT, note_stop);
    while (!stopped)
        usleep(1000);
    struct spb_process process = {.outcome = SPB_OUTCOME_INTERRUPTED, .work_per_iteration = 1};
    struct spb_sample samples[] = {{10, 2000000, 0}};
    process.samples = samples;
    process.sample_count = 1;
    spb_worker_send(SPB_WORKER_FD, false, &process, NULL);
}

/* Several at once, so that there is always something to read. */
static void flood_for_ever(void)
{
    static char lines[65536];
    memset(lines, '\n', sizeof(lines));
    fcntl(STDOUT_FILENO, F_SETPIPE_SZ, 1 << 20);
    for (int i = 0; i < 2; i++)
        if (fork() == 0)
            break;
    for (;;)
        if (write(STDOUT_FILENO, lines, sizeof(lines)) < 0)
            pause();
}

static int behave(void)
{
    static const struct rlimit no_core = {0, 0};
    struct spb_job job;
    setrlimit(RLIMIT_CORE, &no_core);
    signal(SIGSEGV, SIG_DFL); /* a sanitizer would turn it into an exit code */
    if (spb_worker_receive(SPB_WORKER_FD, &job, NULL) < 0)
        return 9;
    enum behaviour behaviour = (enum behaviour)atoi(job.workload);
    spb_job_release(&job);
    switch (behaviour) {
    case REPORT:
        report(10, NULL);
        return 0;
    case CRASH:
        kill(getpid(), SIGSEGV);
        return 0;
    case HANG:
        for (;;)
            pause();
    case FORK_AND_HANG:
        if (fork() == 0)
            for (;;)
                pause();
        report(10, NULL);
        return 0;
    case EXIT:
        fprintf(stderr, "first line\nsomething is missing\n");
        return 7;
    case SILENT:
        return 0;
    case GARBAGE:
        return write(SPB_WORKER_FD, "nonsense", 8) == 8 ? 0 : 8;
    case FLOOD:
        for (int i = 0; i < 100000; i++)
            printf("line %d\n", i);
        report(10, NULL);
        return 0;
    case FLOOD_FOR_EVER:
        flood_for_ever();
        return 0;
    case FAIL:
        report(0, "the sum is wrong");
        return 0;
    case WAIT_FOR_STOP:
        wait_for_stop();
        return 0;
    default:
        return 1;
    }
}

/* ---- one worker -------------------------------------------------------------------------------------------------- */

static struct spb_process run_one(enum behaviour behaviour, uint64_t timeout_ns)
{
    char name[16];
    snprintf(name, sizeof(name), "%d", behaviour);
    struct spb_job job = {.workload = name, .threads = 1, .seed = 5};
    struct spb_worker_process_options options = {.timeout_ns = timeout_ns, .cancel_fd = -1};
    struct spb_process process;
    struct spb_error err = {0};
    assert_int_equal(spb_worker_process_run(&job, &options, &process, &err), 0);
    return process;
}

static void expect_failure(enum behaviour behaviour, uint64_t timeout_ns, const char *what)
{
    struct spb_process process = run_one(behaviour, timeout_ns);
    assert_int_equal(process.outcome, SPB_OUTCOME_FAILED);
    if (!strstr(process.reason, what))
        fail_msg("'%s' does not say '%s'", process.reason, what);
    spb_process_release(&process);
}

#define LONG_NS 60000000000u

static void takes_a_report(void **state)
{
    (void)state;
    struct spb_process process = run_one(REPORT, LONG_NS);
    assert_int_equal(process.outcome, SPB_OUTCOME_OK);
    assert_int_equal(process.sample_count, 10);
    assert_int_equal(process.seed, 5);
    assert_true(process.wall_ns > 0);
    spb_process_release(&process);
}

static void output_does_not_block(void **state)
{
    (void)state;
    struct spb_process process = run_one(FLOOD, LONG_NS);
    assert_int_equal(process.outcome, SPB_OUTCOME_OK);
    spb_process_release(&process);
}

static void output_does_not_outlast_the_time_limit(void **state)
{
    (void)state;
    expect_failure(FLOOD_FOR_EVER, 300000000, "no answer within its time limit of 300 ms");
}

static void every_failure_has_its_reason(void **state)
{
    (void)state;
    expect_failure(CRASH, LONG_NS, "killed by SIGSEGV (Segmentation fault)");
    expect_failure(HANG, 300000000, "no answer within its time limit of 300 ms");
    expect_failure(EXIT, LONG_NS, "ended with exit code 7 before it reported; its last words: something is missing");
    expect_failure(SILENT, LONG_NS, "no report");
    expect_failure(GARBAGE, LONG_NS, "damaged");
    expect_failure(FAIL, LONG_NS, "the sum is wrong");
}

static void leaves_no_children_behind(void **state)
{
    (void)state;
    struct spb_process process = run_one(FORK_AND_HANG, LONG_NS);
    assert_int_equal(process.outcome, SPB_OUTCOME_OK);
    spb_process_release(&process);
}

/* ---- the user's Ctrl-C ------------------------------------------------------------------------------------------- */

struct canceller {
    int fds[2];
    unsigned count;
};

static unsigned count_cancels(void *context)
{
    struct canceller *canceller = context;
    char byte;
    if (read(canceller->fds[0], &byte, 1) == 1)
        canceller->count++;
    return canceller->count;
}

static struct spb_process cancel_one(enum behaviour behaviour, const char *bytes)
{
    char name[16];
    struct canceller canceller = {0};
    struct spb_process process;
    snprintf(name, sizeof(name), "%d", behaviour);
    assert_int_equal(pipe(canceller.fds), 0);
    struct spb_job job = {.workload = name, .threads = 1};
    struct spb_worker_process_options options = {
        .timeout_ns = LONG_NS, .cancel_fd = canceller.fds[0], .cancel = count_cancels, .context = &canceller};
    assert_int_equal(write(canceller.fds[1], bytes, strlen(bytes)), (int)strlen(bytes));
    assert_int_equal(spb_worker_process_run(&job, &options, &process, NULL), 0);
    close(canceller.fds[0]);
    close(canceller.fds[1]);
    return process;
}

static void once_ends_it_twice_kills_it(void **state)
{
    (void)state;
    struct spb_process process = cancel_one(WAIT_FOR_STOP, "c");
    assert_int_equal(process.outcome, SPB_OUTCOME_INTERRUPTED);
    spb_process_release(&process);
    process = cancel_one(HANG, "cc");
    assert_int_equal(process.outcome, SPB_OUTCOME_INTERRUPTED);
    assert_int_equal(process.sample_count, 0);
    spb_process_release(&process);
}

/* ---- the runner -------------------------------------------------------------------------------------------------- */

struct record {
    unsigned processes;
    unsigned rows_done;
    size_t first_round[3]; /* rows in the order of their first processes */
};

static int note_process(void *context, size_t row, const struct spb_process *process, struct spb_error *err)
{
    struct record *record = context;
    (void)err;
    if (process->index == 0 && record->processes < 3)
        record->first_round[record->processes] = row;
    record->processes++;
    return 0;
}

static void note_row(void *context, size_t row)
{
    struct record *record = context;
    (void)row;
    record->rows_done++;
}

static const struct spb_runner_events events = {.process_done = note_process, .row_done = note_row};

static struct spb_row make_row(const char *workload)
{
    return (struct spb_row){.workload = strdup(workload), .unit = strdup("u"), .threads = 1};
}

static struct spb_runner_options runner_options(struct spb_row *rows, size_t count, struct record *record)
{
    return (struct spb_runner_options){.rows = rows,
                                       .row_count = count,
                                       .processes = 8,
                                       .precision_ratio = 0.01,
                                       .budget_ns = LONG_NS,
                                       .timeout_ns = LONG_NS,
                                       .sampling_min_ns = 1,
                                       .sampling_max_ns = 1000000,
                                       .warm_up_max_ns = 1000000,
                                       .seed = 3,
                                       .counters = "off",
                                       .cancel_fd = -1,
                                       .events = &events,
                                       .context = record};
}

static void a_failed_row_stops_alone(void **state)
{
    (void)state;
    struct spb_row rows[] = {make_row("0"), make_row("8"), make_row("0")};
    struct record record = {0};
    rows[2].outcome = SPB_OUTCOME_UNAVAILABLE;
    struct spb_runner_options options = runner_options(rows, 3, &record);
    assert_int_equal(spb_runner_run(&options, NULL), 0);
    assert_int_equal(rows[0].outcome, SPB_OUTCOME_OK);
    /* All processes agree: precise as soon as the exact interval exists. */
    assert_int_equal(rows[0].process_count, SPB_PROCESSES_MIN);
    assert_int_equal(rows[1].outcome, SPB_OUTCOME_FAILED);
    assert_int_equal(rows[1].process_count, 1);
    assert_string_equal(rows[1].reason, "the sum is wrong");
    assert_int_equal(rows[2].process_count, 0);
    assert_int_equal(record.rows_done, 3);
    for (int i = 0; i < 3; i++)
        spb_row_release(&rows[i]);
}

static void every_row_runs_once_without_budget(void **state)
{
    (void)state;
    struct spb_row rows[] = {make_row("0"), make_row("0"), make_row("0")};
    struct record record = {0};
    struct spb_runner_options options = runner_options(rows, 3, &record);
    options.budget_ns = 1;
    assert_int_equal(spb_runner_run(&options, NULL), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(rows[i].process_count, 1);
        assert_int_equal(rows[i].outcome, SPB_OUTCOME_OK);
        spb_row_release(&rows[i]);
    }
}

static void the_seed_repeats_the_order(void **state)
{
    (void)state;
    size_t orders[3][3];
    for (int run = 0; run < 3; run++) {
        struct spb_row rows[] = {make_row("0"), make_row("0"), make_row("0")};
        struct record record = {0};
        struct spb_runner_options options = runner_options(rows, 3, &record);
        options.seed = run < 2 ? 11 : 12;
        options.budget_ns = 1;
        spb_runner_run(&options, NULL);
        memcpy(orders[run], record.first_round, sizeof(orders[run]));
        for (int i = 0; i < 3; i++)
            spb_row_release(&rows[i]);
    }
    assert_memory_equal(orders[0], orders[1], sizeof(orders[0]));
    assert_memory_not_equal(orders[0], orders[2], sizeof(orders[0])); /* holds for these two seeds */
}

static void resumed_rows_keep_their_processes(void **state)
{
    (void)state;
    struct spb_row rows[] = {make_row("0")};
    struct record record = {0};
    struct spb_runner_options options = runner_options(rows, 1, &record);
    options.budget_ns = 1;
    spb_runner_run(&options, NULL);
    assert_int_equal(rows[0].process_count, 1);
    uint64_t first_seed = rows[0].processes[0].seed;
    options.budget_ns = LONG_NS;
    spb_runner_run(&options, NULL);
    assert_int_equal(rows[0].process_count, SPB_PROCESSES_MIN);
    assert_int_equal(rows[0].processes[1].index, 1);
    assert_int_equal(rows[0].processes[1].order, 1);
    assert_true(rows[0].processes[1].seed != first_seed);
    spb_row_release(&rows[0]);
}

static int full_disk(void *context, size_t row, const struct spb_process *process, struct spb_error *err)
{
    (void)context;
    (void)row;
    (void)process;
    return spb_error_set(err, -28, "no space left");
}

static void an_event_that_fails_ends_the_run(void **state)
{
    (void)state;
    static const struct spb_runner_events failing = {.process_done = full_disk};
    struct spb_row rows[] = {make_row("0")};
    struct spb_error err = {0};
    struct spb_runner_options options = runner_options(rows, 1, NULL);
    options.events = &failing;
    assert_int_equal(spb_runner_run(&options, &err), -28);
    assert_string_equal(err.text, "no space left");
    spb_row_release(&rows[0]);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "worker") == 0)
        return behave();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_a_report),
        cmocka_unit_test(output_does_not_block),
        cmocka_unit_test(output_does_not_outlast_the_time_limit),
        cmocka_unit_test(every_failure_has_its_reason),
        cmocka_unit_test(leaves_no_children_behind),
        cmocka_unit_test(once_ends_it_twice_kills_it),
        cmocka_unit_test(a_failed_row_stops_alone),
        cmocka_unit_test(every_row_runs_once_without_budget),
        cmocka_unit_test(the_seed_repeats_the_order),
        cmocka_unit_test(resumed_rows_keep_their_processes),
        cmocka_unit_test(an_event_that_fails_ends_the_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
