/* SPDX-License-Identifier: MIT
 *
 * A sorted array of mappings that do not overlap: a new one cuts what it covers, as mmap does.
 *
 *     7f1c0a200000-7f1c0a228000 r--p 00000000 fe:01 1573   /usr/lib/x86_64-linux-gnu/libc.so.6
 *     7f1c0a3f1000-7f1c0a3f2000 r-xp 00000000 00:00 0      /tmp/plug in.so (deleted)
 */
#include "address_space.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "span.h"
#include "strbuf.h"

#define MAPS_BYTES_MAX (256u << 20)

struct spb_address_space {
    pid_t pid;
    struct spb_mapping *items;
    size_t count;
    size_t capacity;
};

bool spb_mapping_is_same_file(const struct spb_mapping *a, const struct spb_mapping *b)
{
    return a->device == b->device && a->inode == b->inode && a->deleted == b->deleted &&
           a->build_id_bytes == b->build_id_bytes && memcmp(a->build_id, b->build_id, a->build_id_bytes) == 0 &&
           strcmp(a->path, b->path) == 0;
}

int spb_address_space_create(pid_t pid, struct spb_address_space **space)
{
    *space = calloc(1, sizeof **space);
    if (!*space)
        return -ENOMEM;
    (*space)->pid = pid;
    return 0;
}

void spb_address_space_clear(struct spb_address_space *space)
{
    for (size_t i = 0; i < space->count; i++)
        free(space->items[i].path);
    space->count = 0;
}

void spb_address_space_destroy(struct spb_address_space *space)
{
    if (!space)
        return;
    spb_address_space_clear(space);
    free(space->items);
    free(space);
}

pid_t spb_address_space_pid(const struct spb_address_space *space)
{
    return space->pid;
}

