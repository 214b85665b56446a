/* SPDX-License-Identifier: MIT
 *
 * Which functions an address is in, inlined ones included, and the source lines, out of DWARF. A compilation unit is read when an address of it is asked for the first time, into a sorted table
 * of address ranges, so that a look-up is a binary search.
 */
#ifndef SPB_DWARF_SCOPES_H
#define SPB_DWARF_SCOPES_H

#include <elfutils/libdw.h>
#include <stddef.h>
#include <stdint.h>

struct spb_dwarf_scope {
    const char *name;         /* as written in the source; NULL: it has none */
    const char *linkage_name; /* mangled; NULL where it is the name */
    const char *file;         /* where the function is declared; NULL: not known */
    unsigned first_line;
    const char *line_file; /* where in it the address, or the call of the next inner one, is */
    unsigned line;         /* 0: not known */
};

struct spb_dwarf_scopes;

/* `dwarf` stays the caller's and must live longer. */
int spb_dwarf_scopes_create(Dwarf *dwarf, struct spb_dwarf_scopes **scopes);
void spb_dwarf_scopes_destroy(struct spb_dwarf_scopes *scopes);
/* Fills in up to `max` scopes, innermost first: all but the last are inlined into the next. Texts live as long as the Dwarf. 0: the address is in no function that DWARF knows. */
size_t spb_dwarf_scopes_find(struct spb_dwarf_scopes *scopes, uint64_t address, struct spb_dwarf_scope *found,
                             size_t max);

#endif
