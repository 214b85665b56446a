/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "row_plan.h"

static void run(struct spb_thread *thread, uint64_t iterations)
{
    (void)thread;
    (void)iterations;
}

static const char *not_here(void)
{
    return "no such instruction on this CPU";
}

static const struct spb_param_spec params[] = {
    {.name = "size", .kind = SPB_PARAM_BYTES, .defaults = "4KiB,8KiB"},
    {.name = "mode", .kind = SPB_PARAM_CHOICE, .choices = "a,b", .defaults = "a,b"},
    {0},
};
static const struct spb_workload plain = {SPB_WORKLOAD_HEADER, .name = "cpu/plain", .summary = "s",  .unit = "u",
                                          .version = 3,        .run = run,          .params = params};
static const struct spb_workload wide = {SPB_WORKLOAD_HEADER, .name = "cpu/wide", .summary = "s",
                                         .unit = "u",         .run = run,         .threads_max = UINT_MAX};
static const struct spb_workload pair = {SPB_WORKLOAD_HEADER, .name = "cpu/pair", .summary = "s",  .unit = "u",
                                         .run = run,          .threads_min = 2,   .threads_max = 2};
static const struct spb_workload missing = {SPB_WORKLOAD_HEADER, .name = "cpu/missing",  .summary = "s", .unit = "u",
                                            .run = run,          .unavailable = not_here};
static const struct spb_workload *const table[] = {&plain, &wide, &pair, &missing, NULL};

struct fixture {
    struct spb_registry registry;
    struct spb_topology *topology;
    struct spb_pin_policy pin;
    struct spb_row_plan_options options;
    struct spb_row *rows;
    size_t count;
};

static struct fixture open_fixture(const bool *selected)
{
    struct fixture f = {0};
    assert_int_equal(spb_registry_add(&f.registry, table, NULL, NULL, NULL), 0);
    assert_int_equal(spb_topology_open(&f.topology, "synthetic:pack:1 core:6 pu:1", NULL), 0);
    assert_int_equal(spb_pin_policy_parse("compact", &f.pin, NULL), 0);
    f.options.selected = selected;
    return f;
}

static int make(struct fixture *f, struct spb_error *err)
{
    f->options.registry = &f->registry;
    f->options.topology = f->topology;
    f->options.pin = &f->pin;
    return spb_row_plan_make(&f->options, &f->rows, &f->count, err);
}

static void close_fixture(struct fixture *f)
{
    spb_rows_destroy(f->rows, f->count);
    spb_pin_policy_release(&f->pin);
    spb_topology_close(f->topology);
    spb_registry_release(&f->registry);
}

static void expect_key(const struct spb_row *row, const char *key)
{
    char *found = spb_row_key(row);
    assert_string_equal(found, key);
    free(found);
}

static void combines_all_values(void **state)
{
    (void)state;
    struct fixture f = open_fixture((bool[]){true, false, false, false});
    assert_int_equal(make(&f, NULL), 0);
    assert_int_equal(f.count, 4);
    expect_key(&f.rows[0], "cpu/plain size=4KiB mode=a");
    expect_key(&f.rows[1], "cpu/plain size=4KiB mode=b");
    expect_key(&f.rows[3], "cpu/plain size=8KiB mode=b");
    assert_int_equal(f.rows[0].workload_version, 3);
    assert_true(f.rows[0].pinned);
    close_fixture(&f);
}

static void sweeps_threads(void **state)
{
    (void)state;
    struct fixture f = open_fixture((bool[]){false, true, true, false});
    assert_int_equal(make(&f, NULL), 0);
    assert_int_equal(f.count, 5);
    static const unsigned counts[] = {1, 2, 4, 6, 2};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(f.rows[i].threads, counts[i]);
    assert_int_equal(f.rows[3].cpus[5].os_index, 5);
    close_fixture(&f);
}

static void takes_settings(void **state)
{
    (void)state;
    struct fixture f = open_fixture((bool[]){true, true, true, false});
    struct spb_param_setting settings[] = {{(char[]){"size"}, (char[]){"64"}}, {(char[]){"mode"}, (char[]){"b"}}};
    unsigned threads[] = {3, 5};
    f.options.settings = settings;
    f.options.setting_count = 2;
    f.options.threads = threads;
    f.options.thread_count = 2;
    assert_int_equal(make(&f, NULL), 0);
    assert_int_equal(f.count, 4);
    expect_key(&f.rows[0], "cpu/plain size=64 mode=b");
    expect_key(&f.rows[1], "cpu/wide threads=3");
    expect_key(&f.rows[2], "cpu/wide threads=5");
    expect_key(&f.rows[3], "cpu/pair threads=2"); /* takes no other number */
    close_fixture(&f);
}

