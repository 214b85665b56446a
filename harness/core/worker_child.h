/* SPDX-License-Identifier: MIT
 *
 * A worker as a child process: started with the argument "worker" and a socket on descriptor 3, its output caught, watched until
 * it has said enough or has ended, and ended with all that it started. What is said to it is up to worker_process.c, which
 * gives it a job and takes the report, and pair_process.c, which asks it for slice after slice.
 */
#ifndef SPB_WORKER_CHILD_H
#define SPB_WORKER_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"
#include "strbuf.h"

/* How it is watched. */
struct spb_worker_process_options {
    uint64_t timeout_ns;      /* the worker is killed after it */
    const char *timeout_from; /* the option that sets it, for the message; NULL: none does */
    int cancel_fd;            /* when it becomes readable, cancel(context) is called; -1: none */
    /* Consumes what made cancel_fd readable; returns how often the user has asked to stop so far: at 1 the worker ends after
     * its current sample, from 2 on it is killed. */
    unsigned (*cancel)(void *context);
    void (*tick)(void *context); /* about four times a second, for progress; NULL: none */
    void *context;
};

/* What is executed, and what it is given. */
struct spb_worker_program {
    int fd;                   /* of the executable; -1: this program */
    int shared_fd;            /* becomes SPB_SHARED_FD in the child; -1: none */
    char *const *environment; /* NULL: that of this process */
};

struct spb_worker_child {
    pid_t pid;
    int pid_fd;    /* readable when it has ended; -1 on kernels before 5.3 */
    int socket_fd; /* -1 once at its end */
    int output_fd; /* stdout and stderr together; -1 once at its end */
    struct spb_strbuf received;
    struct spb_strbuf output; /* its last part */
    bool ended;
    int status;
    bool timed_out;
    bool damaged; /* what it sent cannot be read: set by the reader */
    unsigned cancels;
};

#define SPB_WORKER_CHILD_NONE                                                                                          \
    {                                                                                                                  \
        .pid = -1, .pid_fd = -1, .socket_fd = -1, .output_fd = -1                                                      \
    }

/* 0, or a negative errno with the text when no process can be started. The child is to be released in any case. */
int spb_worker_child_start(struct spb_worker_child *child, const struct spb_worker_program *program,
                           struct spb_error *err);
/* Its length in 8 bytes, then the message. One that is gone already shows in its status, not here. */
void spb_worker_child_send(const struct spb_worker_child *child, const struct spb_strbuf *message);
/* The same for what has its frame already. */
void spb_worker_child_send_framed(const struct spb_worker_child *child, const struct spb_strbuf *message);
/* Until it has ended, is killed for its time since `start_ns`, or enough() says so (NULL: never). */
void spb_worker_child_attend(struct spb_worker_child *child, const struct spb_worker_process_options *options,
                             uint64_t start_ns, bool (*enough)(const struct spb_worker_child *child));
/* Kills it and its descendants, if it has not ended. */
void spb_worker_child_kill(struct spb_worker_child *child);
/* By itself, with exit code 0, and all that it sent was kept. */
bool spb_worker_child_ended_well(const struct spb_worker_child *child);
/* Appends what became of one that gave no answer, with its last words. */
void spb_worker_child_describe_end(const struct spb_worker_child *child,
                                   const struct spb_worker_process_options *options, struct spb_strbuf *reason);
void spb_worker_child_release(struct spb_worker_child *child);

#endif
