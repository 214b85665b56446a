/* SPDX-License-Identifier: MIT
 *
 * Two contexts of one thread hand the CPU to each other without the kernel's scheduler, as coroutines and fibers do: by a
 * few instructions that exchange the registers which a call must preserve and the stack pointer (the floating-point control
 * words stay as they are), or by swapcontext of the C library, which also asks the kernel for the signal mask.
 */
#include <string.h>
#include <ucontext.h>

#include "sanitizer.h"
#include "spbench.h"

#define STACK_BYTES 65536

struct pair {
    void *measured; /* stack pointers of the one that does not run */
    void *partner;
    ucontext_t measured_context;
    ucontext_t partner_context;
    void (*play)(struct pair *pair, uint64_t rounds);
    uint64_t answers; /* of the partner */
    uint64_t rounds;
};

/* ---- by hand ----------------------------------------------------------------------------------------------------- */

/* Saves the registers on this stack and its pointer in *save, goes on with the stack `load`. The arguments stay in their
 * registers: a context that begins finds them as its own. It leaves by a jump: a return would go elsewhere than the CPU's
 * stack of return addresses predicts. */
void spb_user_switch(void **save, void *load, struct pair *pair) __attribute__((visibility("hidden")));

#if defined(__x86_64__)
#define HAVE_SWITCH 1
#define FRAME_WORDS 7 /* rbp, rbx, r12 .. r15, the return address */
#define RETURN_WORD 6
__asm__(".text\n.p2align 6\n.type spb_user_switch, @function\n"
        "spb_user_switch:\n"
        "    pushq %rbp\n    pushq %rbx\n    pushq %r12\n    pushq %r13\n    pushq %r14\n    pushq %r15\n"
        "    movq %rsp, (%rdi)\n    movq %rsi, %rsp\n"
        "    popq %r15\n    popq %r14\n    popq %r13\n    popq %r12\n    popq %rbx\n    popq %rbp\n"
        "    popq %rcx\n    jmp *%rcx\n.size spb_user_switch, . - spb_user_switch\n");
#elif defined(__aarch64__)
#define HAVE_SWITCH 1
#define FRAME_WORDS 20 /* x19 .. x30, d8 .. d15 */
#define RETURN_WORD 11
__asm__(".text\n.p2align 6\n.type spb_user_switch, %function\n"
        "spb_user_switch:\n"
        "    stp x19, x20, [sp, #-160]!\n    stp x21, x22, [sp, #16]\n    stp x23, x24, [sp, #32]\n"
        "    stp x25, x26, [sp, #48]\n    stp x27, x28, [sp, #64]\n    stp x29, x30, [sp, #80]\n"
        "    stp d8, d9, [sp, #96]\n    stp d10, d11, [sp, #112]\n    stp d12, d13, [sp, #128]\n"
        "    stp d14, d15, [sp, #144]\n"
        "    mov x9, sp\n    str x9, [x0]\n    mov sp, x1\n"
        "    ldp d14, d15, [sp, #144]\n    ldp d12, d13, [sp, #128]\n    ldp d10, d11, [sp, #112]\n"
        "    ldp d8, d9, [sp, #96]\n"
        "    ldp x29, x30, [sp, #80]\n    ldp x27, x28, [sp, #64]\n    ldp x25, x26, [sp, #48]\n"
        "    ldp x23, x24, [sp, #32]\n    ldp x21, x22, [sp, #16]\n    ldp x19, x20, [sp], #160\n"
        "    mov x9, x30\n    br x9\n.size spb_user_switch, . - spb_user_switch\n");
#endif

#ifdef HAVE_SWITCH
/* Never returns: there is nothing to return to. */
static void answer_by_hand(void **save, void *load, struct pair *pair)
{
    (void)save;
    (void)load;
    for (;;) {
        pair->answers++;
        spb_user_switch(&pair->partner, pair->measured, pair);
    }
}

static void play_by_hand(struct pair *pair, uint64_t rounds)
{
    for (uint64_t i = 0; i < rounds; i++)
        spb_user_switch(&pair->measured, pair->partner, pair);
}

/* A stack that looks as if its context had just switched away. On x86-64 a function begins with its stack 8 bytes off a
 * multiple of 16, as after a call. */
static void prepare_by_hand(struct pair *pair, char *stack)
{
    uintptr_t *top = (uintptr_t *)(void *)(stack + STACK_BYTES - 64);
    uintptr_t *frame = top - FRAME_WORDS - FRAME_WORDS % 2;
    frame[RETURN_WORD] = (uintptr_t)answer_by_hand;
    pair->partner = frame;
    pair->play = play_by_hand;
}
#endif

/* ---- by the C library -------------------------------------------------------------------------------------------- */

/* makecontext hands on ints. */
static void answer_by_library(unsigned high, unsigned low)
{
    struct pair *pair = (struct pair *)((uintptr_t)high << 32 | low);
    for (;;) {
        pair->answers++;
        swapcontext(&pair->partner_context, &pair->measured_context);
    }
}

static void play_by_library(struct pair *pair, uint64_t rounds)
{
    for (uint64_t i = 0; i < rounds; i++)
        swapcontext(&pair->measured_context, &pair->partner_context);
}

static void prepare_by_library(struct pair *pair, char *stack)
{
    uint64_t address = (uintptr_t)pair;
    getcontext(&pair->partner_context);
    pair->partner_context.uc_stack.ss_sp = stack;
    pair->partner_context.uc_stack.ss_size = STACK_BYTES;
    makecontext(&pair->partner_context, (void (*)(void))answer_by_library, 2, (unsigned)(address >> 32),
                (unsigned)address);
    pair->play = play_by_library;
}

/* ---- the workload ------------------------------------------------------------------------------------------------ */

static const char *not_here(void)
{
#if defined(ADDRESS_SANITIZER) || defined(THREAD_SANITIZER)
    return "built with a sanitizer, which does not know of other stacks";
#else
    return NULL;
#endif
}

static int set_up(struct spb_bench *bench)
{
    struct pair *pair = spb_alloc(bench, sizeof(*pair));
    char *stack = spb_alloc(bench, STACK_BYTES);
    if (!pair || !stack)
        return -1;
    spb_set_state(bench, pair);
    spb_set_work(bench, 2); /* there and back */
    if (strcmp(spb_param_text(bench, "method"), "ucontext") == 0) {
        prepare_by_library(pair, stack);
        return 0;
    }
#ifdef HAVE_SWITCH
    prepare_by_hand(pair, stack);
    return 0;
#else
    return spb_fail(bench, "no switch is written for this CPU; use method=ucontext");
#endif
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct pair *pair = thread->state;
    pair->play(pair, iterations);
    pair->rounds += iterations;
}

static int verify(struct spb_bench *bench)
{
    const struct pair *pair = spb_state(bench);
    if (pair->answers != pair->rounds)
        return spb_fail(bench, "the partner had %llu turns in %llu rounds", (unsigned long long)pair->answers,
                        (unsigned long long)pair->rounds);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "method",
     .summary = "a few instructions by hand, or the C library's swapcontext",
     .defaults = "assembly,ucontext",
     .choices = "assembly,ucontext",
     .kind = SPB_PARAM_CHOICE},
    {0},
};

const struct spb_workload spb_thread_user_switch = {
    SPB_WORKLOAD_HEADER,
    .name = "thread/user-switch",
    .summary = "two contexts of one thread switch to each other, as coroutines do",
    .meaning = "what is left of a context switch without the kernel; with ucontext one system call more",
    .unit = "switch",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = params,
    .unavailable = not_here,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
