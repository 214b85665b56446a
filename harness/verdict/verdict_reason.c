/* SPDX-License-Identifier: MIT */
#include "verdict_reason.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int say(char **text, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int say(char **text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = vasprintf(text, format, args);
    va_end(args);
    if (length >= 0)
        return 0;
    *text = NULL;
    return -ENOMEM;
}

static const struct spb_pair *last_failed(const struct spb_paired_row *row, size_t *count)
{
    const struct spb_pair *last = NULL;
    *count = 0;
    for (size_t i = 0; i < row->pair_count; i++)
        if (row->pairs[i].outcome == SPB_OUTCOME_FAILED) {
            last = &row->pairs[i];
            ++*count;
        }
    return last;
}

static int say_error(const struct spb_paired_row *row, char **text)
{
    size_t count;
    const struct spb_pair *pair = last_failed(row, &count);
    if (!pair)
        return say(text, "%s", row->row.reason ? row->row.reason : "failed before the first pair");
    return say(text, "%zu of %zu pairs failed; in pair %u the %s side: %s", count, row->pair_count, pair->index,
               spb_side_name(pair->failed_side), pair->reason ? pair->reason : "reason not given");
}

static int say_not_comparable(const struct spb_paired_row *row, char **text)
{
    if (row->incomparable)
        return say(text, "%s", row->incomparable);
    for (size_t i = 0; i < row->pair_count; i++) {
        const double *work = row->pairs[i].work_per_iteration;
        if (row->pairs[i].outcome == SPB_OUTCOME_OK && work[SPB_SIDE_BASE] != work[SPB_SIDE_NEW])
            return say(text, "an iteration is %g / %g %s: not the same work", work[SPB_SIDE_BASE], work[SPB_SIDE_NEW],
                       row->row.unit ? row->row.unit : "");
    }
    return say(text, "not the same work on both sides");
}

static int say_noisy(const struct spb_pair_effects *effects, char **text)
{
    return say(text, "machine too noisy: %zu of %zu rounds lost (steal %zu, waited for the CPU %zu, migrated %zu)",
               effects->lost_count, effects->round_count, effects->lost_steal, effects->lost_waited,
               effects->lost_migrated);
}

/* What was missing. */
static int say_undecided(const struct spb_paired_row *row, const struct spb_row_state *state,
                         const struct spb_pair_effects *effects, char **text)
{
    if (spb_pair_effects_noisy(effects))
        return say_noisy(effects, text);
    if (row->pair_count == 0)
        return say(text, "no pair was measured");
    if (!state->tested)
        return say(text, "%zu pairs; the first look is at %u", effects->count, spb_ab_looks[0].pairs);
    unsigned pairs = spb_ab_looks[state->look].pairs;
    if (state->noisy)
        return say(text,
                   "more than %.0f %% of the rounds were lost at the look at %u pairs; the next look was not reached",
                   100 * SPB_ROUNDS_LOST_MAX, pairs);
    if (state->look + 1 == SPB_AB_LOOKS)
        return say(text, "%u pairs, the most there are, say neither; a larger threshold or a quieter machine would",
                   pairs);
    return say(text, "%u pairs say neither; the next look is at %u", pairs, spb_ab_looks[state->look + 1].pairs);
}

int spb_verdict_reason(const struct spb_paired_row *row, const struct spb_row_state *state,
                       const struct spb_pair_effects *effects, char **text)
{
    *text = NULL;
    switch (state->verdict) {
    case SPB_VERDICT_ERROR:
        return say_error(row, text);
    case SPB_VERDICT_NOT_COMPARABLE:
        return say_not_comparable(row, text);
    case SPB_VERDICT_MISSING:
        return say(text, "%s", row->row.reason ? row->row.reason : "cannot run on this machine");
    case SPB_VERDICT_UNDECIDED:
        return say_undecided(row, state, effects, text);
    case SPB_VERDICT_PASS:
    case SPB_VERDICT_IMPROVED:
    case SPB_VERDICT_REGRESSION:
        break;
    }
    return 0;
}
