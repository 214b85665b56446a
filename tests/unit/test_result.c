/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "file.h"
#include "json_reader.h"
#include "sample_result.h"
#include "utf8.h"

static char *written(const struct spb_result *result)
{
    struct spb_strbuf text = {0};
    assert_int_equal(spb_result_write(result, &text), 0);
    return spb_strbuf_detach(&text);
}

static char *written_sample(void)
{
    struct spb_result result = sample_result();
    char *text = written(&result);
    spb_result_release(&result);
    return text;
}

/* `text` with the first `old` after `after` replaced; the caller frees. */
static char *changed_after(const char *text, const char *after, const char *old, const char *new)
{
    const char *start = strstr(text, after);
    assert_non_null(start);
    const char *at = strstr(start, old);
    assert_non_null(at);
    struct spb_strbuf out = {0};
    spb_strbuf_append_bytes(&out, text, (size_t)(at - text));
    spb_strbuf_append(&out, new);
    spb_strbuf_append(&out, at + strlen(old));
    return spb_strbuf_detach(&out);
}

static void assert_refused(const char *text, const char *message)
{
    struct spb_result result;
    struct spb_error err = {{0}};
    assert_int_equal(spb_result_parse("x.json", text, strlen(text), &result, &err), -EINVAL);
    assert_string_equal(err.text, message);
    assert_int_equal(result.row_count, 0);
    assert_null(result.rows);
}

/* ---- round trip ------------------------------------------------------------------------------------------------- */

static void what_is_written_is_read(void **state)
{
    (void)state;
    char *first = written_sample();
    struct spb_result result;
    struct spb_error err = {{0}};
    if (spb_result_parse("x.json", first, strlen(first), &result, &err) != 0)
        fail_msg("%s", err.text);
    char *second = written(&result);
    assert_string_equal(first, second);
    spb_result_release(&result);
    free(first);
    free(second);
}

static void no_number_loses_a_digit(void **state)
{
    (void)state;
    char *text = written_sample();
    struct spb_result result;
    assert_int_equal(spb_result_parse("x.json", text, strlen(text), &result, NULL), 0);
    assert_true(result.options.seed == UINT64_MAX);
    assert_true(result.rows[1].params[1].value == UINT64_MAX);
    assert_true(result.rows[0].processes[9].seed == (1ull << 63) + 9);
    assert_true(result.created_s == 1714564800);
    assert_true(result.rows[0].stats.valid);
    assert_int_equal(result.rows[0].stats.process_count, 10);
    assert_int_equal(result.rows[0].processes[0].samples[3].marks, SPB_MARK_STEAL | SPB_MARK_PREEMPTED);
    assert_true(result.rows[1].memory_bound);
    assert_false(result.rows[3].pinned);
    assert_false(result.load_after.valid);
    const struct spb_fact *fact = spb_stamp_find(&result.stamp, "cpu.governor");
    assert_non_null(fact);
    assert_int_equal(fact->kind, SPB_FACT_ABSENT);
    assert_string_equal(fact->text, "no cpufreq");
    const struct spb_metric *cycles = spb_metrics_find(&result.rows[0].processes[0].metrics, "cycles");
    assert_int_equal(cycles->state, SPB_METRIC_MULTIPLEXED);
    assert_true(cycles->share == 0.25);
    spb_result_release(&result);
    free(text);
}

static void statistics_in_the_file_are_not_believed(void **state)
{
    (void)state;
    char *text = written_sample();
    char *forged = changed_after(text, "\"estimate_ns\"", "200.", "100.");
    struct spb_result result;
    assert_int_equal(spb_result_parse("x.json", forged, strlen(forged), &result, NULL), 0);
    assert_true(result.rows[0].stats.estimate_ns > 200);
    spb_result_release(&result);
    free(text);
    free(forged);
}

