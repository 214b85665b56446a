/* SPDX-License-Identifier: MIT */
#include "run_progress.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "row_report.h"

void spb_run_progress_init(struct spb_run_progress *progress, bool quiet)
{
    const char *term = getenv("TERM");
    *progress = (struct spb_run_progress){.quiet = quiet,
                                          .redraws = isatty(STDERR_FILENO) && !(term && strcmp(term, "dumb") == 0)};
}

void spb_run_progress_clear(struct spb_run_progress *progress)
{
    if (progress->drawn)
        fprintf(stderr, "\r\033[K");
    fflush(stderr);
    progress->drawn = false;
}

/* "3 min 20 s left" */
static void format_left(uint64_t ns, struct spb_strbuf *out)
{
    unsigned long seconds = (unsigned long)((ns + 999999999u) / 1000000000u);
    if (seconds >= 100)
        spb_strbuf_printf(out, "%lu min %02lu s left", seconds / 60, seconds % 60);
    else
        spb_strbuf_printf(out, "%lu s left", seconds);
}

void spb_run_progress_draw(struct spb_run_progress *progress, const struct spb_row *rows,
                           const struct spb_runner_progress *state, unsigned processes)
{
    if (progress->quiet || !progress->redraws)
        return;
    struct spb_strbuf line = {0}, left = {0};
    char *key = spb_row_key(&rows[state->row]);
    size_t width = spb_terminal_width(stderr);
    size_t percent = state->planned ? state->done * 100 / state->planned : 0;
    format_left(state->left_ns, &left);
    spb_strbuf_printf(&line, "%3zu %%  %s  %s  process %u of %u", percent, spb_strbuf_text(&left), key ? key : "",
                      state->replicate + 1, processes);
    /* A line that wraps could not be drawn over. */
    fprintf(stderr, "\r%.*s\033[K", (int)(width > 1 ? width - 1 : 79), spb_strbuf_text(&line));
    fflush(stderr);
    progress->drawn = true;
    free(key);
    spb_strbuf_release(&left);
    spb_strbuf_release(&line);
}

void spb_run_progress_row(struct spb_run_progress *progress, const struct spb_row *row)
{
    if (progress->quiet || progress->redraws)
        return;
    struct spb_strbuf line = {0};
    spb_row_progress_line(row, &line);
    fprintf(stderr, "%s\n", spb_strbuf_text(&line));
    spb_strbuf_release(&line);
}
