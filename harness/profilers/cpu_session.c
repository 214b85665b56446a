/* SPDX-License-Identifier: MIT
 *
 * Address spaces have numbers that stacks refer to. A space in which code was sampled stays as it is for those stacks: where a new mapping takes
 * the place of sampled code (dlclose and dlopen), the process goes on with a copy of a new number.
 */
#include "cpu_session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "grow.h"
#include "thread_list.h"
#include "time_bins.h"
#include "utf8.h"

#define NAME_SIZE     64
#define TIMELINES_MAX 64 /* threads that have one of their own */

struct thread {
    struct spb_cpu_thread view; /* first: callers hold a pointer to it */
    char name[NAME_SIZE];
    uint32_t process; /* index; the first of its number that was alive then */
    bool ended;
    struct spb_time_bins *cpu; /* NULL: none yet, or too many have one */
};

struct process {
    int32_t pid;
    char name[NAME_SIZE];
    uint32_t space;
    bool ended;
};

struct space {
    struct spb_address_space *space;
    bool is_sampled;
};

struct spb_cpu_session {
    struct spb_cpu_profiler_options options;
    struct spb_stack_tree *tree;
    struct thread **threads; /* each allocated: pointers stay */
    size_t thread_count, thread_capacity;
    struct process *processes;
    size_t process_count, process_capacity;
    struct space *spaces;
    size_t space_count, space_capacity;
    struct thread *last_thread; /* samples come in runs */
    struct spb_time_bins cpu;
    size_t timeline_count;
    struct spb_cpu_quality quality;
};

/* ---- life ------------------------------------------------------------------------------------------------------- */

int spb_cpu_session_create(const struct spb_cpu_profiler_options *options, struct spb_cpu_session **session)
{
    *session = calloc(1, sizeof **session);
    if (!*session)
        return -ENOMEM;
    (*session)->options = *options;
    if (spb_stack_tree_create(&(*session)->tree) == 0)
        return 0;
    free(*session);
    *session = NULL;
    return -ENOMEM;
}

void spb_cpu_session_destroy(struct spb_cpu_session *session)
{
    if (!session)
        return;
    for (size_t i = 0; i < session->thread_count; i++) {
        free(session->threads[i]->cpu);
        free(session->threads[i]);
    }
    for (size_t i = 0; i < session->space_count; i++)
        spb_address_space_destroy(session->spaces[i].space);
    spb_stack_tree_destroy(session->tree);
    free(session->threads);
    free(session->processes);
    free(session->spaces);
    free(session);
}

/* Names are a process's own choice. */
static void set_name(char name[NAME_SIZE], const char *text)
{
    struct spb_strbuf printable = {0};
    spb_utf8_append_printable(&printable, text);
    snprintf(name, NAME_SIZE, "%s", spb_strbuf_text(&printable));
    spb_strbuf_release(&printable);
}

/* ---- processes and threads -------------------------------------------------------------------------------------- */

/* The one that lives now: a number may have been another's. NONE: not known. */
static uint32_t find_process(const struct spb_cpu_session *session, int32_t pid)
{
    for (size_t i = session->process_count; i-- > 0;)
        if (session->processes[i].pid == pid && !session->processes[i].ended)
            return (uint32_t)i;
    return SPB_PROFILE_NONE;
}

/* Takes the space over, also when it fails. */
static uint32_t add_space(struct spb_cpu_session *session, struct spb_address_space *space)
{
    if (!space ||
        !spb_grow(&session->spaces, sizeof *session->spaces, session->space_count, &session->space_capacity)) {
        spb_address_space_destroy(space);
        return SPB_PROFILE_NONE;
    }
    session->spaces[session->space_count] = (struct space){space, false};
    return (uint32_t)session->space_count++;
}

static uint32_t add_process(struct spb_cpu_session *session, int32_t pid, struct spb_address_space *space,
                            const char *name)
{
    uint32_t number = add_space(session, space);
    if (number == SPB_PROFILE_NONE ||
        !spb_grow(&session->processes, sizeof *session->processes, session->process_count, &session->process_capacity))
        return SPB_PROFILE_NONE;
    struct process *process = &session->processes[session->process_count];
    *process = (struct process){.pid = pid, .space = number};
    set_name(process->name, name);
    return (uint32_t)session->process_count++;
}

