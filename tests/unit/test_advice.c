/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "advice.h"
#include "near.h"

/* ---- made-up profiles ------------------------------------------------------------------------------------------- */

enum { SAMPLES, CPU, WAITS, OFF_CPU };

static struct spb_profile *new_profile(void)
{
    struct spb_profile *profile = NULL;
    assert_int_equal(spb_profile_create(&profile), 0);
    spb_profile_add_value_type(profile, "samples", "count");
    spb_profile_add_value_type(profile, "cpu", "nanoseconds");
    spb_profile_add_value_type(profile, "off-cpu-waits", "count");
    spb_profile_add_value_type(profile, "off-cpu", "nanoseconds");
    profile->default_type = CPU;
    profile->duration_ns = 2000000000;
    return profile;
}

static uint32_t thread(struct spb_profile *profile, int32_t tid)
{
    return spb_profile_thread(profile, &(struct spb_profile_thread){7, tid, spb_profile_string(profile, "thread"),
                                                                    spb_profile_string(profile, "demo")});
}

/* "demo!main;libc.so.6!malloc": modules and functions, outermost first. A sample is 1 ms. */
static void add(struct spb_profile *profile, uint32_t of, const char *stack, int64_t samples, int64_t waits,
                int64_t waiting_ns)
{
    uint32_t node = SPB_PROFILE_ROOT;
    while (*stack) {
        size_t module_length = strcspn(stack, "!"), name_length = strcspn(stack + module_length + 1, ";");
        const char *name = stack + module_length + 1;
        uint32_t module = spb_profile_module(
            profile, &(struct spb_profile_module){.path = spb_profile_string_bytes(profile, stack, module_length)});
        uint32_t function = spb_profile_function(
            profile, &(struct spb_profile_function){.name = spb_profile_string_bytes(profile, name, name_length),
                                                    .module = module});
        node = spb_profile_child(profile, node,
                                 spb_profile_frame(profile, &(struct spb_profile_frame){.function = function}));
        stack = name + name_length + (name[name_length] == ';');
    }
    spb_profile_add(profile, node, of, (const int64_t[]){samples, samples * 1000000, waits, waiting_ns});
}

static const struct spb_advice *find(const struct spb_advice_list *list, const char *rule)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].rule, rule) == 0)
            return &list->items[i];
    return NULL;
}

static void assert_fires(struct spb_profile *profile, const char *rule, const char *finding, const char *evidence)
{
    struct spb_advice_list list;
    assert_int_equal(spb_advice_cpu(profile, &list), 0);
    const struct spb_advice *advice = find(&list, rule);
    if (!advice)
        fail_msg("%s does not fire", rule);
    else if (!strstr(advice->finding, finding) || !strstr(advice->evidence, evidence))
        fail_msg("%s: '%s', '%s'", rule, advice->finding, advice->evidence);
    else if (!*advice->action ||
             !(advice->gain_low >= 0 && advice->gain_low <= advice->gain_high && advice->gain_high <= 1))
        fail_msg("%s: gain %g to %g, '%s'", rule, advice->gain_low, advice->gain_high, advice->action);
    spb_advice_list_release(&list);
    spb_profile_destroy(profile);
}

static void assert_silent(struct spb_profile *profile, const char *rule)
{
    struct spb_advice_list list;
    assert_int_equal(spb_advice_cpu(profile, &list), 0);
    const struct spb_advice *advice = find(&list, rule);
    if (advice)
        fail_msg("%s fires: %s", rule, advice->finding);
    spb_advice_list_release(&list);
    spb_profile_destroy(profile);
}

/* A thousand samples, so many of them with that stack. */
static struct spb_profile *with_stack(const char *stack, int64_t samples)
{
    struct spb_profile *profile = new_profile();
    uint32_t one = thread(profile, 7);
    add(profile, one, "/bin/demo!main;/bin/demo!work", 1000 - samples, 0, 0);
    add(profile, one, stack, samples, 0, 0);
    return profile;
}

/* ---- shares of classes ------------------------------------------------------------------------------------------ */

struct share_case {
    const char *rule, *stack, *finding, *evidence;
    int64_t enough, too_few; /* of a thousand: beyond the limit and its error, and within */
};

