/* SPDX-License-Identifier: MIT */
#include "sparkline.h"

#include <math.h>

#define LEVELS 8

static void append_block(double part, struct spb_strbuf *out)
{
    int level = (int)fmin(LEVELS, ceil(part * LEVELS));
    char block[] = {'\xe2', '\x96', (char)(0x80 + level), '\0'}; /* U+2581 is the lowest */
    spb_strbuf_append(out, level > 0 ? block : " ");
}

void spb_sparkline(const double *values, size_t count, double top, size_t columns, struct spb_strbuf *out)
{
    if (!(top > 0))
        top = 1;
    if (columns > count)
        columns = count;
    for (size_t column = 0; column < columns; column++) {
        double from = (double)column * (double)count / (double)columns;
        double to = (double)(column + 1) * (double)count / (double)columns, sum = 0;
        for (size_t i = (size_t)from; i < count && (double)i < to; i++)
            sum += values[i] * (fmin(to, (double)i + 1) - fmax(from, (double)i));
        append_block(sum / (to - from) / top, out);
    }
}
