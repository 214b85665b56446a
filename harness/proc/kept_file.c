/* SPDX-License-Identifier: MIT */
#include "kept_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_BYTES = 8192, LIMIT_BYTES = 16 << 20 };

void spb_read_buffer_release(struct spb_read_buffer *buffer)
{
    free(buffer->text);
    *buffer = (struct spb_read_buffer){0};
}

static int grow(struct spb_read_buffer *buffer)
{
    size_t larger = buffer->capacity ? buffer->capacity * 2 : FIRST_BYTES;
    if (larger > LIMIT_BYTES)
        return -EFBIG;
    char *text = realloc(buffer->text, larger);
    if (!text)
        return -ENOMEM;
    buffer->text = text;
    buffer->capacity = larger;
    return 0;
}

int spb_read_buffer_fill(struct spb_read_buffer *buffer, int fd)
{
    buffer->length = 0;
    for (;;) {
        int code = buffer->length == buffer->capacity ? grow(buffer) : 0;
        if (code)
            return code;
        ssize_t got =
            pread(fd, buffer->text + buffer->length, buffer->capacity - buffer->length, (off_t)buffer->length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got < 0 ? -errno : 0;
        buffer->length += (size_t)got;
    }
}

bool spb_root_is_live(const char *root)
{
    return !root || !*root || strcmp(root, "/") == 0;
}

void spb_kept_file_init(struct spb_kept_file *file, const char *root, const char *path)
{
    *file = (struct spb_kept_file){.fd = -1, .is_live = spb_root_is_live(root)};
    if (asprintf(&file->path, "%s%s", file->is_live ? "" : root, path) < 0)
        file->path = NULL;
}

static void close_file(struct spb_kept_file *file)
{
    if (file->fd >= 0)
        close(file->fd);
    file->fd = -1;
}

void spb_kept_file_release(struct spb_kept_file *file)
{
    close_file(file);
    free(file->path);
    file->path = NULL;
}

int spb_kept_file_read(struct spb_kept_file *file, struct spb_read_buffer *buffer)
{
    buffer->length = 0;
    if (!file->path)
        return -ENOMEM;
    if (file->fd < 0)
        file->fd = open(file->path, O_RDONLY | O_CLOEXEC);
    if (file->fd < 0)
        return -errno;
    int code = spb_read_buffer_fill(buffer, file->fd);
    if (code || !file->is_live)
        close_file(file);
    return code;
}
