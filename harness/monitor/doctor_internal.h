/* SPDX-License-Identifier: MIT
 *
 * What the parts of the doctor share: the table of checks, and the facts that it finds out itself.
 */
#ifndef SPB_DOCTOR_INTERNAL_H
#define SPB_DOCTOR_INTERNAL_H

#include "doctor.h"

#define SPB_CHECK_RULES_MAX 7

struct spb_check {
    const char *name;
    const char *fact; /* the value shown */
    const char *why;
    /* The first that holds decides; a rule without a message ends the list. None: unknown when the fact is absent, else
     * ok. */
    struct spb_rule rules[SPB_CHECK_RULES_MAX];
};

const struct spb_check *spb_doctor_checks(size_t *count);

/* Facts beside those of the stamp; names and meaning in doctor_facts.c. */
struct spb_doctor_facts;

int spb_doctor_facts_create(const struct spb_doctor_options *options, struct spb_doctor_facts **facts);
void spb_doctor_facts_destroy(struct spb_doctor_facts *facts);
/* For struct spb_fact_source: its own facts, then the options'. */
struct spb_fact_value spb_doctor_lookup(const void *facts, const char *name);

#endif
