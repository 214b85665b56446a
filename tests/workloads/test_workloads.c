/* SPDX-License-Identifier: MIT
 *
 * What every workload must keep to: its descriptor is right; with any choice and any small size, alone and on several
 * threads (also more than there are CPUs), it sets up, runs any number of iterations, and finds its own result right.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "parameter.h"
#include "plan.h"
#include "registry.h"
#include "team.h"

#define SPB_BENCH(symbol) extern const struct spb_workload symbol;
#include "bench_list.h"
#undef SPB_BENCH

static const struct spb_workload *const workloads[] = {
#define SPB_BENCH(symbol) &symbol,
#include "bench_list.h"
#undef SPB_BENCH
    NULL,
};

/* Calls of run() one after the other as in calibration: from one iteration, twice, until one lasts so long that threads
 * have met. */
enum { CALL_NS_MIN = 2000000 };
static const unsigned team_sizes[] = {1, 2, 3, 7};

enum { PARAMS_MAX = 8, VALUES_MAX = 8 };

/* One parameter with the texts that it is tried with. */
struct axis {
    const struct spb_param_spec *spec;
    char texts[VALUES_MAX][64];
    unsigned count;
};

/* A workload with all its axes, and the job that goes along them. */
struct trial {
    const struct spb_workload *workload;
    struct spb_binder *binder;
    struct axis axes[PARAMS_MAX];
    unsigned axis_count;
    struct spb_param_value params[PARAMS_MAX];
    struct spb_job job;
};

/* All choices; of a number, the smallest and another that is no power of two. */
static void fill_axis(struct axis *axis, const struct spb_param_spec *spec)
{
    *axis = (struct axis){.spec = spec};
    if (spec->kind == SPB_PARAM_CPU_PAIR) {
        snprintf(axis->texts[axis->count++], 64, "0-1");
        return;
    }
    if (spec->kind != SPB_PARAM_CHOICE) {
        uint64_t other = spec->minimum * 3 + 1;
        const char *unit = spec->kind == SPB_PARAM_DURATION ? "ns" : "";
        snprintf(axis->texts[axis->count++], 64, "%llu%s", (unsigned long long)spec->minimum, unit);
        if (spec->maximum == 0 || other <= spec->maximum)
            snprintf(axis->texts[axis->count++], 64, "%llu%s", (unsigned long long)other, unit);
        return;
    }
    char words[256];
    char *rest = NULL;
    snprintf(words, sizeof(words), "%s", spec->choices);
    for (char *word = strtok_r(words, ",", &rest); word; word = strtok_r(NULL, ",", &rest))
        snprintf(axis->texts[axis->count++], 64, "%s", word);
}

static void fill_axes(struct trial *trial)
{
    for (const struct spb_param_spec *spec = trial->workload->params; spec && spec->name; spec++)
        fill_axis(&trial->axes[trial->axis_count++], spec);
}

/* Choices that this machine does not have, with advice: "...; use isa=auto"; and huge pages when there are none left. */
static bool cannot_here(const struct spb_bench *bench)
{
    return strstr(bench->failure, " use ") || strstr(bench->failure, "huge pages were asked for");
}

static void call_run(struct spb_bench *bench)
{
    struct spb_team *team;
    struct spb_error err = {0};
    struct spb_team_sample sample;
    if (spb_team_create(bench, &team, &err) < 0)
        fail_msg("%s: %s", bench->workload->name, err.text);
    spb_team_prepare(team, 1);
    spb_team_release(team, &sample);
    for (uint64_t iterations = 1; sample.elapsed_ns < CALL_NS_MIN; iterations = iterations * 2 + 1) {
        spb_team_prepare(team, iterations);
        spb_team_release(team, &sample);
    }
    spb_team_destroy(team);
}

static void check_step(const struct spb_bench *bench, int returned, const char *step)
{
    struct spb_error err = {0};
    if (spb_bench_check(bench, returned, step, &err) < 0)
        fail_msg("%s on %u threads: %s", bench->workload->name, bench->job->threads, err.text);
}

