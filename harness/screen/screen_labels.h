/* SPDX-License-Identifier: MIT
 *
 * What the panels share: a label and its value, drawn whole or not at all.
 */
#ifndef SPB_SCREEN_LABELS_H
#define SPB_SCREEN_LABELS_H

#include "screen_grid.h"
#include "screen_model.h"

/* "label value", the label dim, two blanks before it where something stands to its left. False: there is no room, and nothing is drawn. */
bool spb_draw_labelled(struct spb_pen *pen, const char *label, const char *value, enum spb_ink ink);
/* "12 %", or "-". */
bool spb_draw_labelled_pct(struct spb_pen *pen, const char *label, double pct, enum spb_ink ink);
/* "3.82 GiB", "1.20 MiB/s", or "-"; `suffix` "" or "/s". Holds SPB_UNIT_TEXT_SIZE + 4. */
const char *spb_bytes_text(char *text, double bytes, const char *suffix);
/* "12 %", "3.4 %", or "-". */
const char *spb_pct_text(char *text, double pct);
/* Why a value is absent, dim. */
void spb_draw_reason(struct spb_pen *pen, const char *reason);

#define SPB_LABEL_TEXT_SIZE 64

#endif
