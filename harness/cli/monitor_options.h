/* SPDX-License-Identifier: MIT
 *
 * The options of `spbench monitor`, and which of them go together.
 */
#ifndef SPB_MONITOR_OPTIONS_H
#define SPB_MONITOR_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "command.h"
#include "process_choice.h"

enum spb_monitor_format {
    SPB_MONITOR_QUIET, /* nothing is printed: it records, serves or follows */
    SPB_MONITOR_TUI,
    SPB_MONITOR_TABLE,
    SPB_MONITOR_JSON,
    SPB_MONITOR_CSV,
    SPB_MONITOR_OPENMETRICS,
};

struct spb_monitor_options {
    struct spb_common common;
    enum spb_monitor_format format;
    bool has_format, has_sort, has_interval;
    uint64_t interval_ns;
    uint64_t count;       /* 0: no end */
    uint64_t duration_ns; /* 0: no end */
    const char *record;   /* NULL: not */
    const char *listen;   /* NULL: not */
    const char *output;   /* NULL: stdout; stderr where a command is followed */
    const char *root;     /* NULL: this machine */
    enum spb_screen_sort sort;
    const char **processes; /* owned */
    size_t process_count;
    char **command; /* ends with NULL; NULL: none */
};

/* Ends the program with a usage error where something is wrong. */
void spb_monitor_options_parse(int argc, char **argv, struct spb_monitor_options *options);
void spb_monitor_options_release(struct spb_monitor_options *options);

/* Processes are shown, so that they are to be looked at. */
bool spb_monitor_shows_processes(const struct spb_monitor_options *options);

#endif
