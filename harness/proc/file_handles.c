/* SPDX-License-Identifier: MIT */
#include "file_handles.h"

#include <errno.h>

#include "span.h"

/* "909	0	2466170": handles, those of them that are free (0 since Linux 2.6), the limit */
int spb_file_handles_parse(const char *text, size_t length, struct spb_file_handles *handles)
{
    struct spb_span rest = {text, length}, word;
    uint64_t numbers[3];
    for (int i = 0; i < 3; i++) {
        int code = spb_span_take_word(&rest, &word) ? spb_span_parse_u64(word, &numbers[i]) : -EINVAL;
        if (code)
            return code;
    }
    if (numbers[1] > numbers[0])
        return -EINVAL;
    *handles = (struct spb_file_handles){.open = numbers[0] - numbers[1], .limit = numbers[2]};
    return 0;
}