static void members_of_later_versions_are_passed_over(void **state)
{
    (void)state;
    char *text = written_sample();
    char *later = changed_after(text, "\"kind\"", "\"complete\"", "\"histograms\": [{\"p999\": null}], \"complete\"");
    struct spb_result result;
    assert_int_equal(spb_result_parse("x.json", later, strlen(later), &result, NULL), 0);
    spb_result_release(&result);
    free(text);
    free(later);
}

static void overhead_stands_where_there_is_one(void **state)
{
    (void)state;
    struct spb_result result = sample_result();
    char *text = written(&result);
    assert_null(strstr(text, "overhead_ns"));
    free(text);
    result.rows[0].processes[1].overhead_ns = 100;
    text = written(&result);
    spb_result_release(&result);
    assert_int_equal(spb_result_parse("x.json", text, strlen(text), &result, NULL), 0);
    assert_int_equal(result.rows[0].processes[0].overhead_ns, 0);
    assert_int_equal(result.rows[0].processes[1].overhead_ns, 100);
    assert_true(result.rows[0].stats.min_ns < 110);
    spb_result_release(&result);
    char *zero = changed_after(text, "overhead_ns", "100", "0");
    assert_int_equal(spb_result_parse("x.json", zero, strlen(zero), &result, NULL), -EINVAL);
    free(zero);
    free(text);
}

static void control_characters_and_bad_numbers_never_reach_the_file(void **state)
{
    (void)state;
    struct spb_result result = sample_result();
    free(result.rows[2].reason);
    result.rows[2].reason = strdup("bad\x1b[2J\xff\nline");
    result.rows[0].metrics.items[0].value = 0.0 / (double)(result.row_count - SAMPLE_ROWS);
    char *text = written(&result);
    spb_result_release(&result);
    assert_int_equal(spb_result_parse("x.json", text, strlen(text), &result, NULL), 0);
    assert_string_equal(result.rows[2].reason, "bad\xef\xbf\xbd[2J\xef\xbf\xbd\xef\xbf\xbdline");
    assert_int_equal(result.rows[0].metrics.items[0].state, SPB_METRIC_ABSENT);
    assert_string_equal(result.rows[0].metrics.items[0].reason, "not a finite number");
    spb_result_release(&result);
    free(text);
}

/* ---- hostile input ---------------------------------------------------------------------------------------------- */

/* What follows the place is jansson's own text. */
static void assert_broken_at(const char *text, const char *place)
{
    struct spb_result result;
    struct spb_error err = {{0}};
    assert_int_equal(spb_result_parse("x.json", text, strlen(text), &result, &err), -EINVAL);
    if (strncmp(err.text, place, strlen(place)) != 0 || !spb_utf8_is_printable(err.text))
        fail_msg("'%s' does not begin with '%s'", err.text, place);
}

static void broken_text_is_refused_with_its_place(void **state)
{
    (void)state;
    assert_broken_at("", "x.json:1:1: ");
    assert_broken_at("{\n  \"schema\": \"spb", "x.json:2:16: premature end of input");
    assert_broken_at("{\n  \"a\": 1,\n  \"a\": 2}", "x.json:3:5: duplicate object key");
    assert_broken_at("{\"a\": NaN}", "x.json:1:9: invalid token");
    assert_broken_at("{\"a\": 1e999}", "x.json:1:11: real number overflow");
    assert_broken_at("{\"a\": 99999999999999999999}", "x.json:1:26: too big integer");
    assert_broken_at("{} {}", "x.json:1:4: end of file expected");
    assert_broken_at("{\"a\": \"\\u0000\"}", "x.json:1:");
    assert_broken_at("{\"a\": \"\033[2J\"}", "x.json:1:");
    assert_broken_at("{\"a\": \x9b\xff}", "x.json:1:");
    assert_refused("[]", "x.json: is not a JSON object");
}

static void deep_nesting_is_refused_before_it_is_parsed(void **state)
{
    (void)state;
    char text[8001];
    memset(text, '[', 8000);
    text[8000] = '\0';
    assert_refused(text, "x.json:1:65: nested too deeply for a result file");
    static const char quoted[] = "{\"\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\": 1}";
    assert_refused(quoted, "x.json: schema is missing");
}

