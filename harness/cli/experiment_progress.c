/* SPDX-License-Identifier: MIT */
#include "experiment_progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "strbuf.h"

void spb_experiment_progress_init(struct spb_experiment_progress *progress, bool quiet, uint64_t budget_ns,
                                  unsigned pairs_max)
{
    const char *term = getenv("TERM");
    *progress =
        (struct spb_experiment_progress){.quiet = quiet,
                                         .redraws = isatty(STDERR_FILENO) && !(term && strcmp(term, "dumb") == 0),
                                         .budget_ns = budget_ns,
                                         .pairs_max = pairs_max};
}

void spb_experiment_progress_clear(struct spb_experiment_progress *progress)
{
    if (progress->drawn)
        fprintf(stderr, "\r\033[K");
    fflush(stderr);
    progress->drawn = false;
}

/* "1 regression, 3 pass, 7 open" */
static void append_verdicts(const enum spb_verdict *decided, size_t row_count, struct spb_strbuf *out)
{
    static const enum spb_verdict order[] = {SPB_VERDICT_REGRESSION, SPB_VERDICT_ERROR, SPB_VERDICT_IMPROVED,
                                             SPB_VERDICT_PASS, SPB_VERDICT_UNDECIDED};
    size_t counts[SPB_VERDICT_COUNT] = {0};
    for (size_t i = 0; i < row_count; i++)
        counts[decided[i]]++;
    const char *separator = "";
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        if (!counts[order[i]])
            continue;
        const char *word = order[i] == SPB_VERDICT_UNDECIDED ? "open" : spb_verdict_name(order[i]);
        spb_strbuf_printf(out, "%s%zu %s", separator, counts[order[i]], word);
        separator = ", ";
    }
}

void spb_experiment_progress_draw(struct spb_experiment_progress *progress, const struct spb_paired_row *rows,
                                  const enum spb_verdict *decided, size_t row_count,
                                  const struct spb_pair_progress *state)
{
    if (progress->quiet || !progress->redraws)
        return;
    struct spb_strbuf line = {0};
    char *key = spb_row_key(&rows[state->row].row);
    size_t width = spb_terminal_width(stderr);
    spb_strbuf_printf(&line, "pair %u of at most %u, ", state->pair + 1, progress->pairs_max);
    append_verdicts(decided, row_count, &line);
    spb_strbuf_printf(&line, ", %.0f s of at most %.0f s  %s", (double)state->elapsed_ns / 1e9,
                      (double)progress->budget_ns / 1e9, key ? key : "");
    /* A line that wraps could not be drawn over. */
    fprintf(stderr, "\r%.*s\033[K", (int)(width > 1 ? width - 1 : 79), spb_strbuf_text(&line));
    fflush(stderr);
    progress->drawn = true;
    free(key);
    spb_strbuf_release(&line);
}

void spb_experiment_progress_look(struct spb_experiment_progress *progress, unsigned pairs,
                                  const enum spb_verdict *decided, size_t row_count)
{
    if (progress->quiet || progress->redraws)
        return;
    struct spb_strbuf line = {0};
    append_verdicts(decided, row_count, &line);
    fprintf(stderr, "after %u pairs: %s\n", pairs, spb_strbuf_text(&line));
    spb_strbuf_release(&line);
}
