/* SPDX-License-Identifier: MIT */
#include "perf_engine.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counter_event.h"
#include "file.h"
#include "perf_ring.h"
#include "pmu_status.h"
#include "span.h"
#include "unwinder.h"

#define DEFAULT_HZ          997
#define DEFAULT_STACK_BYTES 16384
#define ROUND_MS            100

struct engine {
    struct spb_target *target;
    const struct spb_cpu_profiler_options *options;
    struct spb_cpu_session *session;
    struct spb_perf_rings *rings;
    struct spb_unwinder *unwinder; /* NULL: not needed */
    struct spb_engine_report *report;
    uint64_t sample_ns; /* CPU time that a sample stands for, where the event is not time itself */
    bool is_time;       /* the event's period is in nanoseconds */
    struct spb_stack_frame frames[SPB_SESSION_FRAMES_MAX];
    uint64_t addresses[SPB_SESSION_FRAMES_MAX];
};

/* ---- stacks ----------------------------------------------------------------------------------------------------- */

static uint64_t chain_item(const struct spb_perf_sample *sample, uint64_t index)
{
    uint64_t value;
    memcpy(&value, sample->chain + 8 * index, sizeof value);
    return value;
}

/* Adds what the kernel has followed. `user`: also the user's part. *depth is the user's part of it. */
static size_t take_chain(struct engine *engine, const struct spb_perf_sample *sample, uint32_t space, bool user,
                         size_t *depth)
{
    bool in_kernel = sample->in_kernel;
    size_t count = 0, in_part = 0;
    *depth = 0;
    for (uint64_t i = 0; i < sample->chain_count && count < SPB_SESSION_FRAMES_MAX; i++) {
        uint64_t address = chain_item(sample, i);
        if (address >= PERF_CONTEXT_MAX) {
            in_kernel = address == PERF_CONTEXT_KERNEL;
            in_part = 0;
            continue;
        }
        if (in_kernel || (user && space != SPB_PROFILE_NONE)) {
            engine->frames[count++] =
                (struct spb_stack_frame){address, in_kernel ? SPB_STACK_KERNEL : space, in_part > 0};
            *depth += !in_kernel;
        }
        in_part++;
    }
    return count;
}

#if defined(__x86_64__)
/* The kernel's order of registers (asm/perf_regs.h) to DWARF's; those of the mask in perf_ring.c. */
static const signed char dwarf_of[] = {0, 3, 2, 1, 4, 5, 6, 7, -1, 8, 9, 10, 11, 12, 13, 14, 15};
enum { INDEX_IP = 8, INDEX_SP = 7 };
#elif defined(__aarch64__)
enum { INDEX_IP = 32, INDEX_SP = 31 };
#endif

static uint64_t register_item(const struct spb_perf_sample *sample, size_t index)
{
    uint64_t value;
    memcpy(&value, sample->registers + 8 * index, sizeof value);
    return value;
}

static void take_registers(const struct spb_perf_sample *sample, struct spb_unwind_input *input)
{
#if defined(__x86_64__)
    for (size_t i = 0; i < sizeof dwarf_of; i++)
        if (dwarf_of[i] >= 0) {
            input->registers[dwarf_of[i]] = register_item(sample, i);
            input->register_mask |= UINT64_C(1) << dwarf_of[i];
        }
#elif defined(__aarch64__)
    for (size_t i = 0; i < 32; i++)
        input->registers[i] = register_item(sample, i);
    input->register_mask = UINT32_MAX;
#endif
    input->instruction = register_item(sample, INDEX_IP);
    input->stack_pointer = register_item(sample, INDEX_SP);
}

/* Below what the kernel has followed of itself. */
static size_t unwind(struct engine *engine, const struct spb_perf_sample *sample, const struct spb_address_space *space,
                     uint32_t space_number, size_t count)
{
    struct spb_unwind_input input = {.space = space, .stack = sample->stack, .stack_bytes = sample->stack_bytes};
    bool truncated;
    if (!sample->has_registers)
        return count;
    take_registers(sample, &input);
    size_t found =
        spb_unwinder_walk(engine->unwinder, &input, engine->addresses, SPB_SESSION_FRAMES_MAX - count, &truncated);
    spb_cpu_session_quality(engine->session)->truncated += truncated;
    for (size_t i = 0; i < found; i++)
        engine->frames[count++] = (struct spb_stack_frame){engine->addresses[i], space_number, i > 0};
    return count;
}

