/* SPDX-License-Identifier: MIT */
#include "streams.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe.h"

#define SLICE_NS         5e6
#define SLICE_ITERATIONS 1000000
/* Of the layouts of builds: link order alone does this much to many programs. */
#define BUILD_SD 0.02

static const char *const names[STREAMS] = {"white",  "drift", "bursts", "correlated",
                                           "layout", "heavy", "order",  "mixed"};

const char *stream_name(enum stream stream)
{
    return names[stream];
}

static bool has(const struct experiment *experiment, enum stream stream)
{
    return experiment->setting.stream == stream || experiment->setting.stream == STREAM_MIXED;
}

/* ---- noise ------------------------------------------------------------------------------------------------------- */

static double unit_above_zero(struct spb_random *random)
{
    return 1 - spb_random_unit(random);
}

/* Box and Muller 1958. */
static double normal(struct spb_random *random)
{
    double radius = sqrt(-2 * log(unit_above_zero(random)));
    return radius * cos(2 * M_PI * spb_random_unit(random));
}

/* Student's t of 2 degrees of freedom: no variance. */
static double heavy(struct spb_random *random)
{
    double z = normal(random);
    return z / sqrt(-log(unit_above_zero(random)));
}

static double noise(struct experiment *experiment)
{
    return has(experiment, STREAM_HEAVY) ? heavy(&experiment->random) : normal(&experiment->random);
}

/* ---- the machine ------------------------------------------------------------------------------------------------- */

static void step_burst(struct experiment *experiment)
{
    struct spb_random *random = &experiment->random;
    if (experiment->burst_left > 0) {
        experiment->burst_left--;
        return;
    }
    experiment->burst = 0;
    if (spb_random_below(random, 400) == 0) {
        experiment->burst_left = (unsigned)spb_random_below(random, 40);
        experiment->burst = 0.05 + 0.4 * spb_random_unit(random);
    }
}

/* By how much everything is slower in the next slice. */
static double machine_level(struct experiment *experiment)
{
    struct spb_random *random = &experiment->random;
    double level = 0;
    experiment->slices++;
    if (has(experiment, STREAM_DRIFT)) {
        experiment->walk += 0.0005 * normal(random);
        level += experiment->drift * experiment->slices + experiment->walk + 0.03 * sin(experiment->slices / 300);
    }
    if (has(experiment, STREAM_CORRELATED)) {
        experiment->correlated = 0.95 * experiment->correlated + sqrt(1 - 0.95 * 0.95) * 0.02 * normal(random);
        level += experiment->correlated;
    }
    if (has(experiment, STREAM_BURSTS)) {
        step_burst(experiment);
        level += experiment->burst;
    }
    return level;
}

/* ---- a pair ------------------------------------------------------------------------------------------------------ */

double row_sd(const struct setting *setting, size_t row)
{
    static const double sds[] = {0.003, 0.0035, 0.005, 0.0075, 0.0075, 0.01, 0.015, 0.017, 0.03, 0.1};
    return setting->sd > 0 ? setting->sd : sds[row % (sizeof(sds) / sizeof(sds[0]))];
}

/* What is a process's own for as long as it lives: d_p gets the difference of two of these. */
static double process_level(struct experiment *experiment, size_t row, enum spb_side side, enum spb_side first)
{
    double spread = row_sd(&experiment->setting, row) * M_SQRT1_2;
    double level = spread * noise(experiment);
    if (has(experiment, STREAM_LAYOUT))
        level += 0.02 * normal(&experiment->random);
    if (has(experiment, STREAM_ORDER) && side == first)
        level -= 0.025;
    if (side == SPB_SIDE_NEW && row < experiment->setting.slowed_count)
        level += experiment->setting.slowdown;
    return level;
}

static void run_slice(struct experiment *experiment, enum spb_side side, const double *levels, struct spb_round *round)
{
    double level = levels[side] + machine_level(experiment) + experiment->setting.slice_sd * noise(experiment);
    round->elapsed_ns[side] += (uint64_t)(SLICE_NS * exp(level)) + 1;
    if (experiment->burst > 0 && spb_random_below(&experiment->random, 10) < 7)
        round->marks[side] |= SPB_MARK_WAITED;
}

