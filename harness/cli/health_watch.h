/* SPDX-License-Identifier: MIT
 *
 * Shows the rules of health what there is: this machine for some time, a captured one, or a history.
 */
#ifndef SPB_HEALTH_WATCH_H
#define SPB_HEALTH_WATCH_H

#include <stdint.h>

#include "error.h"
#include "health.h"

struct spb_health_watch {
    const char *root; /* a captured machine; NULL: this one */
    uint64_t interval_ns, duration_ns;
    bool with_progress; /* on stderr */
};
/* 0; -ECANCELED: interrupted, what was seen until then is judged; or why nothing can be seen. */
int spb_health_watch(struct spb_health *health, const struct spb_health_watch *watch, struct spb_error *err);

struct spb_health_recorded {
    const char *path;
    int64_t since_ns; /* 0: a day before the end */
    int64_t at_ns;    /* 0: the end of the history */
};
int spb_health_read_history(struct spb_health *health, const struct spb_health_recorded *recorded,
                            struct spb_error *err);

#endif
