/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <math.h>

#include "judgement_json.h"
#include "judgement_report.h"
#include "sample_judgement.h"

static void assert_report(const struct spb_judgement_set *set, enum spb_table_format format,
                          const struct spb_table_options *options, const char *expected)
{
    struct spb_strbuf out = {0};
    spb_judgement_report(set, format, options, &out);
    assert_false(out.failed);
    assert_string_equal(spb_strbuf_text(&out), expected);
    spb_strbuf_release(&out);
}

static void assert_holds(const struct spb_judgement_set *set, enum spb_table_format format,
                         const struct spb_table_options *options, const char *part)
{
    struct spb_strbuf out = {0};
    spb_judgement_report(set, format, options, &out);
    if (!strstr(spb_strbuf_text(&out), part))
        print_error("'%s' is not in\n%s\n", part, spb_strbuf_text(&out));
    assert_non_null(strstr(spb_strbuf_text(&out), part));
    spb_strbuf_release(&out);
}

#define ALL_SUMMARY                                                                                                    \
    "1 regression, 1 error, 1 not comparable, 1 missing, 1 undecided, 1 improved, 2 pass (1 equivalent) of 8 rows; "   \
    "suite +1.00 % [-2.00, +4.00]"

static void answer_comes_first_then_what_matters(void **state)
{
    (void)state;
    struct spb_judgement sample = sample_judgement();
    const struct spb_judged judged = {"new.json", &sample};
    assert_holds(
        &(struct spb_judgement_set){"base.json", &judged, 1}, SPB_TABLE_TEXT, NULL,
        ALL_SUMMARY
        "\n"
        "base base.json, new new.json\n"
        "\n"
        "row                            base                new   change  95 % interval           verdict           "
        "why\n"
        "cpu/slow           100 ns/operation   120 ns/operation  +20.0 %  [+18.0, +22.0] %        \xe2\x9c\x97 "
        "regression      instructions +19.0 %: other code; drifted during the run (p 0.001)\n"
        "\n"
        "cpu/broken                                                                               ! error           "
        "failed in new: killed by SIGSEGV\n"
        "\n"
        "cpu/changed                                                                              \xe2\x89\xa0 not "
        "comparable  version 1 / 2 of the workload\n"
        "\n"
        "cpu/noisy size=4K         1.00 GB/s           971 MB/s   +3.0 %  [-4.0, +10.0] % (71 %)  ? undecided       "
        "its processes spread by 9.0 %; autocorrelation 0.70; perhaps two modes\n"
        "\n"
        "cpu/fast           100 ns/operation  80.0 ns/operation  -20.0 %  [-22.0, -18.0] %        \xe2\x86\x93 "
        "improved\n"
        "\n"
        "cpu/same           100 ns/operation   100 ns/operation   0.00 %  [-0.50, +0.50] %        = equivalent\n"
        "cpu/single         100 ns/operation   101 ns/operation  +1.00 %                          \xe2\x9c\x93 pass\n"
        "\n"
        "missing, only in base: cpu/gone\n");
    spb_judgement_release(&sample);
}

/* The verdict of every row fits; times, intervals and reasons stand below those that are no pass. */
static void narrow_terminals_lose_nothing_that_matters(void **state)
{
    (void)state;
    struct spb_judgement sample = sample_judgement();
    const struct spb_judged judged = {NULL, &sample};
    const struct spb_judgement_set set = {NULL, &judged, 1};
    const struct spb_table_options narrow = {.width = 60}, wide = {.width = 150};
    assert_holds(&set, SPB_TABLE_TEXT, &narrow,
                 "row                 change  verdict\n"
                 "cpu/slow           +20.0 %  \xe2\x9c\x97 regression\n"
                 "    100 ns/operation -> 120 ns/operation, [+18.0, +22.0] %;\n"
                 "    instructions +19.0 %: other code; drifted during the run\n"
                 "    (p 0.001)\n");
    assert_holds(&set, SPB_TABLE_TEXT, &narrow,
                 "cpu/same            0.00 %  = equivalent\ncpu/single         +1.00 %  \xe2\x9c\x93 pass\n\n");
    assert_holds(&set, SPB_TABLE_TEXT, &wide, "95 % interval           verdict           why\n");
    spb_judgement_release(&sample);
}

