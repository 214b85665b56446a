/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "load_average.h"
#include "machines.h"
#include "mangle.h"

static const char pressure_sample[] = "some avg10=5.39 avg60=2.68 avg300=0.78 total=10197498\n"
                                      "full avg10=0.00 avg60=0.00 avg300=0.00 total=12\n";

static void the_load_is_read(void **state)
{
    (void)state;
    struct spb_load_average load;
    assert_int_equal(spb_load_average_read(machine("container-v2"), &load), 0);
    assert_true(load.one > 9.49 && load.one < 9.51);
    assert_true(load.fifteen > 7.89 && load.fifteen < 7.91);
    assert_int_equal(load.running, 12);
    assert_int_equal(load.threads, 900);
    assert_int_equal(spb_load_average_read(machine("garbage"), &load), -EINVAL);
    assert_int_equal(spb_load_average_read(machine("none"), &load), -ENOENT);
}

static void pressure_is_in_percent_and_nanoseconds(void **state)
{
    (void)state;
    struct spb_pressure pressure;
    assert_int_equal(spb_pressure_parse(pressure_sample, strlen(pressure_sample), &pressure), 0);
    assert_true(pressure.some.avg10_pct > 5.38 && pressure.some.avg10_pct < 5.40);
    assert_true(pressure.some.total_ns == 10197498000u);
    assert_int_equal(pressure.full.total_ns, 12000);
}

static void absent_pressure_has_a_code(void **state)
{
    (void)state;
    struct spb_pressure pressure;
    assert_int_equal(spb_pressure_read(machine("old-kernel"), "cpu", &pressure), -ENOENT);
    assert_int_equal(spb_pressure_read(machine("garbage"), "cpu", &pressure), -EINVAL);
    assert_int_equal(spb_pressure_read(machine("container-v2"), "cpu", &pressure), 0);
    assert_int_equal(pressure.full.code, -ENOENT);
}

static void parse(const char *text, size_t length)
{
    struct spb_load_average load;
    struct spb_pressure pressure;
    spb_load_average_parse(text, length, &load);
    spb_pressure_parse(text, length, &pressure);
}

static void hostile_text_is_survived(void **state)
{
    (void)state;
    mangle("0.20 0.18 0.12 1/80 11206\n", parse);
    mangle(pressure_sample, parse);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_load_is_read),
        cmocka_unit_test(pressure_is_in_percent_and_nanoseconds),
        cmocka_unit_test(absent_pressure_has_a_code),
        cmocka_unit_test(hostile_text_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
