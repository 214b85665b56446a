/* SPDX-License-Identifier: MIT */
#include "experiment.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "command_plan.h"
#include "file.h"
#include "pair_match.h"
#include "random.h"
#include "row_plan.h"
#include "run_machine.h"

/* Ten pairs of a row take some 2 s, forty 8 s. */
#define ROW_BUDGET_NS      UINT64_C(6000000000)
#define BUDGET_MIN_NS      UINT64_C(60000000000)
#define TIMEOUT_NS         UINT64_C(60000000000)
#define COMMAND_TIMEOUT_NS UINT64_C(1800000000000)

/* ---- from texts to sides and rows -------------------------------------------------------------------------------- */

static int copy_texts(const char *const *texts, size_t count, char ***copies, size_t *copied)
{
    *copies = calloc(count + 1, sizeof(**copies));
    for (size_t i = 0; *copies && i < count; i++) {
        (*copies)[i] = strdup(texts[i]);
        if (!(*copies)[i])
            return -ENOMEM;
        ++*copied;
    }
    return *copies ? 0 : -ENOMEM;
}

static int record_request(struct spb_experiment *experiment, struct spb_error *err)
{
    const struct spb_experiment_request *request = experiment->request;
    struct spb_ab *ab = &experiment->ab;
    ab->created_s = (int64_t)time(NULL);
    ab->threshold_pct = request->threshold_pct;
    ab->seed = request->seed_given ? request->seed : spb_random_entropy();
    int code = copy_texts((const char *const *)request->arguments, request->argument_count, &ab->arguments,
                          &ab->argument_count);
    for (int s = 0; s < SPB_SIDES && code == 0; s++)
        code = copy_texts(request->environment[s], request->environment_count[s], &ab->sides[s].environment,
                          &ab->sides[s].environment_count);
    if (code == 0 && !(request->output && !*request->output)) {
        experiment->path = request->output ? strdup(request->output) : spb_run_machine_path(ab->created_s, "-ab");
        code = experiment->path ? 0 : -ENOMEM;
    }
    return code < 0 ? spb_error_set(err, code, "out of memory") : 0;
}

static int open_sides(struct spb_experiment *experiment, struct spb_error *err)
{
    int code = 0;
    for (int s = 0; s < SPB_SIDES && code == 0; s++) {
        const char *text = experiment->request->sides[s] ? experiment->request->sides[s] : "";
        code = spb_experiment_side_open(text, (enum spb_side)s, experiment->cli, &experiment->ab.sides[s],
                                        &experiment->sides[s], err);
    }
    bool base_command = experiment->sides[SPB_SIDE_BASE].command, new_command = experiment->sides[SPB_SIDE_NEW].command;
    if (code == 0 && base_command != new_command)
        code =
            spb_error_set(err, -EINVAL, "a command can only be held against another command: 'cmd:...' on both sides");
    if (code == 0 && base_command && experiment->request->choice.pattern_count)
        code = spb_error_set(err, -EINVAL, "with commands there is nothing for patterns to choose from");
    return code;
}

static int plan_rows(struct spb_experiment *experiment, const struct spb_topology *topology, struct spb_row **rows,
                     size_t *row_count, struct spb_error *err)
{
    char all[] = "all";
    struct spb_experiment_side *base = &experiment->sides[SPB_SIDE_BASE];
    struct spb_row_choice choice = experiment->request->choice;
    char *patterns[] = {all}, *commands[] = {(char *)(uintptr_t)base->command};
    struct spb_command_plan plan = {.commands = commands, .count = 1, .pinned = choice.pin != NULL};
    if (choice.pattern_count == 0) {
        choice.patterns = patterns;
        choice.pattern_count = 1;
    }
    return spb_row_choice_plan(&choice, &base->registry, base->command ? &plan : NULL, topology,
                               spb_run_machine_memory_limit(), rows, row_count, err);
}

static void note_lacking(struct spb_experiment *experiment, const struct spb_row *row, const char *why)
{
    char *key = spb_row_key(row);
    spb_strbuf_printf(&experiment->lacking, "%s: %s\n", key ? key : row->workload, why);
    free(key);
}

