/* SPDX-License-Identifier: MIT
 *
 * Lists of CPUs as text: "0,2-3".
 */
#ifndef SPB_CPU_LIST_H
#define SPB_CPU_LIST_H

#include "strbuf.h"
#include "topology.h"

/* "0,2-3" into a new array of CPUs (caller frees); at most SPB_NUMBER_LIST_MAX, no duplicates. */
int spb_cpu_list_parse(const char *text, struct spb_cpu **cpus, unsigned *count, struct spb_error *err);

/* Appends the CPUs in the order they stand in; neighbours that count up become a range. */
void spb_cpu_list_format(const struct spb_cpu *cpus, unsigned count, struct spb_strbuf *out);

#endif
