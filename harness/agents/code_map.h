/* SPDX-License-Identifier: MIT
 *
 * Where the process has code: its executable mappings out of /proc/self/maps, which go to the profiler as they are read. So that mmap, dlopen and code made while the
 * program runs need not be watched, they are read again when an address is none of them. For signal handlers.
 */
#ifndef SPB_CODE_MAP_H
#define SPB_CODE_MAP_H

#include <stdbool.h>
#include <stdint.h>

/* What is known is of another time: the next refresh reads anew. After dlclose. */
void spb_code_map_forget(void);
/* In the child of a fork, of which nothing has been sent yet. */
void spb_code_map_forked(void);
/* Reads where it has to: the first time, and for an address that is unknown, though not all the time. */
void spb_code_map_refresh(uintptr_t instruction, uint64_t now_ns);
/* Whether code may be there; true also where that is not known. A stray `address` makes a later refresh read again. */
bool spb_code_map_has(uintptr_t address);

#endif
