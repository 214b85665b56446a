/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "file.h"
#include "sample_ab.h"

static char *written(const struct spb_ab *ab)
{
    struct spb_strbuf text = {0};
    assert_int_equal(spb_ab_write(ab, &text), 0);
    return spb_strbuf_detach(&text);
}

static char *written_sample(void)
{
    struct spb_ab ab = sample_ab();
    char *text = written(&ab);
    spb_ab_release(&ab);
    return text;
}

/* `text` with the first `old` after `after` replaced; the caller frees. */
static char *changed_after(const char *text, const char *after, const char *old, const char *new)
{
    const char *start = strstr(text, after);
    if (!start)
        fail_msg("no '%s'", after);
    const char *at = strstr(start, old);
    if (!at)
        fail_msg("no '%s' after '%s'", old, after);
    struct spb_strbuf out = {0};
    spb_strbuf_append_bytes(&out, text, (size_t)(at - text));
    spb_strbuf_append(&out, new);
    spb_strbuf_append(&out, at + strlen(old));
    return spb_strbuf_detach(&out);
}

static void assert_refused(const char *text, const char *message)
{
    struct spb_ab ab;
    struct spb_error err = {{0}};
    assert_int_equal(spb_ab_parse("x.json", text, strlen(text), &ab, &err), -EINVAL);
    assert_string_equal(err.text, message);
    assert_int_equal(ab.row_count, 0);
    assert_null(ab.rows);
    assert_null(ab.sides[SPB_SIDE_BASE].text);
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    char *first = written_sample();
    struct spb_ab ab;
    struct spb_error err = {{0}};
    if (spb_ab_parse("x.json", first, strlen(first), &ab, &err) != 0)
        fail_msg("%s", err.text);
    char *second = written(&ab);
    assert_string_equal(first, second);
    spb_ab_release(&ab);
    free(first);
    free(second);
}

static void assert_sides_kept(const struct spb_ab *ab)
{
    const struct spb_ab_side *base = &ab->sides[SPB_SIDE_BASE], *new = &ab->sides[SPB_SIDE_NEW];
    assert_int_equal(base->kind, SPB_SIDE_PLUGIN);
    assert_string_equal(base->text, "a1.so,a2.so");
    assert_int_equal(base->build_count, 2);
    assert_string_equal(base->builds[1].path, "/builds/a2.so");
    assert_true(base->builds[1].hash == UINT64_MAX - 16392);
    assert_int_equal(new->kind, SPB_SIDE_SELF);
    assert_string_equal(new->text, "");
    assert_int_equal(new->build_count, 0);
    assert_int_equal(new->environment_count, 1);
    assert_string_equal(new->environment[0], "LD_PRELOAD=libjemalloc.so.2");
}

static void assert_pair_kept(const struct spb_pair *pair)
{
    assert_int_equal(pair->index, 1);
    assert_int_equal(pair->x, SPB_SIDE_BASE);
    assert_true(pair->seed == (1ull << 63) + 1);
    assert_int_equal(pair->started_ns, 250000000);
    assert_int_equal(pair->build[SPB_SIDE_BASE], 1);
    assert_int_equal(pair->build[SPB_SIDE_NEW], 0);
    assert_true(pair->shared_buffers);
    assert_true(pair->work_per_iteration[SPB_SIDE_NEW] == 24);
    assert_int_equal(pair->round_count, 6);
    const struct spb_round *round = &pair->rounds[2];
    assert_int_equal(round->iterations, 102000);
    assert_int_equal(round->elapsed_ns[SPB_SIDE_BASE], 10014300);
    assert_int_equal(round->elapsed_ns[SPB_SIDE_NEW], 10227000);
    assert_int_equal(round->marks[SPB_SIDE_BASE], 0);
    assert_int_equal(round->marks[SPB_SIDE_NEW], SPB_MARK_MIGRATED);
    assert_int_equal(round->outer, SPB_SIDE_NEW);
    assert_int_equal(pair->rounds[4].marks[SPB_SIDE_BASE], SPB_MARK_STEAL | SPB_MARK_PREEMPTED);
    const struct spb_metric *instructions = spb_metrics_find(&pair->metrics[SPB_SIDE_NEW], "instructions");
    assert_non_null(instructions);
    assert_true(instructions->value == 3.1e9 && instructions->total);
}

