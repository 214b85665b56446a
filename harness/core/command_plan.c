/* SPDX-License-Identifier: MIT */
#include "command_plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command_workload.h"
#include "cpu_list.h"
#include "utf8.h"
#include "word_list.h"

/* Twice as much is the most that a text of a result file may have, and the row's key holds more than this one. */
enum { COMMAND_BYTES_MAX = 32768 };

static const struct spb_pin_policy not_pinned = {.kind = SPB_PIN_NONE};

static int check(const struct spb_command_plan *plan, const char *command, struct spb_error *err)
{
    struct spb_word_list words;
    if (strspn(command, " \t") == strlen(command))
        return spb_error_set(err, -EINVAL, "the command is empty");
    if (strlen(command) > COMMAND_BYTES_MAX)
        return spb_error_set(err, -EINVAL, "the command is longer than %d bytes; put it into a script",
                             COMMAND_BYTES_MAX);
    if (!spb_utf8_is_printable(command))
        return spb_error_set(err, -EINVAL,
                             "newlines, tabs, other control characters and what is not UTF-8 cannot stand in a "
                             "command; put it into a script");
    int code = plan->no_shell ? spb_word_list_parse(command, &words, err) : 0;
    if (plan->no_shell && code == 0)
        spb_word_list_release(&words);
    return code < 0 ? spb_error_prefix(err, code, "%.200s", command) : 0;
}

static int add_value(const char *command, struct spb_param_values *values, struct spb_error *err)
{
    for (size_t i = 0; i < values->count; i++)
        if (strcmp(values->items[i].text, command) == 0)
            return spb_error_set(err, -EINVAL, "'%.200s' is there twice", command);
    struct spb_param_value value = {
        .name = (char *)(uintptr_t)SPB_COMMAND_TEXT, .text = (char *)(uintptr_t)command, .kind = SPB_PARAM_CHOICE};
    if (spb_param_value_copy(&value, &values->items[values->count]) < 0)
        return spb_error_set(err, -ENOMEM, "out of memory");
    values->count++;
    return 0;
}

int spb_command_values(const struct spb_command_plan *plan, struct spb_param_values *values, struct spb_error *err)
{
    *values = (struct spb_param_values){.items = calloc(plan->count + 1, sizeof(*values->items))};
    int code = values->items ? 0 : spb_error_set(err, -ENOMEM, "out of memory");
    for (size_t i = 0; i < plan->count && code == 0; i++) {
        code = check(plan, plan->commands[i], err);
        if (code == 0)
            code = add_value(plan->commands[i], values, err);
    }
    if (code == 0)
        return 0;
    spb_param_values_release(values);
    return spb_error_prefix(err, code, "--command");
}

static int add_param(struct spb_row *row, const char *name, const char *text)
{
    struct spb_param_value value = {
        .name = (char *)(uintptr_t)name, .text = (char *)(uintptr_t)text, .kind = SPB_PARAM_CHOICE};
    struct spb_param_value *params = reallocarray(row->params, row->param_count + 1, sizeof(*params));
    if (!params)
        return -ENOMEM;
    row->params = params;
    int code = spb_param_value_copy(&value, &params[row->param_count]);
    row->param_count += code == 0;
    return code;
}

/* Several CPUs are no place for one thread. */
static int add_cpus(const struct spb_topology *topology, const struct spb_pin_policy *pin, struct spb_row *row,
                    struct spb_error *err)
{
    struct spb_plan plan;
    struct spb_strbuf list = {0};
    int code = spb_plan_make(topology, pin, pin->cpu_count, &plan, err);
    if (code < 0)
        return code;
    spb_cpu_list_format(plan.cpus, plan.thread_count, &list);
    spb_plan_release(&plan);
    if (list.failed || add_param(row, SPB_COMMAND_CPUS, spb_strbuf_text(&list)) < 0)
        code = spb_error_set(err, -ENOMEM, "out of memory");
    spb_strbuf_release(&list);
    return code;
}

int spb_command_row_finish(const struct spb_command_plan *plan, const struct spb_topology *topology,
                           const struct spb_pin_policy **pin, struct spb_row *row, struct spb_error *err)
{
    if ((plan->no_shell && add_param(row, SPB_COMMAND_SHELL, "no") < 0) ||
        (plan->ignore_failure && add_param(row, SPB_COMMAND_FAILURE, "ignored") < 0))
        return spb_error_set(err, -ENOMEM, "out of memory");
    const struct spb_pin_policy *policy = *pin;
    bool several = plan->pinned && policy->kind == SPB_PIN_CPUS && policy->cpu_count > 1;
    if (several || !plan->pinned)
        *pin = &not_pinned;
    return several ? add_cpus(topology, policy, row, err) : 0;
}
