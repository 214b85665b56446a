/* SPDX-License-Identifier: MIT
 *
 * Starts and ends of processes as the kernel tells them (netlink, "proc connector"): also those that live shorter than the
 * interval between two looks. Needs CAP_NET_ADMIN in the first network namespace.
 *
 *     struct spb_process_events *events;
 *     if (spb_process_events_open(&events, err) == 0)     // else: the sweep of process_table.h has to do
 *         ... poll spb_process_events_fd(events), then, and before each look:
 *         spb_process_events_take(events);
 *         items = spb_process_events_items(events, &count); ... spb_process_events_clear(events);
 *
 * The sooner they are taken, the more names of short-lived processes are known: the kernel tells numbers only.
 */
#ifndef SPB_PROCESS_EVENTS_H
#define SPB_PROCESS_EVENTS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"

enum spb_process_event_kind { SPB_PROCESS_STARTED, SPB_PROCESS_EXECUTED, SPB_PROCESS_ENDED };

struct spb_process_event {
    enum spb_process_event_kind kind;
    pid_t pid;
    pid_t parent;     /* of STARTED; else 0 */
    uint64_t boot_ns; /* CLOCK_BOOTTIME */
    int exit_status;  /* of ENDED, as wait(2) has it */
    char name[64];    /* made printable; "": it had ended before it could be asked */
};

struct spb_process_event_list {
    struct spb_process_event *items;
    size_t count, capacity;
    uint64_t lost; /* the kernel or this list had no room for so many reports, or more */
};

/* The longest list: beyond it events are only counted. */
#define SPB_PROCESS_EVENTS_MAX 65536

struct spb_process_events;

/* -EPERM, -EACCES: not permitted; -ENOTSUP: the kernel has no such thing (or not in this namespace). */
int spb_process_events_open(struct spb_process_events **events, struct spb_error *err);
void spb_process_events_close(struct spb_process_events *events);
int spb_process_events_fd(const struct spb_process_events *events);
/* Takes all that has come, without waiting, and keeps it until it is cleared. 0 or a negative errno. */
int spb_process_events_take(struct spb_process_events *events);
const struct spb_process_event_list *spb_process_events_list(const struct spb_process_events *events);
void spb_process_events_clear(struct spb_process_events *events);

/* One datagram of netlink, as it came: appends what it says of processes (not of threads). `boot_offset_ns`: from the kernel's
 * CLOCK_MONOTONIC to CLOCK_BOOTTIME. Nothing in it is believed. Returns how many were appended, or -ENOMEM. */
int spb_process_events_parse(const void *bytes, size_t length, uint64_t boot_offset_ns,
                             struct spb_process_event_list *list);

#endif
