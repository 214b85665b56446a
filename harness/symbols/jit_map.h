/* SPDX-License-Identifier: MIT
 *
 * /tmp/perf-PID.map: the names that a program gives to code that it makes while it runs (node, Java agents, .NET, PyPy, wasmtime).
 */
#ifndef SPB_JIT_MAP_H
#define SPB_JIT_MAP_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct spb_jit_maps;

int spb_jit_maps_create(const char *root, struct spb_jit_maps **maps);
void spb_jit_maps_destroy(struct spb_jit_maps *maps);
/* NULL: not known. The file is read again when it has changed. It is believed only when it belongs to the process's own user or to root. */
const char *spb_jit_maps_find(struct spb_jit_maps *maps, pid_t pid, uint64_t address);
/* The text of a process's file; for tests and fuzzing. 0 or -ENOMEM. */
int spb_jit_maps_parse(struct spb_jit_maps *maps, pid_t pid, const char *text, size_t length);

#endif
