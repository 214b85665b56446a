/* SPDX-License-Identifier: MIT
 *
 * What `spbench calibrate` has learnt of a machine: one session a call, each with what both sides of an A/A experiment said of
 * every row. One file a machine, named by what makes its numbers comparable; sessions are added at the end.
 *
 *     {"schema":"spbench-calibration","schema_version":1,"machine":"cpu.model=...","sessions":[
 *         {"created_s":1750000000,"seed":"7","rows":[{"key":"cpu/hash size=64KiB", ...}]}]}
 */
#ifndef SPB_CALIBRATION_FILE_H
#define SPB_CALIBRATION_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "stamp.h"
#include "strbuf.h"

/* Older ones are dropped. */
#define SPB_CALIBRATION_SESSIONS_MAX 200

struct spb_calibration_row {
    char *key;
    unsigned workload_version;
    unsigned pairs;     /* that the row had */
    double estimate_ns; /* of an iteration: geometric mean of both sides */
    double pair_sd;     /* standard deviation of d_p, as a logarithm */
    bool alarm;         /* it was judged a regression, wrongly: both sides were the same */
};

struct spb_calibration_session {
    uint64_t created_s; /* UTC, seconds since 1970 */
    uint64_t seed;
    struct spb_calibration_row *rows;
    size_t row_count;
};

struct spb_calibration {
    char *machine;                            /* spb_calibration_machine() */
    struct spb_calibration_session *sessions; /* oldest first */
    size_t session_count;
};

void spb_calibration_release(struct spb_calibration *calibration);
void spb_calibration_session_release(struct spb_calibration_session *session);
/* Moves the session to the end; it is empty afterwards. 0 or -ENOMEM. */
int spb_calibration_add(struct spb_calibration *calibration, struct spb_calibration_session *session);

/* What must be alike for two sessions to be of one machine: CPU, number of CPUs, hypervisor, kernel, governor, SMT. */
void spb_calibration_machine(const struct spb_stamp *stamp, struct spb_strbuf *out);

/* Reads, as spb_result_load does. -ENOENT when there is none yet, with a text that says so. On failure *calibration is empty. */
int spb_calibration_load(const char *path, struct spb_calibration *calibration, struct spb_error *err);
int spb_calibration_parse(const char *name, const char *text, size_t length, struct spb_calibration *calibration,
                          struct spb_error *err);
/* Replaces the file, all or nothing; its folder must exist. */
int spb_calibration_save(const struct spb_calibration *calibration, const char *path, struct spb_error *err);

#endif
