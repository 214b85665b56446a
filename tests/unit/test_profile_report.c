/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "near.h"
#include "profile_diff_report.h"
#include "profile_report.h"
#include "profile_sample.h"
#include "profile_tables.h"
#include "profile_trust.h"

typedef int (*view)(const struct spb_profile_report *report, struct spb_strbuf *out, struct spb_error *err);

static struct spb_profile_report report_of(const struct spb_profile *profile)
{
    return (struct spb_profile_report){.profile = profile, .title = "demo.pb.gz", .filter = {.type = 1}};
}

static void assert_shows(view show, const struct spb_profile_report *report, const char *expected)
{
    struct spb_strbuf out = {0};
    struct spb_error err = {{0}};
    if (show(report, &out, &err) < 0)
        fail_msg("%s", err.text);
    assert_string_equal(spb_strbuf_text(&out), expected);
    spb_strbuf_release(&out);
}

static void assert_says(view show, const struct spb_profile_report *report, const char *words)
{
    struct spb_strbuf out = {0};
    assert_int_equal(show(report, &out, NULL), 0);
    if (!strstr(spb_strbuf_text(&out), words))
        fail_msg("not said: %s\nin: %s", words, spb_strbuf_text(&out));
    spb_strbuf_release(&out);
}

/* ---- views ------------------------------------------------------------------------------------------------------ */

static void the_whole_begins_with_the_answer(void **state)
{
    (void)state;
    struct spb_profile *profile = sample_profile();
    const struct spb_profile_report report = report_of(profile);
    assert_says(spb_profile_report_text, &report,
                "demo.pb.gz: 1.00 us of CPU time in 2.00 us, 0.50 CPUs on average\n"
                "100 samples of cpu-clock, one each 10.0 ns of cpu\n"
                "Warning: 100 samples taken, 3 lost (2.9 %): the profiler did not keep up; lower the frequency (-F)\n"
                "user 100 %, no sample in the kernel; demo 100.0 %\n");
    assert_says(spb_profile_report_text, &report,
                "Hot functions\n"
                "  self  \xc2\xb1 95 %    time   total  module  function\n"
                "60.0 %  \xc2\xb1"
                "9.6 %  600 ns  60.0 %  demo    hash\n"
                "30.0 %  \xc2\xb1"
                "9.0 %  300 ns  30.0 %  demo    get_byte\n"
                "10.0 %  \xc2\xb1"
                "5.9 %  100 ns  40.0 %  demo    parse\n");
    assert_says(spb_profile_report_text, &report,
                "60.0 %  \xc2\xb1"
                "9.6 %  600 ns    30.0 %   \xe2\x96\x81\xe2\x96\x81\xe2\x96\x81       worker (12)\n");
    spb_profile_destroy(profile);
}

static void the_tree_is_indented_and_cut(void **state)
{
    (void)state;
    struct spb_profile *profile = sample_profile();
    struct spb_profile_report report = report_of(profile);
    assert_shows(spb_profile_report_tree, &report,
                 "   total      self      time  calls\n"
                 " 100.0 %     0.0 %   1.00 us  (all)\n"
                 " 100.0 %     0.0 %   1.00 us    main\n"
                 "  60.0 %    40.0 %    600 ns      hash\n"
                 "  20.0 %    20.0 %    200 ns        hash\n"
                 "  40.0 %    10.0 %    400 ns      parse\n"
                 "  30.0 %    30.0 %    300 ns        get_byte\n");
    report.cut_share = 0.35;
    assert_shows(spb_profile_report_tree, &report,
                 "   total      self      time  calls\n"
                 " 100.0 %     0.0 %   1.00 us  (all)\n"
                 " 100.0 %     0.0 %   1.00 us    main\n"
                 "  60.0 %    40.0 %    600 ns      hash\n"
                 "  40.0 %    10.0 %    400 ns      parse\n"
                 "(2 branches below 35 % are left out; --cut PCT shows more)\n");
    spb_profile_destroy(profile);
}

/* Ten thousand calls of itself take a row, and no stack of ours. */
static void deep_recursion_takes_one_row(void **state)
{
    (void)state;
    struct spb_profile *profile = sample_profile();
    uint32_t node = SPB_PROFILE_ROOT, frame = sample_frame(profile, 3, 40, 0x3000, false);
    for (int i = 0; i < 50000; i++)
        node = spb_profile_child(profile, node, frame);
    spb_profile_add(profile, node, 0, (const int64_t[]){900, 9000});
    const struct spb_profile_report report = report_of(profile);
    assert_says(spb_profile_report_tree, &report, "  90.0 %    90.0 %   9.00 us    hash (50000 times)\n");
    struct spb_strbuf out = {0};
    assert_int_equal(spb_profile_report_folded(&report, &out, NULL), 0);
    assert_non_null(strstr(spb_strbuf_text(&out), ";hash;hash 9000\n"));
    spb_strbuf_release(&out);
    spb_profile_destroy(profile);
}

