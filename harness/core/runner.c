/* SPDX-License-Identifier: MIT */
#include "runner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "command_workload.h"
#include "fnv.h"
#include "job.h"
#include "pace.h"
#include "random.h"
#include "row_metrics.h"
#include "worker_process.h"

/* The shortest sample, whatever the clock. With several threads it takes their waking up, some 0.2 ms of them, for less than
 * 5 % of the time. */
#define SAMPLE_MIN_NS         2000000u
#define THREADS_SAMPLE_MIN_NS 5000000u
/* Assumed for a row's first process: start, set-up, calibration. */
#define OVERHEAD_GUESS_NS 30000000u

struct row_state {
    bool done;
    bool out_of_budget;
    uint64_t iterations; /* of a sample, once known */
    uint64_t iteration_ns;
    uint64_t overhead_ns; /* of its last process: all but warm-up and sampling */
    uint64_t typical_ns;  /* of its last process, in all */
};

struct runner {
    const struct spb_runner_options *options;
    struct row_state *states;
    uint64_t start_ns;
    unsigned order; /* processes started in this run so far */
    struct spb_runner_progress progress;
};

/* The same for a row and replicate, whatever else runs beside it. 0 or -ENOMEM. */
static int derive_seed(const struct spb_runner_options *options, const struct spb_row *row, unsigned replicate,
                       uint64_t *seed)
{
    char *key = spb_row_key(row);
    if (!key)
        return -ENOMEM;
    *seed = spb_random_derive(spb_random_derive(options->seed, spb_fnv(SPB_FNV_START, key, strlen(key))), replicate);
    free(key);
    return 0;
}

int spb_row_finish(struct spb_row *row)
{
    if (row->outcome == SPB_OUTCOME_UNAVAILABLE)
        return 0;
    row->outcome = row->process_count ? SPB_OUTCOME_OK : SPB_OUTCOME_INTERRUPTED;
    for (size_t p = 0; p < row->process_count; p++) {
        const struct spb_process *process = &row->processes[p];
        if (process->outcome != SPB_OUTCOME_FAILED)
            continue;
        row->outcome = SPB_OUTCOME_FAILED;
        free(row->reason);
        row->reason = strdup(process->reason ? process->reason : "unknown");
    }
    int code = spb_row_stats_compute(row);
    return code < 0 ? code : spb_row_metrics_compute(row);
}

static bool is_precise(const struct spb_row *row, double precision_ratio)
{
    const struct spb_row_stats *stats = &row->stats;
    return stats->valid && stats->process_count >= SPB_PROCESSES_MIN && stats->has_interval &&
           stats->half_width_ratio <= precision_ratio;
}

static bool is_done(const struct runner *runner, size_t r)
{
    const struct spb_row *row = &runner->options->rows[r];
    return row->outcome == SPB_OUTCOME_FAILED || row->outcome == SPB_OUTCOME_UNAVAILABLE ||
           row->process_count >= runner->options->processes || is_precise(row, runner->options->precision_ratio);
}

static uint64_t elapsed_ns(const struct runner *runner)
{
    return spb_clock_now_ns() - runner->start_ns;
}

static uint64_t left_of_budget(const struct runner *runner)
{
    uint64_t elapsed = elapsed_ns(runner);
    return elapsed < runner->options->budget_ns ? runner->options->budget_ns - elapsed : 0;
}

static uint64_t sample_min_ns(const struct spb_row *row)
{
    return row->threads > 1 ? THREADS_SAMPLE_MIN_NS : SAMPLE_MIN_NS;
}

static struct spb_pace pace_now(const struct runner *runner, const struct spb_row *row)
{
    const struct spb_runner_options *options = runner->options;
    struct spb_pace_input input = {.left_ns = left_of_budget(runner),
                                   .sample_min_ns = sample_min_ns(row),
                                   .sampling_min_ns = options->sampling_min_ns,
                                   .sampling_max_ns = options->sampling_max_ns,
                                   .warm_up_max_ns = options->warm_up_max_ns};
    for (size_t r = 0; r < options->row_count; r++) {
        if (runner->states[r].done)
            continue;
        uint64_t left = options->processes - options->rows[r].process_count;
        input.processes_left += left;
        input.overheads_left_ns += left * runner->states[r].overhead_ns;
    }
    input.processes_left += input.processes_left == 0;
    return spb_pace_compute(&input);
}

