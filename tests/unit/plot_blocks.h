/* SPDX-License-Identifier: MIT
 *
 * For the tests of kinds of pictures: results that are made up, and the blocks of the data that a kind makes of them.
 */
#ifndef SPB_PLOT_BLOCKS_H
#define SPB_PLOT_BLOCKS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plot_kind.h"
#include "probe.h"

/* A process whose samples take times_ns[] an iteration. */
static inline struct spb_process made_process(unsigned index, const double *times_ns, size_t count)
{
    struct spb_process process = {
        .index = index,
        .order = index,
        .started_ns = 1000000000u * (uint64_t)index,
        .work_per_iteration = 1,
        .set_up_ns = 1000000,
        .calibration_ns = 2000000,
        .warm_up_ns = 7000000,
        .settled = true,
        .sample_count = count,
        .samples = calloc(count, sizeof(*process.samples)),
    };
    for (size_t i = 0; i < count; i++)
        process.samples[i] =
            (struct spb_sample){.iterations = 1000, .elapsed_ns = (uint64_t)(times_ns[i] * 1000 + 0.5)};
    return process;
}

/* A row of some processes with samples around a level, a little apart from each other. */
static inline struct spb_row made_row(const char *workload, double level_ns, unsigned processes, size_t samples)
{
    struct spb_row row = {
        .workload = strdup(workload), .workload_version = 1, .unit = strdup("operation"), .threads = 1};
    double *times_ns = calloc(samples, sizeof(*times_ns));
    for (unsigned p = 0; p < processes; p++) {
        for (size_t i = 0; i < samples; i++)
            times_ns[i] = level_ns * (1 + 0.002 * p + 0.001 * (double)i);
        struct spb_process process = made_process(p, times_ns, samples);
        spb_row_add_process(&row, &process);
    }
    free(times_ns);
    spb_row_stats_compute(&row);
    return row;
}

static inline void made_add(struct spb_result *result, struct spb_row row)
{
    result->rows = reallocarray(result->rows, result->row_count + 1, sizeof(*result->rows));
    result->rows[result->row_count++] = row;
}

static inline int made_build(const char *kind, const struct spb_result *results, const char *const *names, size_t count,
                             struct spb_plot_data *data, struct spb_error *err)
{
    const struct spb_plot_input input = {.results = results, .names = names, .count = count};
    return spb_plot_kind_find(kind)->build(&input, data, err);
}

/* The start of line `line` of block `block`, comments and empty lines aside; NULL: there is none. */
static inline const char *block_line(const struct spb_plot_data *data, size_t block, size_t line)
{
    const char *at = spb_strbuf_text(&data->text);
    for (size_t b = 0; b < block; b++) {
        at = strstr(at, "\n\n#");
        if (!at)
            return NULL;
        at = strchr(at + 2, '\n') + 1;
    }
    for (; line > 0 && *at && *at != '\n'; line--)
        at = strchr(at, '\n') + 1;
    return *at && *at != '\n' ? at : NULL;
}

static inline size_t block_lines(const struct spb_plot_data *data, size_t block)
{
    size_t count = 0;
    while (block_line(data, block, count))
        count++;
    return count;
}

/* A cell as it stands, with quotes; in `cell`, which holds 256. */
static inline const char *block_cell(const struct spb_plot_data *data, size_t block, size_t line, size_t column,
                                     char *cell)
{
    const char *at = block_line(data, block, line);
    for (; at && column > 0; column--)
        at = at + strcspn(at, "\t\n") + 1;
    snprintf(cell, 256, "%.*s", at ? (int)strcspn(at, "\t\n") : 0, at ? at : "");
    return cell;
}

static inline double block_number(const struct spb_plot_data *data, size_t block, size_t line, size_t column)
{
    char cell[256];
    return strtod(block_cell(data, block, line, column, cell), NULL);
}

/* The text of a pair in block 0 holds `part`. */
static inline bool words_hold(const struct spb_plot_data *data, const char *name, const char *part)
{
    struct spb_strbuf start = {0};
    bool holds = false;
    spb_strbuf_printf(&start, "\"%s\"\t", name);
    for (size_t i = 0; block_line(data, 0, i); i++) {
        const char *line = block_line(data, 0, i);
        const char *found = strstr(line, part);
        if (strncmp(line, spb_strbuf_text(&start), start.length) == 0)
            holds = found && found < line + strcspn(line, "\n");
    }
    spb_strbuf_release(&start);
    return holds;
}

#endif
