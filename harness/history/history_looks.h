/* SPDX-License-Identifier: MIT
 *
 * The looks of a history one after the other, as they were made, for what goes along with time (the rules of health). */
#ifndef SPB_HISTORY_LOOKS_H
#define SPB_HISTORY_LOOKS_H

#include "history.h"

struct spb_history_looks {
    int64_t since_ns, until_ns; /* [since, until) */
    /* The look and the processes that were recorded with it (the busiest; `processes` is never NULL) are valid during the visit. Anything but 0 ends
     * the walk with that; positive means enough. */
    int (*visit)(void *context, const struct spb_look *look, const struct spb_process_look *processes,
                 size_t process_count, struct spb_error *err);
    void *context;
};

/* 0, what a visit returned, or an error of the file. Looks that are kept as roll-ups only are not there. */
int spb_history_each_look(struct spb_history *history, const struct spb_history_looks *looks, struct spb_error *err);

#endif