static const struct share_case share_cases[] = {
    {"time-in-allocation", "/bin/demo!main;/bin/demo!build;/lib/libc.so.6!malloc;/lib/libc.so.6!_int_malloc",
     "20 % of the CPU time goes into allocating and freeing memory (20 % for build)",
     "20.0 % \xc2\xb1 2.5 % (95 %) of 1000 samples, most of them in _int_malloc (20.0 %)", 200, 60},
    {"time-in-allocation", "demo!main;demo!operator new(unsigned long)", "allocating", "operator new", 200, 60},
    {"time-in-collection", "hot!main.main;hot!runtime.makeslice;hot!runtime.mallocgc", "(20 % for main.main)",
     "runtime.mallocgc", 200, 60},
    {"time-in-copying", "demo!main;libc.so.6!__memmove_avx_unaligned_erms", "copying", "__memmove_avx", 200, 60},
    {"time-in-locking", "demo!main;libc.so.6!___pthread_mutex_lock;[kernel]!__x64_sys_futex", "locking", "futex", 200,
     60},
    {"page-faults", "demo!main;[kernel]!asm_exc_page_fault;[kernel]!clear_page", "page faults", "asm_exc_page_fault",
     200, 40},
    {"system-calls-transfer", "demo!main;libc.so.6!__GI___libc_read;[kernel]!__x64_sys_read", "read and write",
     "__x64_sys_read", 200, 110},
    {"system-calls-mapping", "demo!main;libc.so.6!__munmap", "map and unmap", "__munmap", 200, 60},
    {"system-calls-processes", "demo!main;[kernel]!__arm64_sys_clone", "starting", "__arm64_sys_clone", 200, 110},
    {"system-calls-files", "demo!main;libc.so.6!openat;[kernel]!__x64_sys_openat", "look up", "openat", 200, 110},
    {"system-calls-waiting", "demo!main;[kernel.kallsyms]!__x64_sys_sched_yield", "whether there is work",
     "sched_yield", 200, 60},
    {"kernel-share", "demo!main;[ext4]!ext4_write", "50 % of the CPU time is spent in the kernel",
     "50.0 % \xc2\xb1 3.1 % (95 %) of 1000 samples", 500, 310},
    {"debug-build", "demo!main;demo!std::vector<int, std::allocator<int> >::operator[](unsigned long)",
     "without optimisation", "operator[](unsigned long)", 200, 60},
    {"missing-frame-pointers", "libc.so.6!qsort", "frame pointers", "50.0 % \xc2\xb1 3.1 % (95 %) of 1000 samples", 500,
     310},
};

static void a_share_beyond_its_limit_and_error_fires(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof share_cases / sizeof share_cases[0]; i++) {
        const struct share_case *at = &share_cases[i];
        assert_fires(with_stack(at->stack, at->enough), at->rule, at->finding, at->evidence);
    }
}

static void a_share_within_its_error_is_silent(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof share_cases / sizeof share_cases[0]; i++)
        assert_silent(with_stack(share_cases[i].stack, share_cases[i].too_few), share_cases[i].rule);
}

static void few_samples_are_no_evidence(void **state)
{
    (void)state;
    struct spb_profile *profile = new_profile();
    add(profile, thread(profile, 7), "demo!main;demo!work", 18, 0, 0);
    add(profile, thread(profile, 7), "demo!main;libc.so.6!malloc", 2, 0, 0); /* 10 %, of 20 samples */
    assert_silent(profile, "time-in-allocation");
}

/* A function of the program that is called like one of the C library's is not one. */
static void where_a_function_is_from_matters(void **state)
{
    (void)state;
    assert_silent(with_stack("demo!main;demo!read", 500), "system-calls-transfer");
    assert_silent(with_stack("demo!main;demo!handle_mm_fault", 500), "page-faults");
    assert_silent(with_stack("demo!main;[vdso]!clock_gettime", 900), "kernel-share");
    assert_silent(with_stack("hot!main.main;hot!runtime.mallocgc", 500), "time-in-allocation");
}

static void an_inlined_tiny_function_is_no_debug_build(void **state)
{
    (void)state;
    struct spb_profile *profile = with_stack("demo!main;demo!std::vector<int>::size() const", 500);
    for (uint32_t i = 0; i < profile->frame_count; i++)
        profile->frames[i].inlined = true;
    assert_silent(profile, "debug-build");
    profile = with_stack("demo!main;demo!work", 0);
    spb_profile_set_fact_text(profile, "unoptimised", "demo (-O0)");
    assert_fires(profile, "debug-build", "without optimisation", "demo (-O0)");
}

/* Gains are Amdahl's, with the ends of the interval: 0.3 (0.2 - 0.0248) and 0.95 (0.2 + 0.0248). */
static void gains_follow_from_the_share(void **state)
{
    (void)state;
    struct spb_profile *profile = with_stack("demo!main;libc.so.6!malloc", 200);
    struct spb_advice_list list;
    assert_int_equal(spb_advice_cpu(profile, &list), 0);
    assert_int_equal(list.count, 1);
    assert_near(list.items[0].gain_low, 0.3 * (0.2 - 1.96 * sqrt(0.2 * 0.8 / 1000)), 1e-12);
    assert_near(list.items[0].gain_high, 0.95 * (0.2 + 1.96 * sqrt(0.2 * 0.8 / 1000)), 1e-12);
    spb_advice_list_release(&list);
    spb_profile_destroy(profile);
}

