/* SPDX-License-Identifier: MIT
 *
 * The threads that a process has now.
 */
#ifndef SPB_THREAD_LIST_H
#define SPB_THREAD_LIST_H

#include <stddef.h>
#include <sys/types.h>

struct spb_thread_list {
    pid_t *tids; /* freed by spb_thread_list_release */
    size_t count;
};

/* 0; -ENOENT: there is no such process; -ENOMEM, ... The list is empty then. */
int spb_thread_list_read(pid_t pid, struct spb_thread_list *list);
void spb_thread_list_release(struct spb_thread_list *list);

#endif
