/* SPDX-License-Identifier: MIT
 *
 * Several probes driven as one. Started in order and stopped in reverse, so that the last one is closest to the sample.
 */
#ifndef SPB_PROBE_SET_H
#define SPB_PROBE_SET_H

#include <stddef.h>

#include "probe.h"

#define SPB_PROBES_MAX 8

struct spb_probe_set {
    const struct spb_probe_slot *slots;
    void *probes[SPB_PROBES_MAX];
    size_t count; /* of opened ones */
};

/* Opens all; on failure none is open and the error names the probe. `slots` must outlive the set. */
int spb_probe_set_open(struct spb_probe_set *set, const struct spb_probe_slot *slots, size_t count,
                       const struct spb_probe_target *target, struct spb_error *err);
void spb_probe_set_start(struct spb_probe_set *set);
uint32_t spb_probe_set_stop(struct spb_probe_set *set);
int spb_probe_set_read(struct spb_probe_set *set, struct spb_metrics *metrics, struct spb_error *err);
void spb_probe_set_close(struct spb_probe_set *set);

#endif
