/* SPDX-License-Identifier: MIT
 *
 * Looks as lines to read while they come, in 79 columns, and below each the processes of the view:
 *
 *              -- CPU % ---     -- memory - -------- per second --------- - stalled %
 *     time     busy iow stl run avail  swap   csw  read write  recv  sent cpu mem  io
 *     23:59:59   12   0   0   2  3.2G     0  1500     0   12k   100   100   0   0   0
 *
 * Numbers are short: 12k, 3.2G (steps of 1000 for counts, of 1024 for bytes). A dash stands for what has no value. Reads
 * and writes are those of all disks that lie on no others, received and sent those of all interfaces but loopback.
 */
#ifndef SPB_LOOK_TABLE_H
#define SPB_LOOK_TABLE_H

#include "look_view.h"
#include "strbuf.h"

/* Large enough for every short number. */
#define SPB_SHORT_SIZE 16

void spb_look_table_header(struct spb_strbuf *out);
/* The time of day is local. */
void spb_look_table(const struct spb_look_view *view, struct spb_strbuf *out);

/* "0", "999", "1.2k", "12k", "3.4M": at most five characters, by steps of `base` (1000 or 1024); returns `text`. */
const char *spb_format_short(char *text, double value, double base);

#endif
