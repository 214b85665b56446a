/* SPDX-License-Identifier: MIT
 *
 * All that is known of each row, for a person: its line of the table, what one operation took, latencies, and every metric
 * with its value or the reason why there is none.
 */
#ifndef SPB_ROW_DETAILS_H
#define SPB_ROW_DETAILS_H

#include "result.h"
#include "table.h"

/* Appends a block of lines for every row of the result. */
void spb_row_details(const struct spb_result *result, const struct spb_table_options *options, struct spb_strbuf *out);

#endif
