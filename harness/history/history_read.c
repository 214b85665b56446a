/* SPDX-License-Identifier: MIT
 *
 * Series over a range of time, in steps. Of the tiers (looks, minutes, hours) the coarsest whose steps fit into those asked for is
 * taken; the ends of the range, where they are not on its steps, come from the finer ones, and what a finer one keeps no more
 * from the coarser. So a range is cut into pieces that do not overlap, each read from one tier.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "history_internal.h"

#define POINTS_WANTED 100
#define POINTS_MAX    1000000u

/* ---- steps -------------------------------------------------------------------------------------------------------- */

struct series {
    uint32_t number; /* of the key in the file */
    struct spb_history_point *points;
    size_t count, capacity;
    size_t last; /* the point that was added to last: the next value mostly belongs there too */
};

struct reading {
    struct spb_history *history;
    struct series *series;
    size_t series_count;
    int64_t since_ns, until_ns; /* of the piece */
    int64_t step_ns;
    int64_t kept_ns[SPB_TIER_COUNT]; /* from when on a tier has all there is */
};

/* The point of a step, in order of time; times mostly come in order. */
static struct spb_history_point *point_at(struct series *series, int64_t begin_ns)
{
    if (series->count && series->points[series->last].time_ns == begin_ns)
        return &series->points[series->last];
    size_t at = series->count;
    while (at > 0 && series->points[at - 1].time_ns >= begin_ns)
        at--;
    series->last = at;
    if (at < series->count && series->points[at].time_ns == begin_ns)
        return &series->points[at];
    if (series->count >= POINTS_MAX ||
        spb_history_grow((void **)&series->points, series->count, &series->capacity, sizeof(*series->points)) < 0)
        return NULL;
    memmove(&series->points[at + 1], &series->points[at], (series->count - at) * sizeof(*series->points));
    series->points[at] = (struct spb_history_point){.time_ns = begin_ns};
    series->count++;
    return &series->points[at];
}

static void add_to_point(struct spb_history_point *point, double min, double mean, double max, uint64_t count)
{
    if (point->count == 0) {
        *point = (struct spb_history_point){point->time_ns, min, mean, max, count};
    } else {
        point->min = min < point->min ? min : point->min;
        point->max = max > point->max ? max : point->max;
        point->count += count;
        point->mean += (mean - point->mean) * ((double)count / (double)point->count);
    }
    /* Rounding, of sums and of what is kept, does not carry it outside. */
    point->mean = point->mean < point->min ? point->min : point->mean > point->max ? point->max : point->mean;
}

static int add_entry(const struct reading *reading, struct series *series, const struct spb_look_block *block,
                     const struct spb_look_column *column, size_t i)
{
    const double *values = column->values + i;
    int64_t time_ns = block->time_us[i] * 1000;
    double count = block->width == 1 ? 1 : values[SPB_STEP_COUNT * block->capacity];
    if (column->states[i] != SPB_STATE_VALUE || time_ns < reading->since_ns || time_ns >= reading->until_ns ||
        !(count >= 1 && count < 1e15))
        return 0;
    struct spb_history_point *point = point_at(series, spb_period_begin(time_ns, reading->step_ns));
    if (!point)
        return series->count >= POINTS_MAX ? -E2BIG : -ENOMEM;
    if (block->width == 1)
        add_to_point(point, *values, *values, *values, 1);
    else
        add_to_point(point, values[SPB_STEP_MIN * block->capacity], values[SPB_STEP_MEAN * block->capacity],
                     values[SPB_STEP_MAX * block->capacity], (uint64_t)count);
    return 0;
}

/* ---- pieces ------------------------------------------------------------------------------------------------------- */

