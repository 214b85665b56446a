/* SPDX-License-Identifier: MIT
 *
 * Reads a history that recorder.h has written, also while it is being written.
 */
#ifndef SPB_HISTORY_H
#define SPB_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "process_table.h"
#include "series.h"

struct spb_history;

/* -ENOENT; -EINVAL: no history, damaged (what is damaged is said), or written by a later program. */
int spb_history_open(const char *path, struct spb_history **history, struct spb_error *err);
void spb_history_close(struct spb_history *history);

struct spb_history_extent {
    int64_t first_ns, last_ns; /* UTC; 0: nothing recorded */
    uint64_t looks;
    uint64_t file_bytes;
    char host[64], kernel[64], process_source[32];
    uint64_t interval_ns; /* median of the last hundred */
};
int spb_history_extent(struct spb_history *history, struct spb_history_extent *extent, struct spb_error *err);

/* Which series and instances are in it. Freed by the caller. */
struct spb_history_key {
    enum spb_series series;
    char instance[SPB_INSTANCE_SIZE];
};
int spb_history_keys(struct spb_history *history, struct spb_history_key **keys, size_t *count, struct spb_error *err);

/* One step of a query: min <= mean <= max of `count` values. A step without values is not there: gaps stay gaps. */
struct spb_history_point {
    int64_t time_ns; /* begin of the step */
    double min, mean, max;
    uint64_t count;
};
struct spb_history_query {
    struct spb_history_key key;
    int64_t since_ns, until_ns; /* [since, until); 0: from the first, to the last */
    uint64_t step_ns;           /* 0: so that there are about 100 points */
};
/* From looks where they are kept, else from the roll-ups (whose steps are then the least). Freed by the caller. */
int spb_history_read(struct spb_history *history, const struct spb_history_query *query,
                     struct spb_history_point **points, size_t *count, struct spb_error *err);

/* The points of one key. */
struct spb_history_points {
    struct spb_history_point *items; /* freed by the caller */
    size_t count;
    uint64_t step_ns; /* as it was chosen; 0: nothing is recorded */
};
/* The same for many keys at once, which costs little more than for one: `results` has room for `key_count`, `query->key` is not
 * looked at. Keys of which there is nothing have no points. */
int spb_history_read_many(struct spb_history *history, const struct spb_history_query *query,
                          const struct spb_history_key *keys, size_t key_count, struct spb_history_points *results,
                          struct spb_error *err);

/* Times in which nothing was recorded, longer than a few intervals. Freed by the caller. */
struct spb_history_gap {
    int64_t from_ns, to_ns; /* the last look before it, and the first one after it */
};
int spb_history_gaps(struct spb_history *history, struct spb_history_gap **gaps, size_t *count, struct spb_error *err);

/* The machine at a moment: the last look not after `time_ns`, with the processes that were recorded with it. -ENODATA: there is none within ten intervals, the text says which
 * is nearest. */
struct spb_history_moment {
    struct spb_look look; /* its reasons are the history's, which must stay open; totals of counters are not kept */
    struct spb_process_look *processes; /* the busiest; their texts are the moment's */
    size_t process_count;
};
int spb_history_at(struct spb_history *history, int64_t time_ns, struct spb_history_moment *moment,
                   struct spb_error *err);
void spb_history_moment_release(struct spb_history_moment *moment);

/* Starts and ends of processes, of recorders, clock steps, gaps, a full disk: in order of time. */
enum spb_history_event_kind {
    SPB_EVENT_RECORDER_START,
    SPB_EVENT_RECORDER_END,
    SPB_EVENT_CLOCK_STEP,
    SPB_EVENT_DISK_FULL,
    SPB_EVENT_BOOT,
    SPB_EVENT_PROCESS_START,
    SPB_EVENT_PROCESS_END,
};
struct spb_history_event {
    int64_t time_ns;
    enum spb_history_event_kind kind;
    pid_t pid;
    char text[96]; /* name of the process; what is known */
    double
        value; /* CLOCK_STEP: seconds; DISK_FULL: looks that are missing; PROCESS_END: its CPU time in seconds, as last seen */
};
const char *spb_history_event_name(enum spb_history_event_kind kind); /* "process-start" */
int spb_history_events(struct spb_history *history, int64_t since_ns, int64_t until_ns,
                       struct spb_history_event **events, size_t *count, struct spb_error *err);

#endif
