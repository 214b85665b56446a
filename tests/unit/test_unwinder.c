/* SPDX-License-Identifier: MIT
 *
 * Stacks of this program itself: registers by getcontext(), a copy of the stack, walked as if they were another process's. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include <cmocka.h>

#include "symbolizer.h"
#include "unwinder.h"

#define STACK_BYTES 65536
#define FRAMES_MAX  1000

struct walked {
    uint64_t addresses[FRAMES_MAX];
    size_t count;
    bool truncated;
};

static struct spb_address_space *space;
static struct spb_unwinder *unwinder;
static unsigned char stack_copy[STACK_BYTES];
static const char *stack_limit; /* main's frame lies below */

static void take_registers(const ucontext_t *context, struct spb_unwind_input *input)
{
#if defined(__x86_64__)
    static const int of_dwarf[] = {REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI, REG_RBP, REG_RSP, REG_R8,
                                   REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP};
    for (size_t i = 0; i < sizeof of_dwarf / sizeof *of_dwarf; i++)
        input->registers[i] = (uint64_t)context->uc_mcontext.gregs[of_dwarf[i]];
    input->register_mask = (1u << 17) - 1;
    input->instruction = (uint64_t)context->uc_mcontext.gregs[REG_RIP];
    input->stack_pointer = (uint64_t)context->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
    for (size_t i = 0; i < 31; i++)
        input->registers[i] = context->uc_mcontext.regs[i];
    input->register_mask = (UINT64_C(1) << 31) - 1;
    input->instruction = context->uc_mcontext.pc;
    input->stack_pointer = context->uc_mcontext.sp;
#endif
}

/* Byte by byte: what the sanitizer has put between variables is read too, and its memcpy would refuse. */
static __attribute__((noinline, no_sanitize("address"))) void copy_stack(const volatile unsigned char *from,
                                                                         size_t count)
{
    for (size_t i = 0; i < count; i++)
        ((volatile unsigned char *)stack_copy)[i] = from[i];
}

static void walk(const ucontext_t *context, size_t stack_bytes, struct walked *walked)
{
    struct spb_unwind_input input = {.space = space, .stack = stack_copy};
    take_registers(context, &input);
    size_t there = (size_t)((uint64_t)(uintptr_t)stack_limit - input.stack_pointer);
    input.stack_bytes = there < stack_bytes ? there : stack_bytes;
    copy_stack((const volatile unsigned char *)(uintptr_t)input.stack_pointer, input.stack_bytes);
    // NOLINTNEXTLINE(bugprone-signal-handler,cert-sig30-c): the signal is raised by the test itself, at a known place
    walked->count = spb_unwinder_walk(unwinder, &input, walked->addresses, FRAMES_MAX, &walked->truncated);
}

static size_t capture_bytes = STACK_BYTES;

/* Not instrumented: a copy of the stack reads over everything. */
static __attribute__((noinline, no_sanitize("address"))) void capture(struct walked *walked)
{
    ucontext_t context;
    // NOLINTNEXTLINE(bugprone-signal-handler,cert-sig30-c): as above
    getcontext(&context);
    walk(&context, capture_bytes, walked);
}

static __attribute__((noinline)) void recurse(unsigned depth, struct walked *walked)
{
    volatile char room[24];
    room[0] = (char)depth;
    if (depth)
        recurse(depth - 1, walked);
    else
        capture(walked);
    room[1] = room[0];
}

static unsigned count_named(const struct walked *walked, const char *name)
{
    struct spb_symbolizer *symbolizer;
    struct spb_profile *profile;
    uint32_t frames[SPB_INLINE_DEPTH_MAX];
    unsigned found = 0;
    assert_int_equal(spb_symbolizer_create(&(struct spb_symbolizer_options){0}, &symbolizer, NULL), 0);
    assert_int_equal(spb_profile_create(&profile), 0);
    for (size_t i = 0; i < walked->count; i++) {
        unsigned count = spb_symbolizer_user(symbolizer, space, walked->addresses[i], i > 0, profile, frames);
        for (unsigned k = 0; k < count; k++) {
            const struct spb_profile_function *function = &profile->functions[profile->frames[frames[k]].function];
            found += strcmp(spb_profile_text(profile, function->name), name) == 0;
        }
    }
    spb_symbolizer_destroy(symbolizer);
    spb_profile_destroy(profile);
    return found;
}

