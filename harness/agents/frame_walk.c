/* SPDX-License-Identifier: MIT
 *
 * A frame record is two words at the frame pointer: the caller's frame pointer, and the address behind the call. x86-64 and AArch64 agree in that.
 */
#include "frame_walk.h"

#include <string.h>

#include "code_map.h"

#define STEP_BYTES 4096u /* no page is smaller */
/* Between the end of a stack and the frame that counts as its first one are the library's own, which keep no frame pointer: so much of them. */
#define FIRST_FRAME_BYTES 1024u

/* What is known to be readable. */
struct reach {
    uintptr_t low, high;
};

static bool can_read(struct reach *reach, uintptr_t address, size_t length)
{
    if (address >= reach->low && address + length <= reach->high)
        return true;
    uintptr_t low = address & ~(uintptr_t)(STEP_BYTES - 1);
    uintptr_t high = (address + length + STEP_BYTES - 1) & ~(uintptr_t)(STEP_BYTES - 1);
    if (high <= low)
        return false;
    for (uintptr_t page = low; page < high; page += STEP_BYTES)
        if (!(page >= reach->low && page < reach->high) && !spb_agent_is_readable(page))
            return false;
    *reach = (struct reach){low, high};
    return true;
}

static uint64_t word_at(uintptr_t address)
{
    uint64_t value;
    memcpy(&value, (const void *)address, sizeof value);
    return value;
}

/* ---- registers -------------------------------------------------------------------------------------------------- */

/* The instruction that calls the kernel stands before the one where the thread goes on, or is that one when the call is made again. */
#if defined(__x86_64__)
#define CALL_BYTES 2u

static bool is_system_call(uintptr_t address)
{
    const unsigned char *code = (const unsigned char *)address;
    return code[0] == 0x0f && code[1] == 0x05;
}

static void read_place(const ucontext_t *context, struct spb_interrupted *at)
{
    const greg_t *registers = context->uc_mcontext.gregs;
    at->instruction = (uintptr_t)registers[REG_RIP];
    at->stack_pointer = (uintptr_t)registers[REG_RSP];
    at->frame_pointer = (uintptr_t)registers[REG_RBP];
}

static void read_registers(const ucontext_t *context, struct spb_wire_registers *out)
{
    static const unsigned char order[] = {REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI, REG_RBP, REG_RSP,
                                          REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
    for (size_t i = 0; i < sizeof order; i++)
        out->values[i] = (uint64_t)context->uc_mcontext.gregs[order[i]];
    out->mask = (UINT64_C(1) << sizeof order) - 1;
}
#elif defined(__aarch64__)
#define CALL_BYTES 4u

static bool is_system_call(uintptr_t address)
{
    uint32_t code;
    memcpy(&code, (const void *)address, sizeof code);
    return code == 0xd4000001; /* svc #0 */
}

static void read_place(const ucontext_t *context, struct spb_interrupted *at)
{
    at->instruction = context->uc_mcontext.pc;
    at->stack_pointer = context->uc_mcontext.sp;
    at->frame_pointer = context->uc_mcontext.regs[29];
}

static void read_registers(const ucontext_t *context, struct spb_wire_registers *out)
{
    for (size_t i = 0; i < 31; i++)
        out->values[i] = context->uc_mcontext.regs[i];
    out->values[31] = context->uc_mcontext.sp;
    out->mask = UINT32_MAX;
}
#endif

void spb_interrupted_read(const ucontext_t *context, struct spb_interrupted *at)
{
    struct reach code = {0, 0};
    *at = (struct spb_interrupted){.context = context};
    read_place(context, at);
    uintptr_t before = at->instruction - CALL_BYTES;
    if (at->instruction > CALL_BYTES && can_read(&code, before, (size_t)2 * CALL_BYTES))
        at->in_system_call = is_system_call(before) || is_system_call(at->instruction);
}

/* ---- walking ---------------------------------------------------------------------------------------------------- */

/* Where the walk ends at `frame`, was it the end? */
static bool is_end(uintptr_t frame, const struct spb_stack_end *end)
{
    return end->address + 16 >= frame && end->address + 16 - frame <= FIRST_FRAME_BYTES;
}

uint64_t spb_frame_walk(const struct spb_interrupted *at, const struct spb_stack_end *end,
                        struct spb_agent_record *record, bool *truncated)
{
    struct reach reach = {0, 0};
    uintptr_t frame = at->frame_pointer, last = at->stack_pointer;
    uint64_t count = 1;
    spb_agent_record_put_u64(record, at->instruction);
    *truncated = false;
    while (count < SPB_FRAME_WALK_MAX && !record->failed && frame && frame != end->frame_pointer) {
        if (frame < last || frame % sizeof(uint64_t) || !can_read(&reach, frame, 16))
            break;
        uintptr_t caller = word_at(frame), address = word_at(frame + 8);
        if (!address || (caller && caller == end->frame_pointer))
            return count;
        if (!spb_code_map_has(address - 1))
            break;
        spb_agent_record_put_u64(record, address);
        count++;
        last = frame + 16;
        frame = caller;
    }
    bool complete = frame ? frame == end->frame_pointer : count > 1;
    *truncated = !complete && !is_end(last, end);
    return count;
}

uint64_t spb_stack_copy(const struct spb_interrupted *at, const struct spb_stack_end *end, uint64_t max_bytes,
                        struct spb_agent_record *record)
{
    struct spb_wire_registers registers = {.instruction = at->instruction, .stack_pointer = at->stack_pointer};
    uintptr_t bottom = at->stack_pointer, top = bottom + max_bytes;
    read_registers(at->context, &registers);
    spb_agent_record_put(record, &registers, sizeof registers);
    if (end->address > bottom && end->address + FIRST_FRAME_BYTES < top)
        top = end->address + FIRST_FRAME_BYTES;
    uintptr_t stop = bottom;
    while (stop < top && spb_agent_is_readable(stop))
        stop = (stop & ~(uintptr_t)(STEP_BYTES - 1)) + STEP_BYTES;
    stop = stop < top ? stop : top;
    stop = bottom + ((stop - bottom) & ~(uintptr_t)7);
    spb_agent_record_put(record, (const void *)bottom, stop - bottom);
    return stop - bottom;
}