static int visit(void *context, const struct spb_history_row *row, struct spb_error *err)
{
    struct reading *reading = context;
    struct spb_look_block block = {0};
    int code = spb_history_unpack(reading->history, row, &block, err);
    for (size_t s = 0; s < reading->series_count && code == 0; s++) {
        const struct spb_look_column *column = spb_look_block_find(&block, reading->series[s].number);
        for (size_t i = 0; column && i < block.count && code == 0; i++)
            code = add_entry(reading, &reading->series[s], &block, column, i);
        if (code == -E2BIG)
            spb_error_set(err, code, "more than %u points: a longer step, or a shorter time, is needed", POINTS_MAX);
        else if (code)
            spb_error_system(err, code, "%s", reading->history->file.path);
    }
    spb_look_block_release(&block);
    return code;
}

/* A piece from one tier. What waits in the finer ones is not rolled up yet and belongs to it too. */
static int read_piece(struct reading *reading, enum spb_tier tier, int64_t since_ns, int64_t until_ns,
                      struct spb_error *err)
{
    int code = 0;
    if (since_ns >= until_ns)
        return 0;
    reading->since_ns = since_ns;
    reading->until_ns = until_ns;
    for (int from = (int)tier; from >= 0 && code == 0; from--)
        code = spb_history_walk(reading->history,
                                &(struct spb_history_walk){.tier = (enum spb_tier)from,
                                                           .since_ns = since_ns,
                                                           .until_ns = until_ns,
                                                           .only_pending = from != (int)tier,
                                                           .visit = visit,
                                                           .context = reading},
                                err);
    return code;
}

static int64_t round_up(int64_t time_ns, int64_t period_ns)
{
    int64_t begin = spb_period_begin(time_ns, period_ns);
    return begin == time_ns ? begin : begin + period_ns;
}

