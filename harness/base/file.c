/* SPDX-License-Identifier: MIT */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_below(const char *root, const char *path)
{
    if (!root || !*root || strcmp(root, "/") == 0)
        return open(path, O_RDONLY | O_CLOEXEC);
    char whole[PATH_MAX];
    if (snprintf(whole, sizeof(whole), "%s/%s", root, path) >= (int)sizeof(whole)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return open(whole, O_RDONLY | O_CLOEXEC);
}

int spb_file_read(const char *root, const char *path, size_t limit_bytes, struct spb_strbuf *buf)
{
    size_t limit = limit_bytes ? limit_bytes : (size_t)1 << 20;
    int fd = open_below(root, path);
    if (fd < 0)
        return -errno;
    int code = 0;
    char chunk[16384];
    for (size_t total = 0;;) {
        ssize_t got = read(fd, chunk, sizeof(chunk));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            code = got < 0 ? -errno : 0;
            break;
        }
        total += (size_t)got;
        if (total > limit) {
            code = -EFBIG;
            break;
        }
        spb_strbuf_append_bytes(buf, chunk, (size_t)got);
    }
    close(fd);
    return code ? code : buf->failed ? -ENOMEM : 0;
}

int spb_file_read_line(const char *root, const char *path, char *text, size_t size)
{
    int fd = open_below(root, path);
    if (fd < 0)
        return -errno;
    size_t length = 0;
    int code = 0;
    while (length < size) {
        ssize_t got = read(fd, text + length, size - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            code = -errno;
        if (got <= 0)
            break;
        length += (size_t)got;
    }
    close(fd);
    if (code == 0 && length == size)
        code = -EFBIG;
    if (code)
        return code;
    while (length && strchr(" \t\n", text[length - 1]))
        length--;
    text[length] = '\0';
    return 0;
}

int spb_file_write_all(int fd, const void *bytes, size_t length)
{
    const char *next = bytes;
    while (length) {
        ssize_t put = write(fd, next, length);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return -errno;
        next += put;
        length -= (size_t)put;
    }
    return 0;
}

/* The rename is on disk only once its folder is. Some file systems cannot sync a folder; that is no failure. */
static void sync_folder_of(const char *path)
{
    char folder[PATH_MAX];
    snprintf(folder, sizeof(folder), "%s", path);
    int fd = open(dirname(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

static int fill_temporary(int fd, const void *bytes, size_t length)
{
    mode_t mask = umask(0);
    umask(mask);
    int code = spb_file_write_all(fd, bytes, length);
    if (code == 0 && (fchmod(fd, 0666 & ~mask) < 0 || fsync(fd) < 0))
        code = -errno;
    if (close(fd) < 0 && code == 0)
        code = -errno;
    return code;
}

int spb_file_replace(const char *path, const void *bytes, size_t length, struct spb_error *err)
{
    char temporary[PATH_MAX];
    if (snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path) >= (int)sizeof(temporary))
        return spb_error_set(err, -ENAMETOOLONG, "%s: the name is too long", path);
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return spb_error_system(err, -errno, "%s: cannot be written", path);
    int code = fill_temporary(fd, bytes, length);
    if (code == 0 && rename(temporary, path) < 0)
        code = -errno;
    if (code) {
        unlink(temporary);
        return spb_error_system(err, code, "%s: cannot be written", path);
    }
    sync_folder_of(path);
    return 0;
}

int spb_file_make_parents(const char *path, struct spb_error *err)
{
    char folder[PATH_MAX];
    if (snprintf(folder, sizeof(folder), "%s", path) >= (int)sizeof(folder))
        return spb_error_set(err, -ENAMETOOLONG, "%s: the name is too long", path);
    for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(folder, 0777) < 0 && errno != EEXIST)
            return spb_error_system(err, -errno, "%s: the folder cannot be created", folder);
        *slash = '/';
    }
    return 0;
}
