/* SPDX-License-Identifier: MIT
 *
 * Whole files in, whole files out.
 *
 * Reading takes a root directory, so that a captured machine is read like the live one: root "/" or NULL is the live
 * system. Writing goes to a temporary name beside the target, is synced and then renamed, so that a reader never sees
 * a part and a full disk never shortens what was there.
 */
#ifndef SPB_FILE_H
#define SPB_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "strbuf.h"

/* Appends the file root + path to `buf`; more than `limit_bytes` is -EFBIG (0: 1 MiB). 0 or a negative errno (-ENOENT,
 * -EACCES, ...) with no text: what absence means is the caller's to say. Works for /proc, whose files have no size. */
int spb_file_read(const char *root, const char *path, size_t limit_bytes, struct spb_strbuf *buf);

/* Like spb_file_read into `text` of `size` bytes, without the trailing white space. -EFBIG when it does not fit. */
int spb_file_read_line(const char *root, const char *path, char *text, size_t size);

/* Replaces the file at `path` with `bytes`, all or nothing. The folder must exist. A symbolic link is followed; what is
 * no regular file (/dev/null, a pipe) is written to. */
int spb_file_replace(const char *path, const void *bytes, size_t length, struct spb_error *err);

/* Writes all bytes to a descriptor, through short writes and EINTR. 0 or a negative errno. */
int spb_file_write_all(int fd, const void *bytes, size_t length);

/* Reads exactly so many bytes from a descriptor. 0, -EPIPE when the end comes before them, or another negative errno. */
int spb_file_read_all(int fd, void *bytes, size_t length);

/* Creates the folder of `path` and its parents where they are missing. */
int spb_file_make_parents(const char *path, struct spb_error *err);

#endif
