/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command_workload.h"
#include "row_plan.h"

static int make(const struct spb_command_plan *commands, const char *pin_text, struct spb_row **rows, size_t *count,
                struct spb_error *err)
{
    const struct spb_workload *const table[] = {&spb_command_workload, NULL};
    struct spb_registry registry = {0};
    struct spb_topology *topology;
    struct spb_pin_policy pin;
    assert_int_equal(spb_registry_add(&registry, table, NULL, NULL, NULL), 0);
    assert_int_equal(spb_topology_open(&topology, "synthetic:pack:1 core:6 pu:1", NULL), 0);
    assert_int_equal(spb_pin_policy_parse(pin_text, &pin, NULL), 0);
    struct spb_row_plan_options options = {
        .registry = &registry, .selected = (bool[]){true}, .topology = topology, .pin = &pin, .commands = commands};
    int code = spb_row_plan_make(&options, rows, count, err);
    spb_pin_policy_release(&pin);
    spb_topology_close(topology);
    spb_registry_release(&registry);
    return code;
}

static void expect_key(const struct spb_row *row, const char *key)
{
    char *found = spb_row_key(row);
    assert_string_equal(found, key);
    free(found);
}

static void each_command_is_a_row(void **state)
{
    (void)state;
    char *texts[] = {(char[]){"sort -k 1,2 a"}, (char[]){"echo \"x=1\" | cat"}};
    struct spb_command_plan plan = {.commands = texts, .count = 2};
    struct spb_row *rows;
    size_t count;
    assert_int_equal(make(&plan, "auto", &rows, &count, NULL), 0);
    assert_int_equal(count, 2);
    expect_key(&rows[0], "command/run command=sort -k 1,2 a");
    expect_key(&rows[1], "command/run command=echo \"x=1\" | cat");
    assert_false(rows[0].pinned);
    assert_int_equal(rows[0].threads, 1);
    spb_rows_destroy(rows, count);
}

static void unusual_options_are_parameters(void **state)
{
    (void)state;
    char *texts[] = {(char[]){"a"}};
    struct spb_command_plan plan = {
        .commands = texts, .count = 1, .no_shell = true, .ignore_failure = true, .pinned = true};
    struct spb_row *rows;
    size_t count;
    assert_int_equal(make(&plan, "cpus=0,2-4", &rows, &count, NULL), 0);
    expect_key(&rows[0], "command/run command=a shell=no failure=ignored cpus=0,2-4");
    assert_false(rows[0].pinned);
    spb_rows_destroy(rows, count);
    assert_int_equal(make(&plan, "cpus=3", &rows, &count, NULL), 0);
    expect_key(&rows[0], "command/run command=a shell=no failure=ignored");
    assert_true(rows[0].pinned);
    assert_int_equal(rows[0].cpus[0].os_index, 3);
    spb_rows_destroy(rows, count);
    assert_int_equal(make(&plan, "auto", &rows, &count, NULL), 0);
    assert_true(rows[0].pinned);
    spb_rows_destroy(rows, count);
}

static void refuse(const char *first, const char *second, bool no_shell, const char *why)
{
    char *texts[] = {strdup(first), strdup(second)};
    struct spb_command_plan plan = {.commands = texts, .count = 2, .no_shell = no_shell};
    struct spb_error err = {0};
    struct spb_row *rows;
    size_t count;
    assert_int_equal(make(&plan, "auto", &rows, &count, &err), -EINVAL);
    assert_non_null(strstr(err.text, "--command: "));
    assert_non_null(strstr(err.text, why));
    free(texts[0]);
    free(texts[1]);
}

static void refuses_what_cannot_be_kept(void **state)
{
    (void)state;
    refuse("a", "a", false, "'a' is there twice");
    refuse("a", " ", false, "empty");
    refuse("a\nb", "c", false, "newlines");
    refuse("a", "\xff", false, "UTF-8");
    refuse("a", "b 'c", true, "quote ' is not closed");
    char *long_text = malloc(40000);
    memset(long_text, 'x', 39999);
    long_text[39999] = '\0';
    refuse("a", long_text, false, "longer than 32768 bytes");
    free(long_text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_command_is_a_row),
        cmocka_unit_test(unusual_options_are_parameters),
        cmocka_unit_test(refuses_what_cannot_be_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
