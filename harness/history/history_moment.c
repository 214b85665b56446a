/* SPDX-License-Identifier: MIT
 *
 * The machine at a moment, and what happened when.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "history_internal.h"

#define INTERVALS_AWAY 10
#define EVENTS_MAX     1000000u

/* ---- the look at a moment ----------------------------------------------------------------------------------------- */

struct look_search {
    struct spb_history *history;
    int64_t time_ns;
    int64_t found_ns; /* INT64_MIN: none */
    struct spb_look_block block;
    struct spb_process_block processes;
    size_t entry;
};

/* The last entry not after the moment, or count. */
static size_t last_entry(const struct spb_look_block *block, int64_t time_ns)
{
    size_t found = block->count;
    for (size_t i = 0; i < block->count; i++)
        if (block->time_us[i] <= time_ns / 1000 &&
            (found == block->count || block->time_us[i] >= block->time_us[found]))
            found = i;
    return found;
}

static int take_nearer(void *context, const struct spb_history_row *row, struct spb_error *err)
{
    struct look_search *search = context;
    struct spb_look_block block = {0};
    if (row->first_ns > search->time_ns + 1000)
        return 0;
    int code = spb_history_unpack(search->history, row, &block, err);
    size_t entry = code ? 0 : last_entry(&block, search->time_ns);
    if (code || entry == block.count || block.time_us[entry] * 1000 < search->found_ns) {
        spb_look_block_release(&block);
        return code;
    }
    spb_look_block_release(&search->block);
    spb_process_block_release(&search->processes);
    search->block = block;
    search->entry = entry;
    search->found_ns = block.time_us[entry] * 1000;
    return spb_history_unpack_processes(search->history, row, &search->processes, err);
}

static int fill_processes(const struct look_search *search, struct spb_history_moment *moment)
{
    const struct spb_process_block *block = &search->processes;
    moment->processes = calloc(block->sample_count + 1, sizeof(*moment->processes));
    if (!moment->processes)
        return -ENOMEM;
    for (size_t i = 0; i < block->sample_count; i++) {
        if (block->samples[i].look != search->entry)
            continue;
        struct spb_process_look *process = &moment->processes[moment->process_count];
        *process = spb_process_block_look(block, &block->samples[i]);
        process->command = process->command ? strdup(process->command) : NULL;
        moment->process_count++;
    }
    return 0;
}

static void say_seconds(char *text, size_t size, int64_t ns)
{
    double seconds = (double)ns / 1e9;
    if (seconds < 180)
        snprintf(text, size, "%.0f s", seconds);
    else if (seconds < 3 * 3600)
        snprintf(text, size, "%.0f minutes", seconds / 60);
    else
        snprintf(text, size, "%.1f hours", seconds / 3600);
}

/* The nearest look on either side, in words. */
static int explain_none(struct spb_history *history, int64_t time_ns, struct spb_error *err)
{
    int64_t before = 0, after = 0;
    char sql[256], early[32], late[32];
    snprintf(
        sql, sizeof(sql),
        "SELECT max(t) FROM (SELECT max(last_ns) AS t FROM looks WHERE last_ns<=%lld UNION ALL SELECT max(time_ns) "
        "FROM pending WHERE tier=0 AND time_ns<=%lld)",
        (long long)time_ns, (long long)time_ns);
    int code = spb_history_file_number(&history->file, sql, 0, &before, err);
    snprintf(sql, sizeof(sql),
             "SELECT min(t) FROM (SELECT min(id) AS t FROM looks WHERE id>%lld UNION ALL SELECT min(time_ns) FROM "
             "pending WHERE tier=0 AND time_ns>%lld)",
             (long long)time_ns, (long long)time_ns);
    if (code == 0)
        code = spb_history_file_number(&history->file, sql, 0, &after, err);
    if (code)
        return code;
    say_seconds(early, sizeof(early), time_ns - before);
    say_seconds(late, sizeof(late), after - time_ns);
    if (before && after)
        return spb_error_set(err, -ENODATA, "no look near that time: the nearest are %s before and %s after it", early,
                             late);
    if (before || after)
        return spb_error_set(err, -ENODATA, "no look near that time: the nearest is %s %s it", before ? early : late,
                             before ? "before" : "after");
    return spb_error_set(err, -ENODATA, "no look is kept in %s", history->file.path);
}

