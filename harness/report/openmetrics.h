/* SPDX-License-Identifier: MIT
 *
 * A look in the text formats that Prometheus and its kin read: OpenMetrics 1.0, and the older text format 0.0.4.
 *
 *     # TYPE spbench_disk_read_bytes counter
 *     # UNIT spbench_disk_read_bytes bytes
 *     # HELP spbench_disk_read_bytes read
 *     spbench_disk_read_bytes_total{device="sda"} 4096
 *     # EOF
 *
 * RATE and SHARE are the kernel's counters themselves, in base units: who reads them makes rates of the time between its own
 * visits. GAUGE is a gauge; per cent become a ratio. Where a series has instances, the one that is all of them together is
 * left out: it would count everything twice in a sum. What has no value has no sample, and a family without samples is not
 * there. Of processes there are those of the view, by number and name.
 */
#ifndef SPB_OPENMETRICS_H
#define SPB_OPENMETRICS_H

#include "look_view.h"
#include "strbuf.h"

enum spb_exposition {
    SPB_EXPOSITION_OPENMETRICS,
    SPB_EXPOSITION_TEXT, /* 0.0.4: counters by the name of their samples, no units, no end */
};

/* Large enough for the name of every family. */
#define SPB_FAMILY_NAME_SIZE 96

/* "spbench_disk_read_bytes", without the "_total" of a counter's samples; `text` holds SPB_FAMILY_NAME_SIZE; returns it. */
const char *spb_family_name(char *text, enum spb_series series);

/* What an answer to HTTP says of it. */
const char *spb_exposition_content_type(enum spb_exposition exposition);
/* The one that suits an Accept header (NULL: none was sent). */
enum spb_exposition spb_exposition_accepted(const char *accept);

/* Appends the whole exposition. */
void spb_openmetrics(const struct spb_look_view *view, enum spb_exposition exposition, struct spb_strbuf *out);

#endif
