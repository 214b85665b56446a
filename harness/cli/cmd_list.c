/* SPDX-License-Identifier: MIT
 *
 * `spbench list`: what can be run here.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "json_writer.h"
#include "parameter.h"
#include "plugin_list.h"
#include "registry.h"
#include "row.h"
#include "table.h"

struct list_options {
    struct spb_common common;
    enum spb_format format;
    char **patterns;
    size_t pattern_count;
    struct spb_plugin_list plugins;
};

static const struct argp_option options[] = {
    {"format", 'f', "FORMAT", 0, "table (default) or json", 0},
    {"plugin", 'p', "FILE", 0, "Workloads of a shared object as well; repeatable", 0},
    {0},
};

static const char doc[] = "Lists the workloads: name, what is measured, parameters with their default values, unit, "
                          "which direction is better, "
                          "and whether they can run on this machine.\v"
                          "PATTERN is a glob over names; without one all are listed.\n\n"
                          "Examples:\n"
                          "  spbench list\n"
                          "  spbench list 'memory/*'\n"
                          "  spbench list --plugin ./my.so 'my/*'\n"
                          "  spbench list --format json | python3 -m json.tool\n";

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct list_options *list = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &list->common;
        return 0;
    case 'f':
        list->format = spb_parse_format(state, argument, 1u << SPB_FORMAT_TABLE | 1u << SPB_FORMAT_JSON);
        return 0;
    case 'p':
        spb_plugin_list_add_path(&list->plugins, argument);
        return 0;
    case ARGP_KEY_ARGS:
        list->patterns = state->argv + state->next;
        list->pattern_count = (size_t)(state->argc - state->next);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const char *better(enum spb_measure measure)
{
    return measure == SPB_TIME_PER_UNIT ? "lower" : "higher";
}

/* "ns/operation" or "operation/s". */
static void format_unit(const struct spb_workload *workload, struct spb_strbuf *out)
{
    if (workload->measure == SPB_TIME_PER_UNIT)
        spb_strbuf_printf(out, "ns/%s", workload->unit);
    else
        spb_strbuf_printf(out, "%s/s", workload->unit);
}

static void format_params(const struct spb_workload *workload, struct spb_strbuf *out)
{
    for (const struct spb_param_spec *spec = workload->params; spec && spec->name; spec++)
        spb_strbuf_printf(out, "%s%s=%s", out->length ? " " : "", spec->name, spec->defaults);
    unsigned most = spb_workload_threads_max(workload);
    if (most > 1 && spb_workload_threads_min(workload) != most)
        spb_strbuf_printf(out, "%sthreads", out->length ? " " : "");
}

static void add_line(struct spb_table *table, const struct spb_registry_entry *entry)
{
    const struct spb_workload *workload = entry->workload;
    struct spb_strbuf unit = {0}, params = {0};
    const char *reason = spb_registry_reason(entry);
    format_unit(workload, &unit);
    format_params(workload, &params);
    spb_table_cell(table, "%s", workload->name);
    if (reason)
        spb_table_tone(table, SPB_TONE_DIM);
    spb_table_cell(table, "%s", spb_strbuf_text(&unit));
    spb_table_cell(table, "%s", better(workload->measure));
    if (reason) {
        spb_table_cell(table, "cannot run here: %s", reason);
        spb_table_tone(table, SPB_TONE_WARN);
    } else {
        spb_table_cell(table, "%s%s%s", workload->summary, params.length ? "; " : "", spb_strbuf_text(&params));
    }
    spb_strbuf_release(&unit);
    spb_strbuf_release(&params);
}

static void print_table(const struct list_options *list, const struct spb_registry *registry, const bool *selected)
{
    struct spb_table table = {0};
    struct spb_strbuf out = {0};
    struct spb_table_options how = {spb_color_wanted(&list->common, stdout), spb_terminal_width(stdout)};
    spb_table_column(&table, "name", SPB_ALIGN_LEFT);
    spb_table_column(&table, "unit", SPB_ALIGN_LEFT);
    spb_table_column(&table, "better", SPB_ALIGN_LEFT);
    spb_table_column(&table, "what is done; parameters with their defaults", SPB_ALIGN_LEFT);
    const char *last = NULL;
    for (size_t i = 0; i < registry->count; i++) {
        const char *name = registry->entries[i].workload->name;
        if (!selected[i])
            continue;
        if (last && !spb_same_family(last, name))
            spb_table_group(&table);
        add_line(&table, &registry->entries[i]);
        last = name;
    }
    spb_table_render(&table, SPB_TABLE_TEXT, &how, &out);
    spb_print(&out);
    spb_strbuf_release(&out);
    spb_table_release(&table);
}

