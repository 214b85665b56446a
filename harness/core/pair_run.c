/* SPDX-License-Identifier: MIT */
#include "pair_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "command_workload.h"
#include "pair_environment.h"
#include "pair_process.h"

#define SLICE_NS       UINT64_C(5000000)
#define WARM_UP_MAX_NS UINT64_C(40000000)
/* What the slices of a pair may take before it gets fewer rounds. */
#define PAIR_SLICES_NS UINT64_C(2000000000)
enum { ROUNDS = 6, SLICES_A_ROUND = 4 };
/* Before a slice, this part of it is run untimed: the other process has had the caches. */
enum { WARM_PART = 8 };

struct run {
    const struct spb_pair_runner_options *options;
    const struct spb_paired_row *row;
    struct spb_pair_row_state *state;
    const struct spb_pair_draw *draw;
    const int *program_fds;
    const struct spb_worker_process_options *how;
    struct spb_pair *pair;
    struct spb_pair_process processes[SPB_SIDES];
    int shared_fd; /* -1: nothing is shared */
};

static enum spb_side other(enum spb_side side)
{
    return side == SPB_SIDE_BASE ? SPB_SIDE_NEW : SPB_SIDE_BASE;
}

static bool runs_command(const struct run *run)
{
    return strcmp(run->row->row.workload, spb_command_workload.name) == 0;
}

/* ---- equal conditions -------------------------------------------------------------------------------------------- */

static size_t longest_plugin_path(const struct spb_pair_runner_options *options)
{
    size_t longest = 0;
    for (unsigned s = 0; s < SPB_SIDES; s++)
        for (size_t b = 0; b < options->sides[s].build_count; b++) {
            const char *path = options->sides[s].builds[b].plugin;
            size_t length = path ? strlen(path) : 0;
            longest = length > longest ? length : longest;
        }
    return longest;
}

/* "/home/me/new.so" as "//////home/me/new.so": paths of equal length leave equal traces on stack and heap. NULL for none. */
static char *pad_path(const char *path, size_t length)
{
    size_t own = path ? strlen(path) : 0;
    char *padded = path ? malloc(length + 1) : NULL;
    if (padded) {
        memset(padded, '/', length - own);
        memcpy(padded + (length - own), path, own + 1);
    }
    return padded;
}

/* Of one side, so that both have as much on their stacks, and as much as was drawn. */
static char **make_environment(const struct run *run, enum spb_side s)
{
    size_t bytes[SPB_SIDES], largest = 0;
    for (unsigned i = 0; i < SPB_SIDES; i++) {
        const struct spb_pair_side *side = &run->options->sides[i];
        bytes[i] = spb_pair_environment_bytes(environ, side->environment, side->environment_count);
        largest = bytes[i] > largest ? bytes[i] : largest;
    }
    const struct spb_pair_side *side = &run->options->sides[s];
    return spb_pair_environment_make(environ, side->environment, side->environment_count,
                                     run->draw->environment_bytes + largest - bytes[s]);
}

/* The side's command in place of the row's. */
static void set_command(struct spb_job *job, struct spb_param_value *params, const char *command)
{
    memcpy(params, job->params, job->param_count * sizeof(*params));
    for (size_t i = 0; i < job->param_count; i++)
        if (strcmp(params[i].name, SPB_COMMAND_TEXT) == 0)
            params[i].text = (char *)(uintptr_t)command;
    job->params = params;
}

/* Borrows what it points to: the job is only encoded. */
static struct spb_job make_job(const struct run *run, char *plugin)
{
    const struct spb_pair_runner_options *options = run->options;
    const struct spb_row *row = &run->row->row;
    return (struct spb_job){
        .plugin = plugin,
        .workload = row->workload,
        .params = row->params,
        .param_count = row->param_count,
        .threads = row->threads,
        .pinned = row->pinned,
        .cpus = row->cpus,
        .memory_bound = row->memory_bound,
        .numa_node = row->numa_node,
        .huge_pages = options->huge_pages,
        .memory_limit_bytes = options->memory_limit_bytes,
        .counters = (char *)(uintptr_t)(options->counters ? options->counters : "off"),
        .exclude_kernel = options->exclude_kernel,
        .seed = run->draw->seed,
        .warm_up_limit_ns = options->warm_up_max_ns ? options->warm_up_max_ns : WARM_UP_MAX_NS,
        .paired = true,
        .shared_address = run->shared_fd >= 0 ? run->draw->shared_address : 0,
        .stack_offset_bytes = run->draw->stack_offset_bytes,
        .heap_offset_bytes = run->draw->heap_offset_bytes,
    };
}

