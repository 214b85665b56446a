/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "gate_report.h"
#include "sample_gate.h"
#include "utf8.h"

#define TODAY 20260615
/* What a hostile file would call a row: commands to a log's reader, markup, ends of cells, attributes and strings. */
#define HOSTILE                                                                                                        \
    "::error::x ##[warning]y <img src=x onerror=\"a()\">&amp; `|` [l](http://h) 100 %, a:b 'q' "                       \
    "\x1b[31m \xff \xef\xbf\xbf \xe2\x80\xae end"

struct fixture {
    struct spb_row_judgement rows[SAMPLE_JUDGED_ROWS];
    struct spb_judgement judgement;
    struct spb_policy_waiver waiver;
    struct spb_policy policy;
    struct spb_gate gate;
    struct spb_gate_report report;
};

static void begin(struct fixture *fixture, const char *text)
{
    *fixture = (struct fixture){.judgement = {.notes = {(char *)text}}};
    fixture->judgement.row_count = sample_judged_rows(fixture->rows, text);
    fixture->judgement.rows = fixture->rows;
    fixture->waiver = (struct spb_policy_waiver){(char *)"memory/*", (char *)text, TODAY};
    fixture->policy = (struct spb_policy){.waivers = &fixture->waiver, .waiver_count = 1};
    assert_int_equal(spb_gate_decide(&fixture->judgement, &fixture->policy, TODAY, &fixture->gate), 0);
    fixture->report = (struct spb_gate_report){.gate = &fixture->gate,
                                               .judgement = &fixture->judgement,
                                               .subject = "ab.json",
                                               .now_s = 1781524800,
                                               .today = TODAY,
                                               .exit_code = 1};
}

static void assert_holds(const struct spb_strbuf *out, const char *text)
{
    assert_false(out->failed);
    if (!strstr(spb_strbuf_text(out), text))
        fail_msg("'%s' is not in:\n%s", text, spb_strbuf_text(out));
}

static void assert_lacks(const struct spb_strbuf *out, const char *text)
{
    if (strstr(spb_strbuf_text(out), text))
        fail_msg("'%s' is in:\n%s", text, spb_strbuf_text(out));
}

/* Newlines apart, nothing that a terminal or a parser could stumble over. */
static void assert_printable(const struct spb_strbuf *out)
{
    char *copy = strdup(spb_strbuf_text(out));
    for (char *next = copy; *next; next++)
        if (*next == '\n')
            *next = ' ';
    assert_true(spb_utf8_is_printable(copy));
    free(copy);
}

static void the_answer_comes_first(void **state)
{
    struct fixture fixture;
    struct spb_strbuf out = {0};
    (void)state;
    begin(&fixture, "cpu/hash");
    spb_gate_report_text(&fixture.report, NULL, &out);
    const char *answer =
        "gate: FAIL - 1 regression, 1 row that failed to run, 1 missing row in 8 rows: cpu/hash +3.1 % [2.4, 3.8]";
    assert_memory_equal(spb_strbuf_text(&out), answer, strlen(answer));
    assert_holds(&out, "\nfail            cpu/hash ");
    assert_holds(&out, "\nwaived          memory/latency size=64MiB ");
    assert_holds(&out, "; waived until 2026-06-15: cpu/hash\n");
    assert_holds(&out, "100 ns/operation");
    assert_holds(&out, "\nnote: cpu/hash\n");
    spb_strbuf_release(&out);
    spb_gate_release(&fixture.gate);
}

/* A runner takes lines that begin with :: for commands to itself. */
static void no_line_begins_with_foreign_text(void **state)
{
    struct fixture fixture;
    struct spb_strbuf out = {0};
    (void)state;
    begin(&fixture, HOSTILE);
    spb_gate_report_text(&fixture.report, NULL, &out);
    assert_lacks(&out, "\n::");
    assert_lacks(&out, "##[");
    assert_printable(&out);
    spb_strbuf_release(&out);
    spb_gate_release(&fixture.gate);
}

