/* SPDX-License-Identifier: MIT */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "random.h"

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

int spb_file_read_all(int fd, void *bytes, size_t length)
{
    char *next = bytes;
    while (length) {
        ssize_t got = read(fd, next, length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got < 0 ? -errno : -EPIPE;
        next += got;
        length -= (size_t)got;
    }
    return 0;
}

int spb_file_write_all(int fd, const void *bytes, size_t length)
{
    const char *next = bytes;
    while (length) {
        ssize_t put = write(fd, next, length);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return put < 0 ? -errno : -EIO;
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

/* Permissions are those of the file that is replaced, or what the umask leaves for a new one. */
static int create_temporary(char *name, size_t size, const char *target, const struct stat *old)
{
    int fd = -1;
    for (int attempt = 0; attempt < 16 && fd < 0; attempt++) {
        if (snprintf(name, size, "%s.%08x", target, (unsigned)spb_random_entropy()) >= (int)size)
            return -ENAMETOOLONG;
        fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd < 0 && errno != EEXIST)
            break;
    }
    if (fd < 0)
        return -errno;
    if (old)
        (void)!fchmod(fd, old->st_mode & 07777);
    return fd;
}

static int fill_and_close(int fd, const void *bytes, size_t length, bool sync)
{
    int code = spb_file_write_all(fd, bytes, length);
    if (code == 0 && sync && fsync(fd) < 0)
        code = -errno;
    if (close(fd) < 0 && code == 0)
        code = -errno;
    return code;
}

static int replace_regular(const char *target, const struct stat *old, const void *bytes, size_t length)
{
    char temporary[PATH_MAX];
    int fd = create_temporary(temporary, sizeof(temporary), target, old);
    if (fd < 0)
        return fd;
    int code = fill_and_close(fd, bytes, length, true);
    if (code == 0 && rename(temporary, target) < 0)
        code = -errno;
    if (code)
        unlink(temporary);
    else
        sync_folder_of(target);
    return code;
}

static int write_in_place(const char *path, const void *bytes, size_t length)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    return fd < 0 ? -errno : fill_and_close(fd, bytes, length, false);
}

int spb_file_replace(const char *path, const void *bytes, size_t length, struct spb_error *err)
{
    char target[PATH_MAX];
    struct stat old;
    bool exists = stat(path, &old) == 0;
    int code;
    if (exists && !S_ISREG(old.st_mode) && !S_ISDIR(old.st_mode))
        code = write_in_place(path, bytes, length);
    else if (exists && realpath(path, target)) /* a symbolic link stays one */
        code = replace_regular(target, &old, bytes, length);
    else
        code = replace_regular(path, NULL, bytes, length);
    return code ? spb_error_system(err, code, "%s: cannot be written", path) : 0;
}

int spb_file_make_parents(const char *path, struct spb_error *err)
{
    char folder[PATH_MAX];
    if (snprintf(folder, sizeof(folder), "%s", path) >= (int)sizeof(folder))
        return spb_error_set(err, -ENAMETOOLONG, "%s: the name is too long", path);
    struct stat found;
    for (char *slash = strchr(folder, '/'); slash; slash = strchr(slash + 1, '/')) {
        if (slash == folder)
            continue;
        *slash = '\0';
        if (mkdir(folder, 0777) < 0 && errno != EEXIST)
            return spb_error_system(err, -errno, "%s: the folder cannot be created", folder);
        if (stat(folder, &found) < 0 || !S_ISDIR(found.st_mode))
            return spb_error_set(err, -ENOTDIR, "%s: is not a folder; move it away or choose another path", folder);
        *slash = '/';
    }
    return 0;
}