/* 30 MB of "{},": some 10 million objects, 2.5 GB once parsed. */
static void a_memory_bomb_is_refused_before_it_is_parsed(void **state)
{
    (void)state;
    struct spb_strbuf text = {0};
    spb_strbuf_append(&text, "{\"a\":[");
    for (size_t i = 0; i < 10000000; i++)
        spb_strbuf_append_bytes(&text, "{},", 3);
    struct spb_result result;
    struct spb_error err = {{0}};
    assert_int_equal(spb_result_parse("x.json", text.text, text.length, &result, &err), -EINVAL);
    assert_non_null(strstr(err.text, "so many values that reading them would take more than 1 GiB"));
    spb_strbuf_release(&text);
}

static void wrong_versions_are_told_apart(void **state)
{
    (void)state;
    assert_refused("{\"schema\": \"spbench-profile\", \"schema_version\": 1}",
                   "x.json: schema is 'spbench-profile' instead of 'spbench-result'");
    assert_refused("{\"schema\": \"spbench-result\", \"schema_version\": 2}",
                   "x.json: schema_version is 2; this program reads version 1");
    assert_refused("{\"schema\": \"spbench-result\", \"schema_version\": \"one\"}",
                   "x.json: schema_version is not an integer from 0 to 18446744073709551615");
    assert_refused("{\"schema\": \"spbench-result\", \"schema_version\": 1, \"kind\": \"ab\"}",
                   "x.json: kind is 'ab'; the result of a run is needed");
}

struct damage {
    const char *after;
    const char *old;
    const char *new;
    const char *message;
};

