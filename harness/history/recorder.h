/* SPDX-License-Identifier: MIT
 *
 * Writes looks into a history: SQLite in WAL mode, a transaction a look, so that a kill loses at most one interval and never the file. Roll-ups
 * of a minute and of an hour with minimum, mean, maximum and count; retention by age and size. README.md of this room has the tables.
 */
#ifndef SPB_RECORDER_H
#define SPB_RECORDER_H

#include "error.h"
#include "process_events.h"
#include "process_table.h"
#include "series.h"

struct spb_recorder_options {
    uint64_t seconds_kept_ns; /* looks as they came; 0: 30 days */
    uint64_t minutes_kept_ns; /* 0: 1 year */
    uint64_t hours_kept_ns;   /* 0: 10 years */
    uint64_t size_max_bytes;  /* the oldest looks go first; 0: 1 GiB */
    unsigned processes_max;   /* busiest of each look: by CPU, by memory, by I/O; 0: 10 */
    const char *boot;         /* which boot of the machine this is; NULL: what the kernel says */
};

struct spb_recorder;

/* Creates the file or goes on with it. -EBUSY: another recorder has it; -EINVAL: no history, damaged, or of a later program. */
int spb_recorder_open(const char *path, const struct spb_recorder_options *options, struct spb_recorder **recorder,
                      struct spb_error *err);
/* Records a look and, where there is one, the process table of the same moment: the busiest ones and all that started or ended since. 0; -ENOSPC (nothing
 * of this look is kept; later ones may succeed: recording goes on by itself when there is room); other errors end it. A clock that went backwards is recorded as an event and the
 * looks go on in the order they were made. */
int spb_recorder_add(struct spb_recorder *recorder, const struct spb_look *look,
                     const struct spb_process_table *processes, struct spb_error *err);

/* What is known of the processes at a look. */
struct spb_recorder_processes {
    const struct spb_process_look *items;
    size_t count;
    const struct spb_process_end *ended;
    size_t ended_count;
    /* What the kernel told since the look before; then starts and ends are these, and `ended` is asked for CPU times only. NULL: the
     * differences of the sweeps (is_new, ended). */
    const struct spb_process_event_list *events;
};
/* The same, from lists. `processes` may be NULL. */
int spb_recorder_add_with(struct spb_recorder *recorder, const struct spb_look *look,
                          const struct spb_recorder_processes *processes, struct spb_error *err);

/* How starts and ends of processes come to be known: "proc connector", "sweep" (what lives shorter than an interval is missed): kept in the file. Before the
 * first look; "sweep" where nothing is said. */
void spb_recorder_note_process_source(struct spb_recorder *recorder, const char *source);
/* Completes the roll-ups, checkpoints and closes. NULL is fine. */
void spb_recorder_close(struct spb_recorder *recorder);

#endif
