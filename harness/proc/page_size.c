/* SPDX-License-Identifier: MIT */
#include "page_size.h"

#include <elf.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "kept_file.h"

enum { SMALLEST = 4096, LARGEST = 1 << 20 };

uint64_t spb_page_size_parse(const char *text, size_t length)
{
    uint64_t pair[2];
    for (size_t at = 0; at + sizeof(pair) <= length; at += sizeof(pair)) {
        memcpy(pair, text + at, sizeof(pair));
        if (pair[0] == AT_PAGESZ)
            return pair[1] >= SMALLEST && pair[1] <= LARGEST && (pair[1] & (pair[1] - 1)) == 0 ? pair[1] : 0;
    }
    return 0;
}

uint64_t spb_page_size_read(const char *root)
{
    struct spb_strbuf text = {0};
    uint64_t bytes = 0;
    if (spb_root_is_live(root))
        return (uint64_t)sysconf(_SC_PAGESIZE);
    if (spb_file_read(root, "/proc/self/auxv", 0, &text) == 0)
        bytes = spb_page_size_parse(spb_strbuf_text(&text), text.length);
    spb_strbuf_release(&text);
    return bytes ? bytes : SMALLEST;
}
