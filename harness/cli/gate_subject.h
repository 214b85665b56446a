/* SPDX-License-Identifier: MIT
 *
 * What `spbench gate` is to judge, and by what: an experiment in pairs or two stored results, a policy, thresholds.
 */
#ifndef SPB_GATE_SUBJECT_H
#define SPB_GATE_SUBJECT_H

#include "ab_file.h"
#include "calibration_file.h"
#include "compare.h"
#include "error.h"
#include "judgement.h"
#include "policy_file.h"
#include "result.h"

struct spb_gate_subject_options {
    const char *ab_path; /* NULL: two results */
    const char *base_path;
    const char *new_path;    /* NULL: base again, for the gate's test of itself */
    const char *policy_path; /* NULL: none */
    double threshold_pct;    /* 0: not said */
};

struct spb_gate_subject {
    char *title; /* "ab.json", "base.json and new.json" */
    bool is_ab;
    struct spb_ab ab;
    struct spb_result base;
    struct spb_result new_result;
    struct spb_calibration calibration; /* of base's machine */
    struct spb_policy policy;
    struct spb_policy_thresholds context; /* what thresholds() looks into */
    struct spb_strbuf differences;        /* of the stamps, a line each */
};

/* Reads all files. 0 or a negative errno with the text set. */
int spb_gate_subject_load(const struct spb_gate_subject_options *options, struct spb_gate_subject *subject,
                          struct spb_error *err);
void spb_gate_subject_release(struct spb_gate_subject *subject);

/* Valid while the subject stays where it is. */
struct spb_thresholds spb_gate_subject_thresholds(struct spb_gate_subject *subject);
/* How two results are judged: with those thresholds, and what is known of the machine. Valid as above. */
struct spb_compare_options spb_gate_subject_compare_options(struct spb_gate_subject *subject);
/* The stamps of the two results differ in what matters. */
bool spb_gate_subject_differs(const struct spb_gate_subject *subject);
/* By the judging that is made for it, with what the reader of the answer should know as notes. */
int spb_gate_subject_judge(struct spb_gate_subject *subject, struct spb_judgement *judgement, struct spb_error *err);

#endif