static void each_member_is_checked(void **state)
{
    (void)state;
    static const struct damage damages[] = {
        {"\"kind\"", "true", "1", "x.json: complete is neither true nor false"},
        {"\"created\"", "2024-05-01T12", "2024-05-01 12", "x.json: created is not a time such as 2024-12-31T23:59:59Z"},
        {"\"created\"", "2024-05-01T12", "2024-13-01T12", "x.json: created is not a time such as 2024-12-31T23:59:59Z"},
        {"\"finished\"", "\"finished\": \"2024-05-01T12:01:00Z\"", "\"finished\": 5",
         "x.json: finished is not a string"},
        {"\"stamp\"", "\"host\"", "\"\\u001b[2J\"",
         "x.json: stamp.\xef\xbf\xbd[2J is not the name of a group of facts"},
        {"\"stamp\"", "{\"value\": \"6.1.0\"}", "7", "x.json: stamp.kernel.release is not an object"},
        {"\"stamp\"", "{\"value\": \"6.1.0\"}", "{}", "x.json: stamp.kernel.release.value is missing"},
        {"\"stamp\"", "6.1.0", "6.1\\u0007", "x.json: stamp.kernel.release.value holds control characters"},
        {"\"stamp\"", "8000000000", "8e+301",
         "x.json: stamp.memory.total.value is not a number from -1e+300 to 1e+300"},
        {"\"load_before\"", "0.25", "-1", "x.json: load_before.one is not a number from 0 to 1e+30"},
        {"\"load_before\"", "\"running\": 3", "\"running\": 3.5",
         "x.json: load_before.running is not an integer from 0 to 4294967295"},
        {"\"options\"", "[\"run\", ", "[1, ", "x.json: options.arguments[0] is not a string"},
        {"\"options\"", "18446744073709551615", "18446744073709551616",
         "x.json: options.seed is not an integer from 0 to 18446744073709551615"},
        {"\"rows\"", "\"rows\": [", "\"rows\": [7,", "x.json: rows[0] is not an object"},
        {"\"key\": \"memory/latency\"", "\"failed\"", "\"fine\"",
         "x.json: rows[2].outcome is 'fine', which this version does not know"},
        {"\"key\": \"memory/latency\"", "\"reason\": \"killed by SIGSEGV in process 0\",", "",
         "x.json: rows[2].reason is missing"},
        {"\"rows\"", "\"threads\": 1,", "\"threads\": 0,",
         "x.json: rows[0].placement.threads is not an integer from 1 to 4096"},
        {"\"rows\"", "\"cpus\": [0]", "\"cpus\": [0, 1]", "x.json: rows[0].placement.cpus has 2 entries instead of 1"},
        {"\"rows\"", "\"cpus\": [0]", "\"cpus\": [65536]",
         "x.json: rows[0].placement.cpus[0] is not an integer from 0 to 65535"},
        {"\"rows\"", "\"time-per-unit\"", "\"time\"",
         "x.json: rows[0].measure is 'time', which this version does not know"},
        {"\"parameters\": [\n", "\"bytes\"", "\"boats\"",
         "x.json: rows[1].parameters[0].kind is 'boats', which this version does not know"},
        {"\"rows\"", "\"state\": \"ok\", \"value\": 1.5", "\"state\": \"ok\"",
         "x.json: rows[0].metrics[0].value is missing"},
        {"\"rows\"", "\"ipc\"", "\"a-name-that-is-much-longer-than-the-sixty-three-bytes-that-a-metric-can-hold\"",
         "x.json: rows[0].metrics[0].name is longer than 63 bytes"},
        {"\"processes\": [", "{\"outcome\": \"ok\"", "{\"outcome\": \"unavailable\", \"reason\": \"\"",
         "x.json: rows[0].processes[0] is unavailable, which only a row can be"},
        {"\"processes\": [", "[[0, 8000000]]", "[]", NULL},
        {"\"processes\": [", "[[0, 8000000]]", "[[0]]",
         "x.json: rows[0].processes[0].threads[0] is not [cpu, elapsed_ns]"},
        {"\"processes\": [", "[[0, 8000000]]", "[[0, 1], [1, 1]]",
         "x.json: rows[0].processes[0].threads has 2 entries where the row has 1 threads"},
        {"\"processes\": [", "0.25}", "2.5}",
         "x.json: rows[0].processes[0].metrics[2].share is not a number from 0 to 1"},
        {"\"processes\": [", "[10000, 2000000, 0]", "[0, 2000000, 0]",
         "x.json: rows[0].processes[0].samples[0][0] is not an integer from 1 to 9223372036854775807"},
        {"\"processes\": [", "[10000, 2000000, 0]", "[1, 0, 0]",
         "x.json: rows[0].processes[0].samples[0][1] is not an integer from 1 to 9223372036854775807"},
        {"\"processes\": [", "[10000, 2000000, 0]", "[1, 1]",
         "x.json: rows[0].processes[0].samples[0] is not [iterations, elapsed_ns, marks]"},
        {"\"processes\": [", "[10000, 2000000, 0]", "[1, 1, 4294967296]",
         "x.json: rows[0].processes[0].samples[0][2] is not an integer from 0 to 4294967295"},
        {"\"processes\": [", "[10000, 2000000, 0]", "{}", "x.json: rows[0].processes[0].samples[0] is not an array"},
        {"\"workload\": \"memory/latency\"", "memory/latency", "cpu/int-chain",
         "x.json: rows has the row 'cpu/int-chain' twice"},
    };
    char *text = written_sample();
    for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
        struct spb_result result;
        char *changed = changed_after(text, damages[i].after, damages[i].old, damages[i].new);
        if (damages[i].message)
            assert_refused(changed, damages[i].message);
        else
            assert_int_equal(spb_result_parse("x.json", changed, strlen(changed), &result, NULL), 0);
        if (!damages[i].message)
            spb_result_release(&result);
        free(changed);
    }
    free(text);
}

