/* SPDX-License-Identifier: MIT
 *
 * Carries a plan out in this process: pins threads, checks where they run, binds memory. Through hwloc, with the least
 * discovery that binding needs, because every worker process opens one (state the measured cost in binder.c).
 */
#ifndef SPB_BINDER_H
#define SPB_BINDER_H

#include "topology.h"

struct spb_binder;

int spb_binder_open(struct spb_binder **binder, struct spb_error *err);
void spb_binder_close(struct spb_binder *binder); /* NULL is fine */

/* Pins the calling thread. -EINVAL when the CPU is offline or outside the allowed set. Thread-safe. */
int spb_binder_pin_thread(struct spb_binder *binder, struct spb_cpu cpu, struct spb_error *err);
/* Lets the calling thread, and what it starts from now on, run on these CPUs alone. Errors as above. */
int spb_binder_confine_thread(struct spb_binder *binder, const struct spb_cpu *cpus, unsigned count,
                              struct spb_error *err);
/* The CPU that the calling thread is running on right now. Thread-safe, some nanoseconds. */
struct spb_cpu spb_binder_current_cpu(void);
/* Binds pages not yet touched in [address, address + bytes) to the NUMA node with that OS index (strict). -ENOTSUP
 * where the kernel has no NUMA memory policy. */
int spb_binder_bind_memory(struct spb_binder *binder, void *address, size_t bytes, unsigned numa_os_index,
                           struct spb_error *err);

#endif
