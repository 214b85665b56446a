/* SPDX-License-Identifier: MIT */
#include "history_looks.h"

#include <errno.h>
#include <stdlib.h>

#include "history_internal.h"

/* ---- one entry as a look ------------------------------------------------------------------------------------------ */

static int series_of(const struct spb_name_list *keys, const struct spb_look_column *column)
{
    return column->key < keys->count && keys->items[column->key].text ? (int)keys->items[column->key].series : -1;
}

static void put_item(const struct spb_history *history, const struct spb_look_column *column, size_t entry,
                     struct spb_look *look)
{
    const struct spb_name_list *keys = &history->file.keys, *reasons = &history->file.reasons;
    uint16_t state = column->states[entry];
    struct spb_observation *item = &look->items[look->count++];
    *item = (struct spb_observation){.series = (enum spb_series)keys->items[column->key].series};
    spb_copy_printable(item->instance, sizeof(item->instance), keys->items[column->key].text);
    item->has_value = state == SPB_STATE_VALUE;
    item->value = item->has_value ? column->values[entry] : 0;
    size_t reason = (size_t)state - SPB_STATE_REASON;
    if (!item->has_value)
        item->reason =
            reason < reasons->count && reasons->items[reason].text ? reasons->items[reason].text : "not said";
}

int spb_history_fill_look(const struct spb_history *history, const struct spb_look_block *block, size_t entry,
                          struct spb_look *look)
{
    size_t starts[SPB_SERIES_COUNT + 1] = {0}, count = 0;
    if (block->column_count > look->capacity) {
        struct spb_observation *items = reallocarray(look->items, block->column_count, sizeof(*items));
        if (!items)
            return -ENOMEM;
        look->items = items;
        look->capacity = block->column_count;
    }
    look->time_ns = block->time_us[entry] * 1000;
    look->boot_ns = (uint64_t)block->boot_us[entry] * 1000;
    look->interval_ns = (uint64_t)block->interval_us[entry] * 1000;
    /* Counting sort: where each series begins, then each column to its place. */
    for (size_t c = 0; c < block->column_count; c++) {
        int series = series_of(&history->file.keys, &block->columns[c]);
        if (series >= 0 && block->columns[c].states[entry] != SPB_STATE_NOTHING)
            starts[series + 1]++;
    }
    for (size_t series = 0; series < SPB_SERIES_COUNT; series++)
        starts[series + 1] += starts[series];
    count = starts[SPB_SERIES_COUNT];
    for (size_t c = 0; c < block->column_count; c++) {
        int series = series_of(&history->file.keys, &block->columns[c]);
        if (series < 0 || block->columns[c].states[entry] == SPB_STATE_NOTHING)
            continue;
        look->count = starts[series]++;
        put_item(history, &block->columns[c], entry, look);
    }
    look->count = count;
    return 0;
}

/* ---- all of them --------------------------------------------------------------------------------------------------- */

struct looks_walk {
    struct spb_history *history;
    const struct spb_history_looks *looks;
    struct spb_look look;
    struct spb_process_look *processes;
    size_t process_capacity;
};

/* The processes of an entry; samples are in order of the looks, and *next is where to go on. */
static int collect_processes(struct looks_walk *walk, const struct spb_process_block *block, size_t entry, size_t *next,
                             size_t *count)
{
    *count = 0;
    while (*next < block->sample_count && block->samples[*next].look < entry)
        ++*next;
    for (; *next < block->sample_count && block->samples[*next].look == entry; ++*next) {
        if (spb_history_grow((void **)&walk->processes, *count, &walk->process_capacity, sizeof(*walk->processes)) < 0)
            return -ENOMEM;
        walk->processes[(*count)++] = spb_process_block_look(block, &block->samples[*next]);
    }
    return 0;
}

static int visit_entries(struct looks_walk *walk, const struct spb_look_block *block,
                         const struct spb_process_block *processes, struct spb_error *err)
{
    static const struct spb_process_look none;
    const struct spb_history_looks *looks = walk->looks;
    size_t next = 0, count;
    int code = 0;
    for (size_t entry = 0; entry < block->count && code == 0; entry++) {
        int64_t time_ns = block->time_us[entry] * 1000;
        if (time_ns < looks->since_ns || time_ns >= looks->until_ns)
            continue;
        code = collect_processes(walk, processes, entry, &next, &count);
        if (code == 0)
            code = spb_history_fill_look(walk->history, block, entry, &walk->look);
        if (code)
            return spb_error_system(err, code, "%s", walk->history->file.path);
        code = looks->visit(looks->context, &walk->look, walk->processes ? walk->processes : &none, count, err);
    }
    return code;
}

static int visit_row(void *context, const struct spb_history_row *row, struct spb_error *err)
{
    struct looks_walk *walk = context;
    struct spb_look_block block = {0};
    struct spb_process_block processes = {0};
    if (row->last_ns + 1000 < walk->looks->since_ns || row->first_ns - 1000 >= walk->looks->until_ns)
        return 0;
    int code = spb_history_unpack(walk->history, row, &block, err);
    if (code == 0)
        code = spb_history_unpack_processes(walk->history, row, &processes, err);
    if (code == 0)
        code = visit_entries(walk, &block, &processes, err);
    spb_look_block_release(&block);
    spb_process_block_release(&processes);
    return code;
}

int spb_history_each_look(struct spb_history *history, const struct spb_history_looks *looks, struct spb_error *err)
{
    struct looks_walk walk = {.history = history, .looks = looks};
    int code = spb_history_begin(history, err);
    if (code)
        return code;
    code = spb_history_walk(history,
                            &(struct spb_history_walk){.tier = SPB_TIER_LOOKS,
                                                       .since_ns = looks->since_ns,
                                                       .until_ns = looks->until_ns,
                                                       .with_processes = true,
                                                       .visit = visit_row,
                                                       .context = &walk},
                            err);
    spb_history_end(history);
    spb_look_release(&walk.look);
    free(walk.processes);
    return code;
}