static void every_caller_is_found(void **state)
{
    (void)state;
    static struct walked walked;
    capture_bytes = STACK_BYTES;
    recurse(50, &walked);
    assert_int_equal(count_named(&walked, "recurse"), 51);
    assert_int_equal(count_named(&walked, "every_caller_is_found"), 1);
    assert_int_equal(count_named(&walked, "main"), 1);
    assert_true(walked.count < 51 + 30);
}

/* Up to where the kernel has put the program's arguments: the first function of all has no caller, and says so. */
static void the_walk_ends_at_the_first_function(void **state)
{
    (void)state;
    static struct walked walked;
    const char *main_limit = stack_limit;
    stack_limit = (const char *)environ;
    capture_bytes = STACK_BYTES;
    recurse(2, &walked);
    stack_limit = main_limit;
    assert_int_equal(count_named(&walked, "_start"), 1);
    assert_false(walked.truncated);
}

static void a_short_copy_is_truncated_and_says_so(void **state)
{
    (void)state;
    static struct walked walked;
    capture_bytes = 2048;
    recurse(50, &walked);
    assert_true(walked.truncated);
    unsigned found = count_named(&walked, "recurse");
    assert_true(found > 1 && found < 51);
    capture_bytes = 0;
    recurse(3, &walked);
    assert_true(walked.truncated);
    assert_true(walked.count >= 1);
    capture_bytes = STACK_BYTES;
}

static struct walked *in_handler;

static __attribute__((noinline)) void on_signal(int number)
{
    capture(in_handler);
    in_handler->truncated = in_handler->truncated || number < 0; /* no tail call */
}

static void a_signal_handler_is_walked_through(void **state)
{
    (void)state;
    static struct walked walked;
    in_handler = &walked;
    signal(SIGUSR1, on_signal);
    raise(SIGUSR1);
    assert_int_equal(count_named(&walked, "on_signal"), 1);
    assert_int_equal(count_named(&walked, "a_signal_handler_is_walked_through"), 1);
    assert_int_equal(count_named(&walked, "main"), 1);
}

/* Called back through code of the C library, which has no frame pointers. */
static struct walked *in_comparison;
static __attribute__((noinline)) int compare(const void *a, const void *b)
{
    if (!in_comparison->count)
        capture(in_comparison);
    return *(const int *)a - *(const int *)b;
}

static void the_c_library_is_walked_through(void **state)
{
    (void)state;
    static struct walked walked;
    int numbers[] = {3, 1, 2};
    in_comparison = &walked;
    qsort(numbers, 3, sizeof *numbers, compare);
    assert_int_equal(count_named(&walked, "compare"), 1);
    assert_int_equal(count_named(&walked, "the_c_library_is_walked_through"), 1);
    assert_int_equal(count_named(&walked, "main"), 1);
}

static void garbage_ends(void **state)
{
    (void)state;
    struct spb_unwind_input input = {
        .space = space, .stack = stack_copy, .stack_bytes = STACK_BYTES, .register_mask = ~UINT64_C(0)};
    uint64_t addresses[FRAMES_MAX];
    bool truncated;
    memset(stack_copy, 0x41, sizeof stack_copy);
    for (uint64_t i = 0; i < 2000; i++) {
        input.instruction = (uint64_t)(uintptr_t)&garbage_ends + 3 * i;
        input.stack_pointer = 0x7fff00000000;
        for (size_t k = 0; k < SPB_UNWIND_REGISTERS; k++)
            input.registers[k] = input.stack_pointer + 64 * k * (i % 3);
        assert_true(spb_unwinder_walk(unwinder, &input, addresses, FRAMES_MAX, &truncated) <= FRAMES_MAX);
    }
    input.instruction = 0;
    assert_int_equal(spb_unwinder_walk(unwinder, &input, addresses, 1, &truncated), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_caller_is_found),
        cmocka_unit_test(the_walk_ends_at_the_first_function),
        cmocka_unit_test(a_short_copy_is_truncated_and_says_so),
        cmocka_unit_test(a_signal_handler_is_walked_through),
        cmocka_unit_test(the_c_library_is_walked_through),
        cmocka_unit_test(garbage_ends),
    };
    char here[512];
    stack_limit = here + sizeof here;
    if (spb_address_space_create(getpid(), &space) < 0 || spb_address_space_read(space, NULL, NULL) < 0 ||
        spb_unwinder_create(NULL, &unwinder) < 0)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    spb_unwinder_destroy(unwinder);
    spb_address_space_destroy(space);
    return failed;
}
