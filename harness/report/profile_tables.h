/* SPDX-License-Identifier: MIT
 *
 * The tables of a profile's report as text. A name is the last column, and is cut in the middle where the terminal is too narrow for it.
 */
#ifndef SPB_PROFILE_TABLES_H
#define SPB_PROFILE_TABLES_H

#include "profile_head.h"
#include "profile_report.h"

/* Each appends a heading, its table and an empty line; nothing when it has no rows. */
int spb_profile_function_table(const struct spb_profile_report *report, const struct spb_profile_head *head,
                               struct spb_strbuf *out, struct spb_error *err);
int spb_profile_line_table(const struct spb_profile_report *report, const struct spb_profile_head *head,
                           struct spb_strbuf *out, struct spb_error *err);
/* Threads, or processes where there is more than one. */
int spb_profile_thread_table(const struct spb_profile_report *report, const struct spb_profile_head *head,
                             enum spb_profile_by by, struct spb_strbuf *out, struct spb_error *err);
/* Where threads waited; nothing when that was not measured. */
int spb_profile_wait_table(const struct spb_profile_report *report, struct spb_strbuf *out, struct spb_error *err);

/* A heading above a block, in bold where there are colours. */
void spb_profile_heading(const struct spb_profile_report *report, const char *text, struct spb_strbuf *out);

/* Rows whose last cell is a name: `fill` is called with the columns that a name may have, 0 for no limit. */
void spb_named_table(const struct spb_table_options *how,
                     void (*fill)(struct spb_table *table, size_t name_columns, const void *context),
                     const void *context, struct spb_strbuf *out);
/* `name` in at most so many columns (0: whole), with … in the middle of a longer one. */
void spb_shorten_name(const char *name, size_t columns, struct spb_strbuf *out);

#endif
