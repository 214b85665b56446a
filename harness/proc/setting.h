/* SPDX-License-Identifier: MIT
 *
 * Settings of the kernel that are one file with one value each, below /proc/sys and /sys. One more setting is one more
 * name here and one more line of the table in setting.c.
 *
 *     struct spb_setting setting;
 *     if (spb_setting_read(root, SPB_SETTING_ASLR, &setting) == 0)
 *         ... setting.number
 */
#ifndef SPB_SETTING_H
#define SPB_SETTING_H

#include <stdbool.h>
#include <stdint.h>

enum spb_setting_id {
    SPB_SETTING_HOST_NAME,
    SPB_SETTING_KERNEL_RELEASE,
    SPB_SETTING_KERNEL_VERSION,
    SPB_SETTING_MACHINE,         /* since Linux 6.1 */
    SPB_SETTING_ASLR,            /* number: 0 off, 1 without heap, 2 all */
    SPB_SETTING_PERF_PARANOID,   /* number: -1 .. 4 */
    SPB_SETTING_NMI_WATCHDOG,    /* number */
    SPB_SETTING_NUMA_BALANCING,  /* number */
    SPB_SETTING_TIMER_MIGRATION, /* number */
    SPB_SETTING_CLOCK_SOURCE,    /* "tsc" */
    SPB_SETTING_CLOCK_SOURCES,   /* "tsc kvm-clock": those to choose from */
    SPB_SETTING_THP,             /* "always", "madvise", "never" */
    SPB_SETTING_THP_DEFRAG,
    SPB_SETTING_SMT_ACTIVE,      /* number */
    SPB_SETTING_SMT_CONTROL,     /* "on", "off", "forceoff", "notsupported", "notimplemented" */
    SPB_SETTING_CPUS_ONLINE,     /* "0-3,8" */
    SPB_SETTING_CPUS_OFFLINE,    /* "" when there is none */
    SPB_SETTING_CPUS_ISOLATED,   /* isolcpus=, "" when there is none */
    SPB_SETTING_CPUS_NOHZ_FULL,  /* "" when there is none */
    SPB_SETTING_INTEL_NO_TURBO,  /* number */
    SPB_SETTING_CPUFREQ_BOOST,   /* number */
    SPB_SETTING_HYPERVISOR_TYPE, /* "xen" */
    SPB_SETTING_DMI_VENDOR,
    SPB_SETTING_DMI_PRODUCT,
    SPB_SETTING_DEVICE_TREE_MODEL,
    SPB_SETTINGS,
};

struct spb_setting {
    char text[256]; /* for choices "always [madvise] never" only what is chosen */
    int64_t number; /* when the setting is a number */
};

/* The file, below any root. */
const char *spb_setting_path(enum spb_setting_id id);
/* Whether it is a number by nature. */
bool spb_setting_is_number(enum spb_setting_id id);

/* `text` as the file holds it. 0, -EINVAL, -ERANGE. */
int spb_setting_parse(enum spb_setting_id id, const char *text, struct spb_setting *setting);
/* 0, -ENOENT, -EACCES, -EINVAL, ... */
int spb_setting_read(const char *root, enum spb_setting_id id, struct spb_setting *setting);

#endif
