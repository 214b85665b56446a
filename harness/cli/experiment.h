/* SPDX-License-Identifier: MIT
 *
 * An experiment in pairs from the command line's texts to a filled struct spb_ab: what the sides are, which rows both have, the
 * run itself with its progress, and the file. `ab` and `calibrate` are made of it.
 *
 *     struct spb_experiment experiment;
 *     spb_experiment_init(&experiment, cli);
 *     code = spb_experiment_plan(&experiment, &request, err);
 *     if (code == 0)
 *         code = spb_experiment_run(&experiment, err);      // experiment.ab has the pairs, also when interrupted
 *     spb_experiment_release(&experiment);
 */
#ifndef SPB_EXPERIMENT_H
#define SPB_EXPERIMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ab_file.h"
#include "ab_judge.h"
#include "command.h"
#include "experiment_progress.h"
#include "experiment_side.h"
#include "interrupt.h"
#include "pair_runner.h"
#include "row_choice.h"

struct spb_experiment_request {
    struct spb_row_choice choice;
    const char *sides[SPB_SIDES];        /* as typed; NULL: this program */
    const char **environment[SPB_SIDES]; /* "K=V" */
    size_t environment_count[SPB_SIDES];
    char **arguments; /* as typed, for the record */
    size_t argument_count;
    const char *output;   /* NULL: results/<time>-<host>-ab.json; "" : no file */
    uint64_t budget_ns;   /* 0: 6 s a row, at least a minute */
    double threshold_pct; /* the slowdown to be caught */
    unsigned pairs_max;   /* 0: as many as there are looks for */
    uint64_t timeout_ns;  /* 0: as is usual */
    const char *counters; /* NULL: auto */
    bool private_buffers;
    bool huge_pages;
    bool all_pairs; /* no row is dropped at a look, whatever was decided */
    bool quiet;
    bool seed_given;
    uint64_t seed;
};

struct spb_experiment {
    const struct spb_cli *cli;
    const struct spb_experiment_request *request;
    struct spb_ab ab;
    struct spb_experiment_side sides[SPB_SIDES];
    struct spb_strbuf lacking; /* names of rows that are not in the experiment, and why: lines */
    char *path;                /* where the file goes; NULL: nowhere */
    struct spb_interrupt interrupt;
    struct spb_experiment_progress progress;
    enum spb_verdict *decided; /* a row each, as of the last look */
    struct spb_pair_runner_result result;
};

void spb_experiment_init(struct spb_experiment *experiment, const struct spb_cli *cli);
void spb_experiment_release(struct spb_experiment *experiment);

/* `request` must outlive the experiment. -EINVAL: the sides or the patterns; -EXDEV: no row that both sides have. */
int spb_experiment_plan(struct spb_experiment *experiment, const struct spb_experiment_request *request,
                        struct spb_error *err);
/* The file is saved at each look and at the end. 0; -ECANCELED when interrupted, with what is complete saved; or another negative
 * errno. */
int spb_experiment_run(struct spb_experiment *experiment, struct spb_error *err);

/* How ab->rows are judged at this threshold. */
struct spb_ab_judge_options spb_experiment_rule(const struct spb_experiment *experiment);

#endif
