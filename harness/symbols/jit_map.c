/* SPDX-License-Identifier: MIT
 *
 *     7f2a10001000 2c0 LazyCompile:*parse /app/main.js:10
 *
 * start, size and name; code that is replaced gets a later line, which counts.
 */
#include "jit_map.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "file.h"
#include "span.h"
#include "strbuf.h"

#define MAP_BYTES_MAX (256u << 20)

struct piece {
    uint64_t start, end;
    uint32_t line; /* later ones count */
    char *name;
};

struct process {
    pid_t pid;
    bool is_given; /* by spb_jit_maps_parse: no file is looked for */
    struct timespec changed;
    off_t size;
    struct piece *pieces; /* sorted by start, then line */
    size_t count, capacity;
    uint64_t longest; /* how far before an address a piece that holds it may begin */
};

struct spb_jit_maps {
    const char *root;
    struct process *processes;
    size_t count;
};

int spb_jit_maps_create(const char *root, struct spb_jit_maps **maps)
{
    *maps = calloc(1, sizeof **maps);
    if (!*maps)
        return -ENOMEM;
    (*maps)->root = root;
    return 0;
}

static void forget(struct process *process)
{
    for (size_t i = 0; i < process->count; i++)
        free(process->pieces[i].name);
    process->count = 0;
    process->longest = 0;
}

void spb_jit_maps_destroy(struct spb_jit_maps *maps)
{
    if (!maps)
        return;
    for (size_t i = 0; i < maps->count; i++) {
        forget(&maps->processes[i]);
        free(maps->processes[i].pieces);
    }
    free(maps->processes);
    free(maps);
}

static struct process *process_of(struct spb_jit_maps *maps, pid_t pid)
{
    for (size_t i = 0; i < maps->count; i++)
        if (maps->processes[i].pid == pid)
            return &maps->processes[i];
    struct process *larger = reallocarray(maps->processes, maps->count + 1, sizeof *larger);
    if (!larger)
        return NULL;
    maps->processes = larger;
    larger[maps->count] = (struct process){.pid = pid};
    return &larger[maps->count++];
}

/* ---- parsing ---------------------------------------------------------------------------------------------------- */

static int by_start(const void *a, const void *b)
{
    const struct piece *left = a, *right = b;
    if (left->start != right->start)
        return left->start < right->start ? -1 : 1;
    return (left->line > right->line) - (left->line < right->line);
}

static int add(struct process *process, struct spb_span line, uint32_t number)
{
    struct spb_span start, size;
    struct piece piece = {.line = number};
    uint64_t bytes;
    if (!spb_span_take_word(&line, &start) || !spb_span_take_word(&line, &size) ||
        spb_span_parse_hex(start, &piece.start) || spb_span_parse_hex(size, &bytes) || !bytes ||
        bytes > UINT64_MAX - piece.start)
        return 0;
    line = spb_span_trim(line);
    if (!line.length)
        return 0;
    if (process->count == process->capacity) {
        size_t capacity = process->capacity ? 2 * process->capacity : 256;
        struct piece *larger = reallocarray(process->pieces, capacity, sizeof *larger);
        if (!larger)
            return -ENOMEM;
        process->pieces = larger;
        process->capacity = capacity;
    }
    piece.end = piece.start + bytes;
    piece.name = strndup(line.text, line.length);
    if (!piece.name)
        return -ENOMEM;
    process->pieces[process->count++] = piece;
    process->longest = bytes > process->longest ? bytes : process->longest;
    return 0;
}

static int parse(struct process *process, const char *text, size_t length)
{
    struct spb_span rest = {text, length}, line;
    int code = 0;
    forget(process);
    for (uint32_t number = 0; code == 0 && spb_span_take_line(&rest, &line); number++)
        code = add(process, line, number);
    if (process->count)
        qsort(process->pieces, process->count, sizeof *process->pieces, by_start);
    return code;
}

int spb_jit_maps_parse(struct spb_jit_maps *maps, pid_t pid, const char *text, size_t length)
{
    struct process *process = process_of(maps, pid);
    if (!process)
        return -ENOMEM;
    process->is_given = true;
    return parse(process, text, length);
}

/* ---- finding ---------------------------------------------------------------------------------------------------- */

static bool belongs(const struct spb_jit_maps *maps, pid_t pid, const struct stat *file)
{
    struct stat process;
    char path[4096];
    snprintf(path, sizeof path, "%s/proc/%d", maps->root ? maps->root : "", (int)pid);
    return file->st_uid == 0 || (stat(path, &process) == 0 && process.st_uid == file->st_uid);
}

static void refresh(const struct spb_jit_maps *maps, struct process *process)
{
    struct stat there;
    struct spb_strbuf text = {0};
    char name[64], path[4096];
    snprintf(name, sizeof name, "/tmp/perf-%d.map", (int)process->pid);
    snprintf(path, sizeof path, "%s%s", maps->root ? maps->root : "", name);
    if (process->is_given || lstat(path, &there) < 0 || !S_ISREG(there.st_mode) ||
        (there.st_size == process->size && there.st_mtim.tv_sec == process->changed.tv_sec &&
         there.st_mtim.tv_nsec == process->changed.tv_nsec) ||
        !belongs(maps, process->pid, &there))
        return;
    process->size = there.st_size;
    process->changed = there.st_mtim;
    if (spb_file_read(maps->root, name, MAP_BYTES_MAX, &text) == 0)
        parse(process, spb_strbuf_text(&text), text.length);
    spb_strbuf_release(&text);
}

const char *spb_jit_maps_find(struct spb_jit_maps *maps, pid_t pid, uint64_t address)
{
    struct process *process = process_of(maps, pid);
    const struct piece *found = NULL;
    if (!process)
        return NULL;
    refresh(maps, process);
    size_t low = 0, high = process->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (process->pieces[middle].start <= address)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i-- > 0 && address - process->pieces[i].start < process->longest;)
        if (address < process->pieces[i].end && (!found || process->pieces[i].line > found->line))
            found = &process->pieces[i];
    return found ? found->name : NULL;
}
