/* SPDX-License-Identifier: MIT */
#include "thread_list.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "span.h"

int spb_thread_list_read(pid_t pid, struct spb_thread_list *list)
{
    struct spb_folder folder;
    char path[64];
    *list = (struct spb_thread_list){.count = 0};
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    int code = spb_folder_read(NULL, path, "", &folder);
    if (code)
        return code;
    list->tids = calloc(folder.count + 1, sizeof *list->tids);
    for (size_t i = 0; list->tids && i < folder.count; i++) {
        const struct spb_span name = {folder.names[i], strlen(folder.names[i])};
        uint64_t tid;
        if (spb_span_parse_u64(name, &tid) == 0 && tid <= INT32_MAX)
            list->tids[list->count++] = (pid_t)tid;
    }
    spb_folder_release(&folder);
    return list->tids ? 0 : -ENOMEM;
}

void spb_thread_list_release(struct spb_thread_list *list)
{
    free(list->tids);
    *list = (struct spb_thread_list){.count = 0};
}