static void words_that_occur_are_explained(void **state)
{
    (void)state;
    struct spb_judgement sample = sample_judgement();
    const struct spb_judged judged = {NULL, &sample};
    const struct spb_judgement_set set = {NULL, &judged, 1};
    struct spb_strbuf out = {0};
    assert_holds(&set, SPB_TABLE_TEXT, NULL, "\nmargin: 5 %, half of the slowdown of 10 % that is to be caught\n");
    assert_holds(&set, SPB_TABLE_TEXT, NULL, "\npass: surely not slower by the margin; equivalent: nor faster by it\n");
    assert_holds(&set, SPB_TABLE_TEXT, NULL, "+ is slower, - is faster");
    assert_holds(&set, SPB_TABLE_TEXT, NULL, ", in round ones what so few processes allow\n");
    assert_holds(&set, SPB_TABLE_TEXT, NULL, "\nmissing, only in base: cpu/gone\n");
    assert_holds(&set, SPB_TABLE_TEXT, NULL, "\nA note with a number: 7.\n");
    sample.rows[0].threshold_ratio = 0.2;
    assert_holds(&set, SPB_TABLE_TEXT, NULL,
                 "\nmargin: half of the slowdown to be caught, which is not the same for all");
    sample.row_count = 1;
    spb_judgement_report(&set, SPB_TABLE_TEXT, NULL, &out);
    assert_null(strstr(spb_strbuf_text(&out), "undecided:"));
    assert_null(strstr(spb_strbuf_text(&out), "round ones"));
    sample.row_count = 8;
    spb_strbuf_release(&out);
    spb_judgement_release(&sample);
}

static void colours_follow_the_verdict(void **state)
{
    (void)state;
    struct spb_judgement sample = sample_judgement();
    const struct spb_judged judged = {NULL, &sample};
    const struct spb_judgement_set set = {NULL, &judged, 1};
    const struct spb_table_options colored = {.color = true};
    assert_holds(&set, SPB_TABLE_TEXT, &colored, "\033[31m" ALL_SUMMARY "\033[0m\n");
    assert_holds(&set, SPB_TABLE_TEXT, &colored, "\033[31m\xe2\x9c\x97 regression\033[0m");
    assert_holds(&set, SPB_TABLE_TEXT, &colored, "\033[32m= equivalent\033[0m");
    assert_holds(&set, SPB_TABLE_TEXT, &colored, "\033[33m? undecided\033[0m");
    spb_judgement_release(&sample);
}

static void markdown_is_a_table_and_lists(void **state)
{
    (void)state;
    struct spb_judgement sample = sample_judgement();
    const struct spb_judged judged = {"a|b.json", &sample};
    const struct spb_judgement_set set = {"base.json", &judged, 1};
    assert_holds(&set, SPB_TABLE_MARKDOWN, NULL,
                 "**" ALL_SUMMARY "**\n\n- base base.json, new a|b.json\n\n| row | base |");
    assert_holds(&set, SPB_TABLE_MARKDOWN, NULL,
                 "| cpu/slow | 100 ns/operation | 120 ns/operation | +20.0 % | \\[+18.0, +22.0] % |");
    assert_holds(&set, SPB_TABLE_MARKDOWN, NULL, "\n\n- missing, only in base: cpu/gone\n- change: ");
    spb_judgement_release(&sample);
}