static void nothing_is_lost(void **state)
{
    (void)state;
    char *text = written_sample();
    struct spb_ab ab;
    assert_int_equal(spb_ab_parse("x.json", text, strlen(text), &ab, NULL), 0);
    free(text);
    assert_true(ab.complete);
    assert_true(ab.created_s == 1714564800 && ab.finished_s == 1714564860);
    assert_true(ab.seed == UINT64_MAX && ab.threshold_pct == 3 && ab.budget_s == 60);
    assert_int_equal(ab.argument_count, 2);
    assert_int_equal(ab.row_count, SAMPLE_AB_ROWS);
    assert_sides_kept(&ab);
    assert_pair_kept(&ab.rows[0].pairs[1]);
    assert_int_equal(ab.rows[0].pairs[0].x, SPB_SIDE_NEW);
    assert_int_equal(ab.rows[0].pairs[1].overhead_ns[SPB_SIDE_NEW], 0);
    assert_int_equal(ab.rows[1].pairs[0].overhead_ns[SPB_SIDE_NEW], 40);
    assert_int_equal(ab.rows[1].pairs[2].outcome, SPB_OUTCOME_INTERRUPTED);
    assert_int_equal(ab.rows[2].pairs[0].failed_side, SPB_SIDE_NEW);
    assert_string_equal(ab.rows[2].pairs[0].reason, "killed by SIGSEGV");
    assert_string_equal(ab.rows[3].incomparable, "version 1 / 2");
    assert_null(ab.rows[0].incomparable);
    spb_ab_release(&ab);
}

/* What is absent in the whole row stands there once, not a thousand times. */
static void an_absence_of_the_row_is_not_repeated_in_pairs(void **state)
{
    (void)state;
    char *text = written_sample();
    const char *row = strstr(text, "cpu/int-chain");
    const char *next = strstr(row, "memory/stream-triad");
    size_t count = 0;
    for (const char *at = row; (at = strstr(at, "no PMU visible")) && at < next; at++)
        count++;
    assert_int_equal(count, 1);
    free(text);
}

/* Verdicts are computed anew by whoever reads: the file has none to believe. */
static void no_verdict_is_in_the_file(void **state)
{
    (void)state;
    char *text = written_sample();
    assert_null(strstr(text, "verdict"));
    assert_null(strstr(text, "statistics"));
    free(text);
}

static void members_of_later_versions_are_passed_over(void **state)
{
    (void)state;
    char *text = written_sample();
    char *later = changed_after(text, "\"complete\"", "\"created\"", "\"verdict\": [{\"p\": null}], \"created\"");
    char *longer = changed_after(later, "\"rounds\"", ", 0]", ", 0, \"more\"]");
    struct spb_ab ab;
    assert_int_equal(spb_ab_parse("x.json", longer, strlen(longer), &ab, NULL), 0);
    spb_ab_release(&ab);
    free(text);
    free(later);
    free(longer);
}

static void other_files_are_told_apart(void **state)
{
    (void)state;
    assert_refused("{\"schema\": \"spbench-result\", \"schema_version\": 1}",
                   "x.json: schema is 'spbench-result' instead of 'spbench-ab'");
    assert_refused("{\"schema\": \"spbench-ab\", \"schema_version\": 2}",
                   "x.json: schema_version is 2; this program reads version 1");
    assert_refused("[]", "x.json: is not a JSON object");
    assert_refused("{}", "x.json: schema is missing");
}

struct damage {
    const char *after;
    const char *old;
    const char *new;
    const char *message;
};

