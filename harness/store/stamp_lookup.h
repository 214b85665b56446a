/* SPDX-License-Identifier: MIT
 *
 * A stamp as rules see it (rules.h): numbers as they are, flags as "on" and "off", absences with their reason.
 */
#ifndef SPB_STAMP_LOOKUP_H
#define SPB_STAMP_LOOKUP_H

#include "rules.h"
#include "stamp.h"

/* For struct spb_fact_source; `stamp` is a const struct spb_stamp *. */
struct spb_fact_value spb_stamp_lookup(const void *stamp, const char *name);

#endif
