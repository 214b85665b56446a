/* SPDX-License-Identifier: MIT
 *
 * /proc/loadavg and /proc/pressure (PSI): how much others want of this machine.
 */
#ifndef SPB_LOAD_AVERAGE_H
#define SPB_LOAD_AVERAGE_H

#include <stddef.h>
#include <stdint.h>

struct spb_load_average {
    double one, five, fifteen; /* minutes */
    uint64_t running;          /* threads that can run, the reader included */
    uint64_t threads;
};

/* 0, -EINVAL, -ERANGE; reading: also -ENOENT, -EACCES, ... */
int spb_load_average_parse(const char *text, size_t length, struct spb_load_average *load);
int spb_load_average_read(const char *root, struct spb_load_average *load);

/* Share of time that some (or all) tasks stood waiting, in percent, over 10, 60 and 300 seconds; total since boot. */
struct spb_pressure_line {
    int code; /* 0; -ENOENT: this kernel has no such line ("full" of cpu before 5.13) */
    double avg10_pct, avg60_pct, avg300_pct;
    uint64_t total_ns;
};

struct spb_pressure {
    struct spb_pressure_line some;
    struct spb_pressure_line full;
};

/* 0 when `some` was found. */
int spb_pressure_parse(const char *text, size_t length, struct spb_pressure *pressure);
/* `resource`: "cpu", "memory" or "io". -ENOENT before Linux 4.20, -EOPNOTSUPP when booted with psi=0. */
int spb_pressure_read(const char *root, const char *resource, struct spb_pressure *pressure);

#endif
