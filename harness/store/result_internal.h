/* SPDX-License-Identifier: MIT
 *
 * What the result file and its journal share: the tables of members, and the writers and readers of the parts.
 */
#ifndef SPB_RESULT_INTERNAL_H
#define SPB_RESULT_INTERNAL_H

#include "json_field.h"
#include "result.h"

#define SPB_RESULT_SCHEMA  "spbench-result"
#define SPB_JOURNAL_SCHEMA "spbench-journal"

/* Threads of a row, and the number of a CPU or NUMA node; Linux allows 8,192 CPUs. */
#define SPB_RESULT_THREADS_MAX   4096
#define SPB_RESULT_OS_NUMBER_MAX 65535

/* What a fact or a metric may be: wide enough for any machine, and finite. */
#define SPB_RESULT_NUMBER_MAX 1e300

extern const struct spb_json_field spb_load_fields[];
extern const struct spb_json_field spb_run_options_fields[];
extern const struct spb_json_field spb_plugin_file_fields[];
extern const struct spb_json_field spb_row_fields[];
extern const struct spb_json_field spb_placement_fields[]; /* of struct spb_row */
extern const struct spb_json_field spb_process_fields[];

/* The members of the file into the open object; `journal_head`: rows without statistics and processes. */
void spb_result_write_members(struct spb_json *json, const struct spb_result *result, bool journal_head);
void spb_result_write_process(struct spb_json *json, const char *key, const struct spb_process *process,
                              const struct spb_metrics *row_metrics);

/* schema and schema_version are what they must be. */
int spb_result_check_version(const struct spb_json_node *root, const char *schema, unsigned expected);
/* *result is to be released on failure as well. */
int spb_result_read_members(const struct spb_json_node *root, struct spb_result *result);
int spb_result_read_rows(const struct spb_json_node *root, struct spb_result *result);
/* *process starts zeroed and is to be released on failure as well. */
int spb_result_read_process(const struct spb_json_node *node, const struct spb_row *row, struct spb_process *process);
/* Computes the statistics of every row. */
int spb_result_compute(struct spb_result *result, const char *name, struct spb_error *err);

/* ---- parts that the file of an experiment in pairs has as well. What was read is in the structure also on failure. */

void spb_result_write_time(struct spb_json *json, const char *key, int64_t seconds);
void spb_result_write_stamp(struct spb_json *json, const struct spb_stamp *stamp);
void spb_result_write_load(struct spb_json *json, const char *key, const struct spb_load *load);
void spb_result_write_texts(struct spb_json *json, const char *key, char *const *texts, size_t count);
void spb_result_write_plugin_files(struct spb_json *json, const char *key, const struct spb_plugin_file *files,
                                   size_t count);
void spb_result_write_outcome(struct spb_json *json, enum spb_outcome outcome, const char *reason);
/* `row_metrics`, or NULL: what is absent there already is left out. */
void spb_result_write_metrics(struct spb_json *json, const char *key, const struct spb_metrics *metrics,
                              const struct spb_metrics *row_metrics);
/* What the row is and where it runs. */
void spb_result_write_row_head(struct spb_json *json, const struct spb_row *row);

int spb_result_read_time(const struct spb_json_node *object, const char *key, int64_t *seconds);
int spb_result_read_stamp(const struct spb_json_node *root, struct spb_stamp *stamp);
int spb_result_read_load(const struct spb_json_node *root, const char *key, struct spb_load *load);
int spb_result_read_texts(const struct spb_json_node *object, const char *key, char ***texts, size_t *count);
int spb_result_read_plugin_files(const struct spb_json_node *object, const char *key, struct spb_plugin_file **files,
                                 size_t *count);
int spb_result_read_outcome(const struct spb_json_node *object, enum spb_outcome *outcome, char **reason);
int spb_result_read_metrics(const struct spb_json_node *object, const char *key, struct spb_metrics *metrics);
int spb_result_read_row_head(const struct spb_json_node *node, struct spb_row *row);
/* No two rows have the same key; row i is `stride` bytes behind row i - 1. */
int spb_result_check_rows_differ(const struct spb_json_node *array, const struct spb_row *first, size_t count,
                                 size_t stride);

/* The whole file at `path`, with messages. */
int spb_result_read_file(const char *path, struct spb_strbuf *text, struct spb_error *err);

#endif
