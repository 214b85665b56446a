/* SPDX-License-Identifier: MIT
 *
 * Which rows two sides have in common: rows are planned from the base side's workloads (spb_row_plan_make) and then held
 * against those of the new side.
 *
 *     spb_program_describe("./spbench-new", &description, err);
 *     spb_registry_add(&new_side, description.table, NULL, description.reasons, err);
 *     spb_pair_match(rows, row_count, &new_side, &paired, &paired_count, err);
 */
#ifndef SPB_PAIR_MATCH_H
#define SPB_PAIR_MATCH_H

#include <stddef.h>

#include "error.h"
#include "pair.h"
#include "registry.h"

/* Moves the rows whose workload the new side has too into *paired, in their order; `rows` holds the others afterwards, and empty
 * ones in the places of those that were moved. A row is UNAVAILABLE with the reason when the new side cannot run it here, and
 * `incomparable` is set when the two measure different things: another unit, measure or version, a parameter or value or
 * thread count that the new side does not have. Rows of command/run are always common. The caller releases each and frees the
 * array. 0 or -ENOMEM; what was moved is released then. */
int spb_pair_match(struct spb_row *rows, size_t row_count, const struct spb_registry *new_side,
                   struct spb_paired_row **paired, size_t *paired_count, struct spb_error *err);

/* Why a row planned for one workload cannot be compared with one of another descriptor of the same name: a text for the caller to
 * free; NULL: it can, or memory ran out (*code is -ENOMEM then, else 0). */
char *spb_pair_mismatch(const struct spb_row *row, const struct spb_workload *new_side, int *code);

#endif