static void markdown_is_text_and_folds_what_passes(void **state)
{
    struct fixture fixture;
    struct spb_strbuf out = {0};
    (void)state;
    begin(&fixture, HOSTILE);
    spb_gate_report_markdown(&fixture.report, &out);
    assert_holds(&out, "## spbench gate: FAIL - 1 regression");
    assert_holds(&out, "<details><summary>2 pass</summary>\n\n| gate |");
    assert_lacks(&out, " <img"); /* but "\\<img" or "&lt;img" */
    assert_lacks(&out, " `|`");
    assert_lacks(&out, " [l](http");
    assert_printable(&out);
    spb_strbuf_release(&out);
    spb_gate_release(&fixture.gate);
}

static void annotations_are_escaped(void **state)
{
    struct fixture fixture;
    struct spb_strbuf out = {0};
    (void)state;
    begin(&fixture, HOSTILE);
    spb_gate_report_annotations(&fixture.report, &out);
    assert_holds(&out, "::error title=spbench%3A gate::FAIL - ");
    assert_holds(&out, "\n::error title=spbench%3A %3A%3Aerror%3A%3Ax ##(warning]y <img");
    assert_holds(&out, "100 %25%2C a%3Ab");
    assert_holds(&out, "::+3.1 %25 [2.4, 3.8], threshold 3 %25, regression; ::error::x ##(warning]y");
    assert_holds(&out, "\n::warning title=spbench%3A memory/latency size=64MiB::");
    assert_lacks(&out, "##[");
    assert_printable(&out);
    for (const char *line = spb_strbuf_text(&out); *line; line = strchr(line, '\n') + 1)
        assert_true(strncmp(line, "::error title=", 14) == 0 || strncmp(line, "::warning title=", 16) == 0);
    spb_strbuf_release(&out);
    spb_gate_release(&fixture.gate);
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (; (text = strstr(text, part)); text++)
        count++;
    return count;
}

static void annotations_stay_below_what_is_shown(void **state)
{
    struct spb_row_judgement rows[30];
    struct spb_judgement judgement = {.rows = rows, .row_count = 30};
    struct spb_policy policy = {.undecided = SPB_POLICY_WARN};
    struct spb_gate gate;
    struct spb_strbuf out = {0};
    (void)state;
    for (size_t i = 0; i < 30; i++)
        rows[i] = judged("cpu/x", i < 15 ? SPB_VERDICT_REGRESSION : SPB_VERDICT_UNDECIDED, 3.1, 2.4, 3.8);
    assert_int_equal(spb_gate_decide(&judgement, &policy, TODAY, &gate), 0);
    struct spb_gate_report report = {.gate = &gate, .judgement = &judgement, .subject = "ab.json"};
    spb_gate_report_annotations(&report, &out);
    assert_int_equal(count_of(spb_strbuf_text(&out), "::error title"), 10);
    assert_int_equal(count_of(spb_strbuf_text(&out), "::warning title"), 10);
    assert_holds(&out, "::error title=spbench%3A gate::7 more rows; the log has them all\n");
    assert_holds(&out, "::warning title=spbench%3A gate::6 more rows; the log has them all\n");
    spb_strbuf_release(&out);
    spb_gate_release(&gate);
}

static void a_pass_is_a_notice(void **state)
{
    struct spb_row_judgement rows[] = {judged("cpu/x", SPB_VERDICT_PASS, 0, -1, 1)};
    struct spb_judgement judgement = {.rows = rows, .row_count = 1};
    struct spb_policy policy = {.ratio = 0};
    struct spb_gate gate;
    struct spb_strbuf out = {0};
    (void)state;
    assert_int_equal(spb_gate_decide(&judgement, &policy, TODAY, &gate), 0);
    struct spb_gate_report report = {.gate = &gate, .judgement = &judgement, .subject = "ab.json"};
    spb_gate_report_annotations(&report, &out);
    assert_string_equal(spb_strbuf_text(&out), "::notice title=spbench%3A gate::PASS - 1 row: 1 pass\n");
    spb_strbuf_release(&out);
    spb_gate_release(&gate);
}

