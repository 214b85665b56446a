/* SPDX-License-Identifier: MIT
 *
 * What every workload must keep to: its descriptor is right; with any choice and any small size, alone and on several
 * threads (also more than there are CPUs), it sets up, runs any number of iterations, finds its own result right, and
 * does so again in a second set-up; and its work per iteration is set.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "parameter.h"
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

/* Calls of run() one after the other: one iteration, as calibration begins, and others that are no round number. */
static const uint64_t calls[] = {1, 1, 2, 7, 64};
static const unsigned team_sizes[] = {1, 2, 3, 7};

enum { PARAMS_MAX = 8, VALUES_MAX = 8 };

/* One parameter with the texts that it is tried with. */
struct axis {
    const struct spb_param_spec *spec;
    char texts[VALUES_MAX][64];
    unsigned count;
};

/* All choices; of a number, the smallest and another that is no power of two. */
static void fill_axis(struct axis *axis, const struct spb_param_spec *spec)
{
    *axis = (struct axis){.spec = spec};
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

static unsigned fill_axes(const struct spb_workload *workload, struct axis *axes)
{
    unsigned count = 0;
    for (const struct spb_param_spec *spec = workload->params; spec && spec->name; spec++)
        fill_axis(&axes[count++], spec);
    return count;
}

/* The instruction sets of another CPU, with advice: set_up must say what to use instead. */
static int cannot_here(const struct spb_bench *bench)
{
    return strstr(bench->failure, "use isa=auto") || strstr(bench->failure, "use store=regular");
}

static void call_run(struct spb_bench *bench)
{
    struct spb_team *team;
    struct spb_error err = {0};
    struct spb_team_sample sample;
    if (spb_team_create(bench, &team, &err) < 0)
        fail_msg("%s: %s", bench->workload->name, err.text);
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        spb_team_prepare(team, calls[i]);
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

static void try_job(const struct spb_workload *workload, const struct spb_job *job)
{
    struct spb_bench bench;
    spb_bench_init(&bench, workload, job, NULL);
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

/* Tries every combination of values from axes[depth] on. */
static void try_axes(const struct spb_workload *workload, struct spb_job *job, const struct axis *axes, unsigned depth,
                     unsigned count)
{
    if (depth == count) {
        job->param_count = count;
        try_job(workload, job);
        return;
    }
    for (unsigned i = 0; i < axes[depth].count; i++) {
        struct spb_param_values values;
        struct spb_error err = {0};
        if (spb_param_values_parse(axes[depth].spec, axes[depth].texts[i], &values, &err) < 0)
            fail_msg("%s: %s", workload->name, err.text);
        job->params[depth] = values.items[0];
        try_axes(workload, job, axes, depth + 1, count);
        spb_param_values_release(&values);
    }
}

static void a_workload_finds_its_result_right(void **state)
{
    const struct spb_workload *workload = *state;
    struct axis axes[PARAMS_MAX];
    struct spb_param_value params[PARAMS_MAX];
    unsigned count = fill_axes(workload, axes);

    if (workload->unavailable && workload->unavailable())
        skip();
    for (size_t i = 0; i < sizeof(team_sizes) / sizeof(team_sizes[0]); i++) {
        struct spb_job job = {.workload = (char *)(uintptr_t)workload->name,
                              .params = params,
                              .threads = team_sizes[i],
                              .seed = 0x5eed + i};
        if (job.threads >= spb_workload_threads_min(workload) && job.threads <= spb_workload_threads_max(workload))
            try_axes(workload, &job, axes, 0, count);
    }
}

static void descriptors_are_right(void **state)
{
    (void)state;
    struct spb_registry registry;
    struct spb_error err = {0};
    if (spb_registry_init(&registry, workloads, &err) < 0)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < registry.count; i++) {
        const struct spb_workload *workload = workloads[i];
        assert_non_null(workload->summary);
        assert_non_null(workload->meaning);
        assert_true(strlen(workload->summary) <= 100);
        assert_true(workload->version > 0);
    }
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
