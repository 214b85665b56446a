/* SPDX-License-Identifier: MIT
 *
 * The events of a target and the buffers that the kernel writes into: one buffer a CPU. Records come out in order of time, whichever CPU they are from.
 */
#ifndef SPB_PERF_RING_H
#define SPB_PERF_RING_H

#include <sys/types.h>

#include "error.h"
#include "perf_record.h"

struct spb_perf_ring_options {
    uint32_t event_type; /* as in struct perf_event_attr */
    uint64_t event_config;
    unsigned frequency_hz;
    bool call_chains; /* by frame pointers, in the kernel */
    bool copy_stacks; /* registers and stack_bytes of the stack */
    uint32_t stack_bytes;
    bool
        switches; /* also each time that a thread is taken off a CPU: a sample of its own with a call chain, and when it goes on */
    bool without_kernel;
    bool on_exec; /* begins when the target becomes a program; else at spb_perf_ring_enable */
};

struct spb_perf_rings;

/* Opens the events on every CPU: of a process that is about to become a program, or of all threads of one that runs already. A negative errno as perf_event_open gave it; the text is that alone. */
int spb_perf_rings_open(const struct spb_perf_ring_options *options, pid_t pid, bool attached,
                        struct spb_perf_rings **rings, struct spb_error *err);
void spb_perf_rings_close(struct spb_perf_rings *rings);
int spb_perf_rings_enable(struct spb_perf_rings *rings);
void spb_perf_rings_disable(struct spb_perf_rings *rings);

/* Waits until there is something, at most timeout_ms, or until `also` is readable (-1: nothing). */
void spb_perf_rings_wait(struct spb_perf_rings *rings, int timeout_ms, int also);
/* Hands all that has come over in order of time, but for what is so new that another CPU may have something older; `all`: that too. A negative return value of `take` ends it and is given back. */
int spb_perf_rings_drain(struct spb_perf_rings *rings, bool all,
                         int (*take)(void *context, const struct spb_perf_record *record), void *context);

bool spb_perf_rings_is_switch(const struct spb_perf_rings *rings, uint64_t id); /* the event of `switches` */
uint64_t spb_perf_rings_malformed(const struct spb_perf_rings *rings); /* records that could not be taken apart */
const struct spb_perf_layout *spb_perf_rings_layout(const struct spb_perf_rings *rings);

#endif
