/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "team.h"

/* A workload that counts what it is asked to do. */
struct counts {
    atomic_ullong iterations;
    atomic_uint set_up;
    atomic_uint torn_down;
};

static int thread_set_up(struct spb_thread *thread)
{
    struct counts *counts = thread->state;
    atomic_fetch_add(&counts->set_up, 1);
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct counts *counts = thread->state;
    atomic_fetch_add(&counts->iterations, iterations);
}

static void thread_tear_down(struct spb_thread *thread)
{
    struct counts *counts = thread->state;
    atomic_fetch_add(&counts->torn_down, 1);
}

static const struct spb_workload counting = {SPB_WORKLOAD_HEADER,
                                             .name = "self/count",
                                             .summary = "s",
                                             .unit = "u",
                                             .thread_set_up = thread_set_up,
                                             .run = run,
                                             .thread_tear_down = thread_tear_down};

static int refuse_set_up(struct spb_thread *thread)
{
    return thread->index == 1 ? spb_fail(thread->bench, "thread %u says no", thread->index) : 0;
}

static const struct spb_workload refusing = {SPB_WORKLOAD_HEADER, .name = "self/refuse",          .summary = "s",
                                             .unit = "u",         .thread_set_up = refuse_set_up, .run = run};

static void all_run_every_sample(void **state)
{
    (void)state;
    static const unsigned sizes[] = {1, 2, 5}; /* also more threads than CPUs */
    for (size_t i = 0; i < 3; i++) {
        struct counts counts = {0};
        struct spb_job job = {.workload = (char[]){"self/count"}, .threads = sizes[i]};
        struct spb_bench bench;
        struct spb_team *team;
        struct spb_team_sample sample;
        spb_bench_init(&bench, &counting, &job, NULL);
        spb_set_state(&bench, &counts);
        assert_int_equal(spb_team_create(&bench, &team, NULL), 0);
        for (int round = 0; round < 200; round++) {
            spb_team_prepare(team, 7);
            spb_team_release(team, &sample);
            assert_true(sample.start_skew_ns <= sample.elapsed_ns && sample.finish_skew_ns <= sample.elapsed_ns);
        }
        spb_team_verify(team, NULL);
        spb_team_destroy(team);
        assert_int_equal(counts.iterations, 200 * 7 * sizes[i]);
        assert_int_equal(counts.set_up, sizes[i]);
        assert_int_equal(counts.torn_down, sizes[i]);
        spb_bench_release(&bench);
    }
}

static void a_thread_may_refuse(void **state)
{
    (void)state;
    struct counts counts = {0};
    struct spb_error err = {0};
    struct spb_job job = {.workload = (char[]){"self/refuse"}, .threads = 3};
    struct spb_bench bench;
    struct spb_team *team;
    spb_bench_init(&bench, &refusing, &job, NULL);
    spb_set_state(&bench, &counts);
    assert_int_equal(spb_team_create(&bench, &team, &err), -ECHILD);
    assert_non_null(strstr(err.text, "thread 1 says no"));
    spb_team_destroy(team);
    spb_bench_release(&bench);
}

enum { BLOCKS = 200, BLOCK_BYTES = 100 };

static int allocate(struct spb_thread *thread)
{
    for (int i = 0; i < BLOCKS; i++)
        if (!spb_alloc(thread->bench, BLOCK_BYTES))
            return -1;
    return 0;
}

static const struct spb_workload allocating = {SPB_WORKLOAD_HEADER, .name = "self/allocate",   .summary = "s",
                                               .unit = "u",         .thread_set_up = allocate, .run = run};

/* All at once, as each comes to its set-up. */
static void threads_may_allocate(void **state)
{
    (void)state;
    struct spb_job job = {.workload = (char[]){"self/allocate"}, .threads = 8};
    for (int round = 0; round < 20; round++) {
        struct spb_bench bench;
        struct spb_team *team;
        spb_bench_init(&bench, &allocating, &job, NULL);
        assert_int_equal(spb_team_create(&bench, &team, NULL), 0);
        assert_int_equal(bench.pool.used_bytes, 8 * BLOCKS * BLOCK_BYTES);
        spb_team_destroy(team);
        spb_bench_release(&bench);
    }
}

/* Work that moves itself to another CPU must not pass as pinned. */
static void straying_is_found(void **state)
{
    (void)state;
    struct counts counts = {0};
    struct spb_error err = {0};
    struct spb_cpu here = spb_binder_current_cpu(), elsewhere = {here.os_index + 1};
    struct spb_job job = {.workload = (char[]){"self/count"}, .threads = 1};
    struct spb_bench bench;
    struct spb_team *team;
    struct spb_team_sample sample;
    spb_bench_init(&bench, &counting, &job, NULL);
    spb_set_state(&bench, &counts);
    assert_int_equal(spb_team_create(&bench, &team, NULL), 0);
    job.pinned = true; /* to a CPU on which the thread is not */
    job.cpus = (struct spb_cpu[]){elsewhere, elsewhere};
    for (int i = 0; i < 3; i++) {
        spb_team_prepare(team, 1);
        spb_team_release(team, &sample);
    }
    /* The kernel may have moved this thread there by chance; then nothing strayed. */
    if (spb_binder_current_cpu().os_index == here.os_index) {
        assert_int_equal(spb_team_verify(team, &err), -ECHILD);
        assert_non_null(strstr(err.text, "pinning was violated"));
    }
    spb_team_destroy(team);
    spb_bench_release(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_run_every_sample), cmocka_unit_test(a_thread_may_refuse),
                                       cmocka_unit_test(threads_may_allocate), cmocka_unit_test(straying_is_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
