/* SPDX-License-Identifier: MIT
 *
 * What to do about a profile: rules as data, each with its evidence in numbers and the gain that may be expected at most. No rule speaks without numbers.
 */
#ifndef SPB_ADVICE_H
#define SPB_ADVICE_H

#include "profile.h"

struct spb_advice {
    const char *rule; /* "time-in-allocation"; constant */
    char *finding;    /* "23 % of the CPU time is spent in malloc and free, most of it called from parse_line (14 %)" */
    char *evidence;   /* the numbers that it rests on, with their sampling error */
    char *action;     /* what to do */
    double gain_low, gain_high; /* share of the run time that could go, 0 .. 1 */
};
struct spb_advice_list {
    struct spb_advice *items; /* largest gain first */
    size_t count;
};
int spb_advice_cpu(const struct spb_profile *profile, struct spb_advice_list *list);
void spb_advice_list_release(struct spb_advice_list *list);

#endif
