/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "parameter.h"

static const struct spb_param_spec size = {
    .name = "size", .kind = SPB_PARAM_BYTES, .minimum = 1024, .maximum = 1 << 20};
static const struct spb_param_spec operation = {
    .name = "operation", .kind = SPB_PARAM_CHOICE, .choices = "add,multiply"};

static void reads_lists(void **state)
{
    (void)state;
    struct spb_param_values values;
    assert_int_equal(spb_param_values_parse(&size, "4KiB,65536", &values, NULL), 0);
    assert_int_equal(values.count, 2);
    assert_string_equal(values.items[0].name, "size");
    assert_string_equal(values.items[0].text, "4KiB");
    assert_int_equal(values.items[0].value, 4096);
    assert_int_equal(values.items[1].value, 65536);
    spb_param_values_release(&values);
    assert_int_equal(spb_param_values_parse(&operation, "multiply", &values, NULL), 0);
    assert_string_equal(values.items[0].text, "multiply");
    spb_param_values_release(&values);
}

static void refuse(const struct spb_param_spec *spec, const char *text, const char *what)
{
    struct spb_param_values values;
    struct spb_error err = {0};
    assert_true(spb_param_values_parse(spec, text, &values, &err) < 0);
    assert_int_equal(values.count, 0);
    if (!strstr(err.text, what))
        fail_msg("'%s' does not say '%s'", err.text, what);
}

static void refuses_what_does_not_fit(void **state)
{
    (void)state;
    refuse(&size, "", "not a number");
    refuse(&size, "4KiB,", "not a number");
    refuse(&size, "512", "below the smallest value, 1 KiB");
    refuse(&size, "2MiB", "above the largest value, 1 MiB");
    refuse(&size, "4KiB,4096", "twice");
    refuse(&operation, "add,divide", "none of add,multiply");
    refuse(&operation, "ad", "none of");
    refuse(&operation, "add,add", "twice");
    refuse(&operation, "", "none of");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_lists), cmocka_unit_test(refuses_what_does_not_fit)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