static void the_largest_gain_comes_first(void **state)
{
    (void)state;
    struct spb_profile *profile = with_stack("demo!main;libc.so.6!malloc", 200);
    add(profile, thread(profile, 7), "demo!main;libc.so.6!memcpy", 2000, 0, 0);
    struct spb_advice_list list;
    assert_int_equal(spb_advice_cpu(profile, &list), 0);
    assert_string_equal(list.items[0].rule, "time-in-copying");
    spb_advice_list_release(&list);
    spb_profile_destroy(profile);
}

/* ---- threads, waits, counts ------------------------------------------------------------------------------------- */

static struct spb_profile *with_threads(int64_t busiest, int64_t other)
{
    struct spb_profile *profile = new_profile();
    add(profile, thread(profile, 7), "demo!main;demo!work", busiest, 0, 0);
    for (int32_t tid = 8; other >= 0 && tid < 11; tid++)
        add(profile, thread(profile, tid), "demo!main;demo!wait", other, 0, 0);
    return profile;
}

static void one_busy_thread_among_idle_ones_fires(void **state)
{
    (void)state;
    assert_fires(with_threads(2000, 20), "one-thread-saturated", "keeps a CPU busy while 3 others of its process wait",
                 "100 % \xc2\xb1 4 % (95 %) of a CPU, the others 1.0 % each");
    assert_silent(with_threads(2000, 1500), "one-thread-saturated"); /* the others work too */
    assert_silent(with_threads(1820, 20), "one-thread-saturated");   /* 91 %, within its error of 90 % */
    assert_silent(with_threads(2000, -1), "one-thread-saturated");   /* there is only one */
}

static struct spb_profile *with_sleeps(int64_t waits, int64_t waiting_ns)
{
    struct spb_profile *profile = new_profile();
    add(profile, thread(profile, 7), "demo!main;demo!work", 1000, 0, 0);
    add(profile, thread(profile, 8), "demo!poll_queue;libc.so.6!clock_nanosleep", 0, waits, waiting_ns);
    return profile;
}

static void frequent_short_sleeps_fire(void **state)
{
    (void)state;
    assert_fires(with_sleeps(2000, 200000000), "frequent-short-sleeps", "1000 times a second, for 100 us on average",
                 "1000 \xc2\xb1 44 (95 %) sleeps a second in 2.0 s");
    assert_silent(with_sleeps(220, 20000000), "frequent-short-sleeps");   /* 110 a second, error 15 */
    assert_silent(with_sleeps(400, 1990000000), "frequent-short-sleeps"); /* long ones */
}

static struct spb_profile *with_counts(double instructions, double cycles)
{
    struct spb_profile *profile = with_threads(1000, -1);
    spb_profile_set_fact(profile, "instructions", instructions, "count");
    spb_profile_set_fact(profile, "cycles", cycles, "count");
    return profile;
}

static void few_instructions_per_cycle_fire_where_counted(void **state)
{
    (void)state;
    assert_fires(with_counts(4e8, 1e9), "few-instructions-per-cycle", "only 0.40 instructions", "4e+08 instructions");
    assert_silent(with_counts(9e8, 1e9), "few-instructions-per-cycle");
    assert_silent(with_counts(0, 0), "few-instructions-per-cycle");
    assert_silent(with_threads(1000, -1), "few-instructions-per-cycle");
}

static void a_profile_without_samples_gets_no_advice(void **state)
{
    (void)state;
    struct spb_profile *profile = new_profile();
    struct spb_advice_list list;
    assert_int_equal(spb_advice_cpu(profile, &list), 0);
    assert_int_equal(list.count, 0);
    spb_advice_list_release(&list);
    spb_profile_destroy(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_beyond_its_limit_and_error_fires),
        cmocka_unit_test(a_share_within_its_error_is_silent),
        cmocka_unit_test(few_samples_are_no_evidence),
        cmocka_unit_test(where_a_function_is_from_matters),
        cmocka_unit_test(an_inlined_tiny_function_is_no_debug_build),
        cmocka_unit_test(gains_follow_from_the_share),
        cmocka_unit_test(the_largest_gain_comes_first),
        cmocka_unit_test(one_busy_thread_among_idle_ones_fires),
        cmocka_unit_test(frequent_short_sleeps_fire),
        cmocka_unit_test(few_instructions_per_cycle_fire_where_counted),
        cmocka_unit_test(a_profile_without_samples_gets_no_advice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