/* False with *code 0: the process has failed; with another: none can be started. */
static bool start(struct run *run, enum spb_side s, int *code, struct spb_error *err)
{
    const struct spb_pair_side *side = &run->options->sides[s];
    const struct spb_pair_build *build = &side->builds[run->draw->build[s]];
    /* Commands are run by the program itself. */
    const char *plugin = runs_command(run) ? NULL : build->plugin;
    char **environment = make_environment(run, s);
    char *padded = pad_path(plugin, longest_plugin_path(run->options));
    struct spb_param_value *params = calloc(run->row->row.param_count + 1, sizeof(*params));
    bool started = false;
    *code = environment && params && (padded || !plugin) ? 0 : spb_error_set(err, -ENOMEM, "out of memory");
    if (*code == 0) {
        struct spb_worker_program program = {
            .fd = run->program_fds[s], .shared_fd = run->shared_fd, .environment = environment};
        struct spb_job job = make_job(run, padded);
        if (side->command && runs_command(run))
            set_command(&job, params, side->command);
        started = spb_pair_process_start(&run->processes[s], &job, &program, run->how, err);
        if (!started && !run->processes[s].failed)
            *code = build->program ? spb_error_prefix(err, -ECHILD, "program %s", build->program) : -ECHILD;
    }
    spb_pair_environment_free(environment);
    free(padded);
    free(params);
    return started;
}

/* ---- the slices -------------------------------------------------------------------------------------------------- */

static uint64_t slice_target_ns(const struct run *run)
{
    return run->options->slice_ns ? run->options->slice_ns : SLICE_NS;
}

/* The base side's count, found once for the row, goes for both. Yet both look for one: whichever side is which, the two have done
 * the same before their first slice, in the order of the coin. */
static bool calibrate(struct run *run, enum spb_side *failed)
{
    struct spb_pair_row_state *state = run->state;
    const enum spb_side turns[SPB_SIDES] = {run->draw->x, other(run->draw->x)};
    const uint64_t known = state->iterations;
    for (unsigned t = 0; t < SPB_SIDES; t++) {
        /* A command's first run fills the file cache, however long it takes. */
        uint64_t iterations, iteration_ns = state->begun ? state->iteration_ns : 0;
        *failed = turns[t];
        if (!spb_pair_process_calibrate(&run->processes[turns[t]], known, slice_target_ns(run), &iterations,
                                        &iteration_ns))
            return false;
        if (known == 0 && turns[t] == SPB_SIDE_BASE) {
            state->iterations = iterations;
            state->iteration_ns = iteration_ns ? iteration_ns : 1;
        }
    }
    state->begun = true;
    return true;
}

static unsigned round_count(const struct run *run)
{
    unsigned most = run->options->rounds ? run->options->rounds : ROUNDS;
    double slice_ns = (double)run->state->iterations * (double)run->state->iteration_ns;
    double fit = (double)PAIR_SLICES_NS / (SLICES_A_ROUND * slice_ns);
    return fit < 1 ? 1 : fit < (double)most ? (unsigned)fit : most;
}

/* None for a command: it brings nothing from one run to the next but what the file cache has. */
static uint64_t untimed_of(const struct run *run, uint64_t iterations)
{
    if (runs_command(run) || iterations < 2)
        return 0;
    return iterations < WARM_PART ? 1 : iterations / WARM_PART;
}

static bool take_round(struct run *run, struct spb_random *schedule, struct spb_round *round, enum spb_side *failed)
{
    uint64_t iterations;
    bool x_outside = spb_pair_draw_round(schedule, run->state->iterations, &iterations);
    *round = (struct spb_round){.iterations = iterations, .outer = x_outside ? run->draw->x : other(run->draw->x)};
    const enum spb_side turns[SLICES_A_ROUND] = {round->outer, other(round->outer), other(round->outer), round->outer};
    for (unsigned t = 0; t < SLICES_A_ROUND; t++) {
        uint64_t elapsed_ns;
        uint32_t marks;
        *failed = turns[t];
        if (!spb_pair_process_slice(&run->processes[turns[t]], iterations, untimed_of(run, iterations), &elapsed_ns,
                                    &marks))
            return false;
        round->elapsed_ns[turns[t]] += elapsed_ns;
        round->marks[turns[t]] |= marks;
    }
    return true;
}

static bool take_rounds(struct run *run, enum spb_side *failed)
{
    struct spb_pair *pair = run->pair;
    struct spb_random schedule = run->draw->schedule;
    unsigned rounds = round_count(run);
    pair->rounds = calloc(rounds, sizeof(*pair->rounds));
    while (pair->rounds && pair->round_count < rounds) {
        if (!take_round(run, &schedule, &pair->rounds[pair->round_count], failed))
            return false;
        pair->round_count++;
    }
    return pair->rounds != NULL;
}

