/* SPDX-License-Identifier: MIT
 *
 * The plug-ins that a command line names.
 */
#ifndef SPB_PLUGIN_LIST_H
#define SPB_PLUGIN_LIST_H

#include <stddef.h>

#include "plugin.h"
#include "registry.h"

struct spb_plugin_list {
    const char **paths; /* as typed */
    size_t count;
    struct spb_plugin_description *descriptions; /* once opened, `count` of them */
};

/* Ends the program when memory runs out. */
void spb_plugin_list_add_path(struct spb_plugin_list *list, const char *path);
/* Asks for all descriptions and adds them to the registry, which must be released before the list. -EINVAL: a path twice. */
int spb_plugin_list_open(struct spb_plugin_list *list, struct spb_registry *registry, struct spb_error *err);
/* Forgets the descriptions, which the registry must hold none of, and keeps the paths. */
void spb_plugin_list_close(struct spb_plugin_list *list);
void spb_plugin_list_release(struct spb_plugin_list *list);

#endif
