/* SPDX-License-Identifier: MIT
 *
 * A file of /proc or /sys that is read again and again: opened once and read from its start each time, which costs the kernel a third of
 * opening it anew. Below another root than the live one it is opened each time, so that what stands there may be replaced.
 *
 *     struct spb_kept_file file;
 *     struct spb_read_buffer buffer = {0};
 *     spb_kept_file_init(&file, root, "/proc/stat");
 *     if (spb_kept_file_read(&file, &buffer) == 0) ... buffer.text, buffer.length
 */
#ifndef SPB_KEPT_FILE_H
#define SPB_KEPT_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* Memory that is used again; many files can share one. */
struct spb_read_buffer {
    char *text; /* no NUL behind it */
    size_t length;
    size_t capacity;
};

void spb_read_buffer_release(struct spb_read_buffer *buffer);

struct spb_kept_file {
    char *path; /* with its root; NULL: memory ran out */
    int fd;     /* -1: not open */
    bool is_live;
};

/* Whether `root` is this machine: NULL, "" or "/". */
bool spb_root_is_live(const char *root);

/* Opens nothing yet. */
void spb_kept_file_init(struct spb_kept_file *file, const char *root, const char *path);
void spb_kept_file_release(struct spb_kept_file *file);
/* Replaces what is in the buffer by the whole file. 0, or a negative errno, after which the next call opens it anew. */
int spb_kept_file_read(struct spb_kept_file *file, struct spb_read_buffer *buffer);
/* The same of any open descriptor, from its start. More than 16 MiB is -EFBIG. */
int spb_read_buffer_fill(struct spb_read_buffer *buffer, int fd);

#endif
