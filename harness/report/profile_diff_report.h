/* SPDX-License-Identifier: MIT
 *
 * What takes another share of the time than before, by function, with the sampling error of the difference.
 */
#ifndef SPB_PROFILE_DIFF_REPORT_H
#define SPB_PROFILE_DIFF_REPORT_H

#include "profile_head.h"
#include "table.h"

struct spb_profile_diff_report {
    const struct spb_profile_diff *diff;
    const struct spb_profile *base, *new_profile;
    const char *base_name, *new_name;
    struct spb_profile_head base_head, new_head;
    double fail_share; /* growth of a function's share that is too much; 0: none is */
    size_t top;        /* rows; 0: 20 as text, else all */
    struct spb_table_options how;
};

/* Beyond chance: p below 0.05, adjusted over all functions. */
bool spb_profile_change_is_sure(const struct spb_profile_change *change);
/* Its share grew by more than fail_share, and beyond chance. */
bool spb_profile_change_fails(const struct spb_profile_diff_report *report, const struct spb_profile_change *change);

void spb_profile_diff_text(const struct spb_profile_diff_report *report, struct spb_strbuf *out);
void spb_profile_diff_json(const struct spb_profile_diff_report *report, struct spb_strbuf *out);
void spb_profile_diff_csv(const struct spb_profile_diff_report *report, struct spb_strbuf *out);

#endif
