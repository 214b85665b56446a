/* SPDX-License-Identifier: MIT
 *
 * How far a profile may be trusted, by its stacks, and where its code comes from: figures that reports and advice rest on.
 */
#ifndef SPB_PROFILE_QUALITY_H
#define SPB_PROFILE_QUALITY_H

#include "profile_view.h"

struct spb_profile_quality {
    int64_t samples; /* events that passed the filter */
    double sum;      /* of the value */
    /* Shares of `sum`, 0 .. 1. */
    double kernel;     /* innermost function in the kernel */
    double unnamed;    /* innermost function without a name, as [libc.so.6+0x1234] */
    double blind;      /* one user function and no caller of it: the stack was lost, as without frame pointers */
    double empty;      /* no stack at all */
    double lines;      /* source line known */
    bool has_stacks;   /* the profile has callers at all */
    bool kernel_known; /* there is code of the kernel in it, so that `kernel` is a measurement */
};
int spb_profile_quality(const struct spb_profile *profile, const struct spb_profile_filter *filter,
                        struct spb_profile_quality *quality, struct spb_error *err);

/* Of the kernel or one of its modules. */
bool spb_profile_is_kernel(const struct spb_profile *profile, uint32_t function);
/* Of a shared library; false for the program itself, the kernel, and what was made while it ran. */
bool spb_profile_is_library(const struct spb_profile *profile, uint32_t function);
/* Its name is a place, since no symbol table had one. */
bool spb_profile_is_unnamed(const struct spb_profile *profile, uint32_t function);
/* Last part of the module's path; "" when it is not known. */
const char *spb_profile_module_name(const struct spb_profile *profile, uint32_t function);

/* Standard error of a share that was seen in so many events: binomial. 0 for no events. */
double spb_profile_share_error(double share, int64_t events);

/* Number of the value with that name. -ENOENT names those that there are. */
int spb_profile_find_value(const struct spb_profile *profile, const char *name, unsigned *type, struct spb_error *err);

#endif
