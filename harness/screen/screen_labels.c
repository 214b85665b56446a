/* SPDX-License-Identifier: MIT */
#include "screen_labels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "units.h"
#include "utf8.h"

bool spb_draw_labelled(struct spb_pen *pen, const char *label, const char *value, enum spb_ink ink)
{
    int gap = pen->x > pen->start ? 2 : 0;
    int columns = gap + (int)(spb_utf8_columns(label, strlen(label)) + spb_utf8_columns(value, strlen(value))) +
                  (label[0] && value[0]);
    if (columns > spb_pen_room(pen))
        return false;
    spb_pen_skip(pen, gap);
    spb_pen_text(pen, SPB_INK_DIM, label);
    spb_pen_skip(pen, label[0] && value[0]);
    spb_pen_text(pen, ink, value);
    return true;
}

bool spb_draw_labelled_pct(struct spb_pen *pen, const char *label, double pct, enum spb_ink ink)
{
    char text[SPB_LABEL_TEXT_SIZE];
    return spb_draw_labelled(pen, label, spb_pct_text(text, pct), ink);
}

const char *spb_bytes_text(char *text, double bytes, const char *suffix)
{
    if (!(bytes >= 0) || bytes > 1e19) {
        strcpy(text, "-");
        return text;
    }
    spb_format_bytes(text, (uint64_t)(bytes + 0.5));
    return strcat(text, suffix);
}

const char *spb_pct_text(char *text, double pct)
{
    if (isnan(pct))
        strcpy(text, "-");
    else
        snprintf(text, SPB_LABEL_TEXT_SIZE, "%.*f %%", pct < 9.95 && pct >= 0.05, pct);
    return text;
}

void spb_draw_reason(struct spb_pen *pen, const char *reason)
{
    spb_pen_skip(pen, 2);
    spb_pen_text(pen, SPB_INK_DIM, reason ? reason : "not shown by this machine");
}
