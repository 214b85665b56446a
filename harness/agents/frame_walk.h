/* SPDX-License-Identifier: MIT
 *
 * The stack of an interrupted thread, into a record: by frame pointers, or as it lies there. Nothing is believed: a place is read only when it can be read, and a
 * caller's address counts only where code is. For signal handlers.
 */
#ifndef SPB_FRAME_WALK_H
#define SPB_FRAME_WALK_H

#include <ucontext.h>

#include "agent_runtime.h"

#define SPB_FRAME_WALK_MAX 16384

struct spb_interrupted {
    uintptr_t instruction, stack_pointer, frame_pointer;
    bool in_system_call;
    const ucontext_t *context;
};

/* The outermost frame that counts. */
struct spb_stack_end {
    uintptr_t frame_pointer; /* of the agent's own function below the thread's first one; 0: there is none */
    uintptr_t address;       /* the stack ends there; 0: not known */
};

void spb_interrupted_read(const ucontext_t *context, struct spb_interrupted *at);
/* Puts the addresses and gives their count. *truncated: it has not come to the end. */
uint64_t spb_frame_walk(const struct spb_interrupted *at, const struct spb_stack_end *end,
                        struct spb_agent_record *record, bool *truncated);
/* Puts struct spb_wire_registers and at most max_bytes of the stack, and gives the count of the latter. */
uint64_t spb_stack_copy(const struct spb_interrupted *at, const struct spb_stack_end *end, uint64_t max_bytes,
                        struct spb_agent_record *record);

#endif
