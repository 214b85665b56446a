/* SPDX-License-Identifier: MIT */
#include "pair_match.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command_workload.h"
#include "parameter.h"
#include "strbuf.h"

static const struct spb_param_spec *find_spec(const struct spb_workload *workload, const char *name)
{
    for (const struct spb_param_spec *spec = workload->params; spec && spec->name; spec++)
        if (strcmp(spec->name, name) == 0)
            return spec;
    return NULL;
}

/* Can the new side run with this value? Sizes stand in the row as bytes, so that no cache need be known. */
static bool takes_value(const struct spb_workload *workload, const struct spb_param_value *value)
{
    const struct spb_param_spec *spec = find_spec(workload, value->name);
    struct spb_param_values values = {0};
    bool taken =
        spec && spec->kind == value->kind && spb_param_values_parse(spec, value->text, NULL, &values, NULL) == 0;
    spb_param_values_release(&values);
    return taken;
}

static size_t count_params(const struct spb_workload *workload)
{
    size_t count = 0;
    while (workload->params && workload->params[count].name)
        count++;
    return count;
}

static void describe_params(const struct spb_row *row, const struct spb_workload *new_side, struct spb_strbuf *why)
{
    for (size_t i = 0; i < row->param_count && !why->length; i++)
        if (!takes_value(new_side, &row->params[i]))
            spb_strbuf_printf(why, "the new side does not take %s=%s", row->params[i].name, row->params[i].text);
    if (!why->length && count_params(new_side) != row->param_count)
        spb_strbuf_printf(why, "the new side has %zu parameters, the base %zu", count_params(new_side),
                          row->param_count);
}

char *spb_pair_mismatch(const struct spb_row *row, const struct spb_workload *new_side, int *code)
{
    struct spb_strbuf why = {0};
    if (strcmp(row->unit, new_side->unit) != 0)
        spb_strbuf_printf(&why, "the base counts in '%s', the new side in '%s'", row->unit, new_side->unit);
    else if (row->measure != new_side->measure)
        spb_strbuf_printf(&why, "the base states %s, the new side %s", spb_measure_name(row->measure),
                          spb_measure_name(new_side->measure));
    else if (row->workload_version != new_side->version)
        spb_strbuf_printf(&why, "the base has version %u of the workload, the new side version %u",
                          row->workload_version, new_side->version);
    else if (row->threads < spb_workload_threads_min(new_side) || row->threads > spb_workload_threads_max(new_side))
        spb_strbuf_printf(&why, "the new side cannot run with %u threads", row->threads);
    else
        describe_params(row, new_side, &why);
    *code = why.failed ? -ENOMEM : 0;
    if (!why.length) {
        spb_strbuf_release(&why);
        return NULL;
    }
    return spb_strbuf_detach(&why);
}

static bool is_common(const struct spb_row *row, const struct spb_registry *new_side)
{
    return strcmp(row->workload, spb_command_workload.name) == 0 || spb_registry_find(new_side, row->workload);
}

static int fill(struct spb_paired_row *paired, const struct spb_registry *new_side)
{
    struct spb_row *row = &paired->row;
    const struct spb_registry_entry *entry = spb_registry_find_entry(new_side, row->workload);
    int code = 0;
    if (!entry || strcmp(row->workload, spb_command_workload.name) == 0)
        return 0;
    paired->incomparable = spb_pair_mismatch(row, entry->workload, &code);
    const char *reason = row->outcome == SPB_OUTCOME_UNAVAILABLE ? NULL : spb_registry_reason(entry);
    if (code == 0 && reason) {
        row->outcome = SPB_OUTCOME_UNAVAILABLE;
        row->reason = strdup(reason);
        code = row->reason ? 0 : -ENOMEM;
    }
    return code;
}

int spb_pair_match(struct spb_row *rows, size_t row_count, const struct spb_registry *new_side,
                   struct spb_paired_row **paired, size_t *paired_count, struct spb_error *err)
{
    *paired_count = 0;
    *paired = calloc(row_count + 1, sizeof(**paired));
    int code = *paired ? 0 : -ENOMEM;
    for (size_t i = 0; i < row_count && code == 0; i++) {
        if (!is_common(&rows[i], new_side))
            continue;
        struct spb_paired_row *to = &(*paired)[(*paired_count)++];
        to->row = rows[i];
        rows[i] = (struct spb_row){0};
        code = fill(to, new_side);
    }
    if (code == 0)
        return 0;
    for (size_t i = 0; i < *paired_count; i++)
        spb_paired_row_release(&(*paired)[i]);
    free(*paired);
    *paired = NULL;
    *paired_count = 0;
    return spb_error_set(err, code, "out of memory");
}
