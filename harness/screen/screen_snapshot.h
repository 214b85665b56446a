/* SPDX-License-Identifier: MIT
 *
 * A copy of the processes, for a picture that stands still while looks go on.
 */
#ifndef SPB_SCREEN_SNAPSHOT_H
#define SPB_SCREEN_SNAPSHOT_H

#include "process_table.h"

struct spb_snapshot {
    struct spb_process_look *items; /* NULL: none */
    size_t count;
    char *commands; /* all of them, one after the other */
};

/* 0, or -ENOMEM: then it is empty. */
int spb_snapshot_take(struct spb_snapshot *snapshot, const struct spb_process_look *items, size_t count);
void spb_snapshot_release(struct spb_snapshot *snapshot);

#endif
