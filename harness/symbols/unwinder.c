/* SPDX-License-Identifier: MIT
 *
 * Each step asks the tables of the module how the frame of its instruction is laid out, and evaluates that (DWARF 5, section 6.4 and 2.5)
 * over the registers and the copied stack. What the tables say of an instruction is kept: stacks repeat. Where there is no table the frame pointer is
 * followed, as in code made while the program runs.
 */
#include "unwinder.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "module_file.h"

#define KNOWN_MAX        ((size_t)65536) /* layouts that are kept; then all are forgotten */
#define EXPRESSION_STACK 16

#if defined(__x86_64__)
enum { FRAME_POINTER = 6, STACK_POINTER = 7, REGISTERS_KEPT = 17 };
#define CALLEE_SAVED UINT64_C(0xf048) /* rbx, rbp, r12 to r15 */
#define LINK         (-1)
#elif defined(__aarch64__)
enum { FRAME_POINTER = 29, STACK_POINTER = 31, REGISTERS_KEPT = 33 };
#define CALLEE_SAVED UINT64_C(0x3ff80000) /* x19 to x29 */
#define LINK         30
#endif

struct module {
    struct spb_module_file file;
    struct spb_mapping key;
    Dwarf_CFI *eh_frame, *debug_frame;
};

/* How the frame of an instruction is laid out. */
struct layout {
    uint64_t address;
    uint32_t module;    /* index + 1; 0: an empty place */
    Dwarf_Frame *frame; /* NULL: no table knows */
    int return_register;
    bool is_signal;
};

struct spb_unwinder {
    const char *root;
    struct module *modules;
    size_t module_count;
    struct layout *known; /* hash table of 2 * KNOWN_MAX */
    size_t known_count;
};

/* The frame that is being left. */
struct registers {
    uint64_t value[SPB_UNWIND_REGISTERS];
    uint64_t mask;
};

struct step {
    const struct spb_unwind_input *input;
    struct registers registers;
    uint64_t cfa;
    bool exact;        /* at the instruction itself, not behind a call */
    bool out_of_stack; /* a place outside the copied stack was wanted */
};

/* ---- life ------------------------------------------------------------------------------------------------------- */

int spb_unwinder_create(const char *root, struct spb_unwinder **result)
{
    struct spb_unwinder *unwinder = calloc(1, sizeof *unwinder);
    *result = unwinder;
    if (!unwinder)
        return -ENOMEM;
    unwinder->root = root;
    unwinder->known = calloc(2 * KNOWN_MAX, sizeof *unwinder->known);
    if (unwinder->known)
        return 0;
    spb_unwinder_destroy(unwinder);
    *result = NULL;
    return -ENOMEM;
}

static void forget_layouts(struct spb_unwinder *unwinder)
{
    for (size_t i = 0; i < 2 * KNOWN_MAX; i++) {
        free(unwinder->known[i].frame);
        unwinder->known[i] = (struct layout){0};
    }
    unwinder->known_count = 0;
}

void spb_unwinder_destroy(struct spb_unwinder *unwinder)
{
    if (!unwinder)
        return;
    if (unwinder->known)
        forget_layouts(unwinder);
    for (size_t i = 0; i < unwinder->module_count; i++) {
        dwarf_cfi_end(unwinder->modules[i].eh_frame);
        spb_module_file_close(&unwinder->modules[i].file);
        free(unwinder->modules[i].key.path);
    }
    free(unwinder->modules);
    free(unwinder->known);
    free(unwinder);
}

/* ---- tables ----------------------------------------------------------------------------------------------------- */

