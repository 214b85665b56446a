/* SPDX-License-Identifier: MIT
 *
 * The names in a folder, sorted, below a root directory as in file.h.
 *
 *     struct spb_folder folder;
 *     if (spb_folder_read(root, "/sys/devices/system/cpu/vulnerabilities", "", &folder) == 0) {
 *         for (size_t i = 0; i < folder.count; i++) ... folder.names[i]
 *         spb_folder_release(&folder);
 *     }
 */
#ifndef SPB_FOLDER_H
#define SPB_FOLDER_H

#include <stddef.h>

struct spb_folder {
    char **names;
    size_t count;
};

/* Names that start with `prefix` ("" for all), without those that start with a dot; digits compare as numbers (cpu2
 * before cpu10). 0, a negative errno of opening or reading, or -ENOMEM; the folder is empty then. */
int spb_folder_read(const char *root, const char *path, const char *prefix, struct spb_folder *folder);
void spb_folder_release(struct spb_folder *folder);

#endif