static bool finish(struct run *run, enum spb_side *failed)
{
    for (unsigned s = 0; s < SPB_SIDES; s++) {
        struct spb_process *report = &run->processes[s].report;
        *failed = (enum spb_side)s;
        if (!spb_pair_process_finish(&run->processes[s]))
            return false;
        run->pair->work_per_iteration[s] = report->work_per_iteration;
        run->pair->overhead_ns[s] = report->overhead_ns;
        run->pair->metrics[s] = report->metrics;
        report->metrics = (struct spb_metrics){0};
    }
    return true;
}

/* ---- the pair ---------------------------------------------------------------------------------------------------- */

static bool canceled(const struct run *run)
{
    return spb_pair_process_canceled(&run->processes[SPB_SIDE_BASE]) ||
           spb_pair_process_canceled(&run->processes[SPB_SIDE_NEW]);
}

static bool start_both(struct run *run, enum spb_side *failed, int *code, struct spb_error *err)
{
    *failed = run->draw->x;
    if (!start(run, run->draw->x, code, err) || canceled(run))
        return false;
    *failed = other(run->draw->x);
    return start(run, *failed, code, err);
}

static void stop_both(struct run *run)
{
    for (unsigned s = 0; s < SPB_SIDES; s++)
        spb_pair_process_release(&run->processes[s]);
}

static bool all_shared(const struct run *run)
{
    for (unsigned s = 0; s < SPB_SIDES; s++)
        if (run->processes[s].ready.shared_bytes == 0 || run->processes[s].ready.private_bytes > 0)
            return false;
    return run->shared_fd >= 0;
}

/* What X had written stands no longer where Y has written something else. */
static bool contents_agree(const struct run *run)
{
    const struct spb_pair_answer *base = &run->processes[SPB_SIDE_BASE].ready;
    const struct spb_pair_answer *new = &run->processes[SPB_SIDE_NEW].ready;
    return base->shared_bytes == new->shared_bytes && base->shared_hash == new->shared_hash;
}

static int open_shared(const struct run *run)
{
    if (run->options->private_buffers || run->options->huge_pages || run->state->private_buffers)
        return -1;
    return memfd_create("spbench-pair", MFD_CLOEXEC);
}

static bool start_alike(struct run *run, enum spb_side *failed, int *code, struct spb_error *err)
{
    run->shared_fd = open_shared(run);
    bool started = start_both(run, failed, code, err);
    /* Whom the user has asked to stop is not started anew: that he did would be forgotten with it. */
    if (started && run->shared_fd >= 0 && !contents_agree(run) && !canceled(run)) {
        stop_both(run);
        close(run->shared_fd);
        run->shared_fd = -1;
        run->state->private_buffers = true;
        started = start_both(run, failed, code, err);
    }
    run->pair->shared_buffers = started && all_shared(run);
    return started;
}

static void note_failure(struct run *run, enum spb_side failed)
{
    struct spb_pair *pair = run->pair;
    const char *why = run->processes[failed].reason;
    pair->outcome = SPB_OUTCOME_FAILED;
    pair->failed_side = failed;
    pair->reason = strdup(why ? why : "out of memory");
}

int spb_pair_run(const struct spb_pair_runner_options *options, const struct spb_paired_row *row,
                 struct spb_pair_row_state *state, const struct spb_pair_draw *draw, const int program_fds[SPB_SIDES],
                 const struct spb_worker_process_options *how, struct spb_pair *pair, struct spb_error *err)
{
    struct run run = {.options = options,
                      .row = row,
                      .state = state,
                      .draw = draw,
                      .program_fds = program_fds,
                      .how = how,
                      .pair = pair,
                      .processes = {{.child = SPB_WORKER_CHILD_NONE}, {.child = SPB_WORKER_CHILD_NONE}},
                      .shared_fd = -1};
    enum spb_side failed = SPB_SIDE_BASE;
    int code = 0;
    pair->x = draw->x;
    pair->seed = draw->seed;
    memcpy(pair->build, draw->build, sizeof(pair->build));
    bool well = start_alike(&run, &failed, &code, err) && calibrate(&run, &failed) && take_rounds(&run, &failed) &&
                finish(&run, &failed);
    if (code == 0 && canceled(&run))
        code = spb_error_set(err, -ECANCELED, "interrupted");
    else if (code == 0 && !well)
        note_failure(&run, failed);
    stop_both(&run);
    if (run.shared_fd >= 0)
        close(run.shared_fd);
    return code;
}
