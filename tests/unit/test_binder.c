/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "binder.h"

enum { BYTES = 1 << 20, POLICY_BIND = 2, FLAG_ADDRESS = 2 }; /* MPOL_BIND, MPOL_F_ADDR */

/* The test's state is the affinity it began with, so that each test may change it. */
static int save_affinity(void **state)
{
    static cpu_set_t set;
    *state = &set;
    return sched_getaffinity(0, sizeof(set), &set);
}

static int restore_affinity(void **state)
{
    return sched_setaffinity(0, sizeof(cpu_set_t), *state);
}

static unsigned first_cpu(const cpu_set_t *set)
{
    unsigned cpu = 0;
    while (!CPU_ISSET(cpu, set))
        cpu++;
    return cpu;
}

static struct spb_binder *open_binder(void)
{
    struct spb_binder *binder;
    struct spb_error err = {0};
    if (spb_binder_open(&binder, &err) < 0)
        fail_msg("%s", err.text);
    return binder;
}

static void pins_to_every_allowed_cpu(void **state)
{
    const cpu_set_t *before = *state;
    struct spb_binder *binder = open_binder();
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, before))
            continue;
        cpu_set_t now;
        assert_int_equal(spb_binder_pin_thread(binder, (struct spb_cpu){cpu}, NULL), 0);
        assert_int_equal(spb_binder_current_cpu().os_index, cpu);
        assert_int_equal(sched_getaffinity(0, sizeof(now), &now), 0);
        assert_int_equal(CPU_COUNT(&now), 1);
        assert_true(CPU_ISSET(cpu, &now));
    }
    spb_binder_close(binder);
}

static void confines_to_all_allowed_cpus(void **state)
{
    const cpu_set_t *before = *state;
    struct spb_binder *binder = open_binder();
    struct spb_cpu cpus[CPU_SETSIZE];
    unsigned count = 0;
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, before))
            cpus[count++].os_index = cpu;
    cpu_set_t now;
    for (unsigned first = 0; first < count; first++) {
        assert_int_equal(spb_binder_confine_thread(binder, cpus + first, count - first, NULL), 0);
        assert_int_equal(sched_getaffinity(0, sizeof(now), &now), 0);
        assert_int_equal(CPU_COUNT(&now), count - first);
    }
    struct spb_cpu bad[] = {cpus[0], {INT_MAX}};
    struct spb_error err = {0};
    assert_int_equal(spb_binder_confine_thread(binder, bad, 2, &err), -EINVAL);
    assert_non_null(strstr(err.text, "allowed: "));
    spb_binder_close(binder);
}

static void refuses_cpus_that_are_not_there(void **state)
{
    (void)state;
    static const unsigned bad[] = {CPU_SETSIZE * 64, INT_MAX, UINT_MAX};
    struct spb_binder *binder = open_binder();
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct spb_error err = {0};
        assert_int_equal(spb_binder_pin_thread(binder, (struct spb_cpu){bad[i]}, &err), -EINVAL);
        assert_non_null(strstr(err.text, "allowed: "));
    }
    spb_binder_close(binder);
}

static void a_set_of_one_cpu_is_respected(void **state)
{
    const cpu_set_t *before = *state;
    cpu_set_t one;
    unsigned cpu = first_cpu(before);
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
    struct spb_binder *binder = open_binder();
    assert_int_equal(spb_binder_pin_thread(binder, (struct spb_cpu){cpu}, NULL), 0);
    for (unsigned other = 0; other < CPU_SETSIZE; other++) {
        struct spb_error err = {0};
        if (other == cpu)
            continue;
        assert_int_equal(spb_binder_pin_thread(binder, (struct spb_cpu){other}, &err), -EINVAL);
        assert_int_equal(spb_binder_current_cpu().os_index, cpu);
        char end[32];
        snprintf(end, sizeof(end), "allowed: %u", cpu);
        assert_string_equal(strstr(err.text, "allowed: "), end);
    }
    spb_binder_close(binder);
}

/* The node this test runs on: it has memory that the process may use, whatever the machine. */
static unsigned current_node(void)
{
    unsigned cpu, node;
    return getcpu(&cpu, &node) == 0 ? node : 0;
}

static void memory_is_bound_to_the_node(void **state)
{
    (void)state;
    struct spb_binder *binder = open_binder();
    struct spb_error err = {0};
    unsigned long nodes[16] = {0};
    int policy = -1;
    unsigned node = current_node();
    void *memory = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(memory != MAP_FAILED);
    int code = spb_binder_bind_memory(binder, memory, BYTES, node, &err);
    spb_binder_close(binder);
    if (code == -ENOTSUP) {
        print_message("skipped: %s\n", err.text);
        munmap(memory, BYTES);
        skip();
    }
    assert_int_equal(code, 0);
    memset(memory, 1, BYTES);
    assert_int_equal(syscall(SYS_get_mempolicy, &policy, nodes, sizeof(nodes) * CHAR_BIT, memory, FLAG_ADDRESS), 0);
    assert_int_equal(policy, POLICY_BIND);
    assert_true(nodes[node / (sizeof(long) * CHAR_BIT)] >> node % (sizeof(long) * CHAR_BIT) & 1);
    munmap(memory, BYTES);
}

static void refuses_nodes_that_are_not_there(void **state)
{
    (void)state;
    static const unsigned bad[] = {1023, 1024, UINT_MAX};
    struct spb_binder *binder = open_binder();
    void *memory = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(memory != MAP_FAILED);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct spb_error err = {0};
        int code = spb_binder_bind_memory(binder, memory, BYTES, bad[i], &err);
        assert_true(code == -EINVAL || (code == -ENOTSUP && bad[i] == 1023));
        assert_true(strlen(err.text) > 0);
    }
    munmap(memory, BYTES);
    spb_binder_close(binder);
}

static void closing_nothing_is_fine(void **state)
{
    (void)state;
    spb_binder_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pins_to_every_allowed_cpu, save_affinity, restore_affinity),
        cmocka_unit_test_setup_teardown(confines_to_all_allowed_cpus, save_affinity, restore_affinity),
        cmocka_unit_test_setup_teardown(refuses_cpus_that_are_not_there, save_affinity, restore_affinity),
        cmocka_unit_test_setup_teardown(a_set_of_one_cpu_is_respected, save_affinity, restore_affinity),
        cmocka_unit_test(memory_is_bound_to_the_node),
        cmocka_unit_test(refuses_nodes_that_are_not_there),
        cmocka_unit_test(closing_nothing_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
