/* SPDX-License-Identifier: MIT
 *
 * The workloads that a program knows: checked once, found by name, selected by patterns.
 */
#ifndef SPB_REGISTRY_H
#define SPB_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "spbench.h"

struct spb_registry {
    const struct spb_workload *const *items; /* the caller's table */
    size_t count;
};

/* Takes a table that ends with NULL. -EINVAL names the descriptor that is wrong and why: another ABI version, a name that
 * is not "family/noun", a name twice, no run(), no unit, a parameter whose defaults do not parse. */
int spb_registry_init(struct spb_registry *registry, const struct spb_workload *const *table, struct spb_error *err);

/* NULL when there is none of that name. */
const struct spb_workload *spb_registry_find(const struct spb_registry *registry, const char *name);

/* Sets selected[i] for every workload whose name one of the patterns matches: "all", or a glob over whole names
 * ("cpu/\*", "memory/stream-*"; '*' goes across '/'). A pattern that matches nothing is -ENOENT, with the nearest names.
 * `selected` has registry->count entries and is set in full. */
int spb_registry_select(const struct spb_registry *registry, char *const *patterns, size_t pattern_count,
                        bool *selected, struct spb_error *err);

/* Smallest and largest number of threads, with the descriptor's zeros resolved. */
unsigned spb_workload_threads_min(const struct spb_workload *workload);
unsigned spb_workload_threads_max(const struct spb_workload *workload);

#endif
