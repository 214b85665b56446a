/* SPDX-License-Identifier: MIT
 *
 * The policy of a gate: which slowdown is to be caught where, which rows there must be, what is waived until when. JSON,
 * schema "spbench-policy" version 1 (results/policy_schema.json; an example: results/policy.json).
 *
 *     struct spb_policy policy;
 *     if (spb_policy_load("policy.json", &policy, err) < 0) ...     // "policy.json: waivers[0].untill is no member ..."
 *     struct spb_policy_thresholds context = {&policy, 0.03};
 *     struct spb_thresholds thresholds = {.find = spb_policy_threshold, .context = &context};
 *
 * A pattern is one of spb_row_matches() in row.h. Where several thresholds or waivers match, the first of the file counts.
 *
 * Unlike in other files, members that are not known are errors: a typing error must not loosen a gate.
 */
#ifndef SPB_POLICY_FILE_H
#define SPB_POLICY_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

#define SPB_POLICY_SCHEMA_VERSION 1

enum spb_policy_action { SPB_POLICY_FAIL, SPB_POLICY_WARN, SPB_POLICY_PASS };

struct spb_policy_threshold {
    char *pattern;
    double ratio; /* the slowdown to be caught: 0.03 is 3 % */
};

struct spb_policy_waiver {
    char *pattern;
    char *reason;
    unsigned until; /* the last day on which it waives, as in date.h */
};

/* All zero: nothing is required or waived, undecided and missing rows fail. */
struct spb_policy {
    double ratio; /* where no pattern matches; 0: not said */
    struct spb_policy_threshold *thresholds;
    size_t threshold_count;
    char **required; /* each matches one judged row at least */
    size_t required_count;
    struct spb_policy_waiver *waivers;
    size_t waiver_count;
    enum spb_policy_action undecided;
    enum spb_policy_action missing; /* rows that the new side lacks */
};

void spb_policy_release(struct spb_policy *policy);
/* Hostile input is expected. 0, -EINVAL with the text set, or -ENOMEM; on failure *policy is empty. */
int spb_policy_parse(const char *name, const char *text, size_t length, struct spb_policy *policy,
                     struct spb_error *err);
int spb_policy_load(const char *path, struct spb_policy *policy, struct spb_error *err);

struct spb_policy_thresholds {
    const struct spb_policy *policy;
    double otherwise; /* where the policy says nothing */
};
/* As struct spb_thresholds wants it: `context` is a struct spb_policy_thresholds. */
double spb_policy_threshold(const void *context, const char *key);

const char *spb_policy_action_name(enum spb_policy_action action); /* "fail", "warn", "pass" */
int spb_policy_action_parse(const char *name);                     /* or -1 */

#endif
