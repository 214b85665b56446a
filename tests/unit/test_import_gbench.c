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

static void repetitions_are_samples_of_one_process(void **state)
{
    struct spb_result result;
    (void)state;
    imported_fixture("gbench-repetitions.json", &result);
    assert_int_equal(result.row_count, 5);
    const struct spb_row *row = imported_row(&result, "gbench/bm-sort name=BM_Sort arg1=64");
    assert_int_equal(row->process_count, 1);
    assert_int_equal(row->processes[0].sample_count, 3);
    assert_int_equal(row->processes[0].samples[0].iterations, 71124);
    /* 252.19745795993362 ns each */
    assert_int_equal(row->processes[0].samples[0].elapsed_ns, 17937292);
    assert_int_equal(row->stats.process_count, 1);
    assert_false(row->stats.has_interval);
    assert_string_equal(row->unit, "iteration");
    assert_non_null(strstr(imported_notes, "a row here has 1 process"));
    assert_non_null(strstr(imported_notes, "spbench import run?.json"));
    assert_non_null(strstr(imported_notes, "built for debugging"));
    imported_assert_whole(&result);
    spb_result_release(&result);
}

static void names_become_parameters_and_threads(void **state)
{
    struct spb_result result;
    (void)state;
    imported_fixture("gbench-repetitions.json", &result);
    const struct spb_row *copy = imported_row(&result, "gbench/bm-copy name=BM_Copy size=4096");
    assert_int_equal(copy->params[1].kind, SPB_PARAM_COUNT);
    assert_int_equal(copy->params[1].value, 4096);
    imported_row(&result, "gbench/bm-insert-int-long name=BM_Insert<int,long>");
    const struct spb_row *add = imported_row(&result, "gbench/bm-add name=BM_Add arg1=real_time threads=2");
    assert_int_equal(add->threads, 2);
    assert_false(add->pinned);
    spb_result_release(&result);
}

static void time_units_and_counters(void **state)
{
    struct spb_result result;
    (void)state;
    imported_fixture("gbench-repetitions.json", &result);
    /* in us, ms */
    const struct spb_row *copy = imported_row(&result, "gbench/bm-copy name=BM_Copy size=4096");
    assert_near(copy->stats.estimate_ns, 44.4, 0.01);
    assert_near(imported_row(&result, "gbench/bm-insert-int-long name=BM_Insert<int,long>")->stats.estimate_ns, 2870,
                0.01);
    const struct spb_metric *rate = spb_metrics_find(&copy->metrics, "bytes_per_second");
    assert_non_null(rate);
    assert_string_equal(rate->unit, "byte/s");
    assert_near(rate->value, 4096 * 1e9 / 44.4, 0.05);
    assert_true(spb_metrics_find(&copy->metrics, "lines")->value == 64);
    const struct spb_metric *cpu = spb_metrics_find(&copy->metrics, "cpu-time");
    assert_near(cpu->value, 44.4, 0.05);
    assert_string_equal(cpu->unit, "ns/iteration");
    assert_null(spb_metrics_find(&copy->metrics, "iterations"));
    spb_result_release(&result);
}

static void an_error_is_a_failed_row(void **state)
{
    struct spb_result result;
    (void)state;
    imported_fixture("gbench-repetitions.json", &result);
    const struct spb_row *row = imported_row(&result, "gbench/bm-open name=BM_Open");
    assert_int_equal(row->outcome, SPB_OUTCOME_FAILED);
    assert_string_equal(row->reason, "no such \"file\"");
    assert_false(row->stats.valid);
    spb_result_release(&result);
}

static void aggregates_alone_are_one_sample(void **state)
{
    struct spb_result result;
    (void)state;
    imported_fixture("gbench-aggregates.json", &result);
    assert_int_equal(result.row_count, 2);
    const struct spb_row *copy = imported_row(&result, "gbench/bm-copy name=BM_Copy size=4096");
    assert_int_equal(copy->processes[0].sample_count, 1);
    /* the median, 0.06290216226 us, and not the mean */
    assert_near(copy->stats.estimate_ns, 62.902162261, 1e-6);
    spb_result_release(&result);
}

static void a_mean_stands_in_for_a_missing_median(void **state)
{
    struct spb_result result;
    (void)state;
    assert_int_equal(
        imported_text("{\"context\":{},\"benchmarks\":[{\"name\":\"a_mean\",\"run_name\":\"a\",\"run_type\":"
                      "\"aggregate\",\"aggregate_name\":\"mean\",\"real_time\":2.5}]}",
                      SPB_FOREIGN_GUESS, &result),
        0);
    assert_near(imported_row(&result, "gbench/a")->stats.estimate_ns, 2.5, 1e-9);
    spb_result_release(&result);
}

static void files_are_processes(void **state)
{
    struct spb_result result;
    char *texts[3] = {imported_fixture_text("gbench-run1.json"), imported_fixture_text("gbench-run2.json"),
                      imported_fixture_text("gbench-run3.json")};
    size_t lengths[3] = {strlen(texts[0]), strlen(texts[1]), strlen(texts[2])};
    (void)state;
    assert_int_equal(imported_texts((const char *const *)texts, lengths, 3, SPB_FOREIGN_GBENCH, &result), 0);
    assert_int_equal(result.row_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(result.rows[i].process_count, 3);
        assert_int_equal(result.rows[i].processes[2].index, 2);
        assert_int_equal(result.rows[i].processes[2].sample_count, 1);
        assert_true(result.rows[i].stats.has_interval);
        free(texts[i]);
    }
    assert_non_null(strstr(imported_notes, "a row here has 3 processes"));
    assert_int_equal(result.options.processes, 3);
    imported_assert_whole(&result);
    spb_result_release(&result);
}

