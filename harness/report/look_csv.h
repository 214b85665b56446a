/* SPDX-License-Identifier: MIT
 *
 * Looks as CSV (RFC 4180), a line a number:
 *
 *     time,interval_s,series,instance,value,reason
 *     2026-12-31T23:59:59.123Z,1.00002,cpu.busy,cpu0,12.5,
 *     2026-12-31T23:59:59.123Z,1.00002,cpu.frequency,,,no CPU tells its frequency
 *     2026-12-31T23:59:59.123Z,1.00002,process.cpu,4711 cc1,99.5,
 *
 * Long and not wide: disks, interfaces and CPUs come and go while it is written, and columns could not. What has no value
 * has an empty cell and its reason. The instance of a process is its number and its name.
 */
#ifndef SPB_LOOK_CSV_H
#define SPB_LOOK_CSV_H

#include "look_view.h"
#include "strbuf.h"

void spb_look_csv_header(struct spb_strbuf *out);
void spb_look_csv(const struct spb_look_view *view, struct spb_strbuf *out);

#endif