static int find_moment(struct spb_history *history, int64_t time_ns, struct spb_history_moment *moment,
                       struct spb_error *err)
{
    struct spb_history_extent extent;
    struct look_search search = {.history = history, .time_ns = time_ns, .found_ns = INT64_MIN};
    int code = spb_history_extent(history, &extent, err);
    int64_t away_ns = INTERVALS_AWAY * (int64_t)(extent.interval_ns ? extent.interval_ns : (uint64_t)SPB_SECOND_NS);
    if (code == 0)
        code = spb_history_walk(history,
                                &(struct spb_history_walk){.tier = SPB_TIER_LOOKS,
                                                           .since_ns = time_ns - away_ns,
                                                           .until_ns = time_ns + 1,
                                                           .with_processes = true,
                                                           .visit = take_nearer,
                                                           .context = &search},
                                err);
    if (code == 0 && (search.found_ns == INT64_MIN || search.found_ns < time_ns - away_ns))
        code = explain_none(history, time_ns, err);
    else if (code == 0 && (spb_history_fill_look(history, &search.block, search.entry, &moment->look) < 0 ||
                           fill_processes(&search, moment) < 0))
        code = spb_error_system(err, -ENOMEM, "%s", history->file.path);
    spb_look_block_release(&search.block);
    spb_process_block_release(&search.processes);
    return code;
}

int spb_history_at(struct spb_history *history, int64_t time_ns, struct spb_history_moment *moment,
                   struct spb_error *err)
{
    *moment = (struct spb_history_moment){0};
    int code = spb_history_begin(history, err);
    if (code)
        return code;
    code = find_moment(history, time_ns, moment, err);
    spb_history_end(history);
    if (code)
        spb_history_moment_release(moment);
    return code;
}

void spb_history_moment_release(struct spb_history_moment *moment)
{
    spb_look_release(&moment->look);
    for (size_t i = 0; i < moment->process_count; i++)
        free(moment->processes[i].command);
    free(moment->processes);
    *moment = (struct spb_history_moment){0};
}

/* ---- events ------------------------------------------------------------------------------------------------------- */

const char *spb_history_event_name(enum spb_history_event_kind kind)
{
    static const char *const names[] = {
        [SPB_EVENT_RECORDER_START] = "recorder-start",
        [SPB_EVENT_RECORDER_END] = "recorder-end",
        [SPB_EVENT_CLOCK_STEP] = "clock-step",
        [SPB_EVENT_DISK_FULL] = "disk-full",
        [SPB_EVENT_BOOT] = "boot",
        [SPB_EVENT_PROCESS_START] = "process-start",
        [SPB_EVENT_PROCESS_END] = "process-end",
    };
    return names[kind];
}

struct event_search {
    struct spb_history *history;
    int64_t since_ns, until_ns;
    struct spb_history_event *events;
    size_t count, capacity;
};

static int put_event(struct event_search *search, const struct spb_history_event *event, struct spb_error *err)
{
    if (event->time_ns < search->since_ns || event->time_ns >= search->until_ns)
        return 0;
    if (search->count == EVENTS_MAX)
        return spb_error_set(err, -E2BIG, "more than %u events: name a shorter time", EVENTS_MAX);
    if (spb_history_grow((void **)&search->events, search->count, &search->capacity, sizeof(*search->events)) < 0)
        return spb_error_system(err, -ENOMEM, "events");
    search->events[search->count++] = *event;
    return 0;
}

