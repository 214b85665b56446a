/* SPDX-License-Identifier: MIT
 *
 * Who is who comes from the agent: the first sample of a process brings the name of its program and what it has mapped, since a process that lives for a moment has gone when
 * anybody could look. Where an address is in none of that (its program was started without /proc, the record found no room), the mappings are read from outside.
 */
#include "timer_engine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "file.h"
#include "preload.h"
#include "span.h"
#include "unwinder.h"
#include "wire_reader.h"

#define DEFAULT_HZ          997
#define DEFAULT_STACK_BYTES 16384
#define ROUND_MS            20
#define DESCRIPTOR          200 /* beyond those that programs have by number */
#define MAPS_BYTES_MAX      (16u << 20)
#define MAPS_AGAIN_NS       100000000u

struct engine {
    struct spb_target *target;
    const struct spb_cpu_profiler_options *options;
    struct spb_cpu_session *session;
    struct spb_engine_report *report;
    struct spb_wire_reader *reader;
    struct spb_unwinder *unwinder; /* NULL: not needed */
    uint64_t maps_read_ns;         /* from outside, the last time */
    uint64_t sampled_ns;           /* CPU time that all samples stand for */
    struct spb_stack_frame frames[SPB_SESSION_FRAMES_MAX];
    uint64_t addresses[SPB_SESSION_FRAMES_MAX];
};

/* ---- mappings --------------------------------------------------------------------------------------------------- */

static bool is_known(const struct engine *engine, int32_t pid, const struct spb_mapping *mapping)
{
    uint32_t number;
    const struct spb_address_space *space = spb_cpu_session_space(engine->session, pid, &number);
    const struct spb_mapping *known = space ? spb_address_space_find(space, mapping->start) : NULL;
    return known && known->start == mapping->start && known->end == mapping->end &&
           known->file_offset == mapping->file_offset && known->executable && spb_mapping_is_same_file(known, mapping);
}

/* The executable ones of `text`; only what is new, since the session keeps what was for the stacks that were. */
static int take_maps(struct engine *engine, int32_t pid, const char *text, size_t length)
{
    struct spb_address_space *parsed;
    struct spb_span rest = {text, length}, line, part;
    uint64_t start;
    int code = spb_address_space_create(pid, &parsed);
    if (code)
        return code;
    code = spb_address_space_parse(parsed, text, length);
    while (code == 0 && spb_span_take_line(&rest, &line)) {
        if (!spb_span_take_until(&line, '-', &part) || spb_span_parse_hex(part, &start))
            continue;
        const struct spb_mapping *mapping = spb_address_space_find(parsed, start);
        if (mapping && mapping->executable && !is_known(engine, pid, mapping))
            code = spb_cpu_session_map(engine->session, pid, mapping);
    }
    spb_address_space_destroy(parsed);
    return code;
}

/* Not too often: an address may be none. */
static int read_maps(struct engine *engine, int32_t pid)
{
    struct spb_strbuf text = {0};
    char path[64];
    uint64_t now = spb_engine_now_ns();
    if (now - engine->maps_read_ns < MAPS_AGAIN_NS)
        return 0;
    engine->maps_read_ns = now;
    snprintf(path, sizeof path, "/proc/%d/maps", pid);
    int code = spb_file_read(NULL, path, MAPS_BYTES_MAX, &text);
    code = code ? 0 : take_maps(engine, pid, spb_strbuf_text(&text), text.length);
    spb_strbuf_release(&text);
    return code;
}

static int ensure_mapped(struct engine *engine, int32_t pid, uint64_t instruction)
{
    uint32_t number;
    const struct spb_address_space *space = spb_cpu_session_space(engine->session, pid, &number);
    return space && spb_address_space_find(space, instruction) ? 0 : read_maps(engine, pid);
}

/* ---- samples ---------------------------------------------------------------------------------------------------- */

static uint64_t item_at(const unsigned char *bytes, size_t index)
{
    uint64_t value;
    memcpy(&value, bytes + 8 * index, sizeof value);
    return value;
}

