/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "imported.h"
#include "near.h"

#define GBENCH(context, name, time)                                                                                    \
    "{\"context\":{" context "},\"benchmarks\":[{\"name\":\"" name "\",\"iterations\":1000,\"real_time\":" time "}]}"

static int import_two(const char *a, const char *b, struct spb_result *result)
{
    const char *texts[] = {a, b};
    size_t lengths[] = {strlen(a), strlen(b)};
    return imported_texts(texts, lengths, 2, SPB_FOREIGN_GUESS, result);
}

static void formats_have_names(void **state)
{
    enum spb_foreign_format format = SPB_FOREIGN_GUESS;
    struct spb_error err = {{0}};
    (void)state;
    for (int i = 0; i < SPB_FOREIGN_FORMATS; i++) {
        assert_int_equal(spb_foreign_format_parse(spb_foreign_format_name((enum spb_foreign_format)i), &format, &err),
                         0);
        assert_int_equal(format, i);
    }
    assert_int_equal(spb_foreign_format_parse("csv", &format, &err), -EINVAL);
    assert_string_equal(err.text, "'csv' is no format; gbench, hyperfine, gobench and pyperf are");
}

static void a_wrong_format_is_recognised(void **state)
{
    char *text = imported_fixture_text("hyperfine.json");
    (void)state;
    imported_assert_refused(text, SPB_FOREIGN_GBENCH, "a: this looks like hyperfine's JSON; use --from hyperfine");
    imported_assert_refused(text, SPB_FOREIGN_GOBENCH, "a: this looks like hyperfine's JSON; use --from hyperfine");
    imported_assert_refused("BenchmarkA 1 1 ns/op", SPB_FOREIGN_PYPERF,
                            "a: this looks like the text of go test -bench; use --from gobench");
    free(text);
    text = imported_fixture_text("pyperf.json");
    imported_assert_refused(text, SPB_FOREIGN_GBENCH, "a: this looks like pyperf's JSON; use --from pyperf");
    free(text);
}

static void what_is_none_of_them_is_told_apart(void **state)
{
    (void)state;
    imported_assert_refused(" \n", SPB_FOREIGN_GUESS, "a: is empty; did the benchmarks run?");
    imported_assert_refused("\x1f\x8b\x08", SPB_FOREIGN_GUESS,
                            "a: is compressed; 'gunzip <a | spbench import -' reads it");
    imported_assert_refused("{\"Time\":\"x\",\"Action\":\"output\"}\n{}", SPB_FOREIGN_GUESS,
                            "a: this looks like the output of go test -json; it is read without -json");
    imported_assert_refused("\xff\xfe{", SPB_FOREIGN_GUESS,
                            "a: is UTF-16, as PowerShell's > writes it; convert it to UTF-8");
    imported_assert_refused("{\"schema\":\"spbench-result\"}", SPB_FOREIGN_GUESS,
                            "a: is a file of spbench already; 'spbench show' reads it as it is");
    imported_assert_refused("{\"machine_info\":{},\"benchmarks\":[{\"stats\":{}}]}", SPB_FOREIGN_GUESS,
                            "a: is JSON, but none of Google Benchmark, hyperfine or pyperf");
    imported_assert_refused("[]", SPB_FOREIGN_GUESS, "a: is not a JSON object");
    imported_assert_refused("{\"results\":", SPB_FOREIGN_GUESS, "a:1:11: unexpected token near end of file");
}

static void nul_bytes_are_refused(void **state)
{
    const char *text = "BenchmarkA\0 1 1 ns/op";
    size_t length = 21;
    struct spb_result result;
    (void)state;
    assert_int_equal(imported_texts(&text, &length, 1, SPB_FOREIGN_GUESS, &result), -EINVAL);
    assert_string_equal(imported_error.text, "a: holds NUL bytes, which no result of a benchmark does");
}

