/* SPDX-License-Identifier: MIT
 *
 * Between the files of the gate. */
#ifndef SPB_GATE_INTERNAL_H
#define SPB_GATE_INTERNAL_H

#include "gate.h"

/* Of a gate whose outcome, rows, counts and problems stand. Owned by the caller; NULL without memory. */
char *spb_gate_headline(const struct spb_gate *gate);

#endif