static void the_context_is_the_stamp(void **state)
{
    struct spb_result result;
    (void)state;
    imported_fixture("gbench-run1.json", &result);
    assert_string_equal(imported_fact(&result, "host.name"), "vm");
    assert_string_equal(imported_fact(&result, "context.executable"), "./containers");
    assert_string_equal(imported_fact(&result, "cpu.model"), "not recorded by google-benchmark");
    assert_int_equal(spb_stamp_find(&result.stamp, "cpu.model")->kind, SPB_FACT_ABSENT);
    assert_true(spb_stamp_find(&result.stamp, "topology.pus")->number == 2);
    assert_true(spb_stamp_find(&result.stamp, "cache.l2.size")->number == 1048576);
    assert_true(spb_stamp_find(&result.stamp, "cache.l1i.shared_by")->number == 1);
    assert_string_equal(imported_fact(&result, "import.tool"), "google-benchmark");
    assert_string_equal(imported_fact(&result, "import.date"), "as recorded");
    assert_false(result.load_before.valid);
    spb_result_release(&result);
}

static void exported_repetitions_are_processes(void **state)
{
    static const char text[] =
        "{\"context\":{\"spbench_process\":\"repetition\"},\"benchmarks\":["
        "{\"name\":\"a\",\"run_type\":\"iteration\",\"repetition_index\":0,\"iterations\":10,\"real_time\":100},"
        "{\"name\":\"a\",\"run_type\":\"iteration\",\"repetition_index\":1,\"iterations\":10,\"real_time\":200},"
        "{\"name\":\"b\",\"run_type\":\"iteration\",\"repetition_index\":0,\"iterations\":10,\"real_time\":300}]}";
    struct spb_result result;
    (void)state;
    assert_int_equal(imported_text(text, SPB_FOREIGN_GUESS, &result), 0);
    assert_int_equal(imported_row(&result, "gbench/a")->process_count, 2);
    assert_int_equal(imported_row(&result, "gbench/b")->process_count, 1);
    spb_result_release(&result);
}

static void skipped_and_impossible_times(void **state)
{
    static const char text[] =
        "{\"context\":{},\"benchmarks\":["
        "{\"name\":\"skipped\",\"run_type\":\"iteration\",\"iterations\":0,\"real_time\":0,\"skipped\":true,"
        "\"skip_message\":\"no GPU\"},"
        "{\"name\":\"nothing\",\"run_type\":\"iteration\",\"iterations\":1000,\"real_time\":0},"
        "{\"name\":\"ages\",\"run_type\":\"iteration\",\"iterations\":1000000000000,\"real_time\":1e20}]}";
    struct spb_result result;
    (void)state;
    assert_int_equal(imported_text(text, SPB_FOREIGN_GUESS, &result), 0);
    assert_int_equal(imported_row(&result, "gbench/skipped")->outcome, SPB_OUTCOME_UNAVAILABLE);
    assert_string_equal(imported_row(&result, "gbench/skipped")->reason, "no GPU");
    assert_int_equal(imported_row(&result, "gbench/nothing")->outcome, SPB_OUTCOME_FAILED);
    assert_string_equal(imported_row(&result, "gbench/ages")->reason,
                        "a time, or a number of iterations, outside all bounds");
    assert_non_null(strstr(imported_notes, "3 of 3 rows hold no result"));
    imported_assert_whole(&result);
    spb_result_release(&result);
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    imported_assert_refused("{\"context\":{},\"benchmarks\":[{\"name\":\"a\",\"real_time\":1}]}", SPB_FOREIGN_GUESS,
                            "a: benchmarks[0].iterations is missing");
    imported_assert_refused("{\"context\":{},\"benchmarks\":[{\"name\":\"a\",\"iterations\":1,\"real_time\":-1}]}",
                            SPB_FOREIGN_GUESS, "a: benchmarks[0].real_time is not a number from 0 to 1e+30");
    imported_assert_refused(
        "{\"context\":{},\"benchmarks\":[{\"name\":\"a\",\"iterations\":1,\"real_time\":1,\"time_unit\":\"h\"}]}",
        SPB_FOREIGN_GUESS, "a: benchmarks[0].time_unit is 'h'; ns, us, ms and s are known");
    imported_assert_refused("{\"context\":{},\"benchmarks\":[]}", SPB_FOREIGN_GUESS, "there is no benchmark in it");
    imported_assert_refused("{\"context\":{},\n\"benchmarks\":[{\"x\": NaN}]}", SPB_FOREIGN_GUESS,
                            "a:2:23: invalid token near 'NaN'");
}

static void mangled(void **state)
{
    char *text = imported_fixture_text("gbench-run1.json");
    (void)state;
    mangle(text, imported_mangled);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repetitions_are_samples_of_one_process),
        cmocka_unit_test(names_become_parameters_and_threads),
        cmocka_unit_test(time_units_and_counters),
        cmocka_unit_test(an_error_is_a_failed_row),
        cmocka_unit_test(aggregates_alone_are_one_sample),
        cmocka_unit_test(a_mean_stands_in_for_a_missing_median),
        cmocka_unit_test(files_are_processes),
        cmocka_unit_test(the_context_is_the_stamp),
        cmocka_unit_test(exported_repetitions_are_processes),
        cmocka_unit_test(skipped_and_impossible_times),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(mangled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