static struct module *module_of(struct spb_unwinder *unwinder, const struct spb_mapping *mapping, pid_t pid)
{
    for (size_t i = unwinder->module_count; i-- > 0;)
        if (spb_mapping_is_same_file(&unwinder->modules[i].key, mapping))
            return &unwinder->modules[i];
    struct module *larger = reallocarray(unwinder->modules, unwinder->module_count + 1, sizeof *larger);
    if (!larger)
        return NULL;
    unwinder->modules = larger;
    struct module *module = &larger[unwinder->module_count];
    const struct spb_module_options options = {
        .root = unwinder->root, .debug_folder = "/usr/lib/debug", .without_names = true, .pid = pid};
    *module = (struct module){.key = *mapping};
    module->key.path = strdup(mapping->path);
    if (!module->key.path || spb_module_file_open(mapping, &options, &module->file) < 0) {
        free(module->key.path);
        return NULL;
    }
    unwinder->module_count++;
    if (module->file.elf)
        module->eh_frame = dwarf_getcfi_elf(module->file.elf);
    if (module->file.dwarf)
        module->debug_frame = dwarf_getcfi(module->file.dwarf);
    return module;
}

static void read_layout(const struct module *module, struct layout *layout)
{
    Dwarf_Addr start, end;
    Dwarf_CFI *tables[] = {module->eh_frame, module->debug_frame};
    for (size_t i = 0; i < 2 && !layout->frame; i++)
        if (tables[i] && dwarf_cfi_addrframe(tables[i], layout->address, &layout->frame) != 0)
            layout->frame = NULL;
    if (layout->frame)
        layout->return_register = dwarf_frame_info(layout->frame, &start, &end, &layout->is_signal);
}

