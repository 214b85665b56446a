/* SPDX-License-Identifier: MIT
 *
 * What the writer and the reader of the file of an experiment in pairs share.
 */
#ifndef SPB_AB_INTERNAL_H
#define SPB_AB_INTERNAL_H

#include "ab_file.h"
#include "json_field.h"

#define SPB_AB_SCHEMA "spbench-ab"
/* Units of work in an iteration; as of the processes of a result. */
#define SPB_AB_WORK_MAX 1e30

extern const struct spb_json_field spb_ab_options_fields[];
extern const struct spb_json_field spb_pair_fields[];

const char *spb_side_kind_name(enum spb_side_kind kind); /* "self", "program", "plugin", "command" */
int spb_side_kind_parse(const char *name);               /* or -1 */

#endif
