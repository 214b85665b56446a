/* SPDX-License-Identifier: MIT */
#include "pmu.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "folder.h"

static bool is_cpu_pmu(const char *name)
{
    static const char *const exact[] = {"cpu", "cpu_core", "cpu_atom", "cpu_lowpower"};
    static const char *const prefixes[] = {"armv8_", "armv9_", "arm_pmuv3", "apple_", "nvidia_"};
    for (size_t i = 0; i < sizeof(exact) / sizeof(exact[0]); i++)
        if (strcmp(name, exact[i]) == 0)
            return true;
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

int spb_pmu_find(const char *root, char *names, size_t size)
{
    struct spb_folder folder;
    size_t length = 0;
    int code = spb_folder_read(root, "/sys/bus/event_source/devices", "", &folder);
    if (code)
        return code;
    names[0] = '\0';
    for (size_t i = 0; i < folder.count && length < size; i++)
        if (is_cpu_pmu(folder.names[i]))
            length += (size_t)snprintf(names + length, size - length, "%s%s", length ? "," : "", folder.names[i]);
    spb_folder_release(&folder);
    return length ? 0 : -ENODATA;
}
