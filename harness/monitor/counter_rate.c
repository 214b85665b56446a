/* SPDX-License-Identifier: MIT */
#include "counter_rate.h"

#include <errno.h>
#include <stddef.h>

#define WRAP_32    ((uint64_t)1 << 32)
#define QUARTER_32 ((uint64_t)1 << 30)

const char *spb_reading_reason(int code)
{
    switch (code) {
    case -ENOENT:
    case -ENODEV:
    case -ENXIO:
        return "this kernel does not show it";
    case -EACCES:
    case -EPERM:
        return "not permitted";
    case -EOPNOTSUPP:
        return "switched off in this kernel";
    case -EINVAL:
    case -ERANGE:
        return "the kernel's text is not understood";
    default:
        return "it cannot be read";
    }
}

static bool has_wrapped(uint64_t before, uint64_t now)
{
    return before < WRAP_32 && before >= WRAP_32 - QUARTER_32 && now < QUARTER_32;
}

bool spb_counter_ran_on(const struct spb_reading *before, const struct spb_reading *now, enum spb_counter_width width)
{
    if (before->code || now->code || now->value >= before->value)
        return true;
    return width == SPB_COUNTER_32 && has_wrapped(before->value, now->value);
}

const char *spb_counter_added(const struct spb_reading *before, const struct spb_reading *now,
                              enum spb_counter_width width, uint64_t *added)
{
    if (now->code)
        return spb_reading_reason(now->code);
    if (before->code)
        return "first look at it";
    if (!spb_counter_ran_on(before, now, width))
        return "the counter ran backwards or began anew";
    *added = now->value >= before->value ? now->value - before->value : now->value + WRAP_32 - before->value;
    return NULL;
}

const char *spb_counter_rate(uint64_t added, double scale, double max_per_s, const struct spb_interval *interval,
                             double *per_s)
{
    if (interval->reason)
        return interval->reason;
    *per_s = (double)added * scale / ((double)interval->ns / 1e9);
    return *per_s > max_per_s ? "the counter jumped further than is possible" : NULL;
}

const char *spb_counter_share(uint64_t added_ns, uint64_t whole_ns, uint64_t resolution_ns, double *pct)
{
    if (whole_ns == 0)
        return "no time has passed since the look before";
    if (added_ns > whole_ns && added_ns - whole_ns > resolution_ns)
        return "the counter jumped further than is possible";
    *pct = added_ns >= whole_ns ? 100 : 100.0 * (double)added_ns / (double)whole_ns;
    return NULL;
}