/* Rows that cannot run here are no part of the experiment. */
static void drop_unavailable(struct spb_experiment *experiment)
{
    struct spb_ab *ab = &experiment->ab;
    size_t kept = 0;
    for (size_t i = 0; i < ab->row_count; i++) {
        struct spb_paired_row *row = &ab->rows[i];
        if (row->row.outcome != SPB_OUTCOME_UNAVAILABLE) {
            ab->rows[kept++] = *row;
            continue;
        }
        note_lacking(experiment, &row->row, row->row.reason ? row->row.reason : "cannot run here");
        spb_paired_row_release(row);
    }
    ab->row_count = kept;
}

static int match_rows(struct spb_experiment *experiment, const struct spb_topology *topology, struct spb_error *err)
{
    struct spb_row *rows = NULL;
    size_t row_count = 0;
    int code = plan_rows(experiment, topology, &rows, &row_count, err);
    if (code == 0)
        code = spb_pair_match(rows, row_count, &experiment->sides[SPB_SIDE_NEW].registry, &experiment->ab.rows,
                              &experiment->ab.row_count, err);
    for (size_t i = 0; i < row_count && code == 0; i++)
        if (rows[i].workload)
            note_lacking(experiment, &rows[i], "only the base side has it");
    spb_rows_destroy(rows, row_count);
    if (code < 0)
        return code;
    drop_unavailable(experiment);
    if (experiment->ab.row_count == 0)
        code = spb_error_set(err, -EXDEV, "there is no row that both sides can run; %s",
                             experiment->lacking.length ? spb_strbuf_text(&experiment->lacking) : "none was chosen");
    return code;
}

void spb_experiment_init(struct spb_experiment *experiment, const struct spb_cli *cli)
{
    *experiment = (struct spb_experiment){.cli = cli, .interrupt = {.fd = -1}};
}

int spb_experiment_plan(struct spb_experiment *experiment, const struct spb_experiment_request *request,
                        struct spb_error *err)
{
    struct spb_topology *topology = NULL;
    struct spb_ab *ab = &experiment->ab;
    experiment->request = request;
    int code = record_request(experiment, err);
    if (code == 0)
        code = open_sides(experiment, err);
    if (code == 0)
        code = spb_topology_open(&topology, NULL, err);
    if (code == 0)
        code = match_rows(experiment, topology, err);
    if (code == 0)
        code = spb_run_machine_stamp(topology, &ab->stamp, err);
    spb_topology_close(topology);
    if (code < 0)
        return code;
    uint64_t wanted_ns = ab->row_count * ROW_BUDGET_NS;
    uint64_t budget_ns = request->budget_ns          ? request->budget_ns
                         : wanted_ns > BUDGET_MIN_NS ? wanted_ns
                                                     : BUDGET_MIN_NS;
    ab->budget_s = (double)budget_ns / 1e9;
    experiment->decided = calloc(ab->row_count, sizeof(*experiment->decided));
    if (!experiment->decided)
        return spb_error_set(err, -ENOMEM, "out of memory");
    return experiment->path ? spb_file_make_parents(experiment->path, err) : 0;
}

void spb_experiment_release(struct spb_experiment *experiment)
{
    spb_interrupt_close(&experiment->interrupt);
    spb_ab_release(&experiment->ab);
    for (int s = 0; s < SPB_SIDES; s++)
        spb_experiment_side_release(&experiment->sides[s]);
    spb_strbuf_release(&experiment->lacking);
    free(experiment->decided);
    free(experiment->path);
    *experiment = (struct spb_experiment){.interrupt = {.fd = -1}};
}

/* ---- the run ----------------------------------------------------------------------------------------------------- */

struct spb_ab_judge_options spb_experiment_rule(const struct spb_experiment *experiment)
{
    return (struct spb_ab_judge_options){.thresholds = {.ratio = experiment->ab.threshold_pct / 100},
                                         .seed = experiment->ab.seed};
}

static int save(struct spb_experiment *experiment, struct spb_error *err)
{
    return experiment->path ? spb_ab_save(&experiment->ab, experiment->path, err) : 0;
}

static void show_progress(void *context, const struct spb_pair_progress *state)
{
    struct spb_experiment *experiment = context;
    spb_experiment_progress_draw(&experiment->progress, experiment->ab.rows, experiment->decided,
                                 experiment->ab.row_count, state);
}

