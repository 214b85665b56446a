/* SPDX-License-Identifier: MIT
 *
 * /proc/cpuinfo: what the CPU is, on x86 and arm64. The first CPU speaks for all; kinds of cores are the topology's.
 */
#ifndef SPB_CPU_INFO_H
#define SPB_CPU_INFO_H

#include <stdbool.h>
#include <stddef.h>

/* A text that is "" was not there. */
struct spb_cpu_info {
    char vendor[48];     /* "GenuineIntel"; arm64: the implementer's name, or its number */
    char model_name[96]; /* "Intel(R) Xeon(R) Processor"; arm64: the part's name where known: "Neoverse-N1" */
    char family[16];     /* arm64: the architecture, "8" */
    char model[16];      /* arm64: the part, "0xd0c" */
    char stepping[16];   /* arm64: variant and revision, "r3p1" */
    char microcode[24];
    bool has_flags;  /* x86 only: the two below are known */
    bool hypervisor; /* the CPU says that a hypervisor is there */
    bool constant_tsc;
};

/* 0, or -ENODATA when nothing of the above was found. Reading: also -ENOENT, ... */
int spb_cpu_info_parse(const char *text, size_t length, struct spb_cpu_info *info);
int spb_cpu_info_read(const char *root, struct spb_cpu_info *info);

#endif
