/* SPDX-License-Identifier: MIT
 *
 * A moment as people write it, and back. Times without a zone are of the zone of the machine (TZ, /etc/localtime), or UTC where `utc` is
 * set; with "Z" or "+01:00" behind them they are what they say.
 *
 *     "2026-11-24 03:12"  "2026-11-24T03:12:07.5Z"  "2026-11-24"  "03:12" (the last one that was)  "yesterday 03:12"
 *     "2h" (so long ago; "2h ago" too)  "now"
 */
#ifndef SPB_TIME_TEXT_H
#define SPB_TIME_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"

struct spb_time_zone {
    int64_t now_ns; /* UTC, since 1970 */
    bool utc;
};

/* All of `text`. -EINVAL with a text that says how times are written. From 1970 to 2200. */
int spb_time_parse(const char *text, const struct spb_time_zone *zone, int64_t *time_ns, struct spb_error *err);

#define SPB_TIME_TEXT_SIZE 40

/* "2026-11-24 03:12:07"; `text` holds SPB_TIME_TEXT_SIZE; returns it. */
const char *spb_time_format(char *text, int64_t time_ns, bool utc);
/* "2026-11-24T03:12:07.123Z", for programs. */
const char *spb_time_format_iso(char *text, int64_t time_ns);
/* "UTC", "CET (UTC+01:00)": the zone at that time. */
const char *spb_time_zone_name(char *text, int64_t time_ns, bool utc);

#endif
