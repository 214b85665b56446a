/* SPDX-License-Identifier: MIT
 *
 * Where this system runs: its name and kernel, the hypervisor below it, the container around it.
 */
#ifndef SPB_PLATFORM_H
#define SPB_PLATFORM_H

#include <stdbool.h>

#include "cpu_info.h"

/* The live machine through uname(2), another root through /proc/sys/kernel. "" is absent. */
struct spb_system_name {
    char host[256];
    char release[256]; /* "6.1.0-18-amd64" */
    char version[256]; /* "#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1" */
    char machine[32];  /* "x86_64", "aarch64" */
};

void spb_system_name_read(const char *root, struct spb_system_name *name);

enum spb_virtualization_kind {
    SPB_VIRTUALIZATION_UNKNOWN,
    SPB_VIRTUALIZATION_NONE,
    SPB_VIRTUALIZATION_VM,
};

struct spb_virtualization {
    enum spb_virtualization_kind kind;
    char name[32];     /* VM: "kvm", "xen", "vmware", "microsoft" ..., "vm" when it does not say */
    char evidence[96]; /* what says so, also why nothing is known */
};

/* Asks, in this order: the CPU's hypervisor flag (and CPUID leaf 0x40000000 on the live machine), /sys/hypervisor, DMI.
 * `cpu` may be NULL when /proc/cpuinfo could not be read. */
void spb_virtualization_read(const char *root, const struct spb_cpu_info *cpu, struct spb_virtualization *found);

/* The container around this process: "docker", "podman", "kubernetes", "lxc", "container", or "" when nothing shows
 * one. `cgroup_path` may be NULL. */
const char *spb_container_find(const char *root, const char *cgroup_path);

#endif
