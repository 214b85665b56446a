/* SPDX-License-Identifier: MIT
 *
 * What a gate decided, for everyone who looks at it: people at a terminal and on the page of a job, CI servers (JUnit), GitHub
 * (annotations) and programs (JSON).
 *
 * Names of rows and reasons come from files of others. In each format they are text and nothing else: no markup, no control
 * characters, no command to the machine that reads the log.
 */
#ifndef SPB_GATE_REPORT_H
#define SPB_GATE_REPORT_H

#include "gate.h"
#include "table.h"

struct spb_gate_report {
    const struct spb_gate *gate;
    const struct spb_judgement *judgement; /* NULL: the sides could not be compared */
    const char *subject;                   /* what was judged: "ab.json", "base.json and new.json" */
    int64_t now_s;                         /* UTC, seconds since 1970 */
    unsigned today;                        /* as the waivers were held against it */
    int exit_code;
};

/* The answer in one line, a row each, then what is to be known of the policy and of the judgement. No line begins with what a
 * file said. */
void spb_gate_report_text(const struct spb_gate_report *report, const struct spb_table_options *how,
                          struct spb_strbuf *out);
/* The same for the page of a job ($GITHUB_STEP_SUMMARY); rows that pass are folded away. */
void spb_gate_report_markdown(const struct spb_gate_report *report, struct spb_strbuf *out);
/* One object, with every number that a verdict rests on. */
void spb_gate_report_json(const struct spb_gate_report *report, struct spb_strbuf *out);
/* JUnit's XML as Jenkins, GitLab and others read it: a test case a row, and the case "gate" for what is no row's. A regression is
 * a failure; a row that failed, is missing or cannot be compared is an error; undecided and waived rows are skipped. The time of
 * a case is that of one iteration on the new side, in seconds. */
void spb_gate_report_junit(const struct spb_gate_report *report, struct spb_strbuf *out);
/* Workflow commands of GitHub, ::error, ::warning and ::notice, a line each; no more than GitHub shows of a step. */
void spb_gate_report_annotations(const struct spb_gate_report *report, struct spb_strbuf *out);

#endif