static size_t take_addresses(struct engine *engine, const unsigned char *addresses, uint64_t found, uint32_t space,
                             size_t count)
{
    for (uint64_t i = 0; i < found && count < SPB_SESSION_FRAMES_MAX; i++) {
        engine->frames[count] = (struct spb_stack_frame){item_at(addresses, i), space, count > 0};
        count++;
    }
    return count;
}

/* Of the program the copied stack is, however it says so. */
static size_t unwind(struct engine *engine, const struct spb_wire_item *item, const struct spb_address_space *space,
                     uint32_t number, size_t count)
{
    struct spb_wire_registers registers;
    struct spb_wire_sample sample;
    bool truncated;
    memcpy(&sample, item->body, sizeof sample);
    memcpy(&registers, item->body + sizeof sample, sizeof registers);
    struct spb_unwind_input input = {.space = space,
                                     .register_mask = registers.mask & ((UINT64_C(1) << SPB_UNWIND_REGISTERS) - 1),
                                     .instruction = registers.instruction,
                                     .stack_pointer = registers.stack_pointer,
                                     .stack = item->body + sizeof sample + sizeof registers,
                                     .stack_bytes = sample.count};
    _Static_assert(sizeof registers.values == sizeof input.registers, "registers by their DWARF numbers");
    memcpy(input.registers, registers.values, sizeof input.registers);
    size_t found =
        spb_unwinder_walk(engine->unwinder, &input, engine->addresses, SPB_SESSION_FRAMES_MAX - count, &truncated);
    spb_cpu_session_quality(engine->session)->truncated += truncated;
    return take_addresses(engine, (const unsigned char *)engine->addresses, found, number, count);
}

static uint64_t instruction_of(const struct spb_wire_item *item)
{
    struct spb_wire_registers registers;
    const unsigned char *behind = item->body + sizeof(struct spb_wire_sample);
    if (item->head.kind == SPB_WIRE_SAMPLE)
        return item_at(behind, 0);
    memcpy(&registers, behind, sizeof registers);
    return registers.instruction;
}

static size_t take_stack(struct engine *engine, const struct spb_wire_item *item)
{
    struct spb_wire_sample sample;
    uint32_t number;
    size_t count = 0;
    const struct spb_address_space *space = spb_cpu_session_space(engine->session, item->head.pid, &number);
    memcpy(&sample, item->body, sizeof sample);
    if ((item->head.flags & SPB_WIRE_KERNEL) && !engine->options->user_only)
        engine->frames[count++] = (struct spb_stack_frame){0, SPB_STACK_KERNEL, false};
    if (!space)
        return count;
    if (item->head.kind == SPB_WIRE_STACK && engine->unwinder)
        return unwind(engine, item, space, number, count);
    if (item->head.kind == SPB_WIRE_STACK) /* not asked for */
        return take_addresses(engine, (const unsigned char *)&(uint64_t){instruction_of(item)}, 1, number, count);
    spb_cpu_session_quality(engine->session)->truncated += (item->head.flags & SPB_WIRE_TRUNCATED) != 0;
    return take_addresses(engine, item->body + sizeof sample, sample.count, number, count);
}

static int take_sample(struct engine *engine, const struct spb_wire_item *item)
{
    struct spb_wire_sample sample;
    struct spb_cpu_thread *thread = spb_cpu_session_thread(engine->session, item->head.pid, item->head.tid);
    int code = thread ? ensure_mapped(engine, item->head.pid, instruction_of(item)) : -ENOMEM;
    if (code)
        return code;
    uint32_t node = spb_cpu_session_stack(engine->session, engine->frames, take_stack(engine, item));
    if (node == UINT32_MAX)
        return -ENOMEM;
    memcpy(&sample, item->body, sizeof sample);
    uint64_t begin_ns = engine->report->begin_ns;
    const int64_t values[SPB_STACK_VALUES] = {1, (int64_t)sample.cpu_ns};
    engine->sampled_ns += sample.cpu_ns;
    spb_cpu_session_quality(engine->session)->samples++;
    spb_cpu_session_note_cpu(engine->session, thread, item->head.time_ns > begin_ns ? item->head.time_ns - begin_ns : 0,
                             sample.cpu_ns);
    return spb_cpu_session_add(engine->session, thread, node, values);
}

