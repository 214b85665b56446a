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
#include "parameter.h"

struct spb_run_request {
    struct spb_common common;
    char **arguments; /* as typed, for the record; into argv, as all texts here but the settings' */
    size_t argument_count;
    char **patterns; /* at least one, unless there are commands or `resume` */
    size_t pattern_count;
    char **commands; /* to be measured beside or in place of workloads */
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
    unsigned *threads; /* NULL: as the workload says */
    size_t thread_count;
    struct spb_param_setting *settings;
    size_t setting_count;
    const char *pin;
    bool pin_given;
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
