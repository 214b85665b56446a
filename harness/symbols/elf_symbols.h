/* SPDX-License-Identifier: MIT
 *
 * The functions in the symbol tables of one ELF file, by address in the file's own terms.
 */
#ifndef SPB_ELF_SYMBOLS_H
#define SPB_ELF_SYMBOLS_H

#include <libelf.h>
#include <stddef.h>
#include <stdint.h>

struct spb_elf_symbol {
    uint64_t start, end;
    const char *name; /* mangled; lives as long as the Elf */
    unsigned rank;    /* of several at one address the highest counts */
};

struct spb_elf_symbols {
    struct spb_elf_symbol *items; /* sorted, without overlaps */
    size_t count;
};

/* Adds the functions of .symtab, or of .dynsym where there is none. `elf` may be NULL. Only once for each `symbols`. 0 or -ENOMEM; what is damaged has no symbols. */
int spb_elf_symbols_read(Elf *elf, struct spb_elf_symbols *symbols);
void spb_elf_symbols_release(struct spb_elf_symbols *symbols);
const struct spb_elf_symbol *spb_elf_symbols_find(const struct spb_elf_symbols *symbols,
                                                  uint64_t address); /* or NULL */

#endif
