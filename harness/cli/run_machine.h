/* SPDX-License-Identifier: MIT
 *
 * What a run notes of the machine, and what it must know of it beforehand.
 */
#ifndef SPB_RUN_MACHINE_H
#define SPB_RUN_MACHINE_H

#include <stdint.h>

#include "error.h"
#include "result.h"
#include "stamp.h"
#include "topology.h"

/* This machine and this build. */
int spb_run_machine_stamp(const struct spb_topology *topology, struct spb_stamp *stamp, struct spb_error *err);

struct spb_load spb_run_machine_load(void);

/* Bytes that workloads may have: what is available now to this process (its cgroup's limit counts), less a tenth. 0: not known. */
uint64_t spb_run_machine_memory_limit(void);

/* "results/<UTC time>-<host><suffix>.json", where results go that were given no name. The caller frees it; NULL without memory. */
char *spb_run_machine_path(int64_t created_s, const char *suffix);

/* 0, or -EXDEV when the stamp of the file at `path` is of another machine or build: the text lists the differences. */
int spb_run_machine_check(const char *path, const struct spb_stamp *stamp, struct spb_error *err);

#endif