static void write_params(struct spb_json *json, const struct spb_workload *workload)
{
    spb_json_array(json, "parameters");
    for (const struct spb_param_spec *spec = workload->params; spec && spec->name; spec++) {
        spb_json_object(json, NULL);
        spb_json_string(json, "name", spec->name);
        spb_json_string(json, "summary", spec->summary);
        spb_json_string(json, "kind", spb_param_kind_name(spec->kind));
        spb_json_string(json, "defaults", spec->defaults);
        if (spec->kind == SPB_PARAM_CHOICE) {
            spb_json_string(json, "choices", spec->choices);
        } else {
            spb_json_uint(json, "minimum", spec->minimum);
            if (spec->maximum)
                spb_json_uint(json, "maximum", spec->maximum);
        }
        spb_json_end(json);
    }
    spb_json_end(json);
}

static void write_workload(struct spb_json *json, const struct spb_registry_entry *entry)
{
    const struct spb_workload *workload = entry->workload;
    struct spb_strbuf unit = {0};
    const char *reason = spb_registry_reason(entry);
    format_unit(workload, &unit);
    spb_json_object(json, NULL);
    spb_json_string(json, "name", workload->name);
    spb_json_uint(json, "version", workload->version);
    spb_json_string(json, "summary", workload->summary);
    spb_json_string(json, "meaning", workload->meaning);
    spb_json_string(json, "unit", spb_strbuf_text(&unit));
    spb_json_string(json, "better", better(workload->measure));
    write_params(json, workload);
    spb_json_uint(json, "threads_min", spb_workload_threads_min(workload));
    unsigned most = spb_workload_threads_max(workload);
    if (most == (unsigned)-1)
        spb_json_null(json, "threads_max"); /* as many as there are */
    else
        spb_json_uint(json, "threads_max", most);
    if (entry->plugin)
        spb_json_string(json, "plugin", entry->plugin);
    spb_json_bool(json, "available", reason == NULL);
    if (reason)
        spb_json_string(json, "reason", reason);
    spb_json_end(json);
    spb_strbuf_release(&unit);
}

static void print_json(const struct spb_registry *registry, const bool *selected)
{
    struct spb_strbuf out = {0};
    struct spb_json json;
    spb_json_init(&json, &out, true);
    spb_json_array(&json, NULL);
    for (size_t i = 0; i < registry->count; i++)
        if (selected[i])
            write_workload(&json, &registry->entries[i]);
    spb_json_end(&json);
    spb_strbuf_append_char(&out, '\n');
    spb_print(&out);
    spb_strbuf_release(&out);
}

static int run_list(const struct spb_cli *cli, int argc, char **argv)
{
    static const struct argp_child children[] = {{&spb_common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {options, parse, "[PATTERN...]", doc, children, NULL, NULL};
    struct list_options list = {0};
    struct spb_registry registry = {0};
    struct spb_error err = {0};
    spb_parse_options(&argp, argc, argv, &list);
    int code = spb_registry_add(&registry, cli->workloads, NULL, NULL, &err);
    if (code == 0)
        code = spb_plugin_list_open(&list.plugins, &registry, &err);
    bool *selected = code == 0 ? calloc(registry.count + 1, sizeof(*selected)) : NULL;
    if (code == 0 && !selected)
        code = spb_error_set(&err, -ENOMEM, "out of memory");
    if (code == 0) {
        char all[] = "all";
        char *everything[] = {all};
        code = spb_registry_select(&registry, list.pattern_count ? list.patterns : everything,
                                   list.pattern_count ? list.pattern_count : 1, selected, &err);
    }
    if (code == 0 && list.format == SPB_FORMAT_JSON)
        print_json(&registry, selected);
    else if (code == 0)
        print_table(&list, &registry, selected);
    free(selected);
    spb_registry_release(&registry);
    spb_plugin_list_release(&list.plugins);
    return code < 0 ? spb_complain(code, &err) : SPB_EXIT_OK;
}

const struct spb_command spb_command_list = {
    .name = "list", .summary = "show the workloads and whether they can run here", .run = run_list};