static void keeps_what_cannot_run(void **state)
{
    (void)state;
    struct fixture f = open_fixture((bool[]){false, false, false, true});
    assert_int_equal(make(&f, NULL), 0);
    assert_int_equal(f.count, 1);
    assert_int_equal(f.rows[0].outcome, SPB_OUTCOME_UNAVAILABLE);
    assert_string_equal(f.rows[0].reason, "no such instruction on this CPU");
    close_fixture(&f);
}

static const struct spb_param_spec pair_params[] = {{.name = "pair", .kind = SPB_PARAM_CPU_PAIR, .defaults = "auto"},
                                                    {0}};
static const struct spb_workload between = {
    SPB_WORKLOAD_HEADER, .name = "cpu/between", .summary = "s",   .unit = "u",
    .run = run,          .params = pair_params, .threads_min = 2, .threads_max = 2};
static const struct spb_workload *const pair_table[] = {&between, NULL};

static void expect_pairs(const char *machine, const char *setting, const char *const *keys)
{
    struct fixture f = {0};
    bool selected = true;
    struct spb_param_setting settings[] = {{(char[]){"pair"}, (char *)(uintptr_t)setting}};
    assert_int_equal(spb_registry_add(&f.registry, pair_table, NULL, NULL, NULL), 0);
    assert_int_equal(spb_topology_open(&f.topology, machine, NULL), 0);
    assert_int_equal(spb_pin_policy_parse("auto", &f.pin, NULL), 0);
    f.options.selected = &selected;
    f.options.settings = settings;
    f.options.setting_count = setting != NULL;
    assert_int_equal(make(&f, NULL), 0);
    size_t count = 0;
    for (; keys[count]; count++)
        expect_key(&f.rows[count], keys[count]);
    assert_int_equal(f.count, count);
    for (size_t i = 0; i < count && f.rows[i].outcome == SPB_OUTCOME_OK; i++) {
        assert_true(f.rows[i].pinned);
        assert_int_equal(f.rows[i].cpus[0].os_index, spb_param_pair(f.rows[i].params[0].value).first.os_index);
        assert_int_equal(f.rows[i].cpus[1].os_index, spb_param_pair(f.rows[i].params[0].value).second.os_index);
    }
    if (f.rows[0].outcome == SPB_OUTCOME_UNAVAILABLE)
        assert_non_null(strstr(f.rows[0].reason, "needs two CPUs"));
    close_fixture(&f);
}

static void pairs_of_cpus_are_rows(void **state)
{
    (void)state;
    /* A pair for each distance, without CPU 0 where that is possible: siblings, one cache, one package, two packages. */
    expect_pairs("synthetic:pack:2 l3:2 core:2 pu:2", NULL,
                 (const char *[]){"cpu/between pair=2-3 threads=2", "cpu/between pair=1-2 threads=2",
                                  "cpu/between pair=1-4 threads=2", "cpu/between pair=1-8 threads=2", NULL});
    expect_pairs("synthetic:pack:1 core:3 pu:1", "all",
                 (const char *[]){"cpu/between pair=0-1 threads=2", "cpu/between pair=0-2 threads=2",
                                  "cpu/between pair=1-2 threads=2", NULL});
    expect_pairs("synthetic:pack:1 core:3 pu:1", "2-0", (const char *[]){"cpu/between pair=2-0 threads=2", NULL});
    expect_pairs("synthetic:pack:1 core:1 pu:1", NULL, (const char *[]){"cpu/between pair=none threads=2", NULL});
}

static void refuses_unknown_settings(void **state)
{
    (void)state;
    struct fixture f = open_fixture((bool[]){true, false, false, false});
    struct spb_error err = {0};
    struct spb_param_setting settings[] = {{(char[]){"sise"}, (char[]){"64"}}};
    f.options.settings = settings;
    f.options.setting_count = 1;
    assert_int_equal(make(&f, &err), -EINVAL);
    assert_non_null(strstr(err.text, "sise"));
    assert_non_null(strstr(err.text, "size, mode"));
    assert_null(f.rows);
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(combines_all_values),      cmocka_unit_test(sweeps_threads),
        cmocka_unit_test(takes_settings),           cmocka_unit_test(keeps_what_cannot_run),
        cmocka_unit_test(refuses_unknown_settings), cmocka_unit_test(pairs_of_cpus_are_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
