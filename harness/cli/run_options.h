/* SPDX-License-Identifier: MIT
 *
 * The command line of `spbench run`.
 */
#ifndef SPB_RUN_OPTIONS_H
#define SPB_RUN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "command.h"
#include "row_choice.h"

struct spb_run_request {
    struct spb_common common;
    char **arguments; /* as typed, for the record; into argv, as all texts here */
    size_t argument_count;
    struct spb_row_choice choice; /* at least one pattern, unless there are commands or `resume` */
    char **commands;              /* to be measured beside or in place of workloads */
    size_t command_count;
    bool no_shell;
    bool ignore_failure;
    const char **plugins; /* as typed */
    size_t plugin_count;
    const char *output; /* NULL: results/<time>-<host>.json */
    const char *resume; /* NULL: a new run */
    bool quick;
    bool budget_given;
    uint64_t budget_ns;
    double precision_pct;
    unsigned processes;
    const char *counters;
    bool exclude_kernel;
    bool huge_pages;
    bool seed_given;
    uint64_t seed;
    uint64_t timeout_ns; /* 0: as is usual for each row */
    enum spb_format format;
    bool quiet;
    bool restrains_resume; /* an option was given that a resumed run takes from its file */
};

/* Ends the program on usage errors. */
void spb_run_request_parse(struct spb_run_request *request, int argc, char **argv);
void spb_run_request_release(struct spb_run_request *request);

#endif
