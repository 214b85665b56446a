/* SPDX-License-Identifier: MIT
 *
 * A running monitor: the sampler, and all that a look goes to (output, history, server, screen).
 *
 *     spb_monitor_open(&monitor, &options, err);     // makes the first look, which begins the first interval
 *     ... each interval: spb_monitor_look(&monitor, err)
 *     spb_monitor_close(&monitor);
 */
#ifndef SPB_MONITOR_SESSION_H
#define SPB_MONITOR_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "interrupt.h"
#include "machine_sampler.h"
#include "metrics_server.h"
#include "monitor_follow.h"
#include "monitor_options.h"
#include "monitor_output.h"
#include "monitor_record.h"
#include "screen.h"

struct spb_monitor {
    const struct spb_monitor_options *options;
    struct spb_machine_sampler *sampler;
    struct spb_look look;
    struct spb_monitor_output output;
    struct spb_monitor_record record;
    struct spb_metrics_server *server; /* NULL: none */
    struct spb_interrupt interrupt;    /* the caller's; unused where a command is followed */
    struct spb_follow *follow;         /* NULL: no command; the caller's */
    struct spb_screen *screen;         /* NULL: none; the caller's */
    struct spb_strbuf postponed;       /* messages that would spoil the screen */
    int code;                          /* why it failed */
    uint64_t looks;                    /* that ended an interval */
    uint64_t looks_late;               /* that were left out */
    uint64_t start_ns;                 /* CLOCK_MONOTONIC, of the first look */
};

/* `monitor->interrupt` or `monitor->follow` is set before. Says on stderr what it serves. */
int spb_monitor_open(struct spb_monitor *monitor, const struct spb_monitor_options *options, struct spb_error *err);
/* Looks and hands over. 0; -EPIPE: nobody reads the output any more; another error with its text. */
int spb_monitor_look(struct spb_monitor *monitor, struct spb_error *err);
/* "spbench: " and the text, to stderr; later, while there is a screen. */
void spb_monitor_say(struct spb_monitor *monitor, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Completes the history; prints what was postponed. */
void spb_monitor_close(struct spb_monitor *monitor);

#endif