/* The first mapping that ends above `address`. */
static size_t first_above(const struct spb_address_space *space, uint64_t address)
{
    size_t low = 0, high = space->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (space->items[middle].end > address)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

const struct spb_mapping *spb_address_space_find(const struct spb_address_space *space, uint64_t address)
{
    size_t at = first_above(space, address);
    return at < space->count && space->items[at].start <= address ? &space->items[at] : NULL;
}

/* ---- changing --------------------------------------------------------------------------------------------------- */

static int reserve(struct spb_address_space *space, size_t count)
{
    if (count <= space->capacity)
        return 0;
    size_t capacity = space->capacity ? 2 * space->capacity : 64;
    struct spb_mapping *larger = reallocarray(space->items, capacity, sizeof *larger);
    if (!larger)
        return -ENOMEM;
    space->items = larger;
    space->capacity = capacity;
    return 0;
}

/* There is room. */
static void insert(struct spb_address_space *space, size_t at, const struct spb_mapping *mapping)
{
    memmove(space->items + at + 1, space->items + at, (space->count - at) * sizeof *space->items);
    space->items[at] = *mapping;
    space->count++;
}

static void remove_at(struct spb_address_space *space, size_t at)
{
    free(space->items[at].path);
    memmove(space->items + at, space->items + at + 1, (space->count - at - 1) * sizeof *space->items);
    space->count--;
}

static void move_start(struct spb_mapping *mapping, uint64_t start)
{
    mapping->file_offset += start - mapping->start;
    mapping->start = start;
}

/* Takes [start, end) out. One mapping that holds all of it becomes two, for which there is room. */
static int cut(struct spb_address_space *space, uint64_t start, uint64_t end)
{
    size_t at = first_above(space, start);
    while (at < space->count && space->items[at].start < end) {
        struct spb_mapping *mapping = &space->items[at];
        if (mapping->start < start && mapping->end > end) {
            struct spb_mapping upper = *mapping;
            upper.path = strdup(mapping->path);
            if (!upper.path)
                return -ENOMEM;
            move_start(&upper, end);
            mapping->end = start;
            insert(space, at + 1, &upper);
        } else if (mapping->start < start) {
            mapping->end = start;
            at++;
        } else if (mapping->end > end) {
            move_start(mapping, end);
        } else {
            remove_at(space, at);
        }
    }
    return 0;
}

int spb_address_space_map(struct spb_address_space *space, const struct spb_mapping *mapping)
{
    struct spb_mapping copy = *mapping;
    if (mapping->start >= mapping->end)
        return 0;
    copy.path = strdup(mapping->path ? mapping->path : "");
    int code = copy.path ? reserve(space, space->count + 2) : -ENOMEM;
    if (code == 0)
        code = cut(space, mapping->start, mapping->end);
    if (code == 0)
        insert(space, first_above(space, mapping->start), &copy);
    else
        free(copy.path);
    return code;
}

int spb_address_space_clone(const struct spb_address_space *space, pid_t pid, struct spb_address_space **child)
{
    int code = spb_address_space_create(pid, child);
    for (size_t i = 0; i < space->count && code == 0; i++)
        code = spb_address_space_map(*child, &space->items[i]);
    if (code) {
        spb_address_space_destroy(*child);
        *child = NULL;
    }
    return code;
}

/* ---- /proc/PID/maps --------------------------------------------------------------------------------------------- */

static bool take_hex(struct spb_span *rest, char separator, uint64_t *value)
{
    struct spb_span part;
    return spb_span_take_until(rest, separator, &part) && spb_span_parse_hex(part, value) == 0;
}

/* What the kernel appends, unless the file is called so: then its path is longer than a real one could tell. */
static void take_deleted_mark(struct spb_mapping *mapping, char *path)
{
    static const char mark[] = " (deleted)";
    size_t length = strlen(path), mark_length = sizeof mark - 1;
    if (length > mark_length && strcmp(path + length - mark_length, mark) == 0) {
        path[length - mark_length] = '\0';
        mapping->deleted = true;
    }
}

/* A newline in a name is written as \012. */
static void unescape_newlines(char *path)
{
    char *to = path;
    for (const char *from = path; *from; to++)
        if (strncmp(from, "\\012", 4) == 0) {
            *to = '\n';
            from += 4;
        } else {
            *to = *from++;
        }
    *to = '\0';
}

static bool parse_line(struct spb_span line, struct spb_mapping *mapping, char *path, size_t size)
{
    struct spb_span word;
    uint64_t major, minor;
    *mapping = (struct spb_mapping){.path = path};
    if (!take_hex(&line, '-', &mapping->start) || !take_hex(&line, ' ', &mapping->end) ||
        !spb_span_take_until(&line, ' ', &word) || word.length < 4)
        return false;
    mapping->executable = word.text[2] == 'x';
    if (!take_hex(&line, ' ', &mapping->file_offset) || !take_hex(&line, ':', &major) ||
        !take_hex(&line, ' ', &minor) || !spb_span_take_word(&line, &word) || spb_span_parse_u64(word, &mapping->inode))
        return false;
    mapping->device = major << 32 | minor;
    spb_span_copy(spb_span_trim(line), path, size);
    take_deleted_mark(mapping, path);
    unescape_newlines(path);
    return true;
}

int spb_address_space_parse(struct spb_address_space *space, const char *text, size_t length)
{
    struct spb_span rest = {text, length}, line;
    struct spb_mapping mapping;
    char path[4096 + 64];
    int code = 0;
    while (code == 0 && spb_span_take_line(&rest, &line))
        if (parse_line(line, &mapping, path, sizeof path))
            code = spb_address_space_map(space, &mapping);
    return code;
}

int spb_address_space_read(struct spb_address_space *space, const char *root, struct spb_error *err)
{
    struct spb_strbuf text = {0};
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/maps", (int)space->pid);
    int code = spb_file_read(root, path, MAPS_BYTES_MAX, &text);
    if (code == 0)
        code = spb_address_space_parse(space, spb_strbuf_text(&text), text.length);
    if (code)
        spb_error_system(err, code, "%s", path);
    spb_strbuf_release(&text);
    return code;
}
