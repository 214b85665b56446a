/* SPDX-License-Identifier: MIT */
#include "disk_stats.h"

static bool take_u64(struct spb_span *line, uint64_t *value)
{
    struct spb_span word;
    return spb_span_take_word(line, &word) && spb_span_parse_u64(word, value) == 0;
}

/* " 254       0 vda 667833 51113 20691194 952885 184549 150660 26702312 110924 0 85628 1081247 99839 50 18231656 16507 19413 930"; 11
 * numbers before Linux 4.18, then also those of discards, since 5.5 of flushes */
static bool parse_line(struct spb_span line, struct spb_disk_stats *stats)
{
    uint64_t major, minor;
    if (!take_u64(&line, &major) || !take_u64(&line, &minor) || major > UINT32_MAX || minor > UINT32_MAX ||
        !spb_span_take_word(&line, &stats->name))
        return false;
    stats->major = (unsigned)major;
    stats->minor = (unsigned)minor;
    for (int i = 0; i < SPB_DISK_STAT_FIELDS; i++)
        if (!take_u64(&line, &stats->field[i]))
            return false;
    return true;
}

bool spb_disk_stats_next(struct spb_span *rest, struct spb_disk_stats *stats)
{
    struct spb_span line;
    while (spb_span_take_line(rest, &line))
        if (parse_line(line, stats))
            return true;
    return false;
}