static void read_name(const char *path, char name[NAME_SIZE])
{
    char text[NAME_SIZE];
    if (spb_file_read_line(NULL, path, text, sizeof text) == 0)
        set_name(name, text);
}

/* From /proc, as far as it is still there. */
static uint32_t read_process(struct spb_cpu_session *session, int32_t pid)
{
    struct spb_address_space *space;
    char path[64], name[NAME_SIZE] = "";
    if (spb_address_space_create(pid, &space) < 0)
        return SPB_PROFILE_NONE;
    spb_address_space_read(space, NULL, NULL);
    snprintf(path, sizeof path, "/proc/%d/comm", pid);
    read_name(path, name);
    return add_process(session, pid, space, name);
}

static uint32_t process_of(struct spb_cpu_session *session, int32_t pid)
{
    uint32_t index = find_process(session, pid);
    return index == SPB_PROFILE_NONE ? read_process(session, pid) : index;
}

static struct thread *find_thread(struct spb_cpu_session *session, int32_t pid, int32_t tid)
{
    struct thread *last = session->last_thread;
    if (last && last->view.tid == tid && last->view.pid == pid && !last->ended)
        return last;
    for (size_t i = session->thread_count; i-- > 0;) {
        struct thread *thread = session->threads[i];
        if (thread->view.tid == tid && thread->view.pid == pid && !thread->ended)
            return session->last_thread = thread;
    }
    return NULL;
}

static struct thread *add_thread(struct spb_cpu_session *session, int32_t pid, int32_t tid, const char *name)
{
    uint32_t process = process_of(session, pid);
    if (process == SPB_PROFILE_NONE ||
        !spb_grow(&session->threads, sizeof(struct thread *), session->thread_count, &session->thread_capacity))
        return NULL;
    struct thread *thread = calloc(1, sizeof *thread);
    if (!thread)
        return NULL;
    thread->view = (struct spb_cpu_thread){.pid = pid, .tid = tid, .number = (uint32_t)session->thread_count};
    thread->process = process;
    set_name(thread->name, name);
    session->threads[session->thread_count++] = thread;
    return session->last_thread = thread;
}

static struct thread *thread_of(struct spb_cpu_session *session, int32_t pid, int32_t tid)
{
    char path[64], name[NAME_SIZE] = "";
    struct thread *thread = find_thread(session, pid, tid);
    if (thread)
        return thread;
    snprintf(path, sizeof path, "/proc/%d/task/%d/comm", pid, tid);
    read_name(path, name);
    return add_thread(session, pid, tid, name);
}

struct spb_cpu_thread *spb_cpu_session_thread(struct spb_cpu_session *session, int32_t pid, int32_t tid)
{
    struct thread *thread = thread_of(session, pid, tid);
    return thread ? &thread->view : NULL;
}

int spb_cpu_session_adopt(struct spb_cpu_session *session, pid_t pid)
{
    struct spb_thread_list threads;
    int code = process_of(session, pid) == SPB_PROFILE_NONE ? -ENOMEM : 0;
    if (code || spb_thread_list_read(pid, &threads) < 0)
        return code;
    for (size_t i = 0; i < threads.count && code == 0; i++)
        code = thread_of(session, pid, threads.tids[i]) ? 0 : -ENOMEM;
    spb_thread_list_release(&threads);
    return code;
}

/* ---- what happens to them --------------------------------------------------------------------------------------- */

void spb_cpu_session_name(struct spb_cpu_session *session, int32_t pid, int32_t tid, const char *name, bool is_exec)
{
    struct spb_address_space *empty;
    uint32_t process = find_process(session, pid);
    struct thread *thread = find_thread(session, pid, tid);
    if (!thread)
        thread = add_thread(session, pid, tid, name);
    if (thread)
        set_name(thread->name, name);
    process = process == SPB_PROFILE_NONE ? find_process(session, pid) : process;
    if (process == SPB_PROFILE_NONE)
        return;
    if (tid == pid)
        set_name(session->processes[process].name, name);
    if (is_exec && spb_address_space_create(pid, &empty) == 0) {
        uint32_t space = add_space(session, empty);
        if (space != SPB_PROFILE_NONE)
            session->processes[process].space = space;
    }
}

