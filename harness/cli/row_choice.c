/* SPDX-License-Identifier: MIT */
#include "row_choice.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command_workload.h"
#include "option_values.h"
#include "plan.h"
#include "row_plan.h"

enum { KEY_PARAM = 0x3000, KEY_THREADS, KEY_PIN, THREADS_MAX = SPB_PLAN_CPUS_MAX };

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "Which rows, and where:", 20},
    {"param", KEY_PARAM, "NAME=VALUE[,VALUE]", 0, "Values of a workload parameter; a row for each", 20},
    {"threads", KEY_THREADS, "LIST", 0,
     "Thread counts of workloads that scale, such as 1,2,4 (default 1, 2, 4 ... all allowed CPUs)", 20},
    {"pin", KEY_PIN, "POLICY", 0,
     "auto (default), none, compact, scatter, cpus=LIST or numa=N; 'spbench topo' shows what each gives", 20},
    {0},
};

static void parse_threads(struct spb_row_choice *choice, struct argp_state *state, const char *list)
{
    char *copy = strdup(list);
    choice->thread_count = 0;
    for (char *rest = copy, *word; rest && (word = strsep(&rest, ",")) != NULL;) {
        choice->threads = spb_option_grow(choice->threads, choice->thread_count, sizeof(*choice->threads));
        choice->threads[choice->thread_count++] = spb_option_number(state, "threads", word, THREADS_MAX);
    }
    free(copy);
}

static void parse_param(struct spb_row_choice *choice, struct argp_state *state, char *argument)
{
    char *equals = strchr(argument, '=');
    if (!equals || equals == argument || !equals[1]) {
        argp_error(state, "--param %s: write it as NAME=VALUE, such as size=64KiB", argument);
        return;
    }
    choice->settings = spb_option_grow(choice->settings, choice->setting_count, sizeof(*choice->settings));
    struct spb_param_setting *setting = &choice->settings[choice->setting_count++];
    setting->name = strndup(argument, (size_t)(equals - argument));
    setting->values = equals + 1;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct spb_row_choice *choice = state->input;
    switch (key) {
    case KEY_PARAM:
        parse_param(choice, state, argument);
        break;
    case KEY_THREADS:
        parse_threads(choice, state, argument);
        break;
    case KEY_PIN:
        choice->pin = argument;
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    choice->given = true;
    return 0;
}

const struct argp spb_row_choice_argp = {.options = options, .parser = parse};

void spb_row_choice_release(struct spb_row_choice *choice)
{
    for (size_t i = 0; i < choice->setting_count; i++)
        free(choice->settings[i].name);
    free(choice->settings);
    free(choice->threads);
    *choice = (struct spb_row_choice){0};
}

static int select_workloads(const struct spb_row_choice *choice, const struct spb_registry *registry, bool commands,
                            bool *selected, struct spb_error *err)
{
    int code = spb_registry_select(registry, choice->patterns, choice->pattern_count, selected, err);
    for (size_t i = 0; code == 0 && i < registry->count; i++)
        if (registry->entries[i].workload == &spb_command_workload)
            selected[i] = commands;
    return code;
}

int spb_row_choice_plan(const struct spb_row_choice *choice, const struct spb_registry *registry,
                        const struct spb_command_plan *commands, const struct spb_topology *topology,
                        uint64_t memory_bytes, struct spb_row **rows, size_t *row_count, struct spb_error *err)
{
    struct spb_pin_policy pin;
    int code = spb_pin_policy_parse(choice->pin ? choice->pin : "auto", &pin, err);
    if (code < 0)
        return code;
    bool *selected = calloc(registry->count + 1, sizeof(*selected));
    code = selected ? select_workloads(choice, registry, commands != NULL, selected, err)
                    : spb_error_set(err, -ENOMEM, "out of memory");
    if (code == 0) {
        struct spb_row_plan_options how = {.registry = registry,
                                           .selected = selected,
                                           .settings = choice->settings,
                                           .setting_count = choice->setting_count,
                                           .threads = choice->threads,
                                           .thread_count = choice->thread_count,
                                           .topology = topology,
                                           .memory_bytes = memory_bytes,
                                           .pin = &pin,
                                           .commands = commands};
        code = spb_row_plan_make(&how, rows, row_count, err);
    }
    spb_pin_policy_release(&pin);
    free(selected);
    return code;
}