static size_t single_frame(struct engine *engine, const struct spb_perf_sample *sample, uint32_t space)
{
    if (!sample->in_kernel && space == SPB_PROFILE_NONE)
        return 0;
    engine->frames[0] = (struct spb_stack_frame){sample->ip, sample->in_kernel ? SPB_STACK_KERNEL : space, false};
    return 1;
}

/* The kernel's limit of a call chain, kernel.perf_event_max_stack. */
#define CHAIN_MAX 127

static size_t take_stack(struct engine *engine, const struct spb_perf_record *record)
{
    const struct spb_perf_sample *sample = &record->sample;
    uint32_t number = SPB_PROFILE_NONE;
    const struct spb_address_space *space = spb_cpu_session_space(engine->session, (int32_t)record->pid, &number);
    size_t depth = 0;
    bool dwarf = engine->unwinder;
    size_t count = take_chain(engine, sample, number, !dwarf, &depth);
    if (dwarf && space)
        count = unwind(engine, sample, space, number, count);
    else
        spb_cpu_session_quality(engine->session)->truncated += depth >= CHAIN_MAX;
    return count ? count : single_frame(engine, sample, number);
}

/* ---- records ---------------------------------------------------------------------------------------------------- */

static int take_sample(struct engine *engine, const struct spb_perf_record *record)
{
    struct spb_cpu_thread *thread = spb_cpu_session_thread(engine->session, (int32_t)record->pid, (int32_t)record->tid);
    if (!thread)
        return -ENOMEM;
    uint32_t node = spb_cpu_session_stack(engine->session, engine->frames, take_stack(engine, record));
    if (node == UINT32_MAX)
        return -ENOMEM;
    if (spb_perf_rings_is_switch(engine->rings, record->id)) {
        thread->waiting_node = node;
        thread->waiting_since_ns = record->time_ns;
        return 0;
    }
    uint64_t cpu_ns = engine->is_time ? record->sample.period : engine->sample_ns;
    uint64_t since_ns = record->time_ns > engine->report->begin_ns ? record->time_ns - engine->report->begin_ns : 0;
    const int64_t values[SPB_STACK_VALUES] = {1, (int64_t)record->sample.period};
    spb_cpu_session_quality(engine->session)->samples++;
    spb_cpu_session_note_cpu(engine->session, thread, since_ns, cpu_ns);
    return spb_cpu_session_add(engine->session, thread, node, values);
}

static int take_switch(struct engine *engine, const struct spb_perf_record *record)
{
    struct spb_cpu_thread *thread = spb_cpu_session_thread(engine->session, (int32_t)record->pid, (int32_t)record->tid);
    if (!thread)
        return -ENOMEM;
    if (record->is_switch_out && record->is_preempted)
        thread->waiting_node = 0; /* it waits for a CPU, not for something */
    if (record->is_switch_out || !thread->waiting_node)
        return 0;
    const int64_t values[SPB_STACK_VALUES] = {0, 0, 1, (int64_t)(record->time_ns - thread->waiting_since_ns)};
    uint32_t node = thread->waiting_node;
    thread->waiting_node = 0;
    return spb_cpu_session_add(engine->session, thread, node, values);
}

static int take_mapping(struct engine *engine, const struct spb_perf_record *record)
{
    const struct spb_perf_mapping *from = &record->mapping;
    struct spb_mapping mapping = {.start = from->address,
                                  .end = from->address + from->length,
                                  .file_offset = from->file_offset,
                                  .path = (char *)(uintptr_t)from->path,
                                  .executable = from->executable,
                                  .device = (uint64_t)from->major << 32 | from->minor,
                                  .inode = from->inode,
                                  .build_id_bytes = from->build_id_bytes};
    memcpy(mapping.build_id, from->build_id, sizeof mapping.build_id);
    return spb_cpu_session_map(engine->session, (int32_t)record->pid, &mapping);
}

