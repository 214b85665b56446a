/* SPDX-License-Identifier: MIT
 *
 * What must be known beside a picture of changes: its band, rows that are not in it, and what the judgements say of themselves.
 */
#ifndef SPB_CHANGE_NOTE_H
#define SPB_CHANGE_NOTE_H

#include <stdbool.h>

#include "judgement_report.h"

/* Appends lines of text. `clipped`: some intervals go on beyond the picture. */
void spb_change_note(const struct spb_judgement_set *set, bool clipped, struct spb_strbuf *out);

#endif
