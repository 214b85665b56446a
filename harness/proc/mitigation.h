/* SPDX-License-Identifier: MIT
 *
 * /sys/devices/system/cpu/vulnerabilities: what the kernel does about each flaw of the CPU. It costs time, so two
 * results are alike only when these are.
 */
#ifndef SPB_MITIGATION_H
#define SPB_MITIGATION_H

#include <stddef.h>

struct spb_mitigation {
    char name[48];  /* "spectre_v2" */
    char text[224]; /* "Mitigation: Retpolines; IBPB: conditional", "Not affected", "Vulnerable"; cut when longer */
};

struct spb_mitigations {
    struct spb_mitigation *items; /* by name; freed by spb_mitigations_release */
    size_t count;
};

/* 0, -ENOENT (before Linux 4.15), -ENOMEM, ... A file that cannot be read is left out. */
int spb_mitigations_read(const char *root, struct spb_mitigations *mitigations);
void spb_mitigations_release(struct spb_mitigations *mitigations);

#endif