static int take(void *context, const struct spb_wire_item *item)
{
    struct engine *engine = context;
    int32_t pid = item->head.pid, tid = item->head.tid;
    char name[sizeof(struct spb_wire_name) + 1] = "";
    switch (item->head.kind) {
    case SPB_WIRE_START:
    case SPB_WIRE_NAME:
        memcpy(name, item->body, sizeof(struct spb_wire_name));
        spb_cpu_session_name(engine->session, pid, item->head.kind == SPB_WIRE_START ? pid : tid, name,
                             item->head.kind == SPB_WIRE_START);
        return 0;
    case SPB_WIRE_EXIT:
        spb_cpu_session_exit(engine->session, pid, tid);
        return 0;
    case SPB_WIRE_MAPS:
        return take_maps(engine, pid, (const char *)item->body, strnlen((const char *)item->body, item->body_bytes));
    case SPB_WIRE_SAMPLE:
    case SPB_WIRE_STACK:
        return take_sample(engine, item);
    default:
        return 0;
    }
}

/* ---- starting --------------------------------------------------------------------------------------------------- */

static int check(const struct engine *engine, struct spb_error *err)
{
    const struct spb_cpu_profiler_options *options = engine->options;
    if (engine->target->attached)
        return spb_error_set(err, -ENOTSUP,
                             "the timer engine is part of the program from its start on and cannot be put into one "
                             "that runs; start it under the profiler, or use perf events");
    if (options->event && strcmp(options->event, "cpu-clock") != 0 && strcmp(options->event, "task-clock") != 0)
        return spb_error_set(err, -ENOTSUP, "timers sample CPU time only; '%s' needs perf events", options->event);
    if (options->off_cpu)
        return spb_error_set(err, -ENOTSUP, "timers do not see where threads wait; that needs perf events");
    return spb_preload_check(engine->target->command, err);
}

static int set(const struct engine *engine, struct spb_strbuf *setting, struct spb_error *err)
{
    int code = setting->failed ? spb_error_system(err, -ENOMEM, "the command's environment")
                               : spb_target_set_environment(engine->target, spb_strbuf_text(setting), err);
    spb_strbuf_reset(setting);
    return code;
}

/* Until the command has been let go, and beyond, where the agent's path cannot be said in LD_PRELOAD: `agent_fd` stays open. */
static int equip(const struct engine *engine, const char *agent_path, int agent_fd, struct spb_error *err)
{
    struct spb_strbuf setting = {0};
    int number = DESCRIPTOR, wire_fd = spb_wire_reader_fd(engine->reader);
    int code = spb_target_pass_descriptor(engine->target, wire_fd, &number, err);
    spb_strbuf_printf(&setting, SPB_WIRE_ENVIRONMENT "=%d", number);
    if (code == 0)
        code = set(engine, &setting, err);
    spb_strbuf_printf(&setting, SPB_WIRE_FILE_ENVIRONMENT "=/proc/%d/fd/%d", (int)getpid(), wire_fd);
    if (code == 0)
        code = set(engine, &setting, err);
    spb_preload_setting(agent_path, agent_fd, &setting);
    if (code == 0)
        code = set(engine, &setting, err);
    spb_strbuf_release(&setting);
    return code;
}

static int start(struct engine *engine, const char *agent_path, int *agent_fd, struct spb_error *err)
{
    static const uint32_t graphs[] = {SPB_WIRE_FRAME_POINTERS, SPB_WIRE_COPIED_STACK, SPB_WIRE_INSTRUCTION};
    const struct spb_cpu_profiler_options *options = engine->options;
    const struct spb_wire_options wire = {
        .call_graph = graphs[options->call_graph],
        .stack_bytes = options->stack_bytes ? options->stack_bytes : DEFAULT_STACK_BYTES,
        .period_ns = 1000000000u / (options->frequency_hz ? options->frequency_hz : DEFAULT_HZ)};
    *agent_fd = open(agent_path, O_RDONLY | O_CLOEXEC);
    if (*agent_fd < 0)
        return spb_error_system(err, -errno, "%s", agent_path);
    int code = spb_wire_reader_create(&wire, &engine->reader, err);
    if (code == 0 && options->call_graph == SPB_CALL_GRAPH_DWARF && spb_unwinder_create(NULL, &engine->unwinder) < 0)
        code = spb_error_system(err, -ENOMEM, "stacks");
    if (code == 0)
        code = equip(engine, agent_path, *agent_fd, err);
    engine->report->begin_ns = spb_engine_now_ns();
    return code ? code : spb_target_release_gate(engine->target, err);
}

