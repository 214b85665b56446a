/* SPDX-License-Identifier: MIT
 *
 * A made-up experiment in pairs with one of everything that its file can hold.
 */
#ifndef SPB_SAMPLE_AB_H
#define SPB_SAMPLE_AB_H

#include "ab_file.h"
#include "sample_result.h"

#define SAMPLE_AB_ROWS 4

static struct spb_plugin_file sample_build(const char *path, uint64_t bytes)
{
    return (struct spb_plugin_file){.path = strdup(path), .bytes = bytes, .hash = UINT64_MAX - bytes};
}

static void sample_fill_sides(struct spb_ab_side *sides)
{
    sides[SPB_SIDE_BASE] = (struct spb_ab_side){
        .kind = SPB_SIDE_PLUGIN,
        .text = strdup("a1.so,a2.so"),
        .builds = calloc(2, sizeof(struct spb_plugin_file)),
        .build_count = 2,
    };
    sides[SPB_SIDE_BASE].builds[0] = sample_build("/builds/a1.so", 16384);
    sides[SPB_SIDE_BASE].builds[1] = sample_build("/builds/a2.so", 16392);
    sides[SPB_SIDE_NEW] = (struct spb_ab_side){
        .kind = SPB_SIDE_SELF,
        .text = strdup(""),
        .environment = calloc(1, sizeof(char *)),
        .environment_count = 1,
    };
    sides[SPB_SIDE_NEW].environment[0] = strdup("LD_PRELOAD=libjemalloc.so.2");
}

static struct spb_pair sample_pair(unsigned index)
{
    struct spb_pair pair = {
        .index = index,
        .x = index % 3 == 0 ? SPB_SIDE_NEW : SPB_SIDE_BASE,
        .seed = (1ull << 63) + index,
        .started_ns = 250000000u * index,
        .build = {index % 2, 0},
        .shared_buffers = true,
        .work_per_iteration = {24, 24},
        .round_count = 6,
        .rounds = calloc(6, sizeof(struct spb_round)),
    };
    for (unsigned i = 0; i < pair.round_count; i++)
        pair.rounds[i] = (struct spb_round){
            .iterations = 100000 + 1000 * i,
            .elapsed_ns = {10000000 + 7000 * i + 300 * index, 10200000 + 9000 * ((i + index) % 5)},
            .marks = {i == 4 ? SPB_MARK_STEAL | SPB_MARK_PREEMPTED : 0, i == 2 && index == 1 ? SPB_MARK_MIGRATED : 0},
            .outer = (index + i) % 2 ? SPB_SIDE_NEW : SPB_SIDE_BASE,
        };
    for (unsigned s = 0; s < SPB_SIDES; s++) {
        spb_metrics_add_total(&pair.metrics[s], "instructions", "event", 3e9 + 1e8 * s);
        spb_metrics_add_absent(&pair.metrics[s], "cycles", "event", SPB_METRIC_NO_PMU, "no PMU visible");
    }
    return pair;
}

static void sample_add_pairs(struct spb_paired_row *row, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        struct spb_pair pair = sample_pair(i);
        spb_paired_row_add(row, &pair);
    }
}

static void sample_fill_paired_rows(struct spb_paired_row *rows)
{
    sample_begin_row(&rows[0].row, "cpu/int-chain", "operation", 1);
    sample_add_pairs(&rows[0], 10);
    spb_metrics_add_absent(&rows[0].row.metrics, "cycles", "event", SPB_METRIC_NO_PMU, "no PMU visible");

    sample_begin_row(&rows[1].row, "memory/stream-triad", "byte", 2);
    rows[1].row.measure = SPB_UNITS_PER_SECOND;
    rows[1].row.memory_bound = true;
    sample_add_parameters(&rows[1].row);
    sample_add_pairs(&rows[1], 3);
    rows[1].pairs[0].overhead_ns[SPB_SIDE_NEW] = 40;
    rows[1].pairs[2].outcome = SPB_OUTCOME_INTERRUPTED;
    rows[1].pairs[2].round_count = 1;

    sample_begin_row(&rows[2].row, "memory/latency", "load", 1);
    struct spb_pair crashed = {
        .outcome = SPB_OUTCOME_FAILED, .failed_side = SPB_SIDE_NEW, .reason = strdup("killed by SIGSEGV")};
    spb_paired_row_add(&rows[2], &crashed);

    sample_begin_row(&rows[3].row, "cpu/fma-peak", "FLOP", 1);
    rows[3].row.pinned = false;
    rows[3].incomparable = strdup("version 1 / 2");
}

/* To be released by spb_ab_release(). */
static inline struct spb_ab sample_ab(void)
{
    struct spb_ab ab = {
        .complete = true,
        .created_s = 1714564800, /* 2024-05-01T12:00:00Z */
        .finished_s = 1714564860,
        .load_before = {.valid = true, .one = 0.25, .five = 0.5, .fifteen = 1, .running = 3},
        .arguments = calloc(2, sizeof(char *)),
        .argument_count = 2,
        .threshold_pct = 3,
        .budget_s = 60,
        .seed = UINT64_MAX,
        .row_count = SAMPLE_AB_ROWS,
        .rows = calloc(SAMPLE_AB_ROWS, sizeof(*ab.rows)),
    };
    ab.arguments[0] = strdup("ab");
    ab.arguments[1] = strdup("--base=a1.so,a2.so");
    sample_fill_stamp(&ab.stamp);
    sample_fill_sides(ab.sides);
    sample_fill_paired_rows(ab.rows);
    return ab;
}

#endif
