/* SPDX-License-Identifier: MIT
 *
 * What every report of a profile says first: what was measured, how, and how much of it there is.
 */
#ifndef SPB_PROFILE_HEAD_H
#define SPB_PROFILE_HEAD_H

#include "profile_quality.h"
#include "strbuf.h"

/* Texts belong to the profile. NULL and 0: not known. */
struct spb_profile_head {
    const char *command, *engine, *event, *call_graph;
    const char *value_name, *value_unit;
    double value_sum; /* of the samples that passed the filter */
    double frequency_hz;
    double duration_ns;
    double cpu_ns; /* CPU time that was used; of all threads, whatever the filter */
    bool has_cpu;
    struct spb_profile_quality quality;
};
int spb_profile_head(const struct spb_profile *profile, const struct spb_profile_filter *filter,
                     struct spb_profile_head *head, struct spb_error *err);

/* CPUs that were busy on average; 0: not known. */
double spb_profile_cpus(const struct spb_profile_head *head);
/* "1.98 s of CPU time in 2.05 s, 0.97 CPUs on average" */
void spb_profile_amount_format(const struct spb_profile_head *head, struct spb_strbuf *out);
/* "1,974 samples of cpu-clock at 997 Hz by perf events, stacks by frame pointers" */
void spb_profile_method_format(const struct spb_profile *profile, const struct spb_profile_head *head,
                               struct spb_strbuf *out);

/* The timeline of CPU time of a thread, or of all (SPB_PROFILE_NONE); NULL: there is none. */
const struct spb_profile_timeline *spb_profile_cpu_timeline(const struct spb_profile *profile, uint32_t thread);

/* NULL when the fact is not there or is a number. */
const char *spb_profile_fact_text(const struct spb_profile *profile, const char *name);
/* 0 when it is not there. */
double spb_profile_fact_number(const struct spb_profile *profile, const char *name);

/* "12,345" */
void spb_append_count(struct spb_strbuf *out, int64_t count);

#endif