/* ---- running ---------------------------------------------------------------------------------------------------- */

static int sample_until_end(struct engine *engine, int *exit_code)
{
    bool ended = false;
    int code = 0;
    while (code == 0 && !ended && !spb_engine_is_over(engine->options, engine->report)) {
        ended = spb_target_wait(engine->target, ROUND_MS, exit_code);
        code = spb_wire_reader_drain(engine->reader, false, take, engine);
    }
    engine->report->end_ns = spb_engine_now_ns();
    spb_wire_reader_stop(engine->reader);
    if (code == 0)
        code = spb_wire_reader_drain(engine->reader, true, take, engine);
    if (code == 0 && !ended)
        spb_engine_wait_for_end(engine->target, engine->options, exit_code);
    return code;
}

static void report(struct engine *engine)
{
    struct spb_engine_report *out = engine->report;
    struct spb_cpu_quality *quality = spb_cpu_session_quality(engine->session);
    struct spb_wire_counts counts;
    spb_wire_reader_counts(engine->reader, &counts);
    quality->lost += counts.lost;
    quality->malformed += counts.malformed;
    snprintf(out->event, sizeof out->event, "cpu-clock");
    snprintf(out->value, sizeof out->value, "cpu");
    snprintf(out->unit, sizeof out->unit, "nanoseconds");
    snprintf(out->kernel, sizeof out->kernel,
             "time in the kernel is one frame: timers in the program do not see into it");
    if (!counts.images)
        snprintf(
            out->note, sizeof out->note,
            "the agent was not loaded: the command has taken LD_PRELOAD out of its environment, or cannot load it");
    else if (counts.unsampled_threads)
        snprintf(out->note, sizeof out->note,
                 "%llu threads got no timer and are missing; raise the limit of pending signals: ulimit -i",
                 (unsigned long long)counts.unsampled_threads);
    else
        snprintf(
            out->note, sizeof out->note,
            "the kernel looks at timers every %.3g ms, and a sample stands for the time since the one before; %.2g "
            "%% of the time was spent on samples",
            (double)counts.tick_ns / 1e6,
            engine->sampled_ns ? 100 * (double)counts.agent_ns / (double)engine->sampled_ns : 0);
}

int spb_timer_engine_run(struct spb_target *target, const struct spb_cpu_profiler_options *options,
                         struct spb_cpu_session *session, struct spb_engine_report *out, int *exit_code,
                         struct spb_error *err)
{
    struct engine *engine = calloc(1, sizeof *engine);
    struct spb_strbuf path = {0};
    int agent_fd = -1;
    if (!engine)
        return spb_error_system(err, -ENOMEM, "samples");
    engine->target = target;
    engine->options = options;
    engine->session = session;
    engine->report = out;
    snprintf(out->engine, sizeof out->engine, "timer");
    int code = check(engine, err);
    if (code == 0 && !options->agent_path)
        code = spb_agent_path("cpu", &path, err);
    if (code == 0)
        code = start(engine, options->agent_path ? options->agent_path : spb_strbuf_text(&path), &agent_fd, err);
    if (code == 0) {
        code = sample_until_end(engine, exit_code);
        if (code)
            spb_error_system(err, code, "samples");
        report(engine);
    }
    if (agent_fd >= 0)
        close(agent_fd);
    spb_strbuf_release(&path);
    spb_unwinder_destroy(engine->unwinder);
    spb_wire_reader_destroy(engine->reader);
    free(engine);
    return code;
}
