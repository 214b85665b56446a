/* SPDX-License-Identifier: MIT
 *
 * For workloads that are about huge pages: can there be any?
 */
#ifndef SPB_HUGE_PAGES_H
#define SPB_HUGE_PAGES_H

#include <stdio.h>
#include <string.h>

/* NULL, or why not. "always [madvise] never": the word in brackets is in force. */
static inline const char *no_huge_pages(void)
{
    char text[64] = "";
    FILE *file = fopen("/sys/kernel/mm/transparent_hugepage/enabled", "re");
    if (!file)
        return "this kernel has no transparent huge pages";
    int read = fgets(text, sizeof(text), file) != NULL;
    fclose(file);
    return read && strstr(text, "[never]")
               ? "transparent huge pages are switched off in /sys/kernel/mm/transparent_hugepage/enabled"
               : NULL;
}

#endif
