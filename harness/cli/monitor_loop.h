/* SPDX-License-Identifier: MIT
 *
 * When the monitor looks: at fixed times, until something ends it.
 */
#ifndef SPB_MONITOR_LOOP_H
#define SPB_MONITOR_LOOP_H

#include "error.h"
#include "monitor_session.h"

enum spb_monitor_end {
    SPB_MONITOR_GOES_ON,
    SPB_MONITOR_DONE,        /* --count, --duration, the command, or q */
    SPB_MONITOR_INTERRUPTED, /* Ctrl-C, or the terminal is gone */
    SPB_MONITOR_TERMINATED,  /* SIGTERM */
    SPB_MONITOR_READER_LEFT,
    SPB_MONITOR_FAILED, /* with `monitor->code` and the error's text */
};

/* Looks at start + k * interval, never drifting; a time that has passed already is left out and counted. */
enum spb_monitor_end spb_monitor_run(struct spb_monitor *monitor, struct spb_error *err);
/* The same with the live screen. */
enum spb_monitor_end spb_monitor_run_screen(struct spb_monitor *monitor, struct spb_error *err);
/* Lets `monitor->follow` begin, and follows it to its end. */
enum spb_monitor_end spb_monitor_run_command(struct spb_monitor *monitor, struct spb_error *err);

#endif
