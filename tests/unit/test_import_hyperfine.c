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

static void every_run_is_a_process(void **state)
{
    struct spb_result result;
    (void)state;
    imported_fixture("hyperfine.json", &result);
    assert_int_equal(result.row_count, 3);
    const struct spb_row *row = imported_row(&result, "hyperfine/run command=sleep 0.01");
    assert_int_equal(row->process_count, 4);
    assert_int_equal(row->processes[0].sample_count, 1);
    assert_int_equal(row->processes[0].samples[0].elapsed_ns, 11457933);
    assert_int_equal(row->processes[0].samples[0].iterations, 1);
    assert_true(row->stats.has_interval);
    assert_string_equal(row->unit, "run");
    imported_row(&result, "hyperfine/run command=quick one"); /* named with -n */
    imported_row(&result, "hyperfine/run command=echo \"hi there\"");
    imported_assert_whole(&result);
    spb_result_release(&result);
}

static void usage_is_of_the_row(void **state)
{
    struct spb_result result;
    (void)state;
    imported_fixture("hyperfine.json", &result);
    const struct spb_row *row = imported_row(&result, "hyperfine/run command=sleep 0.01");
    assert_near(spb_metrics_find(&row->metrics, "user-time")->value, 729750, 1e-9);
    assert_near(spb_metrics_find(&row->metrics, "system-time")->value, 748250, 1e-9);
    spb_result_release(&result);
}

static void parameters_tell_rows_apart(void **state)
{
    struct spb_result result;
    (void)state;
    imported_fixture("hyperfine-parameters.json", &result);
    assert_int_equal(result.row_count, 2);
    const struct spb_row *row = imported_row(&result, "hyperfine/run command=sleep 0.010 ms=10");
    assert_int_equal(row->params[1].kind, SPB_PARAM_COUNT);
    assert_int_equal(row->params[1].value, 10);
    spb_result_release(&result);
}

static void runs_of_no_time_fail_the_row(void **state)
{
    struct spb_result result;
    (void)state;
    imported_fixture("hyperfine-failures.json", &result);
    assert_int_equal(result.row_count, 4);
    const struct spb_row *row = imported_row(&result, "hyperfine/run command=exit 1 n=1");
    assert_int_equal(row->outcome, SPB_OUTCOME_FAILED);
    assert_string_equal(row->reason, "a run of 0 s: not told from the start of the shell; use hyperfine -N");
    assert_int_equal(row->processes[2].outcome, SPB_OUTCOME_FAILED);
    assert_int_equal(row->processes[2].sample_count, 0);
    assert_true(spb_metrics_find(&row->metrics, "exit-code")->value == 1);
    imported_assert_whole(&result);
    spb_result_release(&result);
}

static void signals_and_memory(void **state)
{
    struct spb_result result;
    (void)state;
    assert_int_equal(imported_text("{\"results\":[{\"command\":\"a\\nb\",\"times\":[1,2],\"exit_codes\":[0,null],"
                                   "\"memory_usage_byte\":[1000,3000]}]}",
                                   SPB_FOREIGN_GUESS, &result),
                     0);
    const struct spb_row *row = imported_row(&result, "hyperfine/run command=a b");
    assert_string_equal(row->reason, "killed by a signal");
    assert_true(spb_metrics_find(&row->processes[1].metrics, "command-peak-rss")->value == 3000);
    assert_int_equal(result.created_s, IMPORTED_FILE_TIME);
    assert_string_equal(imported_fact(&result, "import.date"), "of the file: the format records none");
    spb_result_release(&result);
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    imported_assert_refused(
        "{\"results\":[{\"command\":\"a\",\"mean\":1}]}", SPB_FOREIGN_GUESS,
        "a: results[0] has no times, only their summary; export with --export-json, which names each "
        "run");
    imported_assert_refused("{\"results\":[{\"command\":7,\"times\":[1]}]}", SPB_FOREIGN_GUESS,
                            "a: results[0].command is not a string");
    imported_assert_refused("{\"results\":[{\"command\":\"a\",\"times\":[1,-1]}]}", SPB_FOREIGN_GUESS,
                            "a: results[0].times[1] is not a number from 0 to 1e+10");
    imported_assert_refused("{\"results\":[]}", SPB_FOREIGN_GUESS, "there is no benchmark in it");
}

static void mangled(void **state)
{
    char *text = imported_fixture_text("hyperfine-failures.json");
    (void)state;
    mangle(text, imported_mangled);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_run_is_a_process),
        cmocka_unit_test(usage_is_of_the_row),
        cmocka_unit_test(parameters_tell_rows_apart),
        cmocka_unit_test(runs_of_no_time_fail_the_row),
        cmocka_unit_test(signals_and_memory),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(mangled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