static const struct damage damages[] = {
    {"\"complete\"", "true", "1", "x.json: complete is neither true nor false"},
    {"\"created\"", "2024-05-01T12", "2024-13-01T12", "x.json: created is not a time such as 2024-12-31T23:59:59Z"},
    {"\"options\"", "\"threshold_pct\": 3", "\"threshold_pct\": -3",
     "x.json: options.threshold_pct is not a number from 0 to 1e+30"},
    {"\"options\"", "\"ab\"", "7", "x.json: options.arguments[0] is not a string"},
    {"\"options\"", "18446744073709551615", "18446744073709551616",
     "x.json: options.seed is not an integer from 0 to 18446744073709551615"},
    {"\"sides\"", "\"base\"", "\"bas\"", "x.json: sides.base is missing"},
    {"\"sides\"", "plugin", "plug", "x.json: sides.base.kind is 'plug', which this version does not know"},
    {"\"builds\"", "\"bytes\"", "\"size\"", "x.json: sides.base.builds[0].bytes is missing"},
    {"\"environment\": [\"LD", "\"LD_PRELOAD", "\"\\u001b[2J",
     "x.json: sides.new.environment[0] holds control characters"},
    {"\"rows\"", "\"measure\": \"time-per-unit\"", "\"measure\": \"time\"",
     "x.json: rows[0].measure is 'time', which this version does not know"},
    {"\"rows\"", "\"threads\": 1", "\"threads\": 0",
     "x.json: rows[0].placement.threads is not an integer from 1 to 4096"},
    {"\"pairs\"", "\"outcome\": \"ok\"", "\"outcome\": \"unavailable\"", "x.json: rows[0].pairs[0].reason is missing"},
    {"\"pairs\"", "\"outcome\": \"ok\"", "\"outcome\": \"unavailable\", \"reason\": \"\"",
     "x.json: rows[0].pairs[0] is unavailable, which only a row can be"},
    {"\"pairs\"", "\"outcome\": \"ok\"", "\"outcome\": \"failed\", \"reason\": \"\"",
     "x.json: rows[0].pairs[0].failed_side is missing"},
    {"\"pairs\"", "\"index\": 1", "\"index\": 0",
     "x.json: rows[0].pairs[1] has the index 0, not above that of the one before"},
    {"\"pairs\"", "\"index\": 2", "\"index\": 4294967296",
     "x.json: rows[0].pairs[2].index is not an integer from 0 to 4294967295"},
    {"\"pairs\"", "\"x\": \"new\"", "\"x\": \"old\"",
     "x.json: rows[0].pairs[0].x is 'old', which this version does not know"},
    {"\"pairs\"", "\"build\": [0, 0]", "\"build\": [2, 0]",
     "x.json: rows[0].pairs[0].build[0] is not an integer from 0 to 1"},
    {"\"pairs\"", "\"build\": [0, 0]", "\"build\": [0, 1]",
     "x.json: rows[0].pairs[0].build[1] is not an integer from 0 to 0"},
    {"\"pairs\"", "\"build\": [0, 0]", "\"build\": [0]", "x.json: rows[0].pairs[0].build is not [base, new]"},
    {"\"pairs\"", "\"work_per_iteration\": [24, 24]", "\"work_per_iteration\": [24, -1]",
     "x.json: rows[0].pairs[0].work_per_iteration[1] is not a number from 0 to 1e+30"},
    {"\"pairs\"", "\"work_per_iteration\": [24, 24]", "\"work_per_iteration\": 24",
     "x.json: rows[0].pairs[0].work_per_iteration is not an array"},
    {"\"overhead_ns\"", "[0, 40]", "[0, \"9223372036854775808\"]",
     "x.json: rows[1].pairs[0].overhead_ns[1] is not an integer from 0 to 9223372036854775807"},
    {"\"pairs\"", "\"metrics\": {\"base\"", "\"metrics\": {\"bass\"",
     "x.json: rows[0].pairs[0].metrics.base is missing"},
    {"\"pairs\"", "[100000,", "[0,",
     "x.json: rows[0].pairs[0].rounds[0][0] is not an integer from 1 to 9223372036854775807"},
    {"\"pairs\"", "10000000,", "0,",
     "x.json: rows[0].pairs[0].rounds[0][1] is not an integer from 1 to 9223372036854775807"},
    {"\"pairs\"", "10200000,", "\"9223372036854775808\",",
     "x.json: rows[0].pairs[0].rounds[0][2] is not an integer from 1 to 9223372036854775807"},
    {"\"pairs\"", "10200000, 0,", "10200000, 4294967296,",
     "x.json: rows[0].pairs[0].rounds[0][3] is not an integer from 0 to 4294967295"},
    {"\"pairs\"", "10200000, 0, 0, 0]", "10200000, 0, 0, 2]",
     "x.json: rows[0].pairs[0].rounds[0][5] is not an integer from 0 to 1"},
    {"\"pairs\"", "10200000, 0, 0, 0]", "10200000, 0, 0]",
     "x.json: rows[0].pairs[0].rounds[0] is not [iterations, base ns, new ns, base marks, new marks, outer]"},
    {"\"pairs\"", "\"rounds\": [", "\"rounds\": [5, ", "x.json: rows[0].pairs[0].rounds[0] is not an array"},
    {"\"cpu/fma-peak\"", "\"incomparable\": \"version 1 / 2\"", "\"incomparable\": 1",
     "x.json: rows[3].incomparable is not a string"},
};

