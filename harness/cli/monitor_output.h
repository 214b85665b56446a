/* SPDX-License-Identifier: MIT
 *
 * Looks as lines of a format, written whole and at once to a descriptor.
 */
#ifndef SPB_MONITOR_OUTPUT_H
#define SPB_MONITOR_OUTPUT_H

#include "error.h"
#include "look_view.h"
#include "monitor_options.h"
#include "strbuf.h"

struct spb_monitor_output {
    enum spb_monitor_format format;
    int fd; /* -1: nothing is printed, or nobody reads any more */
    bool owns_fd;
    const char *name;   /* for messages */
    unsigned lines;     /* of the table, since its header */
    unsigned page_size; /* lines of the table below a header */
    bool begun;
    struct spb_strbuf text;
};

/* --output's file, the standard output, or the standard error where a command is followed. */
int spb_monitor_output_open(const struct spb_monitor_options *options, struct spb_monitor_output *output,
                            struct spb_error *err);
/* 0; -EPIPE: nobody reads any more, and later calls do nothing; another error with its text. */
int spb_monitor_output_look(struct spb_monitor_output *output, const struct spb_look_view *view, struct spb_error *err);
void spb_monitor_output_close(struct spb_monitor_output *output);

#endif
