/* SPDX-License-Identifier: MIT
 *
 * /proc/PID/stat. What is accepted has a name inside of the text, and times that can be added. */
#include <stdlib.h>

#include "fuzz_target.h"
#include "process_stat.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const char *text = (const char *)bytes;
    struct spb_process_stat stat;
    struct spb_process_io io;
    uint64_t sum;
    spb_process_io_parse(text, length, &io);
    if (spb_process_stat_parse(text, length, &stat) < 0)
        return 0;
    if (stat.name.text < text || stat.name.text + stat.name.length > text + length || stat.pid <= 0 ||
        stat.parent < 0 || __builtin_add_overflow(stat.user_ns, stat.system_ns, &sum))
        abort();
    return 0;
}