static void folded_stacks_are_lines_with_a_value(void **state)
{
    (void)state;
    struct spb_profile *profile = sample_profile();
    struct spb_profile_report report = report_of(profile);
    assert_shows(spb_profile_report_folded, &report,
                 "demo;main;hash 400\n"
                 "demo;main;hash;hash 200\n"
                 "demo;main;parse 100\n"
                 "demo;main;parse;get_byte 300\n");
    report.filter.thread = "read*";
    report.filter.type = 0;
    assert_shows(spb_profile_report_folded, &report, "demo;main;parse 10\ndemo;main;parse;get_byte 30\n");
    spb_profile_destroy(profile);
}

static void a_semicolon_in_a_name_does_not_cut_a_folded_stack(void **state)
{
    (void)state;
    struct spb_profile *profile = sample_profile();
    uint32_t frame = sample_frame(profile, sample_function(profile, "Java;method() here", 0), 1, 1, false);
    spb_profile_add(profile, spb_profile_child(profile, SPB_PROFILE_ROOT, frame), SPB_PROFILE_NONE,
                    (const int64_t[]){1, 7});
    const struct spb_profile_report report = report_of(profile);
    /* One sample is of no thread, so that no stack begins with a process. */
    assert_says(spb_profile_report_folded, &report, "\nJava:method() here 7\n");
    assert_says(spb_profile_report_folded, &report, "main;hash 400\n");
    spb_profile_destroy(profile);
}

static void lines_have_files(void **state)
{
    (void)state;
    struct spb_profile *profile = sample_profile();
    struct spb_profile_report report = report_of(profile);
    report.top = 2;
    assert_shows(spb_profile_report_lines, &report,
                 "Hot lines\n"
                 "  self  \xc2\xb1 95 %    time  line       function\n"
                 "40.0 %  \xc2\xb1"
                 "9.6 %  400 ns  main.c:40  hash\n"
                 "30.0 %  \xc2\xb1"
                 "9.0 %  300 ns  main.c:5   get_byte\n"
                 "(2 more with less; --top N shows more)\n\n");
    spb_profile_destroy(profile);
}

static void csv_has_plain_numbers(void **state)
{
    (void)state;
    struct spb_profile *profile = sample_profile();
    const struct spb_profile_report report = report_of(profile);
    struct spb_strbuf out = {0};
    assert_int_equal(spb_profile_report_csv(&report, SPB_BY_FUNCTION, &out, NULL), 0);
    assert_non_null(strstr(spb_strbuf_text(&out),
                           "function,module,file,line,self,self_share,self_share_error,total,total_share,samples\r\n"
                           "hash,/usr/bin/demo,src/main.c,,600,0.6,0.0489897948"));
    spb_strbuf_release(&out);
    spb_profile_destroy(profile);
}

static void a_wrong_filter_is_an_error(void **state)
{
    (void)state;
    struct spb_profile *profile = sample_profile();
    struct spb_profile_report report = report_of(profile);
    const view views[] = {spb_profile_report_text, spb_profile_report_tree, spb_profile_report_lines,
                          spb_profile_report_folded, spb_profile_report_json};
    report.filter.focus = "(";
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        struct spb_error err = {{0}};
        struct spb_strbuf out = {0};
        assert_int_equal(views[i](&report, &out, &err), -EINVAL);
        assert_non_null(strstr(err.text, "regular expression"));
        spb_strbuf_release(&out);
    }
    spb_profile_destroy(profile);
}