int spb_cpu_session_fork(struct spb_cpu_session *session, int32_t pid, int32_t tid, int32_t parent_pid,
                         int32_t parent_tid)
{
    struct thread *parent = thread_of(session, parent_pid, parent_tid);
    struct spb_address_space *space;
    if (!parent)
        return -ENOMEM;
    if (pid != parent_pid) {
        const struct process *from = &session->processes[parent->process];
        if (spb_address_space_clone(session->spaces[from->space].space, pid, &space) < 0 ||
            add_process(session, pid, space, from->name) == SPB_PROFILE_NONE)
            return -ENOMEM;
    }
    return add_thread(session, pid, tid, parent->name) ? 0 : -ENOMEM;
}

void spb_cpu_session_exit(struct spb_cpu_session *session, int32_t pid, int32_t tid)
{
    struct thread *thread = find_thread(session, pid, tid);
    if (!thread)
        return;
    thread->ended = true;
    if (session->last_thread == thread)
        session->last_thread = NULL;
    bool others = false;
    for (size_t i = 0; i < session->thread_count && !others; i++)
        others = session->threads[i]->process == thread->process && !session->threads[i]->ended;
    if (!others)
        session->processes[thread->process].ended = true;
}

static bool covers_code(const struct spb_address_space *space, const struct spb_mapping *mapping)
{
    const struct spb_mapping *first = spb_address_space_find(space, mapping->start);
    const struct spb_mapping *last = spb_address_space_find(space, mapping->end - 1);
    return (first && first->executable) || (last && last->executable);
}

int spb_cpu_session_map(struct spb_cpu_session *session, int32_t pid, const struct spb_mapping *mapping)
{
    uint32_t process = find_process(session, pid);
    struct spb_address_space *copy;
    if (process == SPB_PROFILE_NONE)
        process = read_process(session, pid);
    if (process == SPB_PROFILE_NONE)
        return -ENOMEM;
    const struct space *space = &session->spaces[session->processes[process].space];
    if (space->is_sampled && covers_code(space->space, mapping)) {
        if (spb_address_space_clone(space->space, pid, &copy) < 0)
            return -ENOMEM;
        uint32_t number = add_space(session, copy);
        if (number == SPB_PROFILE_NONE)
            return -ENOMEM;
        session->processes[process].space = number;
    }
    return spb_address_space_map(session->spaces[session->processes[process].space].space, mapping);
}

const struct spb_address_space *spb_cpu_session_space(const struct spb_cpu_session *session, int32_t pid,
                                                      uint32_t *number)
{
    uint32_t process = find_process(session, pid);
    if (process == SPB_PROFILE_NONE)
        return NULL;
    *number = session->processes[process].space;
    return session->spaces[*number].space;
}

/* ---- samples ---------------------------------------------------------------------------------------------------- */

uint32_t spb_cpu_session_stack(struct spb_cpu_session *session, const struct spb_stack_frame *frames, size_t count)
{
    uint32_t node = 0;
    for (size_t i = count; i-- > 0 && node != UINT32_MAX;) {
        node = spb_stack_tree_child(session->tree, node, &frames[i]);
        if (frames[i].space != SPB_STACK_KERNEL)
            session->spaces[frames[i].space].is_sampled = true;
    }
    return node;
}

int spb_cpu_session_add(struct spb_cpu_session *session, const struct spb_cpu_thread *thread, uint32_t node,
                        const int64_t values[SPB_STACK_VALUES])
{
    return spb_stack_tree_add(session->tree, node, thread->number, values);
}

void spb_cpu_session_note_cpu(struct spb_cpu_session *session, const struct spb_cpu_thread *view, uint64_t since_ns,
                              uint64_t cpu_ns)
{
    struct thread *thread = session->threads[view->number];
    if (!thread->cpu && session->timeline_count < TIMELINES_MAX) {
        thread->cpu = calloc(1, sizeof *thread->cpu);
        session->timeline_count += thread->cpu != NULL;
    }
    spb_time_bins_add(&session->cpu, since_ns, cpu_ns);
    if (thread->cpu)
        spb_time_bins_add(thread->cpu, since_ns, cpu_ns);
}

struct spb_cpu_quality *spb_cpu_session_quality(struct spb_cpu_session *session)
{
    return &session->quality;
}

/* ---- the profile ------------------------------------------------------------------------------------------------ */

static void add_timeline(struct spb_profile *profile, struct spb_time_bins *bins, uint32_t thread, uint64_t step_ns)
{
    spb_time_bins_coarsen(bins, step_ns);
    for (size_t i = 0; i < bins->count; i++) {
        int64_t *value = spb_profile_timeline_at(profile, "cpu", thread, bins->step_ns, i);
        if (value)
            *value = (int64_t)bins->values[i];
    }
}

