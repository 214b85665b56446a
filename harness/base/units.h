/* SPDX-License-Identifier: MIT
 *
 * Numbers to text and back. Inside the program time is uint64_t nanoseconds and size is bytes; here is the only place
 * where another unit is read or written. Parsers take what the formatters print.
 */
#ifndef SPB_UNITS_H
#define SPB_UNITS_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

/* Large enough for every formatter here. */
#define SPB_UNIT_TEXT_SIZE 48

/* "250 ms", "1.25 us", "0.310 ns": three significant digits or more. `text` holds SPB_UNIT_TEXT_SIZE; returns it. */
const char *spb_format_duration(char *text, double ns);
/* "64 KiB", "1.5 MiB", "48 B". */
const char *spb_format_bytes(char *text, uint64_t bytes);
/* A value with an SI prefix before the unit: 3.21e9, "FLOP/s" -> "3.21 GFLOP/s"; "" as unit: "3.21 G". */
const char *spb_format_si(char *text, double value, const char *unit);
/* The shortest text that reads back as the same double ("0.1"); "null" for what is not finite, as JSON needs. */
const char *spb_format_double(char *text, double value);

/* "10", "20k" (decimal k M G). 0, -EINVAL or -ERANGE. */
int spb_parse_count(const char *text, uint64_t *value, struct spb_error *err);
/* "4096", "4KiB", "64K" (K M G T alone are binary), "1MB" (decimal). */
int spb_parse_bytes(const char *text, uint64_t *bytes, struct spb_error *err);
/* "500ns", "10us", "1.5s", "2m"; a number alone is taken in `default_unit_ns` (1000000000 for seconds). */
int spb_parse_duration(const char *text, uint64_t default_unit_ns, uint64_t *ns, struct spb_error *err);
/* A finite decimal number, all of `text`. */
int spb_parse_double(const char *text, double *value, struct spb_error *err);

#endif
