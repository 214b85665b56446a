/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "imported.h"
#include "mangle.h"
#include "near.h"

static void runs_with_values_are_processes(void **state)
{
    struct spb_result result;
    (void)state;
    imported_fixture("pyperf.json", &result);
    assert_int_equal(result.row_count, 2);
    const struct spb_row *row = imported_row(&result, "pyperf/1-1000 name=[1]*1000");
    assert_int_equal(row->process_count, 2); /* the third run calibrates */
    assert_int_equal(row->processes[0].sample_count, 3);
    assert_int_equal(row->processes[0].samples[0].iterations, 64);
    assert_near((double)row->processes[0].samples[0].elapsed_ns / 64, 2138.467605217187, 1e-6);
    assert_true(spb_metrics_find(&row->metrics, "peak-rss")->value == (15339520.0 + 15351808) / 2);
    imported_assert_whole(&result);
    spb_result_release(&result);
}

static void inner_loops_count(void **state)
{
    struct spb_result result;
    (void)state;
    imported_fixture("pyperf.json", &result);
    const struct spb_row *row = imported_row(&result, "pyperf/json-dumps-n-code name=json dumps: \xc3\x9cn\xc3\xaf"
                                                      "code");
    assert_int_equal(row->processes[0].samples[0].iterations, 80);
    assert_near(row->stats.estimate_ns, 2148965.888793, 1e-6);
    spb_result_release(&result);
}

static void metadata_are_the_stamp(void **state)
{
    struct spb_result result;
    (void)state;
    imported_fixture("pyperf.json", &result);
    assert_string_equal(imported_fact(&result, "host.name"), "vm");
    assert_string_equal(imported_fact(&result, "cpu.model"), "Imaginary CPU 9000");
    assert_true(spb_stamp_find(&result.stamp, "topology.pus")->number == 2);
    assert_true(spb_stamp_find(&result.stamp, "kernel.aslr")->number == 2);
    assert_string_equal(imported_fact(&result, "context.python_version"), "3.11.2 (64-bit)");
    assert_string_equal(imported_fact(&result, "kernel.release"), "not recorded by pyperf");
    assert_int_equal(result.created_s, 1714564801); /* the first run that counts */
    spb_result_release(&result);
}

static void other_units_are_listed(void **state)
{
    struct spb_result result;
    (void)state;
    imported_fixture("pyperf-memory.json", &result);
    const struct spb_row *row = imported_row(&result, "pyperf/timeit");
    assert_int_equal(row->outcome, SPB_OUTCOME_UNAVAILABLE);
    assert_string_equal(row->reason, "measured in the unit 'byte', which is no time");
    assert_true(spb_metrics_find(&row->metrics, "value")->value == 7362560);
    assert_string_equal(spb_metrics_find(&row->metrics, "value")->unit, "byte");
    imported_assert_whole(&result);
    spb_result_release(&result);
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    imported_assert_refused("{\"benchmarks\":[{\"runs\":[{\"values\":[1]}]}]}", SPB_FOREIGN_GUESS,
                            "a: benchmarks[0] has no name: metadata.name is missing");
    imported_assert_refused("{\"benchmarks\":[{\"metadata\":{\"name\":\"a\"},\"runs\":[{\"values\":[1,\"x\"]}]}]}",
                            SPB_FOREIGN_GUESS, "a: benchmarks[0].runs[0].values[1] is not a number from 0 to 1e+10");
    imported_assert_refused(
        "{\"benchmarks\":[{\"metadata\":{\"name\":\"a\",\"loops\":0},\"runs\":[{\"values\":[1]}]}]}", SPB_FOREIGN_GUESS,
        "a: benchmarks[0].metadata.loops is not an integer from 1 to 2147483647");
}

static void only_calibration_is_no_result(void **state)
{
    struct spb_result result;
    (void)state;
    assert_int_equal(
        imported_text("{\"benchmarks\":[{\"metadata\":{\"name\":\"a\"},\"runs\":[{\"warmups\":[[1,1]]}]}]}",
                      SPB_FOREIGN_GUESS, &result),
        0);
    assert_string_equal(imported_row(&result, "pyperf/a")->reason, "no run with a time");
    spb_result_release(&result);
}

static void mangled(void **state)
{
    char *text = imported_fixture_text("pyperf.json");
    (void)state;
    mangle(text, imported_mangled);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_with_values_are_processes),
        cmocka_unit_test(inner_loops_count),
        cmocka_unit_test(metadata_are_the_stamp),
        cmocka_unit_test(other_units_are_listed),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(only_calibration_is_no_result),
        cmocka_unit_test(mangled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
