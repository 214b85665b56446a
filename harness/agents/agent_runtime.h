/* SPDX-License-Identifier: MIT
 *
 * What every agent shares: the wire to the profiler and writing records into it. Everything here may be called in a signal handler: no allocation, no lock that
 * is waited for, no stdio; system calls are made directly. Inside a program that is not profiled all of it does nothing.
 *
 *     struct spb_agent_record record;
 *     if (spb_agent_record_open(&record, SPB_WIRE_NAME)) {
 *         spb_agent_record_put(&record, &name, sizeof name);
 *         spb_agent_record_close(&record, 0);
 *     }
 */
#ifndef SPB_AGENT_RUNTIME_H
#define SPB_AGENT_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "wire.h"

#define SPB_AGENT_EXPORT __attribute__((visibility("default")))
/* Never by the dynamic model: __tls_get_addr allocates. */
#define SPB_AGENT_THREAD_LOCAL static __thread __attribute__((tls_model("initial-exec")))

/* In a function that is interposed: declares `next`, the same function of the libraries behind. */
#define SPB_AGENT_NEXT(name)                                                                                           \
    static __typeof__(name) *next;                                                                                     \
    if (!next)                                                                                                         \
    spb_agent_find_next(&next, #name)
void spb_agent_find_next(void *function, const char *name);

/* Finds the wire that the environment names and maps it. False: there is none, or it is not one of this version. In a constructor, once. */
bool spb_agent_attach(void);
/* NULL before spb_agent_attach. */
struct spb_wire_header *spb_agent_wire(void);

/* After fork, in the child. */
void spb_agent_forked(void);
pid_t spb_agent_pid(void);
pid_t spb_agent_tid(void); /* of the calling thread, remembered */

uint64_t spb_agent_now_ns(void); /* CLOCK_MONOTONIC */
/* Whether a byte can be read; without touching it. */
bool spb_agent_is_readable(uintptr_t address);
/* A line for people, on the standard error stream. */
void spb_agent_say(const char *text);

struct spb_agent_record {
    struct spb_wire_shard *shard;
    unsigned char *data;
    struct spb_wire_record head;
    uint64_t begin, at, limit; /* in the shard's own count */
    bool failed;               /* there was no room for all of it */
};

/* Takes a shard for a record. False: none is to be had; counted as lost. Between open and close of one record this thread opens no other, also in a signal
 * handler: callers block their signal, or are the handler. */
bool spb_agent_record_open(struct spb_agent_record *record, uint16_t kind);
void spb_agent_record_put(struct spb_agent_record *record, const void *bytes, size_t length);
/* A number at a multiple of 8 bytes behind the head; the quick way. */
void spb_agent_record_put_u64(struct spb_agent_record *record, uint64_t value);
/* Overwrites what has been put, `offset` bytes behind the head (a multiple of 8). */
void spb_agent_record_set_u64(struct spb_agent_record *record, size_t offset, uint64_t value);
/* Publishes it, unless it has not found room; that is counted as lost. */
void spb_agent_record_close(struct spb_agent_record *record, uint16_t flags);

#endif