/* About a hundred steps are what a line of a terminal shows. */
static uint64_t timeline_step(const struct spb_time_bins *bins)
{
    uint64_t step = bins->step_ns;
    for (size_t count = bins->count; count > 128; count /= 2)
        step *= 2;
    return step;
}

static void add_quality(const struct spb_cpu_session *session, const struct spb_symbolizer *symbolizer,
                        struct spb_profile *profile)
{
    struct spb_symbolizer_counts counts;
    spb_symbolizer_counts(symbolizer, &counts);
    spb_profile_set_fact(profile, "samples", (double)session->quality.samples, "count");
    spb_profile_set_fact(profile, "samples-lost", (double)session->quality.lost, "count");
    spb_profile_set_fact(profile, "throttled", (double)session->quality.throttled, "count");
    spb_profile_set_fact(profile, "truncated-stacks", (double)session->quality.truncated, "count");
    spb_profile_set_fact(profile, "malformed-records", (double)session->quality.malformed, "count");
    spb_profile_set_fact(profile, "addresses", (double)counts.looked_up, "count");
    spb_profile_set_fact(profile, "addresses-unknown", (double)counts.unknown, "count");
    spb_profile_set_fact(profile, "modules", counts.modules, "count");
    spb_profile_set_fact(profile, "modules-without-symbols", counts.modules_without_symbols, "count");
    spb_profile_set_fact(profile, "modules-without-lines", counts.modules_without_lines, "count");
    spb_profile_set_fact(profile, "modules-replaced", counts.modules_replaced, "count");
    if (counts.kernel_reason)
        spb_profile_set_fact_text(profile, "kernel-symbols", counts.kernel_reason);
}

static int fill(struct spb_cpu_session *session, struct spb_symbolizer *symbolizer, struct spb_profile *profile)
{
    uint32_t *threads = calloc(session->thread_count + 1, sizeof *threads);
    struct spb_address_space **spaces = calloc(session->space_count + 1, sizeof(struct spb_address_space *));
    int code = threads && spaces ? 0 : -ENOMEM;
    for (size_t i = 0; code == 0 && i < session->space_count; i++)
        spaces[i] = session->spaces[i].space;
    uint64_t step = timeline_step(&session->cpu);
    add_timeline(profile, &session->cpu, SPB_PROFILE_NONE, step);
    for (size_t i = 0; code == 0 && i < session->thread_count; i++) {
        const struct thread *thread = session->threads[i];
        const struct spb_profile_thread named = {thread->view.pid, thread->view.tid,
                                                 spb_profile_string(profile, thread->name),
                                                 spb_profile_string(profile, session->processes[thread->process].name)};
        threads[i] = spb_profile_thread(profile, &named);
        if (thread->cpu)
            add_timeline(profile, thread->cpu, threads[i], step);
    }
    if (code == 0)
        code = spb_stack_tree_finish(session->tree, symbolizer, spaces, threads, profile);
    free(threads);
    free(spaces);
    return code;
}

int spb_cpu_session_finish(struct spb_cpu_session *session, const char *event, const char *unit,
                           struct spb_profile **result, struct spb_error *err)
{
    struct spb_symbolizer *symbolizer = NULL;
    struct spb_profile *profile = NULL;
    int code = spb_symbolizer_create(&(struct spb_symbolizer_options){0}, &symbolizer, err);
    if (code == 0 && spb_profile_create(&profile) < 0)
        code = spb_error_system(err, -ENOMEM, "the profile");
    if (code == 0) {
        spb_profile_add_value_type(profile, "samples", "count");
        spb_profile_add_value_type(profile, event, unit);
        if (session->options.off_cpu) {
            spb_profile_add_value_type(profile, "off-cpu-waits", "count");
            spb_profile_add_value_type(profile, "off-cpu", "nanoseconds");
        }
        profile->default_type = SPB_VALUE_CPU;
        if (fill(session, symbolizer, profile) < 0)
            code = spb_error_system(err, -ENOMEM, "the profile");
        add_quality(session, symbolizer, profile);
    }
    spb_symbolizer_destroy(symbolizer);
    if (code)
        spb_profile_destroy(profile);
    else
        *result = profile;
    return code;
}
