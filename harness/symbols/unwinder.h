/* SPDX-License-Identifier: MIT
 *
 * Stacks out of registers and a copy of the top of the stack, by .eh_frame or .debug_frame (elfutils).
 */
#ifndef SPB_UNWINDER_H
#define SPB_UNWINDER_H

#include "address_space.h"

#define SPB_UNWIND_REGISTERS 40

struct spb_unwind_input {
    const struct spb_address_space *space;
    uint64_t registers[SPB_UNWIND_REGISTERS]; /* by DWARF number of the architecture */
    uint64_t register_mask;                   /* which are set */
    uint64_t instruction, stack_pointer;
    const unsigned char *stack; /* copied from the stack pointer upwards */
    size_t stack_bytes;
};

struct spb_unwinder;
int spb_unwinder_create(const char *root, struct spb_unwinder **unwinder);
void spb_unwinder_destroy(struct spb_unwinder *unwinder);
/* Addresses, innermost first, at most `max`. *truncated: it ended for want of stack bytes or of a table, not at the outermost frame. Returns the count (at least 1). */
size_t spb_unwinder_walk(struct spb_unwinder *unwinder, const struct spb_unwind_input *input, uint64_t *addresses,
                         size_t max, bool *truncated);

#endif