/* XYYX or YXXY. With the fault, XXYY: what changes from the first half to the second is taken for the side. */
static struct spb_round run_round(struct experiment *experiment, const double *levels)
{
    bool fixed = experiment->setting.fault == FAULT_FIXED_ORDER;
    enum spb_side outer = fixed ? SPB_SIDE_BASE : (enum spb_side)spb_random_below(&experiment->random, SPB_SIDES);
    enum spb_side inner = outer == SPB_SIDE_BASE ? SPB_SIDE_NEW : SPB_SIDE_BASE;
    struct spb_round round = {.iterations = SLICE_ITERATIONS, .outer = outer};
    run_slice(experiment, outer, levels, &round);
    run_slice(experiment, fixed ? outer : inner, levels, &round);
    run_slice(experiment, inner, levels, &round);
    run_slice(experiment, fixed ? inner : outer, levels, &round);
    return round;
}

static void check(int code)
{
    if (code) {
        fprintf(stderr, "%s\n", strerror(-code));
        exit(2);
    }
}

static struct spb_pair begin_pair(unsigned index, enum spb_side first, unsigned rounds)
{
    struct spb_pair pair = {
        .index = index,
        .x = first,
        .work_per_iteration = {1, 1},
        .rounds = calloc(rounds, sizeof(struct spb_round)),
    };
    check(pair.rounds ? 0 : -ENOMEM);
    return pair;
}

/* Every round a pair of its own: the mistake that is made most often. */
static void add_samples(struct spb_paired_row *row, const struct spb_pair *pair)
{
    for (size_t i = 0; i < pair->round_count; i++) {
        struct spb_pair sample = begin_pair(pair->index * (unsigned)pair->round_count + (unsigned)i, pair->x, 1);
        sample.rounds[0] = pair->rounds[i];
        sample.round_count = 1;
        check(spb_paired_row_add(row, &sample));
    }
}

static void run_pair(struct experiment *experiment, size_t row)
{
    const struct setting *setting = &experiment->setting;
    bool fixed = setting->fault == FAULT_FIXED_ORDER;
    enum spb_side first = fixed ? SPB_SIDE_BASE : (enum spb_side)spb_random_below(&experiment->random, SPB_SIDES);
    double levels[SPB_SIDES];
    for (unsigned s = 0; s < SPB_SIDES; s++)
        levels[s] = process_level(experiment, row, (enum spb_side)s, first);
    struct spb_pair pair = begin_pair(experiment->pairs, first, setting->rounds);
    for (unsigned s = 0; s < SPB_SIDES && setting->build_count > 1; s++) {
        pair.build[s] = (unsigned)spb_random_below(&experiment->random, setting->build_count);
        levels[s] += experiment->builds[row][s][pair.build[s]];
    }
    while (pair.round_count < setting->rounds)
        pair.rounds[pair.round_count++] = run_round(experiment, levels);
    if (setting->fault == FAULT_SAMPLES)
        add_samples(&experiment->rows[row], &pair);
    else
        check(spb_paired_row_add(&experiment->rows[row], &pair));
    spb_pair_release(&pair);
}

/* ---- the experiment ---------------------------------------------------------------------------------------------- */

void experiment_begin(struct experiment *experiment, const struct setting *setting, uint64_t seed)
{
    *experiment = (struct experiment){.setting = *setting, .random = {seed}};
    experiment->drift = (spb_random_unit(&experiment->random) - 0.3) * 1e-4;
    for (size_t r = 0; r < setting->row_count; r++) {
        struct spb_row *row = &experiment->rows[r].row;
        char name[32];
        snprintf(name, sizeof(name), "made/up-%zu", r);
        row->workload = strdup(name);
        row->unit = strdup("operation");
        row->threads = 1;
        check(row->workload && row->unit ? 0 : -ENOMEM);
        for (unsigned s = 0; s < SPB_SIDES; s++)
            for (unsigned build = 0; build < setting->build_count; build++)
                experiment->builds[r][s][build] = BUILD_SD * normal(&experiment->random);
    }
}

/* The rows of a pair in an order drawn anew, as in a real experiment. */
void experiment_run(struct experiment *experiment, unsigned pairs, const enum spb_verdict *decided)
{
    size_t order[ROWS_MAX];
    unsigned each = experiment->setting.fault == FAULT_SAMPLES ? experiment->setting.rounds : 1;
    for (; experiment->pairs * each < pairs; experiment->pairs++) {
        for (size_t r = 0; r < experiment->setting.row_count; r++)
            order[r] = r;
        spb_random_shuffle(&experiment->random, order, experiment->setting.row_count);
        for (size_t i = 0; i < experiment->setting.row_count; i++)
            if (decided[order[i]] == SPB_VERDICT_UNDECIDED)
                run_pair(experiment, order[i]);
    }
}

void experiment_end(struct experiment *experiment)
{
    for (size_t r = 0; r < experiment->setting.row_count; r++)
        spb_paired_row_release(&experiment->rows[r]);
}