static void a_byte_order_mark_is_passed_over(void **state)
{
    struct spb_result result;
    (void)state;
    assert_int_equal(imported_text("\xef\xbb\xbf" GBENCH("", "a", "1"), SPB_FOREIGN_GUESS, &result), 0);
    imported_row(&result, "gbench/a");
    spb_result_release(&result);
}

static void files_of_two_formats_are_not_mixed(void **state)
{
    struct spb_result result;
    (void)state;
    assert_int_equal(import_two(GBENCH("", "a", "1"), "BenchmarkA 1 1 ns/op", &result), -EINVAL);
    assert_string_equal(
        imported_error.text,
        "b: this looks like the text of go test -bench, the files before it are Google Benchmark's JSON; "
        "import them one by one");
}

static void files_of_two_machines_are_not_mixed(void **state)
{
    struct spb_result result;
    (void)state;
    assert_int_equal(
        import_two(GBENCH("\"host_name\":\"x\"", "a", "1"), GBENCH("\"host_name\":\"y\"", "a", "1"), &result), -EXDEV);
    assert_string_equal(
        imported_error.text,
        "b: from another machine than the files before it (host.name: y / x); import each machine's files "
        "into a result of their own");
    assert_int_equal(import_two(GBENCH("\"num_cpus\":2", "a", "1"), GBENCH("\"num_cpus\":4", "a", "1"), &result),
                     -EXDEV);
    assert_int_equal(import_two(GBENCH("\"host_name\":\"x\"", "a", "1"), GBENCH("", "a", "1"), &result), 0);
    spb_result_release(&result);
}

static void dates_have_zones_and_the_earliest_counts(void **state)
{
    struct spb_result result;
    (void)state;
    assert_int_equal(import_two(GBENCH("\"date\":\"2024-05-01T14:00:10+02:00\"", "a", "1"),
                                GBENCH("\"date\":\"2024-05-01T06:30:05-0530\"", "a", "1"), &result),
                     0);
    assert_int_equal(result.created_s, 1714564805);
    spb_result_release(&result);
    assert_int_equal(import_two(GBENCH("\"date\":\"yesterday\"", "a", "1"), GBENCH("", "a", "1"), &result), 0);
    assert_int_equal(result.created_s, IMPORTED_FILE_TIME);
    spb_result_release(&result);
}

/* Names that would meet if they were only put into lower case, or taken apart. */
static void no_two_names_meet(void **state)
{
    static const char *const names[] = {
        "BM_Sort", "BM_sort", "bm-sort", "bm_sort", "bm-Sort", "A/1/2",    "A/1/arg2:2", "A/arg1:1/2", "A/a:1/a:2",
        "A/a:1",   "A a:1",   "A/a:1/",  "A//a:1",  "A/a:",    "A/:1",     "A/a=1",      "A/name:x",   "A",
        "/",       "//",      "-",       "a/b c:1", "a/b/c:1", "x arg1=1", "x/1",        "a/name:A"};
    struct spb_strbuf text = {0};
    struct spb_result result;
    (void)state;
    spb_strbuf_append(&text, "{\"context\":{},\"benchmarks\":[");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        spb_strbuf_printf(&text, "%s{\"name\":\"%s\",\"iterations\":1,\"real_time\":1}", i ? "," : "", names[i]);
    spb_strbuf_append(&text, "]}");
    assert_int_equal(imported_text(spb_strbuf_text(&text), SPB_FOREIGN_GUESS, &result), 0);
    assert_int_equal(result.row_count, sizeof(names) / sizeof(names[0]));
    imported_row(&result, "gbench/bm-sort"); /* the one that needs no name beside it */
    imported_assert_whole(&result);
    spb_strbuf_release(&text);
    spb_result_release(&result);
}

static void workload_names_follow_the_rules(void **state)
{
    struct spb_result result;
    (void)state;
    assert_int_equal(
        imported_text(GBENCH("", "\xc3\x9c<std::vector<std::pair<int, long>>, Something::Very::Long::Indeed>", "1"),
                      SPB_FOREIGN_GUESS, &result),
        0);
    const char *name = result.rows[0].workload;
    assert_true(strlen(name) <= 63);
    assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-/"), strlen(name));
    assert_string_equal(name, "gbench/std-vector-std-pair-int-long-something-v");
    spb_result_release(&result);
    assert_int_equal(imported_text(GBENCH("", "\xd0\xa4", "1"), SPB_FOREIGN_GUESS, &result), 0);
    imported_row(&result, "gbench/unnamed name=\xd0\xa4");
    spb_result_release(&result);
}

