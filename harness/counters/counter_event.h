/* SPDX-License-Identifier: MIT
 *
 * From an event's name to what perf_event_open wants. Names are:
 *
 *     instructions, cycles, branches, ...   the kernel's own names, perf:: before them or not
 *     INST_RETIRED, skx::INST_RETIRED:ANY_P libpfm4's, for the PMUs of this machine, with :u and :k
 *     r01c2                                 a raw code, in hexadecimal
 *
 * libpfm4 is started by the first name that is not among the ten generic ones (0.1 to 0.6 ms; once a process, for good,
 * and not thread-safe: parse names on one thread). The environment variable LIBPFM_FORCE_PMU makes it encode for a PMU
 * that is not there.
 */
#ifndef SPB_COUNTER_EVENT_H
#define SPB_COUNTER_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

/* A metric's name holds it together with ":u". */
#define SPB_COUNTER_NAME_SIZE 62

struct spb_counter_event {
    char name[SPB_COUNTER_NAME_SIZE]; /* as it was asked for */
    uint32_t type;                    /* as in struct perf_event_attr, like the rest */
    uint64_t config;
    uint64_t config1;
    uint64_t config2;
    bool exclude_user;
    bool exclude_kernel;
    bool software;       /* the kernel counts it: needs no PMU */
    bool kernel_only;    /* happens in the kernel alone: excluding that would count nothing */
    bool mode_in_name;   /* the name says :u or :k, so options do not change it */
    bool mode_is_no_use; /* counts the same whatever is excluded: task-clock */
};

/* 0, or -EINVAL naming what comes nearest, or the unit masks to choose from. */
int spb_counter_event_parse(const char *name, struct spb_counter_event *event, struct spb_error *err);

/* The events that every run counts, and those that "auto" adds; *count is set. */
const struct spb_counter_event *spb_counter_software_events(size_t *count);
const struct spb_counter_event *spb_counter_auto_events(size_t *count);

#endif
