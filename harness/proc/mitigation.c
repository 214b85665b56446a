/* SPDX-License-Identifier: MIT */
#include "mitigation.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "folder.h"

#define VULNERABILITIES "/sys/devices/system/cpu/vulnerabilities"

static void read_one(const char *root, const char *name, struct spb_mitigations *mitigations)
{
    struct spb_mitigation *one = &mitigations->items[mitigations->count];
    struct spb_strbuf text = {0};
    char path[160];
    if (strlen(name) >= sizeof(one->name))
        return;
    snprintf(path, sizeof(path), "%s/%s", VULNERABILITIES, name);
    if (spb_file_read(root, path, 0, &text) == 0) {
        snprintf(one->name, sizeof(one->name), "%s", name);
        snprintf(one->text, sizeof(one->text), "%.*s", (int)strcspn(spb_strbuf_text(&text), "\n"),
                 spb_strbuf_text(&text));
        mitigations->count++;
    }
    spb_strbuf_release(&text);
}

int spb_mitigations_read(const char *root, struct spb_mitigations *mitigations)
{
    struct spb_folder folder;
    *mitigations = (struct spb_mitigations){0};
    int code = spb_folder_read(root, VULNERABILITIES, "", &folder);
    if (code)
        return code;
    mitigations->items = calloc(folder.count ? folder.count : 1, sizeof(*mitigations->items));
    for (size_t i = 0; mitigations->items && i < folder.count; i++)
        read_one(root, folder.names[i], mitigations);
    spb_folder_release(&folder);
    return mitigations->items ? 0 : -ENOMEM;
}

void spb_mitigations_release(struct spb_mitigations *mitigations)
{
    free(mitigations->items);
    *mitigations = (struct spb_mitigations){0};
}
