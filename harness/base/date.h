/* SPDX-License-Identifier: MIT
 *
 * A day of the calendar, as people write it: 2026-12-31. As the number 20261231 days compare like numbers; 0 is none.
 */
#ifndef SPB_DATE_H
#define SPB_DATE_H

#include <stdint.h>

/* Holds "2026-12-31" and "2026-12-31T23:59:59". */
#define SPB_DATE_TEXT_SIZE 24

/* "2026-12-31", all of the text, a day that exists from 1970 to 9999. The day, or 0. */
unsigned spb_date_parse(const char *text);
/* The day at that time, UTC; seconds since 1970. 0 outside the years above. */
unsigned spb_date_of(int64_t seconds);
/* "2026-12-31"; `text` holds SPB_DATE_TEXT_SIZE; returns it. */
const char *spb_date_format(char *text, unsigned date);
/* "2026-12-31T23:59:59", UTC and without a zone. */
const char *spb_date_format_time(char *text, int64_t seconds);

#endif
