/* SPDX-License-Identifier: MIT
 *
 * What both engines of the CPU profiler share: who is who while the target runs (processes, threads, what is mapped where), the stacks that were seen, and the profile that
 * comes of it.
 *
 *     values of a stack: samples (count), cpu (nanoseconds) or the event's own unit (count), off-cpu waits (count), off-cpu (nanoseconds)
 */
#ifndef SPB_CPU_SESSION_H
#define SPB_CPU_SESSION_H

#include "address_space.h"
#include "cpu_profiler.h"
#include "stack_tree.h"

enum { SPB_VALUE_SAMPLES, SPB_VALUE_CPU, SPB_VALUE_WAITS, SPB_VALUE_OFF_CPU };

#define SPB_SESSION_FRAMES_MAX 16384 /* of one stack */

struct spb_cpu_session;

struct spb_cpu_thread {
    int32_t pid, tid;
    uint32_t number;
    /* Off-CPU: the stack that it left the CPU with; node 0: it is on one. */
    uint32_t waiting_node;
    uint64_t waiting_since_ns;
};

int spb_cpu_session_create(const struct spb_cpu_profiler_options *options, struct spb_cpu_session **session);
void spb_cpu_session_destroy(struct spb_cpu_session *session);

/* A process that runs already: its threads' names and mappings out of /proc. What has gone in the meantime is left out. */
int spb_cpu_session_adopt(struct spb_cpu_session *session, pid_t pid);

/* NULL when memory ran out. A thread that is not known yet is made, of a process that is read from /proc when that is not known either. The pointer lives until the next thread comes. */
struct spb_cpu_thread *spb_cpu_session_thread(struct spb_cpu_session *session, int32_t pid, int32_t tid);
void spb_cpu_session_name(struct spb_cpu_session *session, int32_t pid, int32_t tid, const char *name, bool is_exec);
int spb_cpu_session_fork(struct spb_cpu_session *session, int32_t pid, int32_t tid, int32_t parent_pid,
                         int32_t parent_tid);
void spb_cpu_session_exit(struct spb_cpu_session *session, int32_t pid, int32_t tid);
int spb_cpu_session_map(struct spb_cpu_session *session, int32_t pid, const struct spb_mapping *mapping);
/* Of a process, as it is now; for unwinding. NULL: not known. */
const struct spb_address_space *spb_cpu_session_space(const struct spb_cpu_session *session, int32_t pid,
                                                      uint32_t *number);

/* The stack's number in the tree; `frames` innermost first. UINT32_MAX when memory ran out. */
uint32_t spb_cpu_session_stack(struct spb_cpu_session *session, const struct spb_stack_frame *frames, size_t count);
int spb_cpu_session_add(struct spb_cpu_session *session, const struct spb_cpu_thread *thread, uint32_t node,
                        const int64_t values[SPB_STACK_VALUES]);
/* CPU time of the thread around a moment, for the timelines. `since_ns`: since the profile began. */
void spb_cpu_session_note_cpu(struct spb_cpu_session *session, const struct spb_cpu_thread *thread, uint64_t since_ns,
                              uint64_t cpu_ns);

struct spb_cpu_quality {
    uint64_t samples, lost, throttled, truncated, malformed;
};
struct spb_cpu_quality *spb_cpu_session_quality(struct spb_cpu_session *session);

/* Names everything. `event` and `unit` are those of SPB_VALUE_CPU ("cpu", "nanoseconds"). */
int spb_cpu_session_finish(struct spb_cpu_session *session, const char *event, const char *unit,
                           struct spb_profile **profile, struct spb_error *err);

#endif
