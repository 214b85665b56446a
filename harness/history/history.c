/* SPDX-License-Identifier: MIT */
#include "history.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "history_internal.h"

#define INTERVALS_MAX 100
#define GAP_INTERVALS 5 /* as the recorder ends a block */

int spb_history_open(const char *path, struct spb_history **history, struct spb_error *err)
{
    struct spb_history *made = calloc(1, sizeof(*made));
    if (!made)
        return spb_error_system(err, -ENOMEM, "%s", path);
    int code = spb_history_file_open(&made->file, path, err);
    if (code == 0)
        code = spb_history_begin(made, err);
    if (code == 0) {
        spb_history_end(made);
        *history = made;
    } else {
        spb_history_close(made);
    }
    return code;
}

void spb_history_close(struct spb_history *history)
{
    if (!history)
        return;
    spb_history_file_close(&history->file);
    free(history);
}

/* ---- extent ------------------------------------------------------------------------------------------------------- */

int spb_history_bounds(struct spb_history *history, int64_t *first_ns, int64_t *last_ns, struct spb_error *err)
{
    int64_t first[SPB_TIER_COUNT];
    int code = 0;
    *first_ns = *last_ns = 0;
    for (unsigned tier = 0; tier < SPB_TIER_COUNT && code == 0; tier++)
        code = spb_history_first_ns(history, tier, &first[tier], err);
    /* The last of the last few: after a clock that was set back, blocks lie over each other. */
    if (code == 0)
        code =
            spb_history_file_number(&history->file,
                                    "SELECT max(t) FROM (SELECT max(last_ns) AS t FROM (SELECT last_ns FROM looks "
                                    "ORDER BY id DESC LIMIT 20) UNION ALL SELECT max(time_ns) FROM pending UNION ALL "
                                    "SELECT max(last_ns) FROM (SELECT last_ns FROM minutes ORDER BY id DESC LIMIT 5) "
                                    "UNION ALL SELECT max(last_ns) FROM (SELECT last_ns FROM hours ORDER BY id DESC "
                                    "LIMIT 5))",
                                    0, last_ns, err);
    if (code || first[SPB_TIER_LOOKS] == INT64_MAX)
        return code;
    *first_ns = first[SPB_TIER_LOOKS];
    /* A step begins before the first of its looks: it counts where that is kept no more. */
    for (unsigned tier = SPB_TIER_MINUTES; tier < SPB_TIER_COUNT; tier++)
        if (first[tier] < spb_period_begin(*first_ns, spb_tiers[tier].step_ns))
            *first_ns = first[tier];
    return 0;
}

struct intervals {
    struct spb_history *history;
    int64_t us[INTERVALS_MAX];
    size_t count, next;
};

static int take_intervals(void *context, const struct spb_history_row *row, struct spb_error *err)
{
    struct intervals *intervals = context;
    struct spb_look_block block = {0};
    int code = spb_history_unpack(intervals->history, row, &block, err);
    for (size_t i = 0; i < block.count && code == 0; i++) {
        if (block.interval_us[i] <= 0)
            continue;
        intervals->us[intervals->next++ % INTERVALS_MAX] = block.interval_us[i];
        intervals->count += intervals->count < INTERVALS_MAX;
    }
    spb_look_block_release(&block);
    return code;
}

