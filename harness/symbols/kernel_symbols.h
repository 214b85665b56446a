/* SPDX-License-Identifier: MIT
 *
 * /proc/kallsyms: the functions of the kernel and its modules.
 */
#ifndef SPB_KERNEL_SYMBOLS_H
#define SPB_KERNEL_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

struct spb_kernel_symbols;

/* Read when the first address is asked for. */
int spb_kernel_symbols_create(const char *root, struct spb_kernel_symbols **symbols);
void spb_kernel_symbols_destroy(struct spb_kernel_symbols *symbols);
/* The function, where it starts and its module ("[ext4]", NULL: the kernel itself); NULL: not known. */
const char *spb_kernel_symbols_find(struct spb_kernel_symbols *symbols, uint64_t address, uint64_t *start,
                                    const char **module);
/* Why there are no names; NULL: there are, or none was asked for. */
const char *spb_kernel_symbols_reason(const struct spb_kernel_symbols *symbols);
/* Takes the text of a file over what was read; for tests and fuzzing. 0 or -ENOMEM. */
int spb_kernel_symbols_parse(struct spb_kernel_symbols *symbols, const char *text, size_t length);

#endif
