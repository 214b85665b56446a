/* SPDX-License-Identifier: MIT
 *
 * Between the files of the gate's report. */
#ifndef SPB_GATE_REPORT_INTERNAL_H
#define SPB_GATE_REPORT_INTERNAL_H

#include "gate_report.h"

/* Notes of a judgement; 0 where there is none. */
static inline size_t spb_gate_note_count(const struct spb_judgement *judgement)
{
    size_t count = 0;
    while (judgement && count < sizeof(judgement->notes) / sizeof(judgement->notes[0]) && judgement->notes[count])
        count++;
    return count;
}

#endif
