/* SPDX-License-Identifier: MIT
 *
 * A judgement as JSON, with every number that it holds. Schema "spbench-judgement", version 1:
 *
 *     {"schema": ..., "base": "a.json", "comparisons": [{"new": "b.json", "summary": {...}, "rows": [...], "notes": [...]}]}
 *
 * Members that do not apply (the times of a row that is missing) are left out; none is ever a zero that stands for nothing.
 */
#ifndef SPB_JUDGEMENT_JSON_H
#define SPB_JUDGEMENT_JSON_H

#include "json_writer.h"
#include "judgement_report.h"

/* Appends the whole document and a newline. */
void spb_judgement_json(const struct spb_judgement_set *set, struct spb_strbuf *out);
/* The members of one judgement, into an object that is open: for documents of others. */
void spb_judgement_json_members(struct spb_json *json, const struct spb_judgement *judgement);

#endif
