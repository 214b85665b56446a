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

#define HEADER "goos: linux\ngoarch: arm64\npkg: example.org/a\ncpu: Imaginary\n"

static void count_is_one_process(void **state)
{
    struct spb_result result;
    (void)state;
    imported_fixture("gobench.txt", &result);
    assert_int_equal(result.row_count, 8);
    const struct spb_row *row = imported_row(&result, "gobench/fields name=Fields pkg=example.org/words gomaxprocs=2");
    assert_int_equal(row->process_count, 1);
    assert_int_equal(row->processes[0].sample_count, 3);
    assert_int_equal(row->processes[0].samples[0].iterations, 200);
    assert_int_equal(row->processes[0].samples[0].elapsed_ns, 200 * 1816);
    assert_non_null(strstr(imported_notes, "what -count repeats is one process"));
    imported_assert_whole(&result);
    spb_result_release(&result);
}

static void every_start_of_the_binary_is_a_process(void **state)
{
    struct spb_result result;
    (void)state;
    imported_fixture("gobench-runs.txt", &result);
    assert_int_equal(result.row_count, 2);
    const struct spb_row *row =
        imported_row(&result, "gobench/nothing name=Nothing pkg=example.org/words gomaxprocs=2");
    assert_int_equal(row->process_count, 3);
    assert_int_equal(row->processes[1].sample_count, 1);
    assert_near(row->stats.estimate_ns, 0.762, 0.1);
    spb_result_release(&result);
}

static void lines_without_headers_are_one_process(void **state)
{
    struct spb_result result;
    (void)state;
    assert_int_equal(imported_text("BenchmarkA 1 10 ns/op\nBenchmarkA 1 11 ns/op\n", SPB_FOREIGN_GUESS, &result), 0);
    assert_int_equal(imported_row(&result, "gobench/a name=A")->process_count, 1);
    spb_result_release(&result);
    /* and with an end between them they are two */
    assert_int_equal(
        imported_text("BenchmarkA 1 10 ns/op\nPASS\nok  \tx\t1s\nBenchmarkA 1 11 ns/op\n", SPB_FOREIGN_GUESS, &result),
        0);
    assert_int_equal(imported_row(&result, "gobench/a name=A")->process_count, 2);
    spb_result_release(&result);
}

static void packages_tell_rows_apart(void **state)
{
    struct spb_result result;
    (void)state;
    assert_int_equal(imported_text(HEADER "BenchmarkA 1 10 ns/op\npkg: example.org/b\nBenchmarkA 1 20 ns/op\n",
                                   SPB_FOREIGN_GUESS, &result),
                     0);
    assert_int_equal(result.row_count, 2);
    assert_near(imported_row(&result, "gobench/a name=A pkg=example.org/b")->stats.estimate_ns, 20, 1e-9);
    assert_string_equal(imported_fact(&result, "host.machine"), "aarch64");
    assert_string_equal(imported_fact(&result, "cpu.model"), "Imaginary");
    assert_string_equal(imported_fact(&result, "context.goos"), "linux");
    spb_result_release(&result);
}

static void names_of_sub_benchmarks(void **state)
{
    struct spb_result result;
    (void)state;
    assert_int_equal(imported_text("BenchmarkA/n=10/x=y/plain-8 1 1 ns/op\n"
                                   "BenchmarkA/n=1/n=2 1 1 ns/op\n"
                                   "BenchmarkA/arg1=5 1 1 ns/op\n"
                                   "BenchmarkA/-3 1 1 ns/op\n"
                                   "BenchmarkA/name=q 1 1 ns/op\n"
                                   "Benchmark 1 1 ns/op\n",
                                   SPB_FOREIGN_GUESS, &result),
                     0);
    imported_row(&result, "gobench/a name=A n=10 x=y arg3=plain gomaxprocs=8");
    /* these cannot be taken apart without ambiguity, and stay whole */
    imported_row(&result, "gobench/a-n-1-n-2 name=A/n=1/n=2");
    imported_row(&result, "gobench/a-arg1-5 name=A/arg1=5");
    imported_row(&result, "gobench/a name=A/ gomaxprocs=3");
    imported_row(&result, "gobench/a-name-q name=A/name=q");
    imported_row(&result, "gobench/benchmark name=Benchmark");
    spb_result_release(&result);
}

