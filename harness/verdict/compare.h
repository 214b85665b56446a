/* SPDX-License-Identifier: MIT
 *
 * Judges two stored results, the weak answer: the state of the machine at the two times is confounded with the change. The
 * unit is the process. compare.md in this room.
 */
#ifndef SPB_COMPARE_H
#define SPB_COMPARE_H

#include "error.h"
#include "judgement.h"
#include "result.h"

/* Assumed where no calibration of the machine is stored: standard deviation between sessions, as a logarithm. */
#define SPB_SESSION_SD_ASSUMED 0.025

struct spb_compare_options {
    struct spb_thresholds thresholds;
    /* Spread between sessions of a row on this machine, as a standard deviation of logarithms; NULL, or a negative answer: not
     * known, the assumption holds and the judgement says so. */
    double (*session_sd)(const void *context, const char *key);
    const void *context;
};

/* Which facts of the two stamps differ in a way that matters; each "cpu.model: A / B" on a line of its own in `differences`.
 * 0 when none does; -EXDEV. */
int spb_compare_stamps(const struct spb_stamp *base, const struct spb_stamp *new_stamp, struct spb_strbuf *differences);

int spb_compare_results(const struct spb_result *base, const struct spb_result *new_result,
                        const struct spb_compare_options *options, struct spb_judgement *judgement,
                        struct spb_error *err);

#endif
