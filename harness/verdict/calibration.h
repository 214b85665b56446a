/* SPDX-License-Identifier: MIT
 *
 * What the A/A experiments of a machine teach: its noise between pairs and between sessions, which slowdowns can be seen above it,
 * and how often a regression was reported although nothing had changed. README.md in this room.
 */
#ifndef SPB_CALIBRATION_H
#define SPB_CALIBRATION_H

#include <stdbool.h>
#include <stddef.h>

#include "ab_file.h"
#include "calibration_file.h"

/* The session that an A/A experiment was: one row for each with at least so many pairs. 0 or a negative errno. */
#define SPB_CALIBRATION_PAIRS_MIN 6
int spb_calibration_session_of(const struct spb_ab *ab, struct spb_calibration_session *session);

struct spb_calibration_summary {
    size_t session_count; /* with the row, in this version of its workload; nothing below may be read where it is 0 */
    double pair_sd;       /* median over the sessions, as a logarithm */
    double session_sd;    /* between sessions, as a logarithm; the assumption of compare.h counts as three of them */
    double ab_ratio;      /* smallest slowdown that `ab` sees with 20 pairs 9 times of 10, as a --threshold: 0.012 */
    double stored_ratio;  /* the same of `compare`, on files of 10 processes a row; 0 where no threshold could do it */
    size_t alarm_count;   /* sessions in which it was judged a regression */
};

/* Of the newest version of the row's workload. 0 or -ENOMEM. */
int spb_calibration_summarise(const struct spb_calibration *calibration, const char *key,
                              struct spb_calibration_summary *summary);

/* For spb_compare_options: `calibration` is a const struct spb_calibration *. Negative where the row is in none of its sessions. */
double spb_calibration_session_sd(const void *calibration, const char *key);

struct spb_calibration_alarms {
    size_t experiment_count;
    size_t alarm_count; /* experiments with a regression in any row */
    double upper_ratio; /* 95 % upper bound of their share (Clopper and Pearson 1934) */
};

struct spb_calibration_alarms spb_calibration_alarms(const struct spb_calibration *calibration);

#endif
