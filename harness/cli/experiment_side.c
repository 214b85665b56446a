/* SPDX-License-Identifier: MIT */
#include "experiment_side.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command_workload.h"

enum { BUILDS_MAX = 64 };

static const char command_prefix[] = "cmd:";

/* "libx.so", "libx.so.2" */
static bool is_shared_object(const char *path)
{
    const char *name = strrchr(path, '/');
    for (const char *so = name ? name : path; (so = strstr(so, ".so")) != NULL; so++)
        if (so[3] == '\0' || so[3] == '.')
            return true;
    return false;
}

static enum spb_side_kind kind_of(const char *text)
{
    if (!*text)
        return SPB_SIDE_SELF;
    if (strncmp(text, command_prefix, strlen(command_prefix)) == 0)
        return SPB_SIDE_COMMAND;
    char first[4096];
    snprintf(first, sizeof(first), "%.*s", (int)strcspn(text, ","), text);
    return is_shared_object(first) ? SPB_SIDE_PLUGIN : SPB_SIDE_PROGRAM;
}

static int describe(enum spb_side_kind kind, const char *path, struct spb_plugin_description *description,
                    struct spb_error *err)
{
    return kind == SPB_SIDE_PLUGIN ? spb_plugin_describe(path, description, err)
                                   : spb_program_describe(path, description, err);
}

/* Builds of one source measure the same workloads. */
static int check_alike(const struct spb_experiment_side *side, size_t index, const char *path, struct spb_error *err)
{
    const struct spb_plugin_description *first = &side->descriptions[0], *this = &side->descriptions[index];
    bool alike = first->count == this->count;
    for (size_t i = 0; alike && i < first->count; i++)
        alike = strcmp(first->table[i]->name, this->table[i]->name) == 0 &&
                first->table[i]->version == this->table[i]->version;
    return alike ? 0 : spb_error_set(err, -EXDEV, "%s has other workloads than the side's first build", path);
}

static int add_build(struct spb_experiment_side *side, struct spb_ab_side *named, const char *path,
                     struct spb_error *err)
{
    size_t index = side->description_count;
    struct spb_plugin_description *description = &side->descriptions[index];
    int code = describe(named->kind, path, description, err);
    if (code < 0)
        return code;
    side->description_count++;
    code = check_alike(side, index, path, err);
    if (code < 0)
        return code;
    struct spb_plugin_file *file = &named->builds[named->build_count];
    *file = description->file;
    file->path = strdup(description->file.path);
    if (!file->path)
        return spb_error_set(err, -ENOMEM, "out of memory");
    named->build_count++;
    bool plugin = named->kind == SPB_SIDE_PLUGIN;
    side->builds[side->build_count++] =
        (struct spb_pair_build){.program = plugin ? NULL : file->path, .plugin = plugin ? file->path : NULL};
    return 0;
}

static int add_builds(struct spb_experiment_side *side, struct spb_ab_side *named, struct spb_error *err)
{
    char *list = strdup(named->text);
    int code = list ? 0 : spb_error_set(err, -ENOMEM, "out of memory");
    for (char *rest = list, *path; code == 0 && (path = strsep(&rest, ",")) != NULL;) {
        if (!*path)
            code = spb_error_set(err, -EINVAL, "'%s' has an empty name between its commas", named->text);
        else if (side->description_count == BUILDS_MAX)
            code = spb_error_set(err, -EINVAL, "at most %d builds a side", BUILDS_MAX);
        else
            code = add_build(side, named, path, err);
    }
    free(list);
    if (code == 0)
        code = spb_registry_add(&side->registry, side->descriptions[0].table, NULL, side->descriptions[0].reasons, err);
    return code;
}

static int open_kind(const struct spb_cli *cli, struct spb_ab_side *named, struct spb_experiment_side *side,
                     struct spb_error *err)
{
    static const struct spb_workload *const own[] = {&spb_command_workload, NULL};
    switch (named->kind) {
    case SPB_SIDE_COMMAND:
        side->command = named->text + strlen(command_prefix);
        side->build_count = 1;
        if (!*side->command)
            return spb_error_set(err, -EINVAL, "'cmd:' names no command; write it as 'cmd:sort big.txt'");
        return spb_registry_add(&side->registry, own, NULL, NULL, err);
    case SPB_SIDE_SELF:
        side->build_count = 1;
        return spb_registry_add(&side->registry, cli->workloads, NULL, NULL, err);
    case SPB_SIDE_PROGRAM:
    case SPB_SIDE_PLUGIN:
        break;
    }
    return add_builds(side, named, err);
}

int spb_experiment_side_open(const char *text, enum spb_side which, const struct spb_cli *cli,
                             struct spb_ab_side *named, struct spb_experiment_side *side, struct spb_error *err)
{
    *side = (struct spb_experiment_side){0};
    named->kind = kind_of(text);
    named->text = strdup(text);
    named->builds = calloc(BUILDS_MAX, sizeof(*named->builds));
    side->descriptions = calloc(BUILDS_MAX, sizeof(*side->descriptions));
    side->builds = calloc(BUILDS_MAX, sizeof(*side->builds));
    if (!named->text || !named->builds || !side->descriptions || !side->builds)
        return spb_error_set(err, -ENOMEM, "out of memory");
    int code = open_kind(cli, named, side, err);
    return code < 0 ? spb_error_prefix(err, code, "the %s side", spb_side_name(which)) : 0;
}

void spb_experiment_side_release(struct spb_experiment_side *side)
{
    spb_registry_release(&side->registry);
    for (size_t i = 0; i < side->description_count; i++)
        spb_plugin_description_release(&side->descriptions[i]);
    free(side->descriptions);
    free(side->builds);
    *side = (struct spb_experiment_side){0};
}
