/* SPDX-License-Identifier: MIT */
#include "plugin_list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exit_code.h"

void spb_plugin_list_add_path(struct spb_plugin_list *list, const char *path)
{
    const char **paths = reallocarray(list->paths, list->count + 1, sizeof(*paths));
    if (!paths) {
        fprintf(stderr, "spbench: out of memory\n");
        exit(SPB_EXIT_NOT_POSSIBLE);
    }
    list->paths = paths;
    paths[list->count++] = path;
}

static int check_path(const struct spb_plugin_list *list, size_t index, struct spb_error *err)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(list->descriptions[i].file.path, list->descriptions[index].file.path) == 0)
            return spb_error_set(err, -EINVAL, "plug-in %s is there twice", list->paths[index]);
    return 0;
}

int spb_plugin_list_open(struct spb_plugin_list *list, struct spb_registry *registry, struct spb_error *err)
{
    int code = 0;
    list->descriptions = calloc(list->count + 1, sizeof(*list->descriptions));
    if (!list->descriptions)
        return spb_error_set(err, -ENOMEM, "out of memory");
    for (size_t i = 0; i < list->count && code == 0; i++) {
        struct spb_plugin_description *description = &list->descriptions[i];
        code = spb_plugin_describe(list->paths[i], description, err);
        if (code == 0)
            code = check_path(list, i, err);
        if (code == 0)
            code = spb_registry_add(registry, description->table, description->file.path, description->reasons, err);
    }
    return code;
}

void spb_plugin_list_close(struct spb_plugin_list *list)
{
    for (size_t i = 0; i < list->count && list->descriptions; i++)
        spb_plugin_description_release(&list->descriptions[i]);
    free(list->descriptions);
    list->descriptions = NULL;
}

void spb_plugin_list_release(struct spb_plugin_list *list)
{
    spb_plugin_list_close(list);
    free(list->paths);
    *list = (struct spb_plugin_list){0};
}
