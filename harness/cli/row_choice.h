/* SPDX-License-Identifier: MIT
 *
 * Which rows a command measures and where: patterns, parameter values, thread counts, placement. The same options for every
 * command that measures, as an argp child whose input is a struct spb_row_choice.
 */
#ifndef SPB_ROW_CHOICE_H
#define SPB_ROW_CHOICE_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "command_plan.h"
#include "error.h"
#include "parameter.h"
#include "registry.h"
#include "row.h"
#include "topology.h"

struct spb_row_choice {
    char **patterns; /* into argv, as all texts here but the settings' names */
    size_t pattern_count;
    unsigned *threads; /* NULL: as the workload says */
    size_t thread_count;
    struct spb_param_setting *settings;
    size_t setting_count;
    const char *pin; /* NULL: "auto" */
    bool given;      /* any of the options */
};

extern const struct argp spb_row_choice_argp;

void spb_row_choice_release(struct spb_row_choice *choice);

/* The rows of the registry's workloads that the patterns name. `commands` NULL: the workload of commands is none of them. `memory_bytes`:
 * that rows may have. As spb_row_plan_make(). */
int spb_row_choice_plan(const struct spb_row_choice *choice, const struct spb_registry *registry,
                        const struct spb_command_plan *commands, const struct spb_topology *topology,
                        uint64_t memory_bytes, struct spb_row **rows, size_t *row_count, struct spb_error *err);

#endif