static void other_units_are_metrics(void **state)
{
    struct spb_result result;
    (void)state;
    imported_fixture("gobench.txt", &result);
    const struct spb_row *row = imported_row(&result, "gobench/fields name=Fields pkg=example.org/words");
    assert_true(spb_metrics_find(&row->metrics, "B/op")->value == 1794);
    assert_true(spb_metrics_find(&row->metrics, "words/op")->value == 100);
    /* the mean of the three lines */
    assert_near(spb_metrics_find(&row->metrics, "MB/s")->value, (253.99 + 283.31 + 294.91) / 3, 1e-9);
    assert_null(spb_metrics_find(&row->metrics, "ns/op"));
    spb_result_release(&result);
}

static void failures_skips_and_no_time(void **state)
{
    struct spb_result result;
    (void)state;
    assert_int_equal(imported_text("BenchmarkA 1 10 ns/op\n--- FAIL: BenchmarkB-2\n--- SKIP: BenchmarkC\n"
                                   "BenchmarkD 5 3.5 dogs/op\n    a_test.go:3: BenchmarkE 1 2 ns/op\nBenchmarkF\n"
                                   "BenchmarkG 1 2 sec/op\nBenchmarkH 1 0 ns/op\n",
                                   SPB_FOREIGN_GUESS, &result),
                     0);
    assert_int_equal(result.row_count, 6);
    assert_int_equal(imported_row(&result, "gobench/b name=B gomaxprocs=2")->outcome, SPB_OUTCOME_FAILED);
    assert_int_equal(imported_row(&result, "gobench/c name=C")->outcome, SPB_OUTCOME_UNAVAILABLE);
    assert_string_equal(imported_row(&result, "gobench/d name=D")->reason, "reports no ns/op");
    assert_near(imported_row(&result, "gobench/g name=G")->stats.estimate_ns, 2e9, 1e-9);
    assert_int_equal(imported_row(&result, "gobench/h name=H")->outcome, SPB_OUTCOME_FAILED);
    imported_assert_whole(&result);
    spb_result_release(&result);
}

static void what_is_wrong_is_named(void **state)
{
    struct spb_result result;
    (void)state;
    imported_assert_refused("goos: linux\nBenchmarkA 1 1 ns/op\nBenchmarkB 1 1x2 ns/op\n", SPB_FOREIGN_GUESS,
                            "a:3:14: '1x2' is no number; the line may be cut or mixed with other output");
    imported_assert_refused("BenchmarkA 1 10 ns/op 7\n", SPB_FOREIGN_GUESS,
                            "a:1:23: '7' lacks its unit; the line may be cut");
    imported_assert_refused(
        "PASS\nok x 1s\n", SPB_FOREIGN_GUESS,
        "a: is neither JSON nor the text of go test -bench: no line reads 'BenchmarkNAME ITERATIONS "
        "TIME ns/op'");
    assert_int_equal(imported_text(HEADER "BenchmarkA 1 1 ns/op\ncpu: Other\n", SPB_FOREIGN_GUESS, &result), -EXDEV);
    assert_string_equal(imported_error.text, "a:6: another CPU than before (Other / Imaginary); import each machine's "
                                             "results on their own");
}

static void mangled(void **state)
{
    char *text = imported_fixture_text("gobench.txt");
    (void)state;
    mangle(text, imported_mangled);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(count_is_one_process),
        cmocka_unit_test(every_start_of_the_binary_is_a_process),
        cmocka_unit_test(lines_without_headers_are_one_process),
        cmocka_unit_test(packages_tell_rows_apart),
        cmocka_unit_test(names_of_sub_benchmarks),
        cmocka_unit_test(other_units_are_metrics),
        cmocka_unit_test(failures_skips_and_no_time),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(mangled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