static void describe_exit(char *text, size_t size, const struct spb_process_note *note)
{
    unsigned status = (unsigned)note->exit_status;
    if (note->kind != SPB_NOTE_END || note->exit_status < 0 || status == 0)
        snprintf(text, size, "%s", *note->name ? note->name : "(name not known)");
    else if (status & 0x7f)
        snprintf(text, size, "%s (killed by signal %u)", *note->name ? note->name : "?", status & 0x7f);
    else
        snprintf(text, size, "%s (exit code %u)", *note->name ? note->name : "?", status >> 8 & 0xff);
}

static int take_notes(void *context, const struct spb_history_row *row, struct spb_error *err)
{
    struct event_search *search = context;
    struct spb_process_block block = {0};
    int code = spb_history_unpack_processes(search->history, row, &block, err);
    for (size_t i = 0; i < block.note_count && code == 0; i++) {
        const struct spb_process_note *note = &block.notes[i];
        struct spb_history_event event = {.time_ns = (int64_t)((uint64_t)note->time_us * 1000),
                                          .kind = note->kind == SPB_NOTE_START ? SPB_EVENT_PROCESS_START
                                                                               : SPB_EVENT_PROCESS_END,
                                          .pid = note->pid};
        if (note->kind == SPB_NOTE_LEFT_OUT) {
            snprintf(event.text, sizeof(event.text), "and %llu more starts and ends", (unsigned long long)note->cpu_ns);
        } else {
            describe_exit(event.text, sizeof(event.text), note);
            event.value = note->kind == SPB_NOTE_END ? (double)note->cpu_ns / 1e9 : 0;
        }
        code = put_event(search, &event, err);
    }
    spb_process_block_release(&block);
    return code;
}

static int take_table(struct event_search *search, struct spb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int result = SQLITE_DONE;
    int code = spb_history_file_prepare(&search->history->file, "SELECT time_ns, kind, value, text FROM event", NULL,
                                        &statement, err);
    while (code == 0 && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        struct spb_history_event event = {.time_ns = sqlite3_column_int64(statement, 0)};
        int64_t kind = sqlite3_column_int64(statement, 1);
        const char *text = (const char *)sqlite3_column_text(statement, 3);
        if (kind < 0 || kind > SPB_EVENT_PROCESS_END)
            continue; /* of a later program */
        event.kind = (enum spb_history_event_kind)kind;
        event.value = sqlite3_column_double(statement, 2);
        spb_copy_printable(event.text, sizeof(event.text), text ? text : "");
        code = put_event(search, &event, err);
    }
    if (code == 0)
        code = spb_history_file_error(&search->history->file, result, err);
    sqlite3_finalize(statement);
    return code;
}

static int compare_events(const void *a, const void *b)
{
    const struct spb_history_event *left = a, *right = b;
    if (left->time_ns != right->time_ns)
        return left->time_ns < right->time_ns ? -1 : 1;
    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    return (left->pid > right->pid) - (left->pid < right->pid);
}

int spb_history_events(struct spb_history *history, int64_t since_ns, int64_t until_ns,
                       struct spb_history_event **events, size_t *count, struct spb_error *err)
{
    struct event_search search = {
        .history = history, .since_ns = since_ns ? since_ns : INT64_MIN, .until_ns = until_ns ? until_ns : INT64_MAX};
    int code = spb_history_begin(history, err);
    if (code)
        return code;
    code = take_table(&search, err);
    /* A start is told at the look after it. */
    int64_t until = search.until_ns < INT64_MAX - SPB_MINUTE_NS ? search.until_ns + SPB_MINUTE_NS : INT64_MAX;
    if (code == 0)
        code = spb_history_walk(history,
                                &(struct spb_history_walk){.tier = SPB_TIER_LOOKS,
                                                           .since_ns = search.since_ns,
                                                           .until_ns = until,
                                                           .with_processes = true,
                                                           .visit = take_notes,
                                                           .context = &search},
                                err);
    spb_history_end(history);
    if (code) {
        free(search.events);
        return code;
    }
    if (search.count)
        qsort(search.events, search.count, sizeof(*search.events), compare_events);
    *events = search.events;
    *count = search.count;
    return 0;
}
