/* SPDX-License-Identifier: MIT
 *
 * Workloads from a shared object (SPB_PLUGIN in spbench.h).
 *
 * The process that the user started never loads one: what its constructors and its descriptors do stays in a worker. That worker
 * loads and checks it and sends back what the descriptors say, as plain data:
 *
 *     struct spb_plugin_description description;
 *     if (spb_plugin_describe("./my.so", &description, err) < 0) ...      // a worker has looked at it
 *     spb_registry_add(&registry, description.table, description.path, description.reasons, err);
 *     ...
 *     spb_plugin_description_release(&description);                       // after the registry
 *
 * A worker that is to measure one of its workloads loads it again (spb_plugin_load).
 */
#ifndef SPB_PLUGIN_H
#define SPB_PLUGIN_H

#include <stdint.h>

#include "error.h"
#include "spbench.h"
#include "strbuf.h"

/* What tells this file from another one at the same path. */
struct spb_plugin_file {
    char *path; /* absolute */
    uint64_t bytes;
    uint64_t hash; /* of its contents: FNV-1a, 64 bits */
};

struct spb_plugin_description {
    struct spb_plugin_file file;
    const struct spb_workload **table; /* ends with NULL; run() of them only fails, unavailable is not set */
    const char **reasons;              /* why each cannot run here, or NULL */
    size_t count;
    void **memory; /* all that the above is made of */
    size_t memory_count;
};

/* Resolves `path` (a name without a slash is a file in the current folder) and reads the file once. 0, or a negative errno with
 * the text, which begins with `what` it should be ("plug-in", "program"). */
int spb_plugin_file_find(const char *what, const char *path, struct spb_plugin_file *file, struct spb_error *err);
void spb_plugin_file_release(struct spb_plugin_file *file);

/* Asks a worker about the plug-in. -EINVAL: it is none, or not right, and how to mend that, or loading it ended the
 * worker. -ENOENT and others: the file. On failure *description is empty. */
int spb_plugin_describe(const char *path, struct spb_plugin_description *description, struct spb_error *err);
void spb_plugin_description_release(struct spb_plugin_description *description);

/* The same of another spbench executable: the workloads that are built into it. -EINVAL: it is no spbench program, or one of
 * another version, or it ended without an answer; the text names it and says what to do. */
int spb_program_describe(const char *path, struct spb_plugin_description *description, struct spb_error *err);

/* What lies between: the descriptors of a table as a message, or, with `wrong` not NULL, why there are none. */
void spb_plugin_description_encode(const struct spb_workload *const *table, const char *wrong, struct spb_strbuf *out);
/* 0; -EINVAL with what the worker found wrong; -EBADMSG for anything else than such a message: hostile input is expected.
 * *description keeps what was read so far and is to be released in any case. */
int spb_plugin_description_decode(const char *bytes, size_t length, struct spb_plugin_description *description,
                                  struct spb_error *err);

/* ---- in the worker ---------------------------------------------------------------------------------------------- */

struct spb_plugin_table {
    const struct spb_workload **table; /* ends with NULL; in this program's size of the structure */
    struct spb_workload *items;
};

/* dlopens it for good and checks it: the symbol, its version, each descriptor's version and size. */
int spb_plugin_load(const char *path, struct spb_plugin_table *table, struct spb_error *err);
void spb_plugin_table_release(struct spb_plugin_table *table);

/* The answer to spb_plugin_describe(): the plug-in's descriptors, or what is wrong with it. */
void spb_plugin_answer(const char *path, struct spb_strbuf *out);

#endif
