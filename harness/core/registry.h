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

struct spb_registry_entry {
    const struct spb_workload *workload; /* the table's */
    const char *plugin;                  /* path of the plug-in that it is from; NULL: built in */
    const char *reason; /* why it cannot run here, where that was asked already; NULL: not asked, or it can */
};

struct spb_registry {
    struct spb_registry_entry *entries;
    size_t count;
};

/* Takes a table that ends with NULL, which must outlive the registry, as does `plugin` (NULL: built in). `reasons` has an
 * entry for each workload, or is NULL: then unavailable() is asked when the reason is wanted. -EINVAL names the descriptor that
 * is wrong and why: another ABI version, a name that is not "family/noun", a name twice and where from, no run(), no
 * unit, a parameter whose defaults do not parse. What was added before it stays. */
int spb_registry_add(struct spb_registry *registry, const struct spb_workload *const *table, const char *plugin,
                     const char *const *reasons, struct spb_error *err);
void spb_registry_release(struct spb_registry *registry);

/* NULL when it can run here, or why not. */
const char *spb_registry_reason(const struct spb_registry_entry *entry);

/* The checks of spb_registry_add() on one descriptor. */
int spb_workload_check(const struct spb_workload *workload, struct spb_error *err);

/* NULL when there is none of that name. */
const struct spb_registry_entry *spb_registry_find_entry(const struct spb_registry *registry, const char *name);
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