static void junit_counts_its_cases(void **state)
{
    struct fixture fixture;
    struct spb_strbuf out = {0};
    (void)state;
    begin(&fixture, HOSTILE);
    spb_gate_report_junit(&fixture.report, &out);
    assert_holds(&out,
                 "timestamp=\"2026-06-15T12:00:00\" time=\"0\" tests=\"9\" failures=\"1\" errors=\"3\" skipped=\"1\"");
    assert_int_equal(count_of(spb_strbuf_text(&out), "<testcase "), 9);
    assert_int_equal(count_of(spb_strbuf_text(&out), "<failure "), 1);
    assert_int_equal(count_of(spb_strbuf_text(&out), "<error "), 3);
    assert_int_equal(count_of(spb_strbuf_text(&out), "<skipped "), 1);
    assert_holds(&out, "<testcase name=\"cpu/int-chain\" classname=\"spbench.cpu\" time=\"0.000000100020\"/>");
    assert_holds(&out, "<testcase name=\"gate\" classname=\"spbench\" time=\"0\"/>");
    assert_lacks(&out, "<img");
    assert_lacks(&out, "\"a()\"");
    assert_lacks(&out, "\xef\xbf\xbf");
    assert_printable(&out);
    spb_strbuf_release(&out);
    spb_gate_release(&fixture.gate);
}

/* Skipped rows alone would be a green page. */
static void junit_is_red_when_the_gate_is(void **state)
{
    struct spb_row_judgement rows[] = {judged("cpu/x", SPB_VERDICT_UNDECIDED, 1, -1, 3)};
    struct spb_judgement judgement = {.rows = rows, .row_count = 1};
    struct spb_policy policy = {.ratio = 0};
    struct spb_gate gate;
    struct spb_strbuf out = {0};
    (void)state;
    assert_int_equal(spb_gate_decide(&judgement, &policy, TODAY, &gate), 0);
    struct spb_gate_report report = {.gate = &gate, .judgement = &judgement, .subject = "ab.json"};
    spb_gate_report_junit(&report, &out);
    assert_holds(&out, "tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\"");
    assert_holds(&out, "<failure message=\"UNDECIDED - 1 of 1 row: cpu/x +1.0 % [-1.0, 3.0]\" type=\"undecided\">");
    spb_strbuf_reset(&out);
    spb_gate_release(&gate);

    assert_int_equal(spb_gate_refuse("two machines", "cpu.model: A / B\n", &gate), 0);
    report.judgement = NULL;
    spb_gate_report_junit(&report, &out);
    assert_holds(&out, "tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\"");
    assert_holds(&out, "type=\"not-comparable\">cpu.model: A / B</failure>");
    spb_strbuf_reset(&out);
    spb_gate_report_text(&report, NULL, &out);
    assert_string_equal(spb_strbuf_text(&out), "gate: NOT COMPARABLE - two machines\ndiffers: cpu.model: A / B\n");
    spb_strbuf_release(&out);
    spb_gate_release(&gate);
}

static void json_holds_every_number(void **state)
{
    struct fixture fixture;
    struct spb_strbuf out = {0};
    (void)state;
    begin(&fixture, HOSTILE);
    spb_gate_report_json(&fixture.report, &out);
    assert_holds(&out, "\"outcome\": \"fail\"");
    assert_holds(&out, "\"exit_code\": 1");
    assert_holds(&out, "\"status\": \"waived\"");
    assert_holds(&out, "\"until\": \"2026-06-15\"");
    assert_holds(&out, "\"threshold_pct\": 3,");
    assert_holds(&out, "\"effect_pct\": null");
    assert_lacks(&out, "nan");
    assert_lacks(&out, "inf");
    spb_strbuf_release(&out);
    spb_gate_release(&fixture.gate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_answer_comes_first),
        cmocka_unit_test(no_line_begins_with_foreign_text),
        cmocka_unit_test(markdown_is_text_and_folds_what_passes),
        cmocka_unit_test(annotations_are_escaped),
        cmocka_unit_test(annotations_stay_below_what_is_shown),
        cmocka_unit_test(a_pass_is_a_notice),
        cmocka_unit_test(junit_counts_its_cases),
        cmocka_unit_test(junit_is_red_when_the_gate_is),
        cmocka_unit_test(json_holds_every_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
