/* SPDX-License-Identifier: MIT
 *
 * Which processes of a look are kept: the busiest by CPU, by memory and by I/O, and a note of each that started or ended.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recorder_internal.h"

#define NOTES_MAX 256u /* of a look; more are counted */

/* ---- the busiest -------------------------------------------------------------------------------------------------- */

static double by_cpu(const struct spb_process_look *process)
{
    return process->has_cpu ? process->cpu_pct : 0;
}

static double by_memory(const struct spb_process_look *process)
{
    return (double)process->rss_bytes;
}

static double by_io(const struct spb_process_look *process)
{
    return process->has_io ? process->read_bytes_per_s + process->written_bytes_per_s : 0;
}

/* Marks the `limit` processes that have most of something, and any of it. */
static void mark_busiest(const struct spb_recorder_processes *processes, size_t limit, size_t *top,
                         double (*measure)(const struct spb_process_look *), bool *marked)
{
    size_t count = 0;
    for (size_t i = 0; i < processes->count; i++) {
        double value = measure(&processes->items[i]);
        if (!(value > 0) || (count == limit && value <= measure(&processes->items[top[count - 1]])))
            continue;
        size_t at = count < limit ? count++ : count - 1;
        for (; at > 0 && measure(&processes->items[top[at - 1]]) < value; at--)
            top[at] = top[at - 1];
        top[at] = i;
    }
    for (size_t i = 0; i < count; i++)
        marked[top[i]] = true;
}

static int add_busiest(const struct spb_recorder_processes *processes, size_t limit, struct spb_process_block *block)
{
    size_t *top = calloc(limit + 1, sizeof(*top));
    bool *marked = calloc(processes->count + 1, sizeof(*marked));
    int code = top && marked ? 0 : -ENOMEM;
    if (code == 0) {
        mark_busiest(processes, limit, top, by_cpu, marked);
        mark_busiest(processes, limit, top, by_memory, marked);
        mark_busiest(processes, limit, top, by_io, marked);
    }
    for (size_t i = 0; i < processes->count && code == 0; i++)
        if (marked[i])
            code = spb_process_block_add(block, 0, &processes->items[i]);
    free(top);
    free(marked);
    return code;
}

/* ---- starts and ends ---------------------------------------------------------------------------------------------- */

struct note_list {
    struct spb_process_block *block;
    uint64_t left_out;
};

static int put_note(struct note_list *list, const struct spb_process_note *note)
{
    if (list->block->note_count == NOTES_MAX) {
        list->left_out++;
        return 0;
    }
    return spb_process_block_note(list->block, note);
}

static void set_name(struct spb_process_note *note, const char *name)
{
    snprintf(note->name, sizeof(note->name), "%s", name);
}

/* The time of the wall at which the machine had been up so long. */
static int64_t wall_us(const struct spb_look *look, uint64_t boot_ns)
{
    return (look->time_ns - (int64_t)(look->boot_ns - boot_ns)) / 1000;
}

static int note_sweeps(const struct spb_look *look, const struct spb_recorder_processes *processes,
                       struct note_list *list)
{
    int code = 0;
    for (size_t i = 0; i < processes->count && code == 0; i++) {
        const struct spb_process_look *process = &processes->items[i];
        struct spb_process_note note = {.kind = SPB_NOTE_START, .pid = process->pid, .exit_status = -1};
        if (!process->is_new)
            continue;
        note.time_us = wall_us(look, process->start_ns);
        set_name(&note, process->name);
        code = put_note(list, &note);
    }
    for (size_t i = 0; i < processes->ended_count && code == 0; i++) {
        const struct spb_process_end *end = &processes->ended[i];
        struct spb_process_note note = {.kind = SPB_NOTE_END,
                                        .pid = end->pid,
                                        .time_us = look->time_ns / 1000,
                                        .cpu_ns = end->cpu_total_ns,
                                        .exit_status = -1};
        set_name(&note, end->name);
        code = put_note(list, &note);
    }
    return code;
}

static const struct spb_process_end *find_end(const struct spb_recorder_processes *processes, pid_t pid)
{
    for (size_t i = 0; i < processes->ended_count; i++)
        if (processes->ended[i].pid == pid)
            return &processes->ended[i];
    return NULL;
}

static int note_events(const struct spb_look *look, const struct spb_recorder_processes *processes,
                       struct note_list *list)
{
    int code = 0;
    for (size_t i = 0; i < processes->events->count && code == 0; i++) {
        const struct spb_process_event *event = &processes->events->items[i];
        struct spb_process_note note = {
            .kind = SPB_NOTE_START, .pid = event->pid, .time_us = wall_us(look, event->boot_ns), .exit_status = -1};
        if (event->kind == SPB_PROCESS_EXECUTED)
            continue; /* its start has the name already */
        set_name(&note, event->name);
        if (event->kind == SPB_PROCESS_ENDED) {
            const struct spb_process_end *end = find_end(processes, event->pid);
            note.kind = SPB_NOTE_END;
            note.exit_status = event->exit_status;
            note.cpu_ns = end ? end->cpu_total_ns : 0;
            if (end)
                set_name(&note, end->name);
        }
        code = put_note(list, &note);
    }
    list->left_out += processes->events->lost;
    return code;
}

int spb_recorder_choose_processes(const struct spb_recorder *recorder, const struct spb_look *look,
                                  const struct spb_recorder_processes *processes, struct spb_process_block *block)
{
    struct note_list list = {block, 0};
    int code = add_busiest(processes, recorder->options.processes_max, block);
    if (code == 0)
        code = processes->events ? note_events(look, processes, &list) : note_sweeps(look, processes, &list);
    if (code == 0 && list.left_out)
        code = spb_process_block_note(block, &(struct spb_process_note){.kind = SPB_NOTE_LEFT_OUT,
                                                                        .time_us = look->time_ns / 1000,
                                                                        .cpu_ns = list.left_out,
                                                                        .exit_status = -1});
    return code;
}