static void each_cut_is_refused(void **state)
{
    (void)state;
    char *text = written_sample();
    size_t whole = strlen(text) - 2; /* without the last brace and newline */
    for (size_t length = 0; length <= whole; length += 37) {
        struct spb_result result;
        assert_int_equal(spb_result_parse("x.json", text, length, &result, NULL), -EINVAL);
    }
    free(text);
}

/* ---- files ------------------------------------------------------------------------------------------------------ */

static int make_folder(void **state)
{
    char name[] = "/tmp/spbench-result-XXXXXX";
    *state = mkdtemp(name) ? strdup(name) : NULL;
    return *state ? 0 : -1;
}

static int remove_folder(void **state)
{
    int failed = rmdir(*state);
    free(*state);
    return failed;
}

static void a_saved_file_is_loaded(void **state)
{
    char path[200];
    snprintf(path, sizeof(path), "%s/r.json", (char *)*state);
    struct spb_result result = sample_result();
    assert_int_equal(spb_result_save(&result, path, NULL), 0);
    spb_result_release(&result);
    assert_int_equal(spb_result_load(path, &result, NULL), 0);
    assert_int_equal(result.row_count, SAMPLE_ROWS);
    spb_result_release(&result);
    unlink(path);
}

static void a_missing_file_is_named(void **state)
{
    (void)state;
    struct spb_result result;
    struct spb_error err = {{0}};
    assert_int_equal(spb_result_load("/nowhere/r.json", &result, &err), -ENOENT);
    assert_string_equal(err.text, "/nowhere/r.json: cannot be read: No such file or directory");
}

static void a_file_of_100_megabytes_is_refused(void **state)
{
    char path[200];
    char message[300];
    snprintf(path, sizeof(path), "%s/r.json", (char *)*state);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(ftruncate(fileno(file), 100000000), 0);
    fclose(file);
    struct spb_result result;
    struct spb_error err = {{0}};
    assert_int_equal(spb_result_load(path, &result, &err), -EINVAL);
    snprintf(message, sizeof(message), "%s: larger than 64 MiB, which no result file is", path);
    assert_string_equal(err.text, message);
    unlink(path);
}

/* A file-size limit stands in for a full disk. */
static void a_full_disk_leaves_the_old_file(void **state)
{
    char path[200];
    struct spb_error err = {{0}};
    struct stat before;
    struct stat after;
    snprintf(path, sizeof(path), "%s/r.json", (char *)*state);
    struct spb_result result = sample_result();
    assert_int_equal(spb_result_save(&result, path, NULL), 0);
    assert_int_equal(stat(path, &before), 0);
    struct rlimit old;
    getrlimit(RLIMIT_FSIZE, &old);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){.rlim_cur = 4096, .rlim_max = old.rlim_max});
    int code = spb_result_save(&result, path, &err);
    setrlimit(RLIMIT_FSIZE, &old);
    signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(code, -EFBIG);
    assert_non_null(strstr(err.text, "cannot be written: File too large"));
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_size, after.st_size);
    spb_result_release(&result);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(no_number_loses_a_digit),
        cmocka_unit_test(statistics_in_the_file_are_not_believed),
        cmocka_unit_test(members_of_later_versions_are_passed_over),
        cmocka_unit_test(overhead_stands_where_there_is_one),
        cmocka_unit_test(control_characters_and_bad_numbers_never_reach_the_file),
        cmocka_unit_test(broken_text_is_refused_with_its_place),
        cmocka_unit_test(deep_nesting_is_refused_before_it_is_parsed),
        cmocka_unit_test(a_memory_bomb_is_refused_before_it_is_parsed),
        cmocka_unit_test(wrong_versions_are_told_apart),
        cmocka_unit_test(each_member_is_checked),
        cmocka_unit_test(each_cut_is_refused),
        cmocka_unit_test_setup_teardown(a_saved_file_is_loaded, make_folder, remove_folder),
        cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test_setup_teardown(a_file_of_100_megabytes_is_refused, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_full_disk_leaves_the_old_file, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
