/* SPDX-License-Identifier: MIT */
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static DIR *open_below(const char *root, const char *path)
{
    char whole[PATH_MAX];
    if (!root || strcmp(root, "/") == 0)
        root = "";
    if (snprintf(whole, sizeof(whole), "%s%s%s", root, *root ? "/" : "", path) >= (int)sizeof(whole)) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    return opendir(whole);
}

static int add(struct spb_folder *folder, size_t *capacity, const char *name)
{
    if (folder->count == *capacity) {
        size_t larger = *capacity ? *capacity * 2 : 16;
        char **names = reallocarray(folder->names, larger, sizeof(*names));
        if (!names)
            return -ENOMEM;
        folder->names = names;
        *capacity = larger;
    }
    folder->names[folder->count] = strdup(name);
    return folder->names[folder->count] ? (folder->count++, 0) : -ENOMEM;
}

static int compare(const void *a, const void *b)
{
    return strverscmp(*(char *const *)a, *(char *const *)b);
}

int spb_folder_read(const char *root, const char *path, const char *prefix, struct spb_folder *folder)
{
    size_t capacity = 0;
    *folder = (struct spb_folder){0};
    DIR *dir = open_below(root, path);
    if (!dir)
        return -errno;
    int code = 0;
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir(dir);
        if (!entry) {
            code = -errno;
            break;
        }
        if (entry->d_name[0] == '.' || strncmp(entry->d_name, prefix, strlen(prefix)) != 0)
            continue;
        if ((code = add(folder, &capacity, entry->d_name)) < 0)
            break;
    }
    closedir(dir);
    if (code)
        spb_folder_release(folder);
    else if (folder->count)
        qsort(folder->names, folder->count, sizeof(*folder->names), compare);
    return code;
}

void spb_folder_release(struct spb_folder *folder)
{
    for (size_t i = 0; i < folder->count; i++)
        free(folder->names[i]);
    free(folder->names);
    *folder = (struct spb_folder){0};
}
