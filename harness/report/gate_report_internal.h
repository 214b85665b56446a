/* SPDX-License-Identifier: MIT
 *
 * Between the files of the gate's report. */
#ifndef SPB_GATE_REPORT_INTERNAL_H
#define SPB_GATE_REPORT_INTERNAL_H

#include "gate_report.h"

/* Note number i of a judgement; NULL behind the last, and where there is no judgement. */
static inline const char *spb_gate_note(const struct spb_judgement *judgement, size_t i)
{
    if (!judgement || i >= sizeof(judgement->notes) / sizeof(judgement->notes[0]))
        return NULL;
    return judgement->notes[i];
}

#endif