static double imported_time(const char *text, uint64_t *iterations)
{
    struct spb_result result;
    assert_int_equal(imported_text(text, SPB_FOREIGN_GUESS, &result), 0);
    const struct spb_sample *sample = &result.rows[0].processes[0].samples[0];
    double time = (double)sample->elapsed_ns / (double)sample->iterations;
    *iterations = sample->iterations;
    spb_result_release(&result);
    return time;
}

static void no_time_loses_digits_that_count(void **state)
{
    uint64_t iterations;
    (void)state;
    assert_near(imported_time(GBENCH("", "a", "250.5"), &iterations), 250.5, 1e-15);
    assert_int_equal(iterations, 1000);
    assert_near(imported_time(GBENCH("", "a", "0.2512345"), &iterations), 0.2512345, 1e-6);
    assert_true(iterations > 1000);
    assert_near(imported_time(GBENCH("", "a", "1e-9"), &iterations) * 1e9, 1, 1e-6);
    assert_near(imported_time(GBENCH("", "a", "1e15"), &iterations), 1e15, 1e-15);
    assert_int_equal(iterations, 1000);
}

static void counters_have_a_limit(void **state)
{
    struct spb_strbuf text = {0};
    struct spb_result result;
    (void)state;
    spb_strbuf_append(&text, "{\"context\":{},\"benchmarks\":[{\"name\":\"a\",\"iterations\":1,\"real_time\":1");
    spb_strbuf_append(&text, ",\""); /* cut within the 32nd letter, were letters bytes */
    for (int i = 0; i < 40; i++)
        spb_strbuf_append(&text, "\xc3\x9c");
    spb_strbuf_append(&text, "\":1");
    for (int i = 0; i < 200; i++)
        spb_strbuf_printf(&text, ",\"c%d\":1", i);
    spb_strbuf_append(&text, "}]}");
    assert_int_equal(imported_text(spb_strbuf_text(&text), SPB_FOREIGN_GUESS, &result), 0);
    assert_int_equal(result.rows[0].processes[0].metrics.count, 128);
    assert_non_null(strstr(imported_notes, "counters were left out"));
    imported_assert_whole(&result);
    spb_strbuf_release(&text);
    spb_result_release(&result);
}

static void rows_have_a_limit(void **state)
{
    struct spb_strbuf text = {0};
    struct spb_result result;
    (void)state;
    for (int i = 0; i <= SPB_IMPORT_ROWS_MAX; i++)
        spb_strbuf_printf(&text, "BenchmarkA%d 1 1 ns/op\n", i);
    assert_int_equal(imported_text(spb_strbuf_text(&text), SPB_FOREIGN_GUESS, &result), -EINVAL);
    assert_string_equal(imported_error.text, "a: more than 20000 different benchmarks");
    spb_strbuf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_have_names),
        cmocka_unit_test(a_wrong_format_is_recognised),
        cmocka_unit_test(what_is_none_of_them_is_told_apart),
        cmocka_unit_test(nul_bytes_are_refused),
        cmocka_unit_test(a_byte_order_mark_is_passed_over),
        cmocka_unit_test(files_of_two_formats_are_not_mixed),
        cmocka_unit_test(files_of_two_machines_are_not_mixed),
        cmocka_unit_test(dates_have_zones_and_the_earliest_counts),
        cmocka_unit_test(no_two_names_meet),
        cmocka_unit_test(workload_names_follow_the_rules),
        cmocka_unit_test(no_time_loses_digits_that_count),
        cmocka_unit_test(counters_have_a_limit),
        cmocka_unit_test(rows_have_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
