/* SPDX-License-Identifier: MIT
 *
 * What the views share: which samples pass a filter, and how many events each rests on.
 */
#ifndef SPB_PROFILE_VIEW_INTERNAL_H
#define SPB_PROFILE_VIEW_INTERNAL_H

#include "profile_view.h"

struct spb_profile_selection {
    const struct spb_profile *profile;
    const struct spb_profile_filter *filter;
    bool *node_in_focus; /* NULL: all are */
    bool *thread_passes; /* NULL: all do */
    unsigned
        count_type; /* the value that counts samples; type_count: there is none, the values themselves are counts */
};

/* -EINVAL: the filter names no such value, or holds no regular expression. Released by the caller, also after a failure. */
int spb_profile_select(const struct spb_profile *profile, const struct spb_profile_filter *filter,
                       struct spb_profile_selection *selection, struct spb_error *err);
void spb_profile_selection_release(struct spb_profile_selection *selection);

bool spb_profile_passes(const struct spb_profile_selection *selection, const struct spb_profile_sample *sample);
/* How many events were seen: what sampling errors come from. */
int64_t spb_profile_events(const struct spb_profile_selection *selection, const struct spb_profile_sample *sample);

#endif
