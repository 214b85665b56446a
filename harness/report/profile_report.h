/* SPDX-License-Identifier: MIT
 *
 * A profile for people and for programs: the whole on a screen, the call tree, the hot lines, folded stacks, JSON, CSV.
 *
 *     const struct spb_profile_report report = {.profile = profile, .title = "sort big.txt", .filter = {.type = 1}};
 *     spb_profile_report_text(&report, &out, &err);
 */
#ifndef SPB_PROFILE_REPORT_H
#define SPB_PROFILE_REPORT_H

#include "profile_view.h"
#include "table.h"

struct spb_profile_report {
    const struct spb_profile *profile;
    const char *title; /* what was measured, where the profile does not say; a file's name */
    struct spb_profile_filter filter;
    size_t top;       /* rows of a table; 0: 20 */
    double cut_share; /* branches of the tree below it are left out, 0 .. 1 */
    struct spb_table_options how;
};

/* Each appends to `out`: 0, or -EINVAL (the filter), or -ENOMEM. */
int spb_profile_report_text(const struct spb_profile_report *report, struct spb_strbuf *out, struct spb_error *err);
int spb_profile_report_tree(const struct spb_profile_report *report, struct spb_strbuf *out, struct spb_error *err);
int spb_profile_report_lines(const struct spb_profile_report *report, struct spb_strbuf *out, struct spb_error *err);
/* A stack a line, outermost function first, with semicolons between, a blank and the value: Gregg's stackcollapse. */
int spb_profile_report_folded(const struct spb_profile_report *report, struct spb_strbuf *out, struct spb_error *err);
/* results/profile_schema.json. */
int spb_profile_report_json(const struct spb_profile_report *report, struct spb_strbuf *out, struct spb_error *err);
int spb_profile_report_csv(const struct spb_profile_report *report, enum spb_profile_by by, struct spb_strbuf *out,
                           struct spb_error *err);

#endif
