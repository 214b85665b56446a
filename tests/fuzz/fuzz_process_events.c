/* SPDX-License-Identifier: MIT
 *
 * Datagrams of the proc connector. What it takes from one it counts, and numbers of processes are above 0. */
#include <stdlib.h>

#include "fuzz_target.h"
#include "process_events.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct spb_process_event_list list = {0};
    int count = spb_process_events_parse(bytes, length, 5, &list);
    if (count < 0 || (size_t)count != list.count)
        abort();
    for (size_t i = 0; i < list.count; i++)
        if (list.items[i].pid <= 0)
            abort();
    free(list.items);
    return 0;
}
