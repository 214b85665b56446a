/* SPDX-License-Identifier: MIT
 *
 * The metrics of a row from those of its processes.
 */
#ifndef SPB_ROW_METRICS_H
#define SPB_ROW_METRICS_H

struct spb_row;

/* Fills row->metrics: for every name the median over the processes that have a value; totals are divided by the process's
 * "work" first, so that their unit becomes "instruction/operation". Where no process has a value the first reason
 * stands; what was absent in the row before and is in no process stays. Where latencies were
 * recorded, latency-p50, -p99, -p99.9 and -max over those of all processes are added. 0 or -ENOMEM. */
int spb_row_metrics_compute(struct spb_row *row);

#endif