static void each_member_is_checked(void **state)
{
    (void)state;
    char *text = written_sample();
    for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
        char *damaged = changed_after(text, damages[i].after, damages[i].old, damages[i].new);
        assert_refused(damaged, damages[i].message);
        free(damaged);
    }
    free(text);
}

static void two_rows_of_one_key_are_refused(void **state)
{
    (void)state;
    struct spb_ab ab = sample_ab();
    free(ab.rows[2].row.workload);
    ab.rows[2].row.workload = strdup("cpu/int-chain");
    char *text = written(&ab);
    spb_ab_release(&ab);
    assert_refused(text, "x.json: rows has the row 'cpu/int-chain' twice");
    free(text);
}

static void every_cut_off_file_is_refused(void **state)
{
    (void)state;
    char *text = written_sample();
    struct spb_ab ab;
    for (size_t length = strlen(text) - 2; length; length = length * 9 / 10) {
        struct spb_error err = {{0}};
        assert_int_equal(spb_ab_parse("x.json", text, length, &ab, &err), -EINVAL);
        assert_true(*err.text);
    }
    free(text);
}

static void saved_is_loaded(void **state)
{
    (void)state;
    char path[] = "/tmp/spb-ab-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    struct spb_ab ab = sample_ab();
    struct spb_ab read;
    assert_int_equal(spb_ab_save(&ab, path, NULL), 0);
    assert_int_equal(spb_ab_load(path, &read, NULL), 0);
    assert_int_equal(read.rows[0].pair_count, 10);
    spb_ab_release(&read);
    unlink(path);
    struct spb_error err = {{0}};
    assert_int_equal(spb_ab_load(path, &read, &err), -ENOENT);
    assert_non_null(strstr(err.text, "cannot be read"));
    assert_int_equal(spb_ab_save(&ab, "/nowhere/at/all.json", &err), -ENOENT);
    spb_ab_release(&ab);
}

static void an_empty_one_is_written_and_read(void **state)
{
    (void)state;
    struct spb_ab ab = {.complete = false};
    char *text = written(&ab);
    assert_int_equal(spb_ab_parse("x.json", text, strlen(text), &ab, NULL), 0);
    assert_false(ab.complete);
    assert_int_equal(ab.row_count, 0);
    spb_ab_release(&ab);
    spb_ab_release(&ab);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(nothing_is_lost),
        cmocka_unit_test(an_absence_of_the_row_is_not_repeated_in_pairs),
        cmocka_unit_test(no_verdict_is_in_the_file),
        cmocka_unit_test(members_of_later_versions_are_passed_over),
        cmocka_unit_test(other_files_are_told_apart),
        cmocka_unit_test(each_member_is_checked),
        cmocka_unit_test(two_rows_of_one_key_are_refused),
        cmocka_unit_test(every_cut_off_file_is_refused),
        cmocka_unit_test(saved_is_loaded),
        cmocka_unit_test(an_empty_one_is_written_and_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
