/* SPDX-License-Identifier: MIT
 *
 * What an agent inside another program and the profiler outside share: a file in memory (memfd, sealed to its size) that the profiler makes, and that every process under
 * the agent maps. It may be read at any moment, also after a process was killed. The reader trusts nothing of it: a program may have written over it.
 *
 *     SPB_AGENT_FD=200                   the file's descriptor; a program may have closed it, or closed all of them before exec
 *     SPB_AGENT_FILE=/proc/4711/fd/7     the same file, by the profiler's descriptor
 *
 *     offset 0                     struct spb_wire_header
 *     SPB_WIRE_SHARDS_OFFSET       struct spb_wire_shard [shard_count]
 *     SPB_WIRE_DATA_OFFSET         data of shard 0, shard_bytes; of shard 1; ...
 *
 * A shard is a ring of records. Who writes takes it by putting the thread's number into `owner` (compare and swap from 0; who fails tries another shard, and gives
 * up when all are taken: nobody waits), writes beyond `head`, publishes by moving `head`, and puts 0 back. What a killed writer has not published is not there;
 * the profiler gives such a shard back. `head` and `tail` count bytes since the beginning. Numbers are little-endian or big-endian as the machine is.
 */
#ifndef SPB_WIRE_H
#define SPB_WIRE_H

#include <stdint.h>

#define SPB_WIRE_MAGIC            UINT32_C(0x53504231) /* "SPB1" */
#define SPB_WIRE_VERSION          1
#define SPB_WIRE_ENVIRONMENT      "SPB_AGENT_FD"
#define SPB_WIRE_FILE_ENVIRONMENT "SPB_AGENT_FILE"

#define SPB_WIRE_SHARDS_MAX    64
#define SPB_WIRE_SHARDS_OFFSET 4096
#define SPB_WIRE_DATA_OFFSET   (SPB_WIRE_SHARDS_OFFSET + 128 * SPB_WIRE_SHARDS_MAX)

enum { SPB_WIRE_FRAME_POINTERS, SPB_WIRE_COPIED_STACK, SPB_WIRE_INSTRUCTION };

struct spb_wire_header {
    uint32_t magic, version;
    uint32_t shard_count;
    uint32_t call_graph;  /* SPB_WIRE_FRAME_POINTERS ... */
    uint64_t shard_bytes; /* of data; a power of two */
    uint64_t period_ns;   /* of CPU time, between two samples of a thread */
    uint64_t tick_ns;     /* how often the kernel looks at CPU timers */
    uint32_t stack_bytes; /* of SPB_WIRE_COPIED_STACK, at most */
    uint32_t stopped;     /* by the profiler: nothing is wanted any more */
    /* By agents, added up. */
    uint64_t images;            /* programs that began with the agent in them */
    uint64_t lost;              /* records for which no shard had room */
    uint64_t unsampled_threads; /* those that got no timer */
};

struct spb_wire_shard {
    uint32_t owner; /* thread number of who writes; 0: nobody */
    uint32_t unused;
    uint64_t head;     /* by who writes */
    uint64_t agent_ns; /* spent on samples, by the clock; by who writes */
    uint64_t unused_2[5];
    uint64_t tail; /* by the profiler */
    uint64_t unused_3[7];
};

enum {
    SPB_WIRE_START = 1, /* struct spb_wire_name: first sign of a process, or of the program that it has become */
    SPB_WIRE_NAME,      /* struct spb_wire_name: of the thread, when it is first seen and when it has changed */
    SPB_WIRE_EXIT,      /* nothing more: the thread ends */
    SPB_WIRE_MAPS,      /* lines of /proc/PID/maps with executable mappings; the last one may be cut */
    SPB_WIRE_SAMPLE,    /* struct spb_wire_sample and addresses */
    SPB_WIRE_STACK, /* struct spb_wire_sample, struct spb_wire_registers, bytes of the stack from the stack pointer upwards */
};

enum {
    SPB_WIRE_TRUNCATED = 1, /* the walk ended before the outermost frame */
    SPB_WIRE_KERNEL = 2,    /* the thread was in a system call */
};

struct spb_wire_record {
    uint32_t length; /* with this head; a multiple of 8 */
    uint16_t kind;   /* SPB_WIRE_START ... */
    uint16_t flags;
    int32_t pid, tid;
    uint64_t time_ns; /* CLOCK_MONOTONIC */
};

struct spb_wire_name {
    char text[16]; /* as the kernel has it; the NUL may be missing */
};

struct spb_wire_sample {
    uint64_t cpu_ns; /* of the thread, that this sample stands for */
    uint64_t count;  /* of addresses, innermost first; or of stack bytes */
};

struct spb_wire_registers {
    uint64_t mask; /* which are set */
    uint64_t instruction, stack_pointer;
    uint64_t values[40]; /* by the architecture's DWARF number */
};

#endif
