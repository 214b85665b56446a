/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "foreign_export.h"
#include "imported.h"
#include "near.h"
#include "sample_result.h"

static char *exported(const struct spb_result *result, enum spb_export_format format, size_t *left_out)
{
    struct spb_strbuf out = {0};
    struct spb_error err = {{0}};
    if (spb_export(result, format, &out, left_out, &err) != 0)
        fail_msg("%s", err.text);
    return spb_strbuf_detach(&out);
}

/* The rows of `back` are those of `result` that have a time, in order. */
static void assert_same_estimates(const struct spb_result *result, const struct spb_result *back)
{
    size_t found = 0;
    for (size_t i = 0; i < result->row_count; i++) {
        const struct spb_row *row = &result->rows[i];
        if (row->outcome != SPB_OUTCOME_OK && row->outcome != SPB_OUTCOME_INTERRUPTED)
            continue;
        assert_true(found < back->row_count);
        const struct spb_row *twin = &back->rows[found++];
        double work = row->measure == SPB_TIME_PER_UNIT ? row->stats.work_per_iteration : 1;
        assert_int_equal(twin->stats.process_count, row->stats.process_count);
        assert_near(twin->stats.estimate_ns, row->stats.estimate_ns / work, 1e-6);
        assert_near(twin->stats.low_ns, row->stats.low_ns / work, 1e-6);
        assert_near(twin->stats.high_ns, row->stats.high_ns / work, 1e-6);
    }
    assert_int_equal(found, back->row_count);
}

static void assert_round_trip(const struct spb_result *result)
{
    static const enum spb_export_format formats[] = {SPB_EXPORT_GBENCH, SPB_EXPORT_GOBENCH, SPB_EXPORT_PYPERF};
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        size_t left_out;
        struct spb_result back;
        char *text = exported(result, formats[i], &left_out);
        if (imported_text(text, SPB_FOREIGN_GUESS, &back) != 0)
            fail_msg("%s", imported_error.text);
        assert_same_estimates(result, &back);
        imported_assert_whole(&back);
        spb_result_release(&back);
        free(text);
    }
}

static void what_goes_out_comes_back(void **state)
{
    struct spb_result result = sample_result();
    (void)state;
    for (size_t i = 0; i < result.row_count; i++)
        for (size_t p = 0; p < result.rows[i].process_count; p++)
            result.rows[i].processes[p].overhead_ns = i == 1 ? 37 : 0;
    for (size_t i = 0; i < result.row_count; i++)
        assert_int_equal(spb_row_stats_compute(&result.rows[i]), 0);
    assert_round_trip(&result);
    spb_result_release(&result);
}

static void what_was_imported_goes_back(void **state)
{
    static const char *const fixtures[] = {"gbench-repetitions.json", "gobench-runs.txt", "pyperf.json",
                                           "hyperfine.json"};
    (void)state;
    for (size_t i = 0; i < sizeof(fixtures) / sizeof(fixtures[0]); i++) {
        struct spb_result result;
        imported_fixture(fixtures[i], &result);
        assert_round_trip(&result);
        spb_result_release(&result);
    }
}

/* The tool finds the names again that it has given. */
static void names_are_the_original_ones(void **state)
{
    struct spb_result result;
    size_t left_out;
    (void)state;
    imported_fixture("gbench-repetitions.json", &result);
    char *text = exported(&result, SPB_EXPORT_GBENCH, &left_out);
    assert_int_equal(left_out, 1);
    assert_non_null(strstr(text, "\"run_name\": \"BM_Sort/64\""));
    assert_non_null(strstr(text, "\"run_name\": \"BM_Copy/size:4096\""));
    assert_non_null(strstr(text, "\"run_name\": \"BM_Add/real_time/threads:2\""));
    assert_non_null(strstr(text, "\"run_name\": \"BM_Insert<int,long>\""));
    free(text);
    spb_result_release(&result);
    imported_fixture("gobench-runs.txt", &result);
    text = exported(&result, SPB_EXPORT_GOBENCH, &left_out);
    assert_non_null(strstr(text, "goos: linux\ngoarch: amd64\npkg: example.org/words\ncpu: AMD EPYC\n"
                                 "BenchmarkFields-2\t500\t1786 ns/op\t279.98 MB/s\t100 words/op\n"
                                 "BenchmarkNothing-2\t500\t0.462 ns/op\n"
                                 "goos: linux\n"));
    free(text);
    spb_result_release(&result);
    imported_fixture("pyperf.json", &result);
    text = exported(&result, SPB_EXPORT_PYPERF, &left_out);
    assert_non_null(strstr(text, "{\"name\": \"[1]*1000\"}"));
    free(text);
    spb_result_release(&result);
}