static struct spb_job make_job(const struct runner *runner, const struct spb_row *row, const struct row_state *state,
                               uint64_t seed)
{
    const struct spb_runner_options *options = runner->options;
    struct spb_pace pace = pace_now(runner, row);
    /* Borrows the row's strings: the job is only encoded, never released. */
    return (struct spb_job){
        .workload = row->workload,
        .plugin = row->plugin,
        .params = row->params,
        .param_count = row->param_count,
        .threads = row->threads,
        .pinned = row->pinned,
        .cpus = row->cpus,
        .memory_bound = row->memory_bound,
        .numa_node = row->numa_node,
        .huge_pages = options->huge_pages,
        .memory_limit_bytes = options->memory_limit_bytes,
        .counters = (char *)(uintptr_t)options->counters,
        .exclude_kernel = options->exclude_kernel,
        .seed = seed,
        .iterations = state->iterations,
        .iteration_ns = state->iteration_ns,
        .sample_min_ns = sample_min_ns(row),
        .warm_up_limit_ns = pace.warm_up_limit_ns,
        .sampling_min_ns = pace.sampling_min_ns,
        .sampling_limit_ns = pace.sampling_limit_ns,
        .precision_ratio = options->precision_ratio,
    };
}

/* What is left to do, for the progress line: never more than the budget, unless that is used up. */
static void update_progress(struct runner *runner)
{
    const struct spb_runner_options *options = runner->options;
    struct spb_runner_progress *progress = &runner->progress;
    uint64_t expected = 0;
    progress->planned = progress->done = 0;
    for (size_t r = 0; r < options->row_count; r++) {
        if (options->rows[r].outcome == SPB_OUTCOME_UNAVAILABLE)
            continue;
        const struct row_state *state = &runner->states[r];
        uint64_t left = state->done ? 0 : options->processes - options->rows[r].process_count;
        progress->planned += options->processes;
        progress->done += options->processes - left;
        expected += left * (state->typical_ns ? state->typical_ns : options->sampling_max_ns);
    }
    uint64_t budget = left_of_budget(runner);
    progress->elapsed_ns = elapsed_ns(runner);
    progress->left_ns = budget && budget < expected ? budget : expected;
}

static void tick(void *context)
{
    struct runner *runner = context;
    update_progress(runner);
    if (runner->options->events->progress)
        runner->options->events->progress(runner->options->context, &runner->progress);
}

static unsigned cancel(void *context)
{
    struct runner *runner = context;
    return runner->options->events->cancel ? runner->options->events->cancel(runner->options->context) : 0;
}

static void learn(struct row_state *state, const struct spb_process *process)
{
    uint64_t sampling = 0;
    for (size_t i = 0; i < process->sample_count; i++)
        sampling += process->samples[i].elapsed_ns;
    if (process->sample_count) {
        const struct spb_sample *last = &process->samples[process->sample_count - 1];
        state->iterations = last->iterations;
        state->iteration_ns = last->elapsed_ns / last->iterations;
    }
    uint64_t measured = process->warm_up_ns + sampling;
    state->overhead_ns = process->wall_ns > measured ? process->wall_ns - measured : 0;
    state->typical_ns = process->wall_ns;
}

/* Hands a finished process on and adds it to its row. */
static int take_in(struct runner *runner, size_t r, struct spb_process *process, struct spb_error *err)
{
    const struct spb_runner_options *options = runner->options;
    struct spb_row *row = &options->rows[r];
    learn(&runner->states[r], process);
    /* Cut short before its first sample: as if it had not been started. */
    if (process->outcome == SPB_OUTCOME_INTERRUPTED && process->sample_count == 0)
        return 0;
    int code = options->events->process_done ? options->events->process_done(options->context, r, process, err) : 0;
    if (code == 0 && (spb_row_add_process(row, process) < 0 || spb_row_finish(row) < 0))
        code = spb_error_set(err, -ENOMEM, "out of memory");
    return code;
}