static int look(void *context, unsigned pairs, bool *done, struct spb_error *err)
{
    struct spb_experiment *experiment = context;
    struct spb_ab *ab = &experiment->ab;
    struct spb_ab_judge_options rule = spb_experiment_rule(experiment);
    int code = spb_ab_decide(ab->rows, ab->row_count, pairs, &rule, experiment->decided);
    if (code < 0)
        return spb_error_system(err, code, "the pairs cannot be judged");
    for (size_t i = 0; i < ab->row_count && !experiment->request->all_pairs; i++)
        done[i] |= experiment->decided[i] != SPB_VERDICT_UNDECIDED;
    spb_experiment_progress_look(&experiment->progress, pairs, experiment->decided, ab->row_count);
    return save(experiment, err);
}

static unsigned take_signal(void *context)
{
    struct spb_experiment *experiment = context;
    unsigned before = experiment->interrupt.count;
    if (spb_interrupt_take(&experiment->interrupt) == 1 && before == 0) {
        spb_experiment_progress_clear(&experiment->progress);
        fprintf(stderr, "spbench: stopping; what is complete is kept\n");
    }
    return experiment->interrupt.count;
}

static struct spb_pair_side runner_side(const struct spb_experiment *experiment, enum spb_side s)
{
    const struct spb_experiment_side *side = &experiment->sides[s];
    return (struct spb_pair_side){.builds = side->builds,
                                  .build_count = side->build_count,
                                  .environment = (const char *const *)experiment->ab.sides[s].environment,
                                  .environment_count = experiment->ab.sides[s].environment_count,
                                  .command = side->command};
}

static int run_pairs(struct spb_experiment *experiment, struct spb_error *err)
{
    static const struct spb_pair_runner_events events = {
        .progress = show_progress, .decide = look, .cancel = take_signal};
    const struct spb_experiment_request *request = experiment->request;
    struct spb_ab *ab = &experiment->ab;
    struct spb_pair_runner_options how = {
        .rows = ab->rows,
        .row_count = ab->row_count,
        .sides = {runner_side(experiment, SPB_SIDE_BASE), runner_side(experiment, SPB_SIDE_NEW)},
        .pair_count = experiment->progress.pairs_max,
        .looks = spb_ab_look_pairs,
        .look_count = SPB_AB_LOOKS,
        .budget_ns = (uint64_t)(ab->budget_s * 1e9),
        .timeout_ns = request->timeout_ns ? request->timeout_ns : TIMEOUT_NS,
        .command_timeout_ns = request->timeout_ns ? 0 : COMMAND_TIMEOUT_NS,
        .timeout_from = "--timeout",
        .seed = ab->seed,
        .private_buffers = request->private_buffers,
        .huge_pages = request->huge_pages,
        .memory_limit_bytes = spb_run_machine_memory_limit() / SPB_SIDES,
        .counters = request->counters ? request->counters : "auto",
        .cancel_fd = experiment->interrupt.fd,
        .events = &events,
        .context = experiment,
    };
    return spb_pair_runner_run(&how, &experiment->result, err);
}

int spb_experiment_run(struct spb_experiment *experiment, struct spb_error *err)
{
    struct spb_ab *ab = &experiment->ab;
    unsigned most = spb_ab_look_pairs[SPB_AB_LOOKS - 1];
    if (experiment->request->pairs_max && experiment->request->pairs_max < most)
        most = experiment->request->pairs_max;
    spb_experiment_progress_init(&experiment->progress, experiment->request->quiet, (uint64_t)(ab->budget_s * 1e9),
                                 most);
    spb_interrupt_open(&experiment->interrupt);
    ab->load_before = spb_run_machine_load();
    /* Where the file cannot be written, that is said before anything is measured. */
    int code = save(experiment, err);
    if (code == 0)
        code = run_pairs(experiment, err);
    spb_experiment_progress_clear(&experiment->progress);
    if (code < 0 && code != -ECANCELED)
        return code;
    ab->complete = code == 0;
    ab->finished_s = (int64_t)time(NULL);
    ab->load_after = spb_run_machine_load();
    int saved = save(experiment, err);
    return saved < 0 ? saved : code;
}
