/* SPDX-License-Identifier: MIT
 *
 * How far a profile may be trusted, in words: what was taken and lost, and the cure for what is wrong.
 */
#ifndef SPB_PROFILE_TRUST_H
#define SPB_PROFILE_TRUST_H

#include "profile_head.h"
#include "table.h"

#define SPB_TRUST_MAX 24

struct spb_trust_note {
    enum spb_tone tone; /* SPB_TONE_BAD: not to be trusted; WARN: with care; PLAIN: as it should be */
    char text[400];
};
struct spb_profile_trust {
    struct spb_trust_note notes[SPB_TRUST_MAX]; /* worst first */
    size_t count;
};
void spb_profile_trust(const struct spb_profile *profile, const struct spb_profile_head *head,
                       struct spb_profile_trust *trust);

#endif
