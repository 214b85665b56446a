/* SPDX-License-Identifier: MIT
 *
 * Is this machine fit to measure on? A table of checks (doctor_checks.c) over the machine's facts and over what goes on
 * right now.
 *
 *     struct spb_doctor_options options = {.facts = {spb_stamp_lookup, &stamp}};
 *     struct spb_diagnosis diagnosis;
 *     if (spb_doctor_examine(&options, &diagnosis, err) < 0) ...
 */
#ifndef SPB_DOCTOR_H
#define SPB_DOCTOR_H

#include "error.h"
#include "rules.h"

struct spb_doctor_options {
    const char *root;             /* NULL: this machine, which is watched for the interval; else a captured one */
    struct spb_fact_source facts; /* the machine's, under the names of the stamp; required */
    unsigned interval_ms;         /* 0: 200 */
    /* Tries to count an event. 0, or a negative errno with the reason in `reason`. NULL: only what sysfs shows. */
    int (*try_counting)(void *context, char *reason, size_t size);
    void *context;
};

struct spb_finding {
    const char *check; /* "governor"; constant */
    const char *why;   /* why it matters for measurement; constant */
    enum spb_level level;
    char *value;    /* what was seen; "" when nothing could be */
    char *message;  /* what that means, or why nothing could be seen */
    char *mend;     /* the command that mends it, or NULL */
    char *obstacle; /* why it cannot be mended from here, or NULL */
};

struct spb_diagnosis {
    struct spb_finding *findings; /* in the order of the table */
    size_t count;
    size_t level_counts[SPB_LEVEL_BAD + 1];
};

/* 0, or -ENOMEM; what cannot be read is a finding. Released by the caller. Sleeps for the interval. */
int spb_doctor_examine(const struct spb_doctor_options *options, struct spb_diagnosis *diagnosis,
                       struct spb_error *err);
/* The same from facts alone, of a machine as it was: checks whose fact is ABSENT with a text of NULL are left out. 0 or -ENOMEM. */
int spb_doctor_judge(const struct spb_fact_source *facts, struct spb_diagnosis *diagnosis);
void spb_diagnosis_release(struct spb_diagnosis *diagnosis);

#endif