static int64_t between(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

static int read_range(struct reading *reading, enum spb_tier tier, int64_t since_ns, int64_t until_ns,
                      struct spb_error *err);

/* What this tier keeps no more comes from the next one. */
static int read_forgotten(struct reading *reading, enum spb_tier tier, int64_t since_ns, int64_t until_ns,
                          struct spb_error *err)
{
    if (since_ns >= until_ns || tier + 1 == SPB_TIER_COUNT)
        return 0;
    enum spb_tier next = (enum spb_tier)(tier + 1);
    int64_t kept = between(reading->kept_ns[next], since_ns, until_ns);
    int code = read_forgotten(reading, next, since_ns, kept, err);
    return code ? code : read_piece(reading, next, kept, until_ns, err);
}

static int read_range(struct reading *reading, enum spb_tier tier, int64_t since_ns, int64_t until_ns,
                      struct spb_error *err)
{
    int64_t kept = between(reading->kept_ns[tier], since_ns, until_ns);
    int64_t first = kept, last = until_ns;
    if (since_ns >= until_ns)
        return 0;
    if (tier != SPB_TIER_LOOKS) {
        first = between(round_up(kept, spb_tiers[tier].step_ns), kept, until_ns);
        last = between(spb_period_begin(until_ns, spb_tiers[tier].step_ns), first, until_ns);
    }
    int code = read_forgotten(reading, tier, since_ns, kept, err);
    if (code == 0 && first > kept)
        code = read_range(reading, (enum spb_tier)(tier - 1), kept, first, err);
    if (code == 0)
        code = read_piece(reading, tier, first, last, err);
    if (code == 0 && last < until_ns)
        code = read_range(reading, (enum spb_tier)(tier - 1), last, until_ns, err);
    return code;
}

/* ---- queries ------------------------------------------------------------------------------------------------------ */

static int64_t nice_step(int64_t span_ns)
{
    static const int64_t seconds[] = {1,    2,    5,    10,    15,    30,    60,    120,    300,    600,     900,
                                      1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 1209600, 2592000};
    size_t i = 0;
    while (i + 1 < sizeof(seconds) / sizeof(seconds[0]) && span_ns / (seconds[i] * SPB_SECOND_NS) > POINTS_WANTED)
        i++;
    return seconds[i] * SPB_SECOND_NS;
}

static enum spb_tier tier_for(int64_t step_ns)
{
    int tier = SPB_TIER_COUNT - 1;
    while (tier > 0 && step_ns % spb_tiers[tier].step_ns != 0)
        tier--;
    return (enum spb_tier)tier;
}

/* A tier has all from the first step on that its first entry is in: of a block that was dropped nothing is left. */
static int find_kept(struct reading *reading, struct spb_error *err)
{
    int code = 0;
    for (unsigned tier = 0; tier < SPB_TIER_COUNT && code == 0; tier++) {
        int64_t *kept = &reading->kept_ns[tier];
        code = spb_history_first_ns(reading->history, tier, kept, err);
        if (tier == SPB_TIER_LOOKS && *kept != INT64_MAX)
            *kept = spb_period_begin(*kept, SPB_MINUTE_NS);
    }
    /* What waits in a finer tier has not come to the coarser one yet: there it counts as kept. */
    for (unsigned tier = SPB_TIER_MINUTES; tier < SPB_TIER_COUNT; tier++) {
        int64_t finer = reading->kept_ns[tier - 1];
        if (finer != INT64_MAX && finer < reading->kept_ns[tier])
            reading->kept_ns[tier] = spb_period_begin(finer, spb_tiers[tier].step_ns);
    }
    return code;
}

/* Numbers of the key; a file may hold a key twice only when it is damaged. */
static uint32_t number_of(const struct spb_history *history, const struct spb_history_key *key)
{
    const struct spb_name_list *keys = &history->file.keys;
    for (size_t i = 0; i < keys->count; i++)
        if (keys->items[i].text && keys->items[i].series == (int)key->series &&
            strcmp(keys->items[i].text, key->instance) == 0)
            return (uint32_t)i;
    return UINT32_MAX;
}

static int read_all(struct spb_history *history, const struct spb_history_query *query, struct reading *reading,
                    struct spb_error *err)
{
    int64_t first = 0, last = 0;
    int code = spb_history_bounds(history, &first, &last, err);
    if (code || first == 0)
        return code;
    int64_t since = query->since_ns > first ? query->since_ns : first;
    int64_t until = query->until_ns && query->until_ns <= last ? query->until_ns : last + 1;
    /* The hour of the first value begins before it. */
    int64_t from = query->since_ns > first ? since : spb_period_begin(first, SPB_HOUR_NS);
    if (query->since_ns > from)
        from = query->since_ns;
    reading->step_ns =
        query->step_ns && query->step_ns <= INT64_MAX ? (int64_t)query->step_ns : nice_step(until - since);
    code = find_kept(reading, err);
    return code ? code : read_range(reading, tier_for(reading->step_ns), from, until, err);
}

int spb_history_read_many(struct spb_history *history, const struct spb_history_query *query,
                          const struct spb_history_key *keys, size_t key_count, struct spb_history_points *results,
                          struct spb_error *err)
{
    struct reading reading = {.history = history, .series_count = key_count};
    memset(results, 0, key_count * sizeof(*results));
    reading.series = calloc(key_count + 1, sizeof(*reading.series));
    if (!reading.series)
        return spb_error_system(err, -ENOMEM, "%s", history->file.path);
    int code = spb_history_begin(history, err);
    if (code == 0) {
        for (size_t i = 0; i < key_count; i++)
            reading.series[i].number = number_of(history, &keys[i]);
        code = read_all(history, query, &reading, err);
        spb_history_end(history);
    }
    for (size_t i = 0; i < key_count; i++) {
        if (code)
            free(reading.series[i].points);
        else
            results[i] = (struct spb_history_points){reading.series[i].points, reading.series[i].count,
                                                     (uint64_t)reading.step_ns};
    }
    free(reading.series);
    return code;
}

int spb_history_read(struct spb_history *history, const struct spb_history_query *query,
                     struct spb_history_point **points, size_t *count, struct spb_error *err)
{
    struct spb_history_points result = {0};
    int code = spb_history_read_many(history, query, &query->key, 1, &result, err);
    *points = result.items;
    *count = result.count;
    return code;
}
