/* SPDX-License-Identifier: MIT */
#include "gate_subject.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ab_judge.h"
#include "calibration.h"
#include "calibration_state.h"
#include "compare.h"
#include "stored_judge.h"

/* The slowdown to be caught, where nobody says another. */
#define THRESHOLD_AB     0.03
#define THRESHOLD_STORED (SPB_STORED_THRESHOLD_PCT / 100)

void spb_gate_subject_release(struct spb_gate_subject *subject)
{
    spb_ab_release(&subject->ab);
    spb_result_release(&subject->base);
    spb_result_release(&subject->new_result);
    spb_calibration_release(&subject->calibration);
    spb_policy_release(&subject->policy);
    spb_strbuf_release(&subject->differences);
    free(subject->title);
    *subject = (struct spb_gate_subject){.title = NULL};
}

static int make_title(const struct spb_gate_subject_options *options, struct spb_gate_subject *subject)
{
    struct spb_strbuf title = {0};
    if (options->ab_path)
        spb_strbuf_append(&title, options->ab_path);
    else if (options->new_path)
        spb_strbuf_printf(&title, "%s and %s", options->base_path, options->new_path);
    else
        spb_strbuf_printf(&title, "%s and itself", options->base_path);
    subject->title = spb_strbuf_detach(&title);
    return subject->title ? 0 : -ENOMEM;
}

static int load_results(const struct spb_gate_subject_options *options, struct spb_gate_subject *subject,
                        struct spb_error *err)
{
    int code = spb_result_load(options->base_path, &subject->base, err);
    if (code == 0)
        code = spb_result_load(options->new_path ? options->new_path : options->base_path, &subject->new_result, err);
    if (code)
        return code;
    spb_calibration_state_load(&subject->base.stamp, &subject->calibration);
    code = spb_compare_stamps(&subject->base.stamp, &subject->new_result.stamp, &subject->differences);
    if (subject->differences.failed)
        return spb_error_system(err, -ENOMEM, "stamps");
    return code == -EXDEV ? 0 : code;
}

static double usual_threshold(const struct spb_gate_subject *subject)
{
    if (!subject->is_ab)
        return THRESHOLD_STORED;
    return subject->ab.threshold_pct > 0 ? subject->ab.threshold_pct / 100 : THRESHOLD_AB;
}

int spb_gate_subject_load(const struct spb_gate_subject_options *options, struct spb_gate_subject *subject,
                          struct spb_error *err)
{
    *subject = (struct spb_gate_subject){.is_ab = options->ab_path != NULL};
    int code = make_title(options, subject);
    if (code == 0 && options->policy_path)
        code = spb_policy_load(options->policy_path, &subject->policy, err);
    if (code == 0)
        code = subject->is_ab ? spb_ab_load(options->ab_path, &subject->ab, err) : load_results(options, subject, err);
    if (code == -ENOMEM)
        spb_error_set(err, code, "not enough memory for what is to be judged");
    if (options->threshold_pct > 0) /* typed by hand: it takes the place of the policy's, not of those by pattern */
        subject->policy.ratio = options->threshold_pct / 100;
    subject->context.otherwise = usual_threshold(subject);
    if (code)
        spb_gate_subject_release(subject);
    return code;
}

struct spb_thresholds spb_gate_subject_thresholds(struct spb_gate_subject *subject)
{
    subject->context.policy = &subject->policy;
    return (struct spb_thresholds){.find = spb_policy_threshold, .context = &subject->context, .ratio = THRESHOLD_AB};
}

struct spb_compare_options spb_gate_subject_compare_options(struct spb_gate_subject *subject)
{
    return (struct spb_compare_options){.thresholds = spb_gate_subject_thresholds(subject),
                                        .session_sd = spb_calibration_session_sd,
                                        .context = &subject->calibration};
}

bool spb_gate_subject_differs(const struct spb_gate_subject *subject)
{
    return subject->differences.length > 0;
}

/* ---- judging ----------------------------------------------------------------------------------------------------- */

/* Rows that were decided early have fewer pairs than another threshold might need. */
static int note_experiment(const struct spb_gate_subject *subject, struct spb_judgement *judgement)
{
    double made_for = usual_threshold(subject);
    double asked_for = subject->policy.ratio > 0 ? subject->policy.ratio : made_for;
    int code = 0;
    if (!subject->ab.complete)
        code = spb_judgement_note(judgement, "The experiment was interrupted: rows may have too few pairs.");
    if (code == 0 && fabs(asked_for - made_for) > 1e-9)
        code = spb_judgement_note(judgement,
                                  "The experiment was made to catch %.3g %%, now %.3g %% is looked for: rows that were "
                                  "decided early have fewer pairs than it may need.",
                                  100 * made_for, 100 * asked_for);
    return code;
}

int spb_gate_subject_judge(struct spb_gate_subject *subject, struct spb_judgement *judgement, struct spb_error *err)
{
    struct spb_thresholds thresholds = spb_gate_subject_thresholds(subject);
    struct spb_ab_judge_options ab_options = {.thresholds = thresholds, .seed = subject->ab.seed};
    struct spb_compare_options options = spb_gate_subject_compare_options(subject);
    int code = subject->is_ab ? spb_ab_judge(subject->ab.rows, subject->ab.row_count, &ab_options, judgement, err)
                              : spb_compare_results(&subject->base, &subject->new_result, &options, judgement, err);
    if (code)
        return code;
    if (subject->is_ab)
        code = note_experiment(subject, judgement);
    else if (spb_gate_subject_differs(subject))
        code = spb_stored_note_forced(judgement, &subject->differences);
    if (code == 0)
        return 0;
    spb_judgement_release(judgement);
    return spb_error_system(err, code, "%s cannot be judged", subject->title);
}
