/* SPDX-License-Identifier: MIT */
#include "screen_snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static size_t command_size(const struct spb_process_look *look)
{
    return look->command ? strlen(look->command) + 1 : 0;
}

int spb_snapshot_take(struct spb_snapshot *snapshot, const struct spb_process_look *items, size_t count)
{
    size_t size = 1;
    for (size_t i = 0; i < count; i++)
        size += command_size(&items[i]);
    spb_snapshot_release(snapshot);
    snapshot->items = reallocarray(NULL, count + 1, sizeof(*items));
    snapshot->commands = malloc(size);
    if (!snapshot->items || !snapshot->commands) {
        spb_snapshot_release(snapshot);
        return -ENOMEM;
    }
    char *at = snapshot->commands;
    for (size_t i = 0; i < count; i++) {
        struct spb_process_look *copy = &snapshot->items[i];
        *copy = items[i];
        if (!copy->command)
            continue;
        copy->command = memcpy(at, items[i].command, command_size(&items[i]));
        at += command_size(&items[i]);
    }
    snapshot->count = count;
    return 0;
}

void spb_snapshot_release(struct spb_snapshot *snapshot)
{
    free(snapshot->items);
    free(snapshot->commands);
    *snapshot = (struct spb_snapshot){0};
}
