/* SPDX-License-Identifier: MIT
 *
 * One program or library on disk, opened for names: its symbols, and the DWARF of itself or of its separate debug file. Recognised by build-id: a file that has
 * been replaced since it was mapped is not believed.
 */
#ifndef SPB_MODULE_FILE_H
#define SPB_MODULE_FILE_H

#include <stdbool.h>

#include "address_space.h"
#include "dwarf_scopes.h"
#include "elf_symbols.h"

enum spb_module_state {
    SPB_MODULE_OPEN,
    SPB_MODULE_ABSENT,   /* no file, or none that can be read as ELF */
    SPB_MODULE_REPLACED, /* another file stands in its place */
};

struct spb_module_file {
    enum spb_module_state state;
    char *path;
    unsigned char build_id[20];
    unsigned build_id_bytes;
    Elf *elf;       /* NULL: not open */
    Elf *debug_elf; /* its separate debug file; or NULL */
    Dwarf *dwarf;   /* of either; NULL: none */
    int fd, debug_fd;
    struct spb_elf_symbols symbols;
    struct spb_dwarf_scopes *scopes; /* NULL: no DWARF */
};

struct spb_module_options {
    const char *root;         /* NULL: this machine */
    const char *debug_folder; /* "/usr/lib/debug" */
    bool without_lines;
    bool without_names; /* no symbols and no functions of DWARF: for unwinding */
    pid_t pid;          /* through whose /proc/PID/root and map_files a file is looked for too; 0: none */
};

/* What the mapping says is what it must be. 0 or -ENOMEM: what cannot be opened has a state that says so. */
int spb_module_file_open(const struct spb_mapping *mapping, const struct spb_module_options *options,
                         struct spb_module_file *module);
void spb_module_file_close(struct spb_module_file *module);
/* The address in the file's own terms of one that is mapped; false: no segment holds it. */
bool spb_module_file_address(const struct spb_module_file *module, const struct spb_mapping *mapping, uint64_t address,
                             uint64_t *own);

#endif