/* One column a number; what a row does not have is empty, not zero. */
static void csv_has_every_number(void **state)
{
    (void)state;
    struct spb_judgement sample = sample_judgement();
    const struct spb_judged judged = {"new.json", &sample};
    const struct spb_judgement_set set = {"base.json", &judged, 1};
    assert_holds(&set, SPB_TABLE_CSV, NULL,
                 "new,row,verdict,equivalent,base_value,new_value,unit,base_ns,new_ns,work_per_iteration,change_pct,"
                 "low_pct,high_pct,confidence,threshold_pct,margin_pct,p_regression,p_pass,base_count,new_count,"
                 "unit_sd_log,detectable_pct,lag1,trend_p,bimodality,reason,why\r\n"
                 "new.json,cpu/slow,regression,false,100,120,ns/operation,100,120,1,");
    assert_holds(&set, SPB_TABLE_CSV, NULL,
                 "new.json,cpu/gone,missing,false,,,ns/operation,,,1,,,,,10,5,,,,,,,,,,only in base,\r\n");
    assert_holds(&set, SPB_TABLE_CSV, NULL, "new.json,cpu/noisy size=4K,undecided,false,1000000000,");
    assert_holds(&set, SPB_TABLE_CSV, NULL, ",10,9,0.01,25,0.7,,0.6,its processes spread by 9.0 %,\r\n");
    spb_judgement_release(&sample);
}

static void json_has_every_number(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "{\n  \"schema\": \"spbench-judgement\",\n  \"schema_version\": 1,\n  \"base\": \"base.json\",\n",
        "\"summary\": {\"rows\": 8, \"undecided\": 1, \"pass\": 2, \"improved\": 1, \"regression\": 1, ",
        "\"not-comparable\": 1, \"error\": 1, \"missing\": 1, \"equivalent\": 1}",
        "\"row\": \"cpu/noisy size=4K\"",
        "\"measure\": \"units-per-second\"",
        "\"bimodality\": 0.6",
        "\"trend_p\": 0.001",
        "\"p_regression\": 0.0001",
        "\"why\": \"instructions +19.0 %: other code\"",
        "\"notes\": [\n        \"A note with a number: 7.\"\n      ]"};
    struct spb_judgement sample = sample_judgement();
    const struct spb_judged judged = {"new.json", &sample};
    struct spb_strbuf out = {0};
    spb_judgement_json(&(struct spb_judgement_set){"base.json", &judged, 1}, &out);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (!strstr(spb_strbuf_text(&out), parts[i]))
            fail_msg("%s is not in\n%s", parts[i], spb_strbuf_text(&out));
    const char *missing = strstr(spb_strbuf_text(&out), "\"cpu/gone\"");
    const char *next = strstr(spb_strbuf_text(&out), "\"cpu/noisy");
    assert_true(missing && next && missing < next);
    const char *times = missing ? strstr(missing, "base_ns") : NULL;
    assert_true(times > next);
    spb_strbuf_release(&out);
    spb_judgement_release(&sample);
}

