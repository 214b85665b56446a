/* SPDX-License-Identifier: MIT
 *
 * Where the CPU time of a program goes: samples of its stacks, by perf events (perf_engine.c) or by timers inside it (timer_engine.c).
 */
#ifndef SPB_CPU_PROFILER_H
#define SPB_CPU_PROFILER_H

#include <stdint.h>

#include "error.h"
#include "profile.h"
#include "target.h"

enum spb_cpu_engine { SPB_ENGINE_AUTO, SPB_ENGINE_PERF, SPB_ENGINE_TIMER };
enum spb_call_graph { SPB_CALL_GRAPH_FP, SPB_CALL_GRAPH_DWARF, SPB_CALL_GRAPH_NONE };

struct spb_cpu_profiler_options {
    enum spb_cpu_engine engine;
    const char *event;     /* NULL: cycles where there is a PMU, else cpu-clock */
    unsigned frequency_hz; /* 0: 997 */
    enum spb_call_graph call_graph;
    unsigned stack_bytes; /* DWARF: 0: 16 KiB */
    bool off_cpu;         /* also where threads wait */
    bool user_only;
    uint64_t duration_ns;     /* 0: until the target ends, or *stop */
    const volatile int *stop; /* set by a signal handler; NULL: none */
    const char *agent_path;   /* the shared object of the timer engine */
};

/* Takes the target through (releases its gate) and hands over a finished profile with names, facts of quality and timelines; *exit_code is the target's. What is not possible: -ENOTSUP
 * or -EACCES with the reason and the command that would allow it (AUTO falls back to timers for a command and notes why as the fact "engine-reason"). */
int spb_cpu_profile(struct spb_target *target, const struct spb_cpu_profiler_options *options,
                    struct spb_profile **profile, int *exit_code, struct spb_error *err);

#endif