static int take(void *context, const struct spb_perf_record *record)
{
    struct engine *engine = context;
    struct spb_cpu_quality *quality = spb_cpu_session_quality(engine->session);
    int32_t pid = (int32_t)record->pid, tid = (int32_t)record->tid;
    switch (record->type) {
    case PERF_RECORD_SAMPLE:
        return take_sample(engine, record);
    case PERF_RECORD_SWITCH:
        return take_switch(engine, record);
    case PERF_RECORD_MMAP2:
        return take_mapping(engine, record);
    case PERF_RECORD_COMM:
        spb_cpu_session_name(engine->session, pid, tid, record->name, record->is_exec);
        return 0;
    case PERF_RECORD_FORK:
        return spb_cpu_session_fork(engine->session, pid, tid, (int32_t)record->parent_pid,
                                    (int32_t)record->parent_tid);
    case PERF_RECORD_EXIT:
        spb_cpu_session_exit(engine->session, pid, tid);
        return 0;
    case PERF_RECORD_LOST:
    case PERF_RECORD_LOST_SAMPLES:
        quality->lost += record->lost;
        return 0;
    case PERF_RECORD_THROTTLE:
        quality->throttled++;
        return 0;
    default:
        return 0;
    }
}

/* ---- opening ---------------------------------------------------------------------------------------------------- */

static int choose_event(struct engine *engine, struct spb_perf_ring_options *ring, struct spb_error *err)
{
    struct spb_engine_report *report = engine->report;
    struct spb_pmu_status pmu;
    struct spb_counter_event event;
    const char *name = engine->options->event;
    spb_pmu_status_read(NULL, &pmu);
    if (!name)
        name = pmu.state == SPB_PMU_AVAILABLE || pmu.state == SPB_PMU_USER_ONLY ? "cycles" : "cpu-clock";
    int code = spb_counter_event_parse(name, &event, err);
    if (code)
        return code;
    ring->event_type = event.type;
    ring->event_config = event.config;
    engine->is_time = event.type == PERF_TYPE_SOFTWARE &&
                      (event.config == PERF_COUNT_SW_CPU_CLOCK || event.config == PERF_COUNT_SW_TASK_CLOCK);
    snprintf(report->event, sizeof report->event, "%s", name);
    snprintf(report->value, sizeof report->value, "%s", engine->is_time ? "cpu" : name);
    snprintf(report->unit, sizeof report->unit, "%s", engine->is_time ? "nanoseconds" : "count");
    if (!engine->options->event && pmu.state != SPB_PMU_AVAILABLE && pmu.state != SPB_PMU_USER_ONLY)
        snprintf(report->note, sizeof report->note, "sampled by the CPU clock: %s", pmu.text);
    return 0;
}

/* The kernel's default where it cannot be read. */
static int paranoid_level(void)
{
    char text[32];
    int64_t level = 2;
    if (spb_file_read_line(NULL, "/proc/sys/kernel/perf_event_paranoid", text, sizeof text) == 0)
        spb_span_parse_i64((struct spb_span){text, strlen(text)}, &level);
    return (int)level;
}

static int explain(const struct engine *engine, int code, struct spb_error *err)
{
    int level = paranoid_level();
    if (code == -EACCES || code == -EPERM)
        return spb_error_set(
            err, code,
            "the kernel does not allow perf events here (kernel.perf_event_paranoid is %d); as root: sysctl "
            "kernel.perf_event_paranoid=1, or in a container: --cap-add=PERFMON",
            level);
    if (code == -ENOSYS)
        return spb_error_set(err, -ENOTSUP, "this kernel has no perf events, or the container hides them");
    if (code == -ENOENT || code == -EOPNOTSUPP || code == -ENODEV)
        return spb_error_set(err, -ENOTSUP, "this machine cannot sample by '%s'; --event cpu-clock works everywhere",
                             engine->report->event);
    if (code == -EMFILE)
        return spb_error_set(err, -ENOTSUP,
                             "the program has too many threads for the limit of open files; raise it: ulimit -n");
    return code;
}