static void try_job(const struct trial *trial)
{
    const struct spb_workload *workload = trial->workload;
    struct spb_bench bench;
    spb_bench_init(&bench, workload, &trial->job, trial->binder);
    int returned = workload->set_up ? workload->set_up(&bench) : 0;
    if (returned == 0 || !cannot_here(&bench)) {
        check_step(&bench, returned, "set-up");
        assert_true(bench.work > 0);
        call_run(&bench);
        check_step(&bench, workload->verify ? workload->verify(&bench) : 0, "verification");
        if (workload->tear_down)
            workload->tear_down(&bench);
        check_step(&bench, 0, "tear-down");
    }
    spb_bench_release(&bench);
}

/* Every combination of values from that axis on. */
static void try_axes(struct trial *trial, unsigned first)
{
    if (first == trial->axis_count) {
        try_job(trial);
        return;
    }
    const struct axis *axis = &trial->axes[first];
    for (unsigned i = 0; i < axis->count; i++) {
        struct spb_param_values values;
        struct spb_error err = {0};
        if (spb_param_values_parse(axis->spec, axis->texts[i], NULL, &values, &err) < 0)
            fail_msg("%s: %s", trial->workload->name, err.text);
        trial->params[first] = values.items[0];
        try_axes(trial, first + 1);
        spb_param_values_release(&values);
    }
}

/* Pinned, because the kernel may leave new threads on one CPU for as long as such a test lasts. */
static void try_team(struct trial *trial, const struct spb_topology *topology, unsigned threads)
{
    struct spb_pin_policy policy = {.kind = SPB_PIN_AUTO};
    struct spb_plan plan;
    struct spb_error err = {0};
    if (spb_plan_make(topology, &policy, threads, &plan, &err) < 0)
        fail_msg("%s", err.text);
    trial->job = (struct spb_job){.workload = (char *)(uintptr_t)trial->workload->name,
                                  .params = trial->params,
                                  .param_count = trial->axis_count,
                                  .threads = threads,
                                  .pinned = plan.pinned,
                                  .cpus = plan.cpus,
                                  .seed = 0x5eed + threads};
    try_axes(trial, 0);
    spb_plan_release(&plan);
}

static void a_workload_finds_its_result_right(void **state)
{
    const struct spb_workload *workload = *state;
    cpu_set_t affinity; /* a team leaves its caller pinned, and the next test would see no other CPU */
    struct trial trial = {.workload = workload};
    struct spb_topology *topology;
    struct spb_error err = {0};

    if (workload->unavailable && workload->unavailable())
        skip();
    if (spb_topology_open(&topology, NULL, &err) < 0 || spb_binder_open(&trial.binder, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(sched_getaffinity(0, sizeof(affinity), &affinity), 0);
    fill_axes(&trial);
    for (size_t i = 0; i < sizeof(team_sizes) / sizeof(team_sizes[0]); i++) {
        unsigned threads = team_sizes[i];
        if (threads >= spb_workload_threads_min(workload) && threads <= spb_workload_threads_max(workload))
            try_team(&trial, topology, threads);
    }
    spb_binder_close(trial.binder);
    spb_topology_close(topology);
    assert_int_equal(sched_setaffinity(0, sizeof(affinity), &affinity), 0);
}

static void descriptors_are_right(void **state)
{
    (void)state;
    struct spb_registry registry = {0};
    struct spb_error err = {0};
    if (spb_registry_add(&registry, workloads, NULL, NULL, &err) < 0)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < registry.count; i++) {
        const struct spb_workload *workload = workloads[i];
        assert_non_null(workload->summary);
        assert_non_null(workload->meaning);
        assert_true(strlen(workload->summary) <= 100);
        assert_true(workload->version > 0);
    }
    spb_registry_release(&registry);
}

int main(void)
{
    struct CMUnitTest tests[sizeof(workloads) / sizeof(workloads[0])] = {cmocka_unit_test(descriptors_are_right)};
    size_t count = 1;
    for (size_t i = 0; workloads[i]; i++)
        tests[count++] = (struct CMUnitTest){.name = workloads[i]->name,
                                             .test_func = a_workload_finds_its_result_right,
                                             .initial_state = (void *)(uintptr_t)workloads[i]};
    return _cmocka_run_group_tests("workloads", tests, count, NULL, NULL);
}
