/* SPDX-License-Identifier: MIT
 *
 * The profiler's end of the wire to agents (wire.h): makes it, and hands over what comes in order of time. Programs can write anywhere into it: each record is copied before
 * it is looked at, and what makes no sense is counted and left out.
 */
#ifndef SPB_WIRE_READER_H
#define SPB_WIRE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "wire.h"

struct spb_wire_options {
    uint32_t call_graph; /* SPB_WIRE_FRAME_POINTERS ... */
    uint32_t stack_bytes;
    uint64_t period_ns;
};

struct spb_wire_reader;

int spb_wire_reader_create(const struct spb_wire_options *options, struct spb_wire_reader **reader,
                           struct spb_error *err);
void spb_wire_reader_destroy(struct spb_wire_reader *reader);
int spb_wire_reader_fd(const struct spb_wire_reader *reader);
/* Agents write nothing more. */
void spb_wire_reader_stop(struct spb_wire_reader *reader);

/* A record's body is what its kind says, and whole. */
struct spb_wire_item {
    struct spb_wire_record head;
    const unsigned char *body; /* aligned to 8 bytes */
    size_t body_bytes;
};

/* All that was written before this call began; `all`: also what has come since. A negative return value of `take` ends it and is given back. */
int spb_wire_reader_drain(struct spb_wire_reader *reader, bool all,
                          int (*take)(void *context, const struct spb_wire_item *item), void *context);

struct spb_wire_counts {
    uint64_t images;            /* programs that began with the agent in them; 0: it could not be loaded */
    uint64_t lost;              /* records without room */
    uint64_t malformed;         /* records that were none, and rings that were written over */
    uint64_t unsampled_threads; /* without a timer */
    uint64_t agent_ns;          /* spent in the program on samples */
    uint64_t tick_ns;           /* how often the kernel looks at timers */
};
void spb_wire_reader_counts(const struct spb_wire_reader *reader, struct spb_wire_counts *counts);

#endif