static uint64_t timeout_of(const struct spb_runner_options *options, const struct spb_row *row)
{
    bool command = strcmp(row->workload, spb_command_workload.name) == 0;
    return command && options->command_timeout_ns ? options->command_timeout_ns : options->timeout_ns;
}

static int run_process(struct runner *runner, size_t r, struct spb_error *err)
{
    const struct spb_runner_options *options = runner->options;
    struct spb_row *row = &options->rows[r];
    struct spb_worker_process_options how = {
        timeout_of(options, row), "--timeout", options->cancel_fd, cancel, tick, runner};
    unsigned replicate = (unsigned)row->process_count;
    uint64_t seed, started_ns = elapsed_ns(runner);
    if (derive_seed(options, row, replicate, &seed) < 0)
        return spb_error_set(err, -ENOMEM, "out of memory");
    runner->progress.row = r;
    runner->progress.replicate = replicate;
    struct spb_job job = make_job(runner, row, &runner->states[r], seed);
    struct spb_process process;
    int code = spb_worker_process_run(&job, &how, &process, err);
    if (code < 0)
        return code;
    process.index = replicate;
    process.order = runner->order++;
    process.started_ns = started_ns;
    bool interrupted = process.outcome == SPB_OUTCOME_INTERRUPTED;
    code = take_in(runner, r, &process, err);
    spb_process_release(&process);
    if (code == 0 && interrupted)
        code = spb_error_set(err, -ECANCELED, "interrupted");
    return code;
}

static void finish_row(struct runner *runner, size_t r)
{
    runner->states[r].done = true;
    if (runner->options->events->row_done)
        runner->options->events->row_done(runner->options->context, r);
}

/* One process for every row that is not done. */
static int run_round(struct runner *runner, unsigned round, struct spb_error *err)
{
    const struct spb_runner_options *options = runner->options;
    struct spb_random random = {.state = spb_random_derive(options->seed, round)};
    size_t *order = calloc(options->row_count + 1, sizeof(*order));
    if (!order)
        return spb_error_set(err, -ENOMEM, "out of memory");
    for (size_t i = 0; i < options->row_count; i++)
        order[i] = i;
    spb_random_shuffle(&random, order, options->row_count);
    int code = 0;
    for (size_t i = 0; i < options->row_count && code == 0; i++) {
        size_t r = order[i];
        /* A resumed run may hold rows that are ahead. */
        if (runner->states[r].done || options->rows[r].process_count > round)
            continue;
        if (options->rows[r].process_count == 0 || left_of_budget(runner))
            code = run_process(runner, r, err);
        else
            runner->states[r].out_of_budget = true;
        if (code == 0 && (is_done(runner, r) || runner->states[r].out_of_budget))
            finish_row(runner, r);
    }
    free(order);
    return code;
}

static int prepare(struct runner *runner, struct spb_error *err)
{
    const struct spb_runner_options *options = runner->options;
    for (size_t r = 0; r < options->row_count; r++) {
        struct spb_row *row = &options->rows[r];
        struct row_state *state = &runner->states[r];
        state->overhead_ns = OVERHEAD_GUESS_NS;
        if (row->process_count && spb_row_finish(row) < 0)
            return spb_error_set(err, -ENOMEM, "out of memory");
        for (size_t p = 0; p < row->process_count; p++) {
            learn(state, &row->processes[p]);
            if (row->processes[p].order >= runner->order)
                runner->order = row->processes[p].order + 1;
        }
        if (is_done(runner, r))
            finish_row(runner, r);
    }
    return 0;
}

int spb_runner_run(const struct spb_runner_options *options, struct spb_error *err)
{
    struct runner runner = {.options = options, .start_ns = spb_clock_now_ns()};
    runner.states = calloc(options->row_count + 1, sizeof(*runner.states));
    if (!runner.states)
        return spb_error_set(err, -ENOMEM, "out of memory");
    int code = prepare(&runner, err);
    for (unsigned round = 0; round < options->processes && code == 0; round++)
        code = run_round(&runner, round, err);
    free(runner.states);
    return code;
}
