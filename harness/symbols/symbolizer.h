/* SPDX-License-Identifier: MIT
 *
 * Names of addresses: functions, inlined functions, source lines, by ELF symbol tables and DWARF (elfutils), separate debug files found by build-id, kernel symbols, JIT maps.
 * Each file is opened once, each address looked up once. Files are hostile: what elfutils cannot read leaves the address without a name, with a reason counted.
 */
#ifndef SPB_SYMBOLIZER_H
#define SPB_SYMBOLIZER_H

#include "address_space.h"
#include "error.h"
#include "profile.h"

struct spb_symbolizer_options {
    const char *root;         /* of /proc, /tmp and libraries; NULL: this machine */
    const char *debug_folder; /* NULL: /usr/lib/debug */
    bool without_lines;       /* functions only: faster */
};

struct spb_symbolizer;

int spb_symbolizer_create(const struct spb_symbolizer_options *options, struct spb_symbolizer **symbolizer,
                          struct spb_error *err);
void spb_symbolizer_destroy(struct spb_symbolizer *symbolizer);

#define SPB_INLINE_DEPTH_MAX 64

/* The frames of one address of a stack, outermost first: frames[count - 1] is the innermost inlined function. `is_return`: the address is that of a return (of a caller), so the
 * call before it is meant. Always at least one: what has no name becomes [module+0x1234]. The numbers are of `profile`. Returns the count. */
unsigned spb_symbolizer_user(struct spb_symbolizer *symbolizer, const struct spb_address_space *space, uint64_t address,
                             bool is_return, struct spb_profile *profile, uint32_t frames[SPB_INLINE_DEPTH_MAX]);
unsigned spb_symbolizer_kernel(struct spb_symbolizer *symbolizer, uint64_t address, struct spb_profile *profile,
                               uint32_t frames[SPB_INLINE_DEPTH_MAX]);

/* How it went, for the quality block. */
struct spb_symbolizer_counts {
    uint64_t looked_up, unknown;
    unsigned modules, modules_without_symbols, modules_without_lines,
        modules_replaced;      /* by another file since: its build-id differs */
    const char *kernel_reason; /* NULL, or why kernel addresses have no names (kptr_restrict) */
};
void spb_symbolizer_counts(const struct spb_symbolizer *symbolizer, struct spb_symbolizer_counts *counts);

#endif
