/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "pair_match.h"
#include "parameter.h"

static void run(struct spb_thread *thread, uint64_t iterations)
{
    (void)thread;
    (void)iterations;
}

static const char *no_device(void)
{
    return "this machine has no such device";
}

static const struct spb_param_spec params[] = {
    {.name = "size", .summary = "s", .defaults = "4KiB", .maximum = 1 << 20, .kind = SPB_PARAM_BYTES}, {0}};
static const struct spb_param_spec more_params[] = {
    {.name = "size", .summary = "s", .defaults = "4KiB", .kind = SPB_PARAM_BYTES},
    {.name = "mode", .summary = "m", .defaults = "a", .choices = "a,b", .kind = SPB_PARAM_CHOICE},
    {0}};

#define WORKLOAD(...)                                                                                                  \
    {                                                                                                                  \
        SPB_WORKLOAD_HEADER, .name = "t/x", .summary = "s", .unit = "operation", .version = 2, .params = params,       \
                             .threads_max = 2, .run = run, __VA_ARGS__                                                 \
    }

static const struct spb_workload same = WORKLOAD(.meaning = "another text changes nothing");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
static const struct spb_workload other_unit = WORKLOAD(.unit = "byte");
static const struct spb_workload other_version = WORKLOAD(.version = 3);
static const struct spb_workload other_params = WORKLOAD(.params = more_params);
static const struct spb_workload other_name = WORKLOAD(.name = "t/y");
#pragma GCC diagnostic pop
static const struct spb_workload other_measure = WORKLOAD(.measure = SPB_UNITS_PER_SECOND);
static const struct spb_workload unavailable = WORKLOAD(.unavailable = no_device);

static struct spb_row make_row(const char *size, uint64_t bytes, unsigned threads)
{
    struct spb_row row = {
        .workload = strdup("t/x"), .unit = strdup("operation"), .workload_version = 2, .threads = threads};
    row.params = calloc(1, sizeof(*row.params));
    row.params[0] = (struct spb_param_value){strdup("size"), strdup(size), bytes, SPB_PARAM_BYTES};
    row.param_count = 1;
    return row;
}

static void expect(const struct spb_workload *new_side, const char *size, unsigned threads, const char *why)
{
    struct spb_row row = make_row(size, 0, threads);
    int code = 1;
    char *text = spb_pair_mismatch(&row, new_side, &code);
    assert_int_equal(code, 0);
    if (why) {
        assert_non_null(text);
        assert_non_null(strstr(text, why));
    } else {
        assert_null(text);
    }
    free(text);
    spb_row_release(&row);
}

static void what_differs_is_named(void **state)
{
    (void)state;
    expect(&same, "4KiB", 1, NULL);
    expect(&same, "64KiB", 2, NULL); /* a value that is no default */
    expect(&other_unit, "4KiB", 1, "the base counts in 'operation', the new side in 'byte'");
    expect(&other_measure, "4KiB", 1, "units-per-second");
    expect(&other_version, "4KiB", 1, "version 2 of the workload, the new side version 3");
    expect(&same, "2MiB", 1, "the new side does not take size=2MiB");
    expect(&other_params, "4KiB", 1, "the new side has 2 parameters, the base 1");
    expect(&same, "4KiB", 3, "the new side cannot run with 3 threads");
}

static void rows_of_both_are_moved(void **state)
{
    (void)state;
    static const struct spb_workload *const table[] = {&same, NULL}, *const others[] = {&other_name, NULL};
    struct spb_registry both = {0}, none = {0};
    struct spb_row rows[] = {make_row("4KiB", 4096, 1), make_row("2MiB", 2 << 20, 1), make_row("4KiB", 4096, 1)};
    struct spb_paired_row *paired;
    size_t count;
    free(rows[2].workload);
    rows[2].workload = strdup("t/elsewhere");
    assert_int_equal(spb_registry_add(&both, table, NULL, NULL, NULL), 0);
    assert_int_equal(spb_registry_add(&none, others, NULL, NULL, NULL), 0);

    assert_int_equal(spb_pair_match(rows, 3, &none, &paired, &count, NULL), 0);
    assert_int_equal(count, 0);
    assert_string_equal(rows[0].workload, "t/x");
    free(paired);

    assert_int_equal(spb_pair_match(rows, 3, &both, &paired, &count, NULL), 0);
    assert_int_equal(count, 2);
    assert_null(rows[0].workload);
    assert_string_equal(rows[2].workload, "t/elsewhere");
    assert_string_equal(paired[0].row.params[0].text, "4KiB");
    assert_null(paired[0].incomparable);
    assert_non_null(paired[1].incomparable);
    for (size_t i = 0; i < count; i++)
        spb_paired_row_release(&paired[i]);
    free(paired);
    for (size_t i = 0; i < 3; i++)
        spb_row_release(&rows[i]);
    spb_registry_release(&both);
    spb_registry_release(&none);
}

static void what_cannot_run_says_so(void **state)
{
    (void)state;
    static const struct spb_workload *const table[] = {&unavailable, NULL};
    struct spb_registry registry = {0};
    struct spb_row rows[] = {make_row("4KiB", 4096, 1), make_row("8KiB", 8192, 1)};
    struct spb_paired_row *paired;
    size_t count;
    rows[1].outcome = SPB_OUTCOME_UNAVAILABLE; /* of the base side: its reason stands */
    rows[1].reason = strdup("the base cannot");
    assert_int_equal(spb_registry_add(&registry, table, NULL, NULL, NULL), 0);
    assert_int_equal(spb_pair_match(rows, 2, &registry, &paired, &count, NULL), 0);
    assert_int_equal(paired[0].row.outcome, SPB_OUTCOME_UNAVAILABLE);
    assert_string_equal(paired[0].row.reason, "this machine has no such device");
    assert_string_equal(paired[1].row.reason, "the base cannot");
    for (size_t i = 0; i < count; i++)
        spb_paired_row_release(&paired[i]);
    free(paired);
    spb_registry_release(&registry);
}

/* Commands are run by the program itself, whatever the sides are. */
static void commands_are_always_common(void **state)
{
    (void)state;
    struct spb_registry registry = {0};
    struct spb_row row = {.workload = strdup("command/run"), .unit = strdup("run"), .threads = 1};
    struct spb_paired_row *paired;
    size_t count;
    assert_int_equal(spb_pair_match(&row, 1, &registry, &paired, &count, NULL), 0);
    assert_int_equal(count, 1);
    assert_null(paired[0].incomparable);
    spb_paired_row_release(&paired[0]);
    free(paired);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_differs_is_named),
        cmocka_unit_test(rows_of_both_are_moved),
        cmocka_unit_test(what_cannot_run_says_so),
        cmocka_unit_test(commands_are_always_common),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
