/* SPDX-License-Identifier: MIT
 *
 * What the cgroups around this process allow it: CPU time, CPUs, memory and threads. Version 1, version 2, and both at once
 * (hybrid: each controller is where it is mounted). A limit binds wherever it stands, so each is the tightest one from
 * the process's own cgroup up to the top of the mount. In a container that is the container's own top.
 */
#ifndef SPB_CGROUP_H
#define SPB_CGROUP_H

#include <stddef.h>
#include <stdint.h>

enum spb_limit_state {
    SPB_LIMIT_UNKNOWN, /* no such controller, or it cannot be read; reason says why */
    SPB_LIMIT_NONE,    /* the controller is there and sets no limit */
    SPB_LIMIT_SET,
};

struct spb_cgroup_limit {
    enum spb_limit_state state;
    double value;     /* CPUs (1.5 = 150 ms of each 100 ms), or bytes */
    char file[512];   /* SET: the file that sets it */
    char reason[160]; /* UNKNOWN */
};

/* Where usage is counted. */
struct spb_cgroup_place {
    unsigned version; /* 0: there is no such controller */
    char folder[512]; /* below the root directory */
};

struct spb_cgroup {
    unsigned version;              /* of the cpu controller: 1 or 2; 0 unknown */
    char path[256];                /* of the cpu controller, as /proc/self/cgroup has it; "" unknown */
    struct spb_cgroup_limit cpu;   /* quota / period, in CPUs */
    struct spb_cgroup_limit bytes; /* of memory.max and memory.high, or memory.limit_in_bytes */
    struct spb_cgroup_limit pids;  /* threads */
    /* The cgroup whose limit binds; the process's own one where none does. Version 1 counts CPU time in a controller of its own. */
    struct spb_cgroup_place cpu_place, cpu_time_place, memory_place, pids_place;
    char cpuset[256]; /* CPUs that it may use: "0-1"; "" when no cpuset controller says so */
};

/* Which cgroup of a controller: from /proc/PID/cgroup. `version` and `path` are set. 0, -ENOENT (not listed), -EINVAL.
 */
int spb_cgroup_path_parse(const char *text, size_t length, const char *controller, unsigned *version, char *path,
                          size_t size);
/* Where the hierarchy of a controller is mounted, from /proc/PID/mountinfo: its mount point and which cgroup shows up
 * there. `version` 2: the unified one. 0, -ENOENT, -ENAMETOOLONG. */
int spb_cgroup_mount_parse(const char *text, size_t length, const char *controller, unsigned version, char *mount_point,
                           char *mount_root, size_t size);
/* "max 100000", "50000 100000" (version 2's cpu.max) into CPUs; NONE for "max". 0, -EINVAL, -ERANGE. */
int spb_cgroup_cpu_max_parse(const char *text, size_t length, enum spb_limit_state *state, double *cpus);

/* Never fails: what cannot be found is UNKNOWN. */
void spb_cgroup_read(const char *root, struct spb_cgroup *cgroup);

#endif