static int compare_int64(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static int find_interval(struct spb_history *history, struct spb_history_extent *extent, struct spb_error *err)
{
    struct intervals intervals = {.history = history};
    struct spb_history_walk walk = {.tier = SPB_TIER_LOOKS,
                                    .since_ns = extent->last_ns - 5 * SPB_MINUTE_NS,
                                    .until_ns = extent->last_ns + 1,
                                    .visit = take_intervals,
                                    .context = &intervals};
    int code = spb_history_walk(history, &walk, err);
    if (code == 0 && intervals.count == 0) { /* looks far apart */
        walk.since_ns = extent->last_ns - SPB_DAY_NS;
        code = spb_history_walk(history, &walk, err);
    }
    qsort(intervals.us, intervals.count, sizeof(*intervals.us), compare_int64);
    extent->interval_ns = intervals.count ? (uint64_t)intervals.us[intervals.count / 2] * 1000 : 0;
    return code;
}

static int find_run(struct spb_history *history, struct spb_history_extent *extent, struct spb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int code = spb_history_file_prepare(
        &history->file, "SELECT host, kernel, process_source FROM run ORDER BY id DESC LIMIT 1", NULL, &statement, err);
    if (code)
        return code;
    int result = sqlite3_step(statement);
    char *texts[] = {extent->host, extent->kernel, extent->process_source};
    const size_t sizes[] = {sizeof(extent->host), sizeof(extent->kernel), sizeof(extent->process_source)};
    for (int i = 0; i < 3 && result == SQLITE_ROW; i++) {
        const char *text = (const char *)sqlite3_column_text(statement, i);
        spb_copy_printable(texts[i], sizes[i], text ? text : "");
    }
    code = spb_history_file_error(&history->file, result, err);
    sqlite3_finalize(statement);
    return code;
}

static int fill_extent(struct spb_history *history, struct spb_history_extent *extent, struct spb_error *err)
{
    int64_t looks = 0, pages = 0, page_bytes = 0;
    int code = spb_history_bounds(history, &extent->first_ns, &extent->last_ns, err);
    if (code == 0)
        code =
            spb_history_file_number(&history->file,
                                    "SELECT (SELECT coalesce(sum(count), 0) FROM looks)+(SELECT count(*) FROM pending "
                                    "WHERE tier=0)",
                                    0, &looks, err);
    if (code == 0)
        code = spb_history_file_number(&history->file, "PRAGMA page_count", 0, &pages, err);
    if (code == 0)
        code = spb_history_file_number(&history->file, "PRAGMA page_size", 0, &page_bytes, err);
    extent->looks = looks > 0 ? (uint64_t)looks : 0;
    extent->file_bytes = (uint64_t)pages * (uint64_t)page_bytes;
    if (code == 0)
        code = find_run(history, extent, err);
    return code ? code : find_interval(history, extent, err);
}

int spb_history_extent(struct spb_history *history, struct spb_history_extent *extent, struct spb_error *err)
{
    *extent = (struct spb_history_extent){0};
    int code = spb_history_begin(history, err);
    if (code)
        return code;
    code = fill_extent(history, extent, err);
    spb_history_end(history);
    return code;
}

/* ---- keys --------------------------------------------------------------------------------------------------------- */

static int compare_keys(const void *a, const void *b)
{
    const struct spb_history_key *left = a, *right = b;
    if (left->series != right->series)
        return left->series < right->series ? -1 : 1;
    return strverscmp(left->instance, right->instance);
}

int spb_history_keys(struct spb_history *history, struct spb_history_key **keys, size_t *count, struct spb_error *err)
{
    int code = spb_history_begin(history, err);
    if (code)
        return code;
    const struct spb_name_list *names = &history->file.keys;
    struct spb_history_key *made = calloc(names->count + 1, sizeof(*made));
    size_t filled = 0;
    for (size_t i = 0; made && i < names->count; i++) {
        const struct spb_name *name = &names->items[i];
        if (!name->text || name->series < 0)
            continue;
        made[filled].series = (enum spb_series)name->series;
        spb_copy_printable(made[filled++].instance, SPB_INSTANCE_SIZE, name->text);
    }
    spb_history_end(history);
    if (!made)
        return spb_error_system(err, -ENOMEM, "%s", history->file.path);
    qsort(made, filled, sizeof(*made), compare_keys);
    *keys = made;
    *count = filled;
    return 0;
}

/* ---- gaps --------------------------------------------------------------------------------------------------------- */

struct gap_search {
    struct spb_history_gap *gaps;
    size_t count, capacity;
    int64_t last_ns;     /* the latest so far; 0: none */
    int64_t interval_ns; /* between looks around it */
};

/* `data` is not looked at: the table says when each block begins and ends, and the recorder ends one at a pause. */
static int find_gap(void *context, const struct spb_history_row *row, struct spb_error *err)
{
    struct gap_search *search = context;
    int64_t mean_ns = row->count > 1 ? (row->last_ns - row->first_ns) / (int64_t)(row->count - 1) : search->interval_ns;
    int64_t longest = mean_ns > search->interval_ns ? mean_ns : search->interval_ns;
    if (search->last_ns && row->first_ns - search->last_ns > GAP_INTERVALS * longest + SPB_SECOND_NS) {
        if (spb_history_grow((void **)&search->gaps, search->count, &search->capacity, sizeof(*search->gaps)) < 0)
            return spb_error_system(err, -ENOMEM, "gaps");
        search->gaps[search->count++] = (struct spb_history_gap){search->last_ns, row->first_ns};
    }
    if (row->last_ns > search->last_ns)
        search->last_ns = row->last_ns;
    if (row->count > 1)
        search->interval_ns = mean_ns;
    return 0;
}

int spb_history_gaps(struct spb_history *history, struct spb_history_gap **gaps, size_t *count, struct spb_error *err)
{
    struct spb_history_extent extent;
    struct gap_search search = {0};
    int code = spb_history_begin(history, err);
    if (code)
        return code;
    code = spb_history_extent(history, &extent, err);
    search.interval_ns = (int64_t)extent.interval_ns;
    if (code == 0)
        code = spb_history_walk(history,
                                &(struct spb_history_walk){.tier = SPB_TIER_LOOKS,
                                                           .since_ns = INT64_MIN,
                                                           .until_ns = INT64_MAX,
                                                           .visit = find_gap,
                                                           .context = &search},
                                err);
    spb_history_end(history);
    if (code) {
        free(search.gaps);
        return code;
    }
    *gaps = search.gaps;
    *count = search.count;
    return 0;
}
