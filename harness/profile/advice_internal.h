/* SPDX-License-Identifier: MIT
 *
 * What the rules look at: shares of classes of functions, with their sampling error; threads; waits.
 */
#ifndef SPB_ADVICE_INTERNAL_H
#define SPB_ADVICE_INTERNAL_H

#include "profile_quality.h"

/* Kinds of work that functions are recognised by. */
enum spb_advice_class {
    SPB_CLASS_ALLOCATION,
    SPB_CLASS_COLLECTION, /* of garbage, and allocating for it */
    SPB_CLASS_COPYING,
    SPB_CLASS_LOCKING,
    SPB_CLASS_PAGE_FAULTS,
    SPB_CLASS_TRANSFER,
    SPB_CLASS_MAPPING,
    SPB_CLASS_PROCESSES,
    SPB_CLASS_FILES,
    SPB_CLASS_WAITING,
    SPB_CLASS_SLEEPING,
    SPB_CLASS_TINY, /* functions that every optimising compiler inlines, not inlined */
    SPB_CLASS_COUNT
};

struct spb_class_evidence {
    double share;      /* of the CPU time: stacks with such a function, 0 .. 1 */
    double error;      /* standard error */
    uint32_t function; /* the one that most of it is in; SPB_PROFILE_NONE: none */
    double function_share;
    uint32_t caller; /* the function of the program itself that most of it is done for; or NONE */
    double caller_share;
    double waits, waiting_ns; /* where off-CPU was measured */
};

struct spb_advice_evidence {
    const struct spb_profile *profile;
    struct spb_profile_filter filter;
    struct spb_profile_quality quality;
    struct spb_class_evidence classes[SPB_CLASS_COUNT];
    bool has_waits;
};

/* Of the profile's default value. */
int spb_advice_gather(const struct spb_profile *profile, struct spb_advice_evidence *evidence);

#endif
