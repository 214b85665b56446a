/* SPDX-License-Identifier: MIT
 *
 * One record of the kernel's ring buffer (perf_event_open(2)), taken apart. The layout is that of the attributes in perf_ring.c.
 */
#ifndef SPB_PERF_RECORD_H
#define SPB_PERF_RECORD_H

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Every event samples these, and every record ends with those of them that say whose and when. */
#define SPB_PERF_SAMPLE_BASE                                                                                           \
    (PERF_SAMPLE_IDENTIFIER | PERF_SAMPLE_IP | PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CPU |                  \
     PERF_SAMPLE_PERIOD)

struct spb_perf_layout {
    uint64_t sample_type;   /* SPB_PERF_SAMPLE_BASE and CALLCHAIN, or REGS_USER and STACK_USER, or neither */
    uint64_t register_mask; /* of REGS_USER */
};

struct spb_perf_sample {
    uint64_t ip, period;
    bool in_kernel;
    const unsigned char *chain; /* of uint64_t, innermost first, with PERF_CONTEXT_ marks; not aligned */
    uint64_t chain_count;
    bool has_registers;
    const unsigned char *registers; /* of uint64_t, in the order of the mask */
    const unsigned char *stack;
    uint64_t stack_bytes;
};

struct spb_perf_mapping {
    uint64_t address, length, file_offset;
    uint32_t major, minor;
    uint64_t inode;
    unsigned char build_id[20];
    unsigned build_id_bytes;
    bool executable;
    const char *path; /* ends within the record */
};

struct spb_perf_record {
    uint32_t type; /* PERF_RECORD_... */
    uint64_t id;   /* of the event */
    uint64_t time_ns;
    uint32_t pid, tid, cpu;
    uint32_t parent_pid, parent_tid; /* FORK and EXIT */
    bool is_exec;                    /* COMM */
    bool is_switch_out;              /* SWITCH */
    bool is_preempted;               /* SWITCH out: it could have gone on */
    uint64_t lost;                   /* LOST, LOST_SAMPLES */
    const char *name;                /* COMM */
    struct spb_perf_sample sample;
    struct spb_perf_mapping mapping; /* MMAP2 */
};

/* `bytes` is one whole record, with its head. 0; -EINVAL: it is shorter than what it claims to hold. Texts and arrays point into it. */
int spb_perf_record_parse(const struct spb_perf_layout *layout, const unsigned char *bytes, size_t length,
                          struct spb_perf_record *record);

#endif