/* With the kernel's part where that is allowed, else without. */
static int open_rings(struct engine *engine, struct spb_error *err)
{
    const struct spb_cpu_profiler_options *options = engine->options;
    struct spb_perf_ring_options ring = {.frequency_hz = options->frequency_hz ? options->frequency_hz : DEFAULT_HZ,
                                         .call_chains = options->call_graph == SPB_CALL_GRAPH_FP,
                                         .copy_stacks = options->call_graph == SPB_CALL_GRAPH_DWARF,
                                         .stack_bytes =
                                             options->stack_bytes ? options->stack_bytes : DEFAULT_STACK_BYTES,
                                         .switches = options->off_cpu,
                                         .without_kernel = options->user_only,
                                         .on_exec = !engine->target->attached};
    int code = choose_event(engine, &ring, err);
    if (code)
        return code;
    engine->sample_ns = 1000000000u / ring.frequency_hz;
    code = spb_perf_rings_open(&ring, engine->target->pid, engine->target->attached, &engine->rings, err);
    if ((code == -EACCES || code == -EPERM) && !ring.without_kernel && !ring.switches) {
        snprintf(engine->report->kernel, sizeof engine->report->kernel,
                 "time in the kernel is not seen: kernel.perf_event_paranoid is %d (as root: sysctl "
                 "kernel.perf_event_paranoid=1)",
                 paranoid_level());
        ring.without_kernel = true;
        code = spb_perf_rings_open(&ring, engine->target->pid, engine->target->attached, &engine->rings, err);
    }
    return code ? explain(engine, code, err) : 0;
}

/* ---- running ---------------------------------------------------------------------------------------------------- */

static int sample_until_end(struct engine *engine, int *exit_code)
{
    bool ended = false;
    int code = 0;
    while (code == 0 && !ended && !spb_engine_is_over(engine->options, engine->report)) {
        spb_perf_rings_wait(engine->rings, ROUND_MS, engine->target->pid_fd);
        ended = spb_target_wait(engine->target, 0, exit_code);
        code = spb_perf_rings_drain(engine->rings, false, take, engine);
    }
    engine->report->end_ns = spb_engine_now_ns();
    spb_perf_rings_disable(engine->rings);
    if (code == 0)
        code = spb_perf_rings_drain(engine->rings, true, take, engine);
    spb_cpu_session_quality(engine->session)->malformed = spb_perf_rings_malformed(engine->rings);
    if (code == 0 && !ended)
        spb_engine_wait_for_end(engine->target, engine->options, exit_code);
    return code;
}

static int start(struct engine *engine, struct spb_error *err)
{
    engine->report->begin_ns = spb_engine_now_ns();
    if (!engine->target->attached)
        return spb_target_release_gate(engine->target, err);
    int code = spb_cpu_session_adopt(engine->session, engine->target->pid);
    if (code == 0)
        code = spb_perf_rings_enable(engine->rings);
    return code ? spb_error_system(err, code, "process %d", (int)engine->target->pid) : 0;
}

int spb_perf_engine_run(struct spb_target *target, const struct spb_cpu_profiler_options *options,
                        struct spb_cpu_session *session, struct spb_engine_report *report, int *exit_code,
                        struct spb_error *err)
{
    struct engine *engine = calloc(1, sizeof *engine);
    if (!engine)
        return spb_error_system(err, -ENOMEM, "perf events");
    engine->target = target;
    engine->options = options;
    engine->session = session;
    engine->report = report;
    snprintf(report->engine, sizeof report->engine, "perf");
    int code = open_rings(engine, err);
    if (code == 0 && options->call_graph == SPB_CALL_GRAPH_DWARF && spb_unwinder_create(NULL, &engine->unwinder) < 0)
        code = spb_error_system(err, -ENOMEM, "stacks");
    if (code == 0)
        code = start(engine, err);
    if (code == 0) {
        code = sample_until_end(engine, exit_code);
        if (code)
            spb_error_system(err, code, "samples");
    }
    spb_unwinder_destroy(engine->unwinder);
    spb_perf_rings_close(engine->rings);
    free(engine);
    return code;
}
