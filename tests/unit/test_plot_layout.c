/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <string.h>

#include "plot_font.h"
#include "plot_layout.h"

/* 541 pixels as gnuplot and a browser drew it. */
static void widths_are_those_of_the_font(void **state)
{
    static const char text[] = "abcdefghijklmnopqrstuvwxyz0123456789/=-abcdefghijklmnopqrstuvwxyz0123456789/=-";
    (void)state;
    assert_true(fabs(spb_plot_text_px(text) - 541) < 0.03 * 541);
    assert_true(spb_plot_text_px("") == 0);
    assert_true(spb_plot_text_px("i\nmmm\ni") == spb_plot_text_px("mmm"));
    assert_true(spb_plot_text_px("\xe6\xbc\xa2") > spb_plot_text_px("m"));
}

static void signs_that_the_font_lacks_become_squares(void **state)
{
    static const char text[] = "a\t\xc3\xa4\xce\xa9\xe2\x86\x92 \xe6\xbc\xa2\xf0\x9f\x98\x80\xe0\xb8\x81\n";
    struct spb_strbuf out = {0};
    (void)state;
    spb_plot_font_append_known(&out, text, strlen(text));
    assert_string_equal(spb_strbuf_text(&out),
                        "a\t\xc3\xa4\xce\xa9\xe2\x86\x92 \xe2\x96\xa1\xe2\x96\xa1\xe2\x96\xa1\n");
    spb_strbuf_release(&out);
}

static void notes_take_the_height_of_their_lines(void **state)
{
    struct spb_plot_data data = {0};
    (void)state;
    assert_true(spb_plot_note(&data, "", 960) == 8);
    double one_px = spb_plot_note(&data, "one", 960), two_px = spb_plot_note(&data, "one\ntwo\n", 960);
    assert_true(two_px > one_px);
    assert_true(spb_plot_note(&data, "some words that do not fit into so narrow a picture, whatever is done about it",
                              200) > two_px);
    spb_plot_data_release(&data);
}

static void pictures_may_not_be_too_high(void **state)
{
    struct spb_error err = {0};
    (void)state;
    assert_int_equal(spb_plot_check_height(SPB_PLOT_HEIGHT_MAX_PX, 3, &err), 0);
    assert_int_equal(spb_plot_check_height(SPB_PLOT_HEIGHT_MAX_PX + 1.0, 3, &err), -EINVAL);
    assert_non_null(strstr(err.text, "--rows PATTERN"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(widths_are_those_of_the_font),
        cmocka_unit_test(signs_that_the_font_lacks_become_squares),
        cmocka_unit_test(notes_take_the_height_of_their_lines),
        cmocka_unit_test(pictures_may_not_be_too_high),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