static void a_filter_that_leaves_nothing_is_said(void **state)
{
    (void)state;
    struct spb_profile *profile = sample_profile();
    struct spb_profile_report report = report_of(profile);
    report.filter.focus = "nosuch";
    assert_says(spb_profile_report_text, &report, "only stacks with a function that matches 'nosuch': 0.00 ns of cpu");
    assert_says(spb_profile_report_text, &report, "no sample was taken");
    assert_says(spb_profile_report_tree, &report, "There is no sample.");
    spb_profile_destroy(profile);
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

static void assert_shortened(const char *name, size_t columns, const char *expected)
{
    struct spb_strbuf out = {0};
    spb_shorten_name(name, columns, &out);
    assert_string_equal(spb_strbuf_text(&out), expected);
    spb_strbuf_release(&out);
}

static void long_names_are_cut_in_the_middle(void **state)
{
    (void)state;
    assert_shortened("malloc", 6, "malloc");
    assert_shortened("malloc", 0, "malloc");
    assert_shortened("std::vector<int>::push_back", 11, "std::\xe2\x80\xa6_back");
    assert_shortened("abcdef", 1, "\xe2\x80\xa6");
    assert_shortened("\xe4\xb8\x96\xe7\x95\x8c\xe4\xb8\x96\xe7\x95\x8c", 5, "\xe4\xb8\x96\xe2\x80\xa6\xe7\x95\x8c");
}

/* ---- trust ------------------------------------------------------------------------------------------------------ */

static void assert_noted(const struct spb_profile *profile, enum spb_tone tone, const char *words)
{
    const struct spb_profile_filter filter = {.type = 1};
    struct spb_profile_head head;
    struct spb_profile_trust trust;
    assert_int_equal(spb_profile_head(profile, &filter, &head, NULL), 0);
    spb_profile_trust(profile, &head, &trust);
    for (size_t i = 0; i < trust.count; i++)
        if (trust.notes[i].tone == tone && strstr(trust.notes[i].text, words))
            return;
    for (size_t i = 0; i < trust.count; i++)
        print_error("%d %s\n", (int)trust.notes[i].tone, trust.notes[i].text);
    fail_msg("not noted: %s", words);
}

static void what_was_lost_is_said(void **state)
{
    (void)state;
    struct spb_profile *profile = sample_profile();
    assert_noted(profile, SPB_TONE_BAD, "100 samples taken, 3 lost (2.9 %)");
    spb_profile_set_fact(profile, "samples-lost", 0, "count");
    assert_noted(profile, SPB_TONE_PLAIN, "100 samples taken, none lost");
    spb_profile_set_fact(profile, "throttled", 4, "count");
    assert_noted(profile, SPB_TONE_WARN, "throttled sampling 4 times");
    spb_profile_set_fact(profile, "truncated-stacks", 20, "count");
    assert_noted(profile, SPB_TONE_WARN, "20 stacks (20.0 %) are cut off");
    spb_profile_set_fact(profile, "modules-replaced", 2, "count");
    assert_noted(profile, SPB_TONE_WARN, "2 modules were replaced");
    spb_profile_set_fact(profile, "profiler-cpu", 500, "nanoseconds");
    assert_noted(profile, SPB_TONE_WARN, "50.0 % of what the program used");
    spb_profile_set_fact_text(profile, "kernel", "time in the kernel is not seen");
    assert_noted(profile, SPB_TONE_WARN, "time in the kernel is not seen");
    spb_profile_destroy(profile);
}

static void stacks_without_callers_are_not_to_be_trusted(void **state)
{
    (void)state;
    struct spb_profile *profile = sample_profile();
    uint32_t alone = sample_frame(profile, sample_function(profile, "[demo+0x99]", 0), 0, 0x99, false);
    spb_profile_add(profile, spb_profile_child(profile, SPB_PROFILE_ROOT, alone), 0, (const int64_t[]){100, 1000});
    assert_noted(profile, SPB_TONE_BAD, "50 % of the stacks end after one function");
    assert_noted(profile, SPB_TONE_WARN, "50.0 % of the time is in code without a name");
    spb_profile_set_fact_text(profile, "call-graph", "dwarf");
    assert_noted(profile, SPB_TONE_BAD, "-fasynchronous-unwind-tables");
    spb_profile_destroy(profile);
}

/* ---- differences ------------------------------------------------------------------------------------------------ */

static void differences_are_judged_with_their_error(void **state)
{
    (void)state;
    struct spb_profile *base = sample_profile(), *other = sample_profile();
    for (size_t i = 0; i < other->sample_count; i++) {
        other->samples[i].values[0] *= i == 1 ? 3 : 1; /* get_byte: from 30 to 90 samples */
        other->samples[i].values[1] *= i == 1 ? 3 : 1;
    }
    const struct spb_profile_filter filter = {.type = 1};
    struct spb_profile_diff diff;
    assert_int_equal(spb_profile_diff(base, other, &filter, &diff, NULL), 0);
    struct spb_profile_diff_report report = {
        .diff = &diff, .base = base, .new_profile = other, .base_name = "a", .new_name = "b", .fail_share = 0.2};
    assert_int_equal(spb_profile_head(base, &filter, &report.base_head, NULL), 0);
    assert_int_equal(spb_profile_head(other, &filter, &report.new_head, NULL), 0);
    struct spb_strbuf out = {0};
    spb_profile_diff_text(&report, &out);
    assert_non_null(strstr(out.text, "1 function takes a larger share of the time, 1 a smaller one, of 3\n"));
    assert_non_null(strstr(out.text, " +26.2   \xc2\xb1"
                                     "11.8  30.0 %  56.2 %  \xe2\x86\x91 too much     get_byte\n"));
    assert_non_null(strstr(out.text, "may be chance  parse\n"));
    assert_true(spb_profile_change_fails(&report, &diff.changes[0]));
    report.fail_share = 0.3;
    assert_false(spb_profile_change_fails(&report, &diff.changes[0]));
    spb_strbuf_release(&out);
    spb_profile_diff_release(&diff);
    spb_profile_destroy(base);
    spb_profile_destroy(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_begins_with_the_answer),
        cmocka_unit_test(the_tree_is_indented_and_cut),
        cmocka_unit_test(deep_recursion_takes_one_row),
        cmocka_unit_test(folded_stacks_are_lines_with_a_value),
        cmocka_unit_test(a_semicolon_in_a_name_does_not_cut_a_folded_stack),
        cmocka_unit_test(lines_have_files),
        cmocka_unit_test(csv_has_plain_numbers),
        cmocka_unit_test(a_wrong_filter_is_an_error),
        cmocka_unit_test(a_filter_that_leaves_nothing_is_said),
        cmocka_unit_test(long_names_are_cut_in_the_middle),
        cmocka_unit_test(what_was_lost_is_said),
        cmocka_unit_test(stacks_without_callers_are_not_to_be_trusted),
        cmocka_unit_test(differences_are_judged_with_their_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
