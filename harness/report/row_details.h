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

/* "4.20 MiB", "3.10 us", "21.4 GB/s" of a metric that has a value. */
void spb_metric_format(const struct spb_metric *metric, struct spb_strbuf *out);
/* Metrics without a value stand in one line a reason: that of metric `first` and of all later ones that give it, "no PMU: cycles,
 * instructions". False, and nothing appended, where an earlier one has given it. */
bool spb_metric_absence_format(const struct spb_metrics *metrics, size_t first, struct spb_strbuf *out);

#endif
