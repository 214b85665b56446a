/* SPDX-License-Identifier: MIT
 *
 * Whether the machine shows a performance monitoring unit of its CPUs: /sys/bus/event_source/devices.
 */
#ifndef SPB_PMU_H
#define SPB_PMU_H

#include <stddef.h>

/* Names of the CPUs' PMUs into `names`, joined with commas: "cpu", "cpu_core,cpu_atom", "armv8_pmuv3_0". 0, -ENODATA
 * when only others are there (software, msr, power ...), -ENOENT, ... */
int spb_pmu_find(const char *root, char *names, size_t size);

#endif
