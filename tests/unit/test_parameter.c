/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
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
    assert_int_equal(spb_param_values_parse(&size, "4KiB,65536", NULL, &values, NULL), 0);
    assert_int_equal(values.count, 2);
    assert_string_equal(values.items[0].name, "size");
    assert_string_equal(values.items[0].text, "4KiB");
    assert_int_equal(values.items[0].value, 4096);
    assert_int_equal(values.items[1].value, 65536);
    spb_param_values_release(&values);
    assert_int_equal(spb_param_values_parse(&operation, "multiply", NULL, &values, NULL), 0);
    assert_string_equal(values.items[0].text, "multiply");
    spb_param_values_release(&values);
}

static void refuse(const struct spb_param_spec *spec, const char *text, const char *what)
{
    struct spb_param_values values;
    struct spb_error err = {0};
    assert_true(spb_param_values_parse(spec, text, NULL, &values, &err) < 0);
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

static const struct spb_param_machine machine = {
    .caches = {.level_bytes = {0, 32 << 10, 512 << 10, 32 << 20}, .last_bytes = 32 << 20, .limit_bytes = 64 << 20}};
static const struct spb_param_spec any_size = {.name = "size", .kind = SPB_PARAM_BYTES, .minimum = 4096};
static const struct spb_param_spec count_spec = {.name = "count", .kind = SPB_PARAM_COUNT};
static const struct spb_param_spec pair_spec = {.name = "pair", .kind = SPB_PARAM_CPU_PAIR};

static void expect(const struct spb_param_spec *spec, const char *text, const char *wanted)
{
    struct spb_param_values values;
    struct spb_error err = {0};
    char found[256] = "";
    if (spb_param_values_parse(spec, text, &machine, &values, &err) < 0)
        fail_msg("%s: %s", text, err.text);
    for (size_t i = 0; i < values.count; i++)
        snprintf(found + strlen(found), sizeof(found) - strlen(found), "%s%s", i ? "," : "", values.items[i].text);
    assert_string_equal(found, wanted);
    spb_param_values_release(&values);
}

static void sizes_follow_the_caches(void **state)
{
    (void)state;
    expect(&any_size, "l1/2,l2/2,l3/2,llc*2", "16KiB,256KiB,16MiB,64MiB");
    expect(&any_size, "l2,512KiB..1MiB", "512KiB,1MiB"); /* alike ones once */
    expect(&any_size, "llc/3", "10920KiB");              /* down to a page */
    expect(&any_size, "llc*4,llc*8", "64MiB");           /* no more than memory allows */
    expect(&any_size, "l1/16", "4KiB");                  /* no less than a page */
    expect(&size, "l1/2,llc*4", "16KiB,1MiB");           /* within the parameter's range */
    refuse(&any_size, "l1*", "'l1*' is no size");
    refuse(&any_size, "l4", "'l4' is no size");
    refuse(&any_size, "l1/0", "is no size");
    refuse(&any_size, "llc*9999999999", "is no size");
    refuse(&count_spec, "l1", "not a number");
}

static void ranges_double(void **state)
{
    (void)state;
    expect(&any_size, "4KiB..32KiB", "4KiB,8KiB,16KiB,32KiB");
    expect(&any_size, "4KiB..20KiB,1MiB", "4KiB,8KiB,16KiB,20KiB,1MiB");
    expect(&any_size, "l1..l2", "32KiB,64KiB,128KiB,256KiB,512KiB");
    expect(&count_spec, "1..8", "1,2,4,8");
    expect(&count_spec, "7..7", "7");
    expect(&count_spec, "9223372036854775808..18446744073709551615", "9223372036854775808,18446744073709551615");
    refuse(&any_size, "8KiB..4KiB", "must begin above 0");
    refuse(&count_spec, "0..4", "must begin above 0");
    refuse(&any_size, "4KiB..", "not a number");
    refuse(&any_size, "512..8KiB", "below the smallest");
}

static void pairs_are_two_cpus(void **state)
{
    (void)state;
    struct spb_param_values values;
    assert_int_equal(spb_param_values_parse(&pair_spec, "3-11,0-1", NULL, &values, NULL), 0);
    assert_int_equal(values.count, 2);
    assert_int_equal(spb_param_pair(values.items[0].value).first.os_index, 3);
    assert_int_equal(spb_param_pair(values.items[0].value).second.os_index, 11);
    spb_param_values_release(&values);
    refuse(&pair_spec, "1-1", "no pair");
    refuse(&pair_spec, "1", "no pair");
    refuse(&pair_spec, "-1", "no pair");
    refuse(&pair_spec, "1-2-3", "no pair");
    refuse(&pair_spec, "0-1,0-1", "twice");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_lists),
        cmocka_unit_test(refuses_what_does_not_fit),
        cmocka_unit_test(sizes_follow_the_caches),
        cmocka_unit_test(ranges_double),
        cmocka_unit_test(pairs_are_two_cpus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