/* NULL: the address is in no file, or memory ran out. */
static const struct layout *layout_of(struct spb_unwinder *unwinder, const struct spb_address_space *space,
                                      uint64_t address)
{
    uint64_t own;
    const struct spb_mapping *mapping = spb_address_space_find(space, address);
    struct module *module =
        mapping && *mapping->path ? module_of(unwinder, mapping, spb_address_space_pid(space)) : NULL;
    if (!module || !spb_module_file_address(&module->file, mapping, address, &own))
        return NULL;
    if (unwinder->known_count >= KNOWN_MAX)
        forget_layouts(unwinder);
    uint32_t number = (uint32_t)(module - unwinder->modules) + 1;
    size_t at = ((own ^ (uint64_t)number << 48) * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (2 * KNOWN_MAX - 1);
    while (unwinder->known[at].module && (unwinder->known[at].module != number || unwinder->known[at].address != own))
        at = (at + 1) & (2 * KNOWN_MAX - 1);
    struct layout *layout = &unwinder->known[at];
    if (!layout->module) {
        *layout = (struct layout){.address = own, .module = number};
        read_layout(module, layout);
        unwinder->known_count++;
    }
    return layout;
}

/* ---- expressions ------------------------------------------------------------------------------------------------ */

static bool read_stack(struct step *step, uint64_t address, uint64_t *value)
{
    uint64_t offset = address - step->input->stack_pointer;
    if (offset >= step->input->stack_bytes || step->input->stack_bytes - offset < sizeof *value) {
        step->out_of_stack = true;
        return false;
    }
    memcpy(value, step->input->stack + offset, sizeof *value);
    return true;
}

static bool register_value(const struct step *step, uint64_t number, uint64_t *value)
{
    if (number >= SPB_UNWIND_REGISTERS || !(step->registers.mask >> number & 1))
        return false;
    *value = step->registers.value[number];
    return true;
}

static bool binary(uint8_t atom, uint64_t left, uint64_t right, uint64_t *value)
{
    switch (atom) {
    case DW_OP_plus:
        *value = left + right;
        return true;
    case DW_OP_minus:
        *value = left - right;
        return true;
    case DW_OP_and:
        *value = left & right;
        return true;
    case DW_OP_or:
        *value = left | right;
        return true;
    case DW_OP_xor:
        *value = left ^ right;
        return true;
    case DW_OP_mul:
        *value = left * right;
        return true;
    case DW_OP_shl:
        *value = right < 64 ? left << right : 0;
        return true;
    case DW_OP_shr:
        *value = right < 64 ? left >> right : 0;
        return true;
    case DW_OP_ge:
        *value = (int64_t)left >= (int64_t)right;
        return true;
    case DW_OP_gt:
        *value = (int64_t)left > (int64_t)right;
        return true;
    case DW_OP_le:
        *value = (int64_t)left <= (int64_t)right;
        return true;
    case DW_OP_lt:
        *value = (int64_t)left < (int64_t)right;
        return true;
    case DW_OP_eq:
        *value = left == right;
        return true;
    case DW_OP_ne:
        *value = left != right;
        return true;
    default:
        return false;
    }
}

/* What pushes a value by itself. */
static bool leaf(const struct step *step, const Dwarf_Op *op, uint64_t *value)
{
    if (op->atom >= DW_OP_lit0 && op->atom <= DW_OP_lit31) {
        *value = op->atom - DW_OP_lit0;
        return true;
    }
    if (op->atom >= DW_OP_breg0 && op->atom <= DW_OP_breg31) {
        bool known = register_value(step, op->atom - DW_OP_breg0, value);
        *value += op->number;
        return known;
    }
    switch (op->atom) {
    case DW_OP_bregx: {
        bool known = register_value(step, op->number, value);
        *value += op->number2;
        return known;
    }
    case DW_OP_const1u:
    case DW_OP_const1s:
    case DW_OP_const2u:
    case DW_OP_const2s:
    case DW_OP_const4u:
    case DW_OP_const4s:
    case DW_OP_const8u:
    case DW_OP_const8s:
    case DW_OP_constu:
    case DW_OP_consts:
        *value = op->number;
        return true;
    case DW_OP_call_frame_cfa:
        *value = step->cfa;
        return true;
    default:
        return false;
    }
}

/* *is_value: the result is the value itself and not where it is. False: something that is not known here, or not there. */
static bool evaluate(struct step *step, const Dwarf_Op *ops, size_t count, bool cfa_first, uint64_t *result,
                     bool *is_value)
{
    uint64_t stack[EXPRESSION_STACK] = {0};
    size_t depth = 0;
    *is_value = false;
    if (cfa_first)
        stack[depth++] = step->cfa;
    for (size_t i = 0; i < count; i++) {
        const Dwarf_Op *op = &ops[i];
        uint64_t value = 0;
        if (op->atom >= DW_OP_reg0 && op->atom <= DW_OP_reg31) {
            *is_value = true;
            return register_value(step, op->atom - DW_OP_reg0, result);
        }
        if (op->atom == DW_OP_stack_value) {
            *is_value = true;
        } else if (op->atom == DW_OP_plus_uconst && depth) {
            stack[depth - 1] += op->number;
        } else if (op->atom == DW_OP_deref && depth) {
            if (!read_stack(step, stack[depth - 1], &stack[depth - 1]))
                return false;
        } else if (leaf(step, op, &value)) {
            if (depth == EXPRESSION_STACK)
                return false;
            stack[depth++] = value;
        } else if (depth >= 2 && binary(op->atom, stack[depth - 2], stack[depth - 1], &value)) {
            stack[--depth - 1] = value;
        } else {
            return false;
        }
    }
    *result = depth ? stack[depth - 1] : 0;
    return depth > 0;
}

/* ---- steps ------------------------------------------------------------------------------------------------------ */

enum outcome { STEP_DONE, STEP_OUTERMOST, STEP_TRUNCATED };

static bool find_cfa(struct step *step, Dwarf_Frame *frame)
{
    Dwarf_Op *ops;
    size_t count;
    bool is_value;
    return dwarf_frame_cfa(frame, &ops, &count) == 0 && count &&
           evaluate(step, ops, count, false, &step->cfa, &is_value);
}

/* What a table does not mention is as the ABI says: a callee keeps it, and where nothing has been called yet the return address is still where
 * the call has put it. (libdw gives the same answer where a table says "undefined", which tables say of the return address of the outermost
 * function only.) */
static bool is_kept(const struct step *step, int number)
{
    return (CALLEE_SAVED >> number & 1) || (number == LINK && step->exact);
}

/* The caller's value of a register; false: it is not known there. */
static bool caller_register(struct step *step, Dwarf_Frame *frame, int number, uint64_t *value)
{
    Dwarf_Op memory[3], *ops;
    size_t count;
    bool is_value;
    if (dwarf_frame_register(frame, number, memory, &ops, &count) != 0)
        return false;
    if (count == 0) /* NULL: the same as here; else not mentioned, or undefined */
        return (!ops || is_kept(step, number)) && register_value(step, (uint64_t)number, value);
    if (!evaluate(step, ops, count, false, value, &is_value))
        return false;
    return is_value || read_stack(step, *value, value);
}

static enum outcome step_by_table(struct step *step, const struct layout *layout, uint64_t *instruction)
{
    struct registers caller = {.mask = 0};
    if (!find_cfa(step, layout->frame))
        return STEP_TRUNCATED;
    for (int number = 0; number < REGISTERS_KEPT; number++)
        if (caller_register(step, layout->frame, number, &caller.value[number]))
            caller.mask |= UINT64_C(1) << number;
    step->out_of_stack = false; /* of a register that nobody may want */
    if (layout->return_register < 0 || layout->return_register >= REGISTERS_KEPT)
        return STEP_TRUNCATED;
    if (!(caller.mask >> layout->return_register & 1)) {
        uint64_t ignored;
        caller_register(step, layout->frame, layout->return_register, &ignored);
        return step->out_of_stack ? STEP_TRUNCATED : STEP_OUTERMOST;
    }
    *instruction = caller.value[layout->return_register];
    /* The stack pointer before the call, where the table names none. */
    if (!layout->is_signal || !(caller.mask >> STACK_POINTER & 1))
        caller.value[STACK_POINTER] = step->cfa;
    caller.mask |= UINT64_C(1) << STACK_POINTER;
    step->registers = caller;
    return *instruction ? STEP_DONE : STEP_OUTERMOST;
}

/* The frame pointer's chain: [fp] is the caller's, [fp + 8] the return address. */
static enum outcome step_by_frame_pointer(struct step *step, uint64_t *instruction)
{
    uint64_t frame_pointer, caller;
    if (!register_value(step, FRAME_POINTER, &frame_pointer) || !frame_pointer)
        return STEP_TRUNCATED;
    if (!read_stack(step, frame_pointer, &caller) || !read_stack(step, frame_pointer + 8, instruction))
        return STEP_TRUNCATED;
    if (*instruction == 0)
        return STEP_OUTERMOST;
    step->cfa = frame_pointer + 16;
    step->registers = (struct registers){.mask = UINT64_C(1) << FRAME_POINTER | UINT64_C(1) << STACK_POINTER};
    step->registers.value[FRAME_POINTER] = caller;
    step->registers.value[STACK_POINTER] = step->cfa;
    return STEP_DONE;
}

size_t spb_unwinder_walk(struct spb_unwinder *unwinder, const struct spb_unwind_input *input, uint64_t *addresses,
                         size_t max, bool *truncated)
{
    struct step step = {.input = input, .exact = true};
    uint64_t instruction = input->instruction, last_stack_pointer = 0;
    size_t count = 0;
    memcpy(step.registers.value, input->registers, sizeof step.registers.value);
    step.registers.mask = input->register_mask;
    step.registers.value[STACK_POINTER] = input->stack_pointer;
    step.registers.mask |= UINT64_C(1) << STACK_POINTER;
    *truncated = false;
    while (count < max) {
        addresses[count++] = instruction;
        const struct layout *layout = layout_of(unwinder, input->space, step.exact ? instruction : instruction - 1);
        bool is_signal = layout && layout->frame && layout->is_signal;
        enum outcome outcome = layout && layout->frame ? step_by_table(&step, layout, &instruction)
                                                       : step_by_frame_pointer(&step, &instruction);
        if (outcome == STEP_OUTERMOST)
            return count;
        /* A stack that does not grow towards its begin is none, or has no end. */
        if (outcome == STEP_TRUNCATED ||
            (count > 1 && !is_signal && step.registers.value[STACK_POINTER] <= last_stack_pointer))
            break;
        last_stack_pointer = step.registers.value[STACK_POINTER];
        step.exact = is_signal;
    }
    *truncated = true;
    return count;
}