static void several_have_a_column_each(void **state)
{
    (void)state;
    struct spb_judgement first = sample_judgement(), second = sample_judgement();
    second.rows[6].verdict = SPB_VERDICT_REGRESSION; /* cpu/same */
    free(second.rows[3].key);
    second.rows[3].key = strdup("cpu/new-here");
    const struct spb_judged judged[] = {{"v2.json", &first}, {"v3.json", &second}};
    const struct spb_judgement_set set = {"v1.json", judged, 2};
    assert_holds(&set, SPB_TABLE_TEXT, NULL,
                 "new 1, v2.json: " ALL_SUMMARY "\n"
                 "new 2, v3.json: 2 regressions, 1 error, 1 not comparable, 1 missing, 1 undecided, 1 improved, 1 pass "
                 "of 8 rows; suite +1.00 % [-2.00, +4.00]\n"
                 "base: v1.json\n"
                 "\n"
                 "row                            base             new 1             new 2\n"
                 "cpu/slow           100 ns/operation         +20.0 % \xe2\x9c\x97         +20.0 % \xe2\x9c\x97\n"
                 "cpu/same           100 ns/operation          0.00 % =          0.00 % \xe2\x9c\x97\n"
                 "\n"
                 "cpu/broken                                    error !           error !\n"
                 "\n"
                 "cpu/changed                          not comparable \xe2\x89\xa0  not comparable \xe2\x89\xa0\n"
                 "\n"
                 "cpu/noisy size=4K         1.00 GB/s          +3.0 % ?          +3.0 % ?\n"
                 "\n"
                 "cpu/fast           100 ns/operation         -20.0 % \xe2\x86\x93         -20.0 % \xe2\x86\x93\n"
                 "\n"
                 "cpu/single         100 ns/operation         +1.00 % \xe2\x9c\x93         +1.00 % \xe2\x9c\x93\n"
                 "\n"
                 "cpu/slow, new 1: instructions +19.0 %: other code; drifted during the run (p 0.001)\n");
    assert_holds(&set, SPB_TABLE_TEXT, NULL, "\ncpu/broken, new 2: failed in new: killed by SIGSEGV\n");
    assert_holds(&set, SPB_TABLE_TEXT, NULL,
                 "\nnew 1: missing, only in base: cpu/gone\nnew 2: missing, only in base: cpu/new-here\n");
    assert_holds(&set, SPB_TABLE_TEXT, NULL, "\nA note with a number: 7.\n");
    assert_holds(&set, SPB_TABLE_MARKDOWN, NULL, "**new 1, v2.json: 1 regression");
    assert_holds(&set, SPB_TABLE_CSV, NULL, "\r\nv3.json,cpu/slow,regression");
    spb_judgement_release(&first);
    spb_judgement_release(&second);
}

static void nothing_to_compare_is_said(void **state)
{
    (void)state;
    struct spb_judgement empty = {.row_count = 0};
    const struct spb_judged judged = {NULL, &empty};
    assert_report(&(struct spb_judgement_set){NULL, &judged, 1}, SPB_TABLE_TEXT, NULL,
                  "nothing to compare: 0 rows\n\n");
    const struct spb_judged both[] = {judged, judged};
    assert_holds(&(struct spb_judgement_set){NULL, both, 2}, SPB_TABLE_TEXT, NULL,
                 "new 2: nothing to compare: 0 rows\n");
}

/* Titles are the user's, reasons and notes come from files. */
static void terminals_are_not_steered(void **state)
{
    (void)state;
    struct spb_judgement sample = sample_judgement();
    free(sample.rows[1].reason);
    sample.rows[1].reason = strdup("\033[2J");
    spb_judgement_note(&sample, "note \033[1m");
    const struct spb_judged judged = {"\033]0;title", &sample};
    const struct spb_judgement_set set = {"\033[3m", &judged, 1};
    struct spb_strbuf out = {0};
    spb_judgement_report(&set, SPB_TABLE_TEXT, NULL, &out);
    assert_null(strchr(spb_strbuf_text(&out), '\033'));
    spb_strbuf_release(&out);
    const struct spb_judged both[] = {judged, judged};
    spb_judgement_report(&(struct spb_judgement_set){"\033[3m", both, 2}, SPB_TABLE_TEXT, NULL, &out);
    assert_null(strchr(spb_strbuf_text(&out), '\033'));
    spb_strbuf_release(&out);
    spb_judgement_release(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answer_comes_first_then_what_matters),
        cmocka_unit_test(narrow_terminals_lose_nothing_that_matters),
        cmocka_unit_test(words_that_occur_are_explained),
        cmocka_unit_test(colours_follow_the_verdict),
        cmocka_unit_test(markdown_is_a_table_and_lists),
        cmocka_unit_test(csv_has_every_number),
        cmocka_unit_test(json_has_every_number),
        cmocka_unit_test(several_have_a_column_each),
        cmocka_unit_test(nothing_to_compare_is_said),
        cmocka_unit_test(terminals_are_not_steered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
