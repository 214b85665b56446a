/* SPDX-License-Identifier: MIT
 *
 * What the gate's test of itself found: the answer in a line, then a row each.
 */
#ifndef SPB_SELF_TEST_REPORT_H
#define SPB_SELF_TEST_REPORT_H

#include "gate_self_test.h"
#include "table.h"

/* `against_itself`: both sides were one result. */
void spb_self_test_report_text(const struct spb_self_test *test, bool against_itself,
                               const struct spb_table_options *how, struct spb_strbuf *out);
void spb_self_test_report_json(const struct spb_self_test *test, bool against_itself, struct spb_strbuf *out);

#endif
