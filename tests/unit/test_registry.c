/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "registry.h"

static void run(struct spb_thread *thread, uint64_t iterations)
{
    (void)thread;
    (void)iterations;
}

#define WORKLOAD(text)                                                                                                 \
    {                                                                                                                  \
        SPB_WORKLOAD_HEADER, .name = text, .summary = "s", .unit = "u", .version = 1, .run = run                       \
    }

static const struct spb_workload chain = WORKLOAD("cpu/chain");
static const struct spb_workload latency = WORKLOAD("memory/latency");
static const struct spb_workload triad = {SPB_WORKLOAD_HEADER, .name = "memory/stream-triad",
                                          .summary = "s",      .unit = "byte",
                                          .run = run,          .threads_max = UINT_MAX};
static const struct spb_workload *const table[] = {&chain, &latency, &triad, NULL};

static void finds_by_name(void **state)
{
    (void)state;
    struct spb_registry registry = {0};
    assert_int_equal(spb_registry_add(&registry, table, NULL, NULL, NULL), 0);
    assert_int_equal(registry.count, 3);
    assert_ptr_equal(spb_registry_find(&registry, "memory/latency"), &latency);
    assert_null(spb_registry_find(&registry, "memory/lat"));
    spb_registry_release(&registry);
}

static const char *never(void)
{
    return "asked of the workload";
}

static void knows_where_from_and_why_not(void **state)
{
    (void)state;
    static const struct spb_workload asked = {SPB_WORKLOAD_HEADER, .name = "my/asked", .summary = "s",
                                              .unit = "u",         .run = run,         .unavailable = never};
    static const struct spb_workload *const ours[] = {&asked, NULL}, *const theirs[] = {&chain, NULL};
    struct spb_registry registry = {0};
    struct spb_error err = {0};
    const char *reasons[] = {"told beforehand"};
    assert_int_equal(spb_registry_add(&registry, ours, NULL, NULL, NULL), 0);
    assert_int_equal(spb_registry_add(&registry, theirs, "/a/b.so", reasons, NULL), 0);
    assert_string_equal(spb_registry_reason(&registry.entries[0]), "asked of the workload");
    assert_string_equal(spb_registry_reason(&registry.entries[1]), "told beforehand");
    assert_int_equal(spb_registry_add(&registry, theirs, "/c.so", NULL, &err), -EINVAL);
    assert_string_equal(err.text, "there are two workloads named cpu/chain: one is /a/b.so, the other /c.so");
    assert_int_equal(spb_registry_add(&registry, ours, "/c.so", NULL, &err), -EINVAL);
    assert_string_equal(err.text, "there are two workloads named my/asked: one is built in, the other /c.so");
    spb_registry_release(&registry);
}

static void selects_by_globs(void **state)
{
    (void)state;
    struct spb_registry registry = {0};
    bool selected[3];
    spb_registry_add(&registry, table, NULL, NULL, NULL);
    char *memory[] = {(char[]){"memory/*"}};
    assert_int_equal(spb_registry_select(&registry, memory, 1, selected, NULL), 0);
    assert_true(!selected[0] && selected[1] && selected[2]);
    char *all[] = {(char[]){"all"}};
    assert_int_equal(spb_registry_select(&registry, all, 1, selected, NULL), 0);
    assert_true(selected[0] && selected[1] && selected[2]);
    char *two[] = {(char[]){"cpu/chain"}, (char[]){"*/stream-*"}};
    assert_int_equal(spb_registry_select(&registry, two, 2, selected, NULL), 0);
    assert_true(selected[0] && !selected[1] && selected[2]);
    spb_registry_release(&registry);
}

static void names_what_is_near(void **state)
{
    (void)state;
    struct spb_registry registry = {0};
    struct spb_error err = {0};
    bool selected[3];
    spb_registry_add(&registry, table, NULL, NULL, NULL);
    char *typo[] = {(char[]){"memory/latancy"}};
    assert_int_equal(spb_registry_select(&registry, typo, 1, selected, &err), -ENOENT);
    assert_non_null(strstr(err.text, "memory/latency"));
    assert_null(strstr(err.text, "cpu/chain"));
    spb_registry_release(&registry);
}

static void refuse(const struct spb_workload *bad, const char *what)
{
    struct spb_registry registry = {0};
    struct spb_error err = {0};
    const struct spb_workload *const list[] = {&chain, bad, NULL};
    assert_int_equal(spb_registry_add(&registry, list, NULL, NULL, &err), -EINVAL);
    spb_registry_release(&registry);
    assert_non_null(strstr(err.text, what));
}

static void refuses_wrong_descriptors(void **state)
{
    (void)state;
    static const char *const names[] = {
        "chain",     "/chain",  "cpu/",   "cpu/a/b",
        "CPU/chain", "cpu/a b", "cpu/\n", "cpu/0123456789012345678901234567890123456789012345678901234567890123"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct spb_workload bad = chain;
        bad.name = names[i];
        refuse(&bad, "family/noun");
    }
    struct spb_workload other = latency;
    other.abi_version = 2;
    refuse(&other, "version 2 of the interface");
    other = latency;
    other.run = NULL;
    refuse(&other, "run function");
    other = latency;
    other.unit = NULL;
    refuse(&other, "unit");
    refuse(&chain, "two workloads named cpu/chain");
    const struct spb_param_spec params[] = {{.name = "size", .defaults = "many", .kind = SPB_PARAM_BYTES}, {0}};
    other = latency;
    other.params = params;
    refuse(&other, "memory/latency, defaults: parameter size");
}

static void resolves_thread_limits(void **state)
{
    (void)state;
    assert_int_equal(spb_workload_threads_min(&chain), 1);
    assert_int_equal(spb_workload_threads_max(&chain), 1);
    assert_int_equal(spb_workload_threads_max(&triad), UINT_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_by_name),
        cmocka_unit_test(knows_where_from_and_why_not),
        cmocka_unit_test(selects_by_globs),
        cmocka_unit_test(names_what_is_near),
        cmocka_unit_test(refuses_wrong_descriptors),
        cmocka_unit_test(resolves_thread_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
