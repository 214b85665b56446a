/* SPDX-License-Identifier: MIT
 *
 * What one command and its descendants took, at its end. Numbers come from two sources, and the text says which: what the
 * kernel adds up for every process that somebody waited for (wait4(2); exact), and what looks at the living ones saw.
 */
#ifndef SPB_FOLLOW_SUMMARY_H
#define SPB_FOLLOW_SUMMARY_H

#include <stdbool.h>
#include <stdint.h>

#include "strbuf.h"

struct spb_follow_summary {
    const char *command; /* its first word */
    int status;          /* as of wait(2) */
    uint64_t wall_ns;

    /* Of the command, and of all its descendants that were waited for. */
    uint64_t user_ns, system_ns;
    uint64_t largest_rss_bytes; /* of one process */
    bool has_io;                /* false: the kernel does not count I/O */
    uint64_t read_bytes, written_bytes;
    uint64_t minor_faults, major_faults;
    uint64_t voluntary_switches, involuntary_switches;

    /* Of the looks while it ran. */
    unsigned looks;
    uint64_t together_rss_bytes; /* most at one moment; these three are 0 without a look */
    unsigned threads_max;
    unsigned processes_max;
    unsigned processes_seen; /* different ones; the command itself is one */
    unsigned still_running;  /* descendants that live on */
    uint64_t still_cpu_ns;   /* the CPU time of those, which is in no other number */
};

/* Appends a few lines. */
void spb_follow_summary(const struct spb_follow_summary *summary, struct spb_strbuf *out);

#endif
