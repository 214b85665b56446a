/* SPDX-License-Identifier: MIT */
#include "plot_font.h"

#include "utf8.h"

#define SQUARE          "\xe2\x96\xa1"
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Advance widths of ' ' to '~' in hundredths of the size, rounded, from the font's table hmtx (2.37). */
static const unsigned char widths[] = {32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36,  32, 34, 64, 64, 64,
                                       64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63,
                                       58, 77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63,  61, 73, 68, 99, 69,
                                       61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35,  63, 63, 28, 28, 58,
                                       28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59, 82, 59, 59,  52, 64, 34, 64, 84};
/* A column of what is not ASCII: most letters are narrower. */
#define OTHER_WIDTH 75
#define SPARE_RATIO 1.02 /* other renderers round otherwise */

/* First and last, in order; the font has more, in scripts that need shaping. */
static const uint32_t known[][2] = {
    {0x20, 0x7e},     {0xa0, 0x2e9},    {0x300, 0x34f},   {0x370, 0x377},   {0x37a, 0x37e},   {0x384, 0x38a},
    {0x38c, 0x38c},   {0x38e, 0x3a1},   {0x3a3, 0x525},   {0x1e00, 0x1efb}, {0x2000, 0x2064}, {0x2070, 0x2071},
    {0x2074, 0x208e}, {0x20a0, 0x20b5}, {0x20bd, 0x20bd}, {0x2100, 0x2109}, {0x210b, 0x2149}, {0x2150, 0x2185},
    {0x2190, 0x2311}, {0x2500, 0x269c}, {0x2701, 0x2704}, {0x2706, 0x2709}, {0x270c, 0x2727}, {0xfffd, 0xfffd}};

bool spb_plot_font_has(uint32_t code)
{
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (code <= known[i][1])
            return code >= known[i][0];
    return false;
}

double spb_plot_font_px(const char *text, size_t length, double size_px)
{
    double hundredths = 0;
    for (size_t i = 0, bytes; i < length; i += bytes) {
        uint32_t code = spb_utf8_decode(text + i, &bytes);
        if (code >= ' ' && code <= '~')
            hundredths += widths[code - ' '];
        else
            hundredths += OTHER_WIDTH * (double)spb_utf8_columns(text + i, bytes);
    }
    return SPARE_RATIO * size_px * hundredths / 100;
}

void spb_plot_font_append_known(struct spb_strbuf *out, const char *text, size_t length)
{
    for (size_t i = 0, bytes; i < length; i += bytes) {
        uint32_t code = spb_utf8_decode(text + i, &bytes);
        if (code < ' ' || spb_plot_font_has(code))
            spb_strbuf_append_bytes(out, text + i, bytes);
        else
            spb_strbuf_append(out, SQUARE);
    }
}
