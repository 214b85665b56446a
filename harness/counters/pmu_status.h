/* SPDX-License-Identifier: MIT
 *
 * Can this process count hardware events here, and if not, why and what mends it. And what a failed perf_event_open
 * means, in one table.
 *
 *     struct spb_pmu_status pmu;
 *     spb_pmu_status_read(NULL, &pmu);
 *     printf("%s%s%s\n", pmu.text, pmu.cure[0] ? "; run: " : "", pmu.cure);
 */
#ifndef SPB_PMU_STATUS_H
#define SPB_PMU_STATUS_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "metric.h"
#include "perf_calls.h"

enum spb_pmu_state {
    SPB_PMU_AVAILABLE,
    SPB_PMU_USER_ONLY,     /* user mode may be counted, the kernel may not */
    SPB_PMU_NO_PERMISSION, /* whether there is a PMU cannot be told */
    SPB_PMU_MISSING,       /* none, or one that opens and counts nothing */
};

/* /proc/sys/kernel/perf_event_paranoid could not be read. */
#define SPB_PARANOID_UNKNOWN (-100)

struct spb_pmu_status {
    enum spb_pmu_state state;
    int paranoid;
    char text[128]; /* one line for a person */
    char cure[128]; /* the exact command that mends it; "" when there is none or nothing to mend */
};

struct spb_pmu_options {
    const struct spb_perf_calls *calls; /* NULL: the kernel's */
    const char *root;                   /* where proc/ is found; NULL: "/" */
};

/* Opens, runs and closes one cycle counter on the calling thread: about 10 us. `options` may be NULL. Thread-safe. */
void spb_pmu_status_read(const struct spb_pmu_options *options, struct spb_pmu_status *status);

/* "available", "user-only", "no-permission", "no-pmu". */
const char *spb_pmu_state_name(enum spb_pmu_state state);

/* State and reason (of at least 160 bytes) of an event that failed with `errnum` (positive). `software` events need no
 * PMU. */
enum spb_metric_state spb_perf_failure(int errnum, bool software, const struct spb_pmu_status *pmu, char *reason,
                                       size_t size);

#endif