static void any_character_survives(void **state)
{
    struct spb_result result;
    size_t left_out;
    (void)state;
    assert_int_equal(
        imported_text("{\"results\":[{\"command\":\"grep -c \\\"a,b\\\" /etc/% \xc3\xbc\",\"times\":[0.5,0.25]}]}",
                      SPB_FOREIGN_GUESS, &result),
        0);
    char *text = exported(&result, SPB_EXPORT_GOBENCH, &left_out);
    assert_non_null(
        strstr(text, "BenchmarkHyperfine/run/command=grep%20-c%20\"a,b\"%20%2Fetc%2F%25%20%C3%BC-1\t1\t5e+08 "
                     "ns/op\n") ||
        strstr(text, "BenchmarkHyperfine/run/command=grep%20-c%20\"a,b\"%20%2Fetc%2F%25%20%C3%BC-1\t1\t500000000 "
                     "ns/op\n"));
    free(text);
    text = exported(&result, SPB_EXPORT_GBENCH, &left_out);
    assert_non_null(strstr(text, "\"hyperfine/run/command:grep -c \\\"a,b\\\" /etc/% \xc3\xbc\""));
    free(text);
    text = exported(&result, SPB_EXPORT_CSV, &left_out);
    assert_non_null(strstr(text,
                           "\r\n\"hyperfine/run command=grep -c \"\"a,b\"\" /etc/% \xc3\xbc\",hyperfine/run,\"grep -c "
                           "\"\"a,b\"\" /etc/% \xc3\xbc\",1,0,ok,0,1,500000000,0,500000000,run,1,0\r\n"));
    free(text);
    spb_result_release(&result);
}

static void csv_has_a_line_a_sample(void **state)
{
    struct spb_result result = sample_result();
    size_t left_out, lines = 0, samples = 0;
    (void)state;
    char *text = exported(&result, SPB_EXPORT_CSV, &left_out);
    static const char header[] =
        "row,workload,param_size,param_rounds,threads,process,outcome,sample,iterations,elapsed_ns,"
        "overhead_ns,time_ns,unit,work_per_iteration,marks\r\n";
    assert_memory_equal(text, header, sizeof(header) - 1);
    for (const char *at = text; (at = strchr(at, '\n')); at++)
        lines++;
    for (size_t i = 0; i < result.row_count; i++)
        for (size_t p = 0; p < result.rows[i].process_count; p++)
            samples += result.rows[i].processes[p].sample_count;
    assert_int_equal(lines, samples + 1);
    assert_int_equal(left_out, 2);
    assert_non_null(
        strstr(text, "\r\nmemory/stream-triad size=64KiB rounds=18446744073709551615 threads=2,memory/stream-triad,"
                     "64KiB,18446744073709551615,2,0,ok,3,10000,2000000,0,200,byte,24,6\r\n"));
    free(text);
    spb_result_release(&result);
}

static void csv_has_a_limit_of_columns(void **state)
{
    struct spb_result result = sample_result();
    struct spb_row *row = &result.rows[1];
    struct spb_strbuf out = {0};
    struct spb_error err = {{0}};
    size_t left_out;
    (void)state;
    row->params = realloc(row->params, 201 * sizeof(*row->params));
    for (; row->param_count < 201; row->param_count++) {
        char name[16];
        snprintf(name, sizeof(name), "p%zu", row->param_count);
        row->params[row->param_count] = (struct spb_param_value){.name = strdup(name), .text = strdup("1")};
    }
    assert_int_equal(spb_export(&result, SPB_EXPORT_CSV, &out, &left_out, &err), -EINVAL);
    assert_string_equal(err.text, "more than 200 different parameters, each of which would be a column");
    spb_strbuf_release(&out);
    spb_result_release(&result);
}

static void nothing_to_export_is_an_error(void **state)
{
    struct spb_result result = sample_result();
    struct spb_strbuf out = {0};
    struct spb_error err = {{0}};
    size_t left_out;
    (void)state;
    for (size_t i = 0; i < result.row_count; i++)
        result.rows[i].outcome = SPB_OUTCOME_FAILED;
    assert_int_equal(spb_export(&result, SPB_EXPORT_PYPERF, &out, &left_out, &err), -EINVAL);
    assert_string_equal(err.text, "no row has a time; 'spbench show' names the reasons");
    assert_int_equal(out.length, 0);
    spb_result_release(&result);
}

/* What compare.py needs: cpu_time of every entry; aggregates of two and more; a rate where the row is one. */
static void gbench_has_what_compare_needs(void **state)
{
    struct spb_result result;
    size_t left_out, entries = 0, times = 0;
    (void)state;
    imported_fixture("hyperfine.json", &result);
    char *text = exported(&result, SPB_EXPORT_GBENCH, &left_out);
    for (const char *at = text; (at = strstr(at, "\"run_type\"")); at++)
        entries++;
    for (const char *at = text; (at = strstr(at, "\"cpu_time\"")); at++)
        times++;
    assert_int_equal(entries, 3 * (4 + 4));
    assert_int_equal(times, entries);
    assert_non_null(strstr(text, "\"spbench_cpu_time\": \"real_time again where none was measured\""));
    assert_non_null(strstr(text, "\"aggregate_name\": \"median\""));
    free(text);
    spb_result_release(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_out_comes_back),      cmocka_unit_test(what_was_imported_goes_back),
        cmocka_unit_test(names_are_the_original_ones),   cmocka_unit_test(any_character_survives),
        cmocka_unit_test(csv_has_a_line_a_sample),       cmocka_unit_test(csv_has_a_limit_of_columns),
        cmocka_unit_test(nothing_to_export_is_an_error), cmocka_unit_test(gbench_has_what_compare_needs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
