/* SPDX-License-Identifier: MIT */
#include "registry.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "nearest.h"
#include "parameter.h"
#include "strbuf.h"

enum { NAME_MAX_LENGTH = 63 };

unsigned spb_workload_threads_min(const struct spb_workload *workload)
{
    return workload->threads_min ? workload->threads_min : 1;
}

unsigned spb_workload_threads_max(const struct spb_workload *workload)
{
    unsigned minimum = spb_workload_threads_min(workload);
    return workload->threads_max > minimum ? workload->threads_max : minimum;
}

/* "cpu/int-chain" */
static bool name_is_valid(const char *name)
{
    const char *slash = name ? strchr(name, '/') : NULL;
    if (!slash || slash == name || !slash[1] || strchr(slash + 1, '/') || strlen(name) > NAME_MAX_LENGTH)
        return false;
    return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-/") == strlen(name);
}

static int check_params(const struct spb_workload *workload, struct spb_error *err)
{
    for (const struct spb_param_spec *spec = workload->params; spec && spec->name; spec++) {
        struct spb_param_values values = {0};
        int code = spb_param_values_parse(spec, spec->defaults ? spec->defaults : "", NULL, &values, err);
        spb_param_values_release(&values);
        if (code < 0)
            return spb_error_prefix(err, code, "workload %s, defaults", workload->name);
        if (!spec->name[0] || spec->name[strspn(spec->name, "abcdefghijklmnopqrstuvwxyz0123456789-_")])
            return spb_error_set(
                err, -EINVAL, "workload %s: '%s' is no name for a parameter; use lower case letters, digits, '-', '_'",
                workload->name, spec->name);
        if (spec->kind == SPB_PARAM_CPU_PAIR &&
            (spb_workload_threads_min(workload) != 2 || spb_workload_threads_max(workload) != 2))
            return spb_error_set(err, -EINVAL, "workload %s: a pair of CPUs is for threads_min and threads_max of 2",
                                 workload->name);
    }
    return 0;
}

int spb_workload_check(const struct spb_workload *workload, struct spb_error *err)
{
    if (workload->abi_version != SPB_ABI_VERSION)
        return spb_error_set(err, -EINVAL,
                             "a workload was built for version %u of the interface, this program has version %u; "
                             "build it again with this program's spbench.h",
                             workload->abi_version, SPB_ABI_VERSION);
    if (!name_is_valid(workload->name))
        return spb_error_set(err, -EINVAL,
                             "workload name '%s': it must be 'family/noun' of lower case letters, digits and '-', at "
                             "most %d long",
                             workload->name ? workload->name : "(none)", NAME_MAX_LENGTH);
    if (!workload->run || !workload->unit || !workload->summary)
        return spb_error_set(err, -EINVAL, "workload %s lacks its %s", workload->name,
                             !workload->run    ? "run function"
                             : !workload->unit ? "unit"
                                               : "summary");
    return check_params(workload, err);
}

static const char *origin(const struct spb_registry_entry *entry)
{
    return entry->plugin ? entry->plugin : "built in";
}

static int add_one(struct spb_registry *registry, const struct spb_registry_entry *entry, struct spb_error *err)
{
    int code = spb_workload_check(entry->workload, err);
    if (code < 0)
        return entry->plugin ? spb_error_prefix(err, code, "plug-in %s", entry->plugin) : code;
    const struct spb_registry_entry *twin = spb_registry_find_entry(registry, entry->workload->name);
    if (twin && twin->plugin == entry->plugin)
        return spb_error_set(err, -EINVAL, "there are two workloads named %s", entry->workload->name);
    if (twin)
        return spb_error_set(err, -EINVAL, "there are two workloads named %s: one is %s, the other %s",
                             entry->workload->name, origin(twin), origin(entry));
    struct spb_registry_entry *entries =
        reallocarray(registry->entries, registry->count + 1, sizeof(*registry->entries));
    if (!entries)
        return spb_error_set(err, -ENOMEM, "out of memory");
    registry->entries = entries;
    entries[registry->count++] = *entry;
    return 0;
}

int spb_registry_add(struct spb_registry *registry, const struct spb_workload *const *table, const char *plugin,
                     const char *const *reasons, struct spb_error *err)
{
    int code = 0;
    for (size_t i = 0; table[i] && code == 0; i++) {
        struct spb_registry_entry entry = {table[i], plugin, reasons ? reasons[i] : NULL};
        code = add_one(registry, &entry, err);
    }
    return code;
}

void spb_registry_release(struct spb_registry *registry)
{
    free(registry->entries);
    *registry = (struct spb_registry){0};
}

const char *spb_registry_reason(const struct spb_registry_entry *entry)
{
    if (entry->reason || !entry->workload->unavailable)
        return entry->reason;
    return entry->workload->unavailable();
}

const struct spb_registry_entry *spb_registry_find_entry(const struct spb_registry *registry, const char *name)
{
    for (size_t i = 0; i < registry->count; i++)
        if (strcmp(registry->entries[i].workload->name, name) == 0)
            return &registry->entries[i];
    return NULL;
}

const struct spb_workload *spb_registry_find(const struct spb_registry *registry, const char *name)
{
    const struct spb_registry_entry *entry = spb_registry_find_entry(registry, name);
    return entry ? entry->workload : NULL;
}

static int no_match(const struct spb_registry *registry, const char *pattern, struct spb_error *err)
{
    const char **names = calloc(registry->count + 1, sizeof(*names));
    struct spb_strbuf nearest = {0};
    if (!names)
        return spb_error_set(err, -ENOMEM, "out of memory");
    for (size_t i = 0; i < registry->count; i++)
        names[i] = registry->entries[i].workload->name;
    spb_nearest_append(pattern, names, registry->count, &nearest);
    int code = spb_error_set(err, -ENOENT, "no workload matches '%s'%s; 'spbench list' shows them all", pattern,
                             spb_strbuf_text(&nearest));
    spb_strbuf_release(&nearest);
    free(names);
    return code;
}

int spb_registry_select(const struct spb_registry *registry, char *const *patterns, size_t pattern_count,
                        bool *selected, struct spb_error *err)
{
    memset(selected, 0, registry->count * sizeof(*selected));
    for (size_t p = 0; p < pattern_count; p++) {
        bool any = false;
        bool all = strcmp(patterns[p], "all") == 0;
        for (size_t i = 0; i < registry->count; i++) {
            if (!all && fnmatch(patterns[p], registry->entries[i].workload->name, 0) != 0)
                continue;
            selected[i] = true;
            any = true;
        }
        if (!any)
            return no_match(registry, patterns[p], err);
    }
    return 0;
}
