/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "screen_view.h"

static struct spb_view view_of(const char *filter)
{
    struct spb_view view;
    spb_view_init(&view, &(struct spb_screen_options){.interval_ns = 1000000000, .filter = filter});
    return view;
}

static void type(struct spb_view *view, const char *text)
{
    for (; *text; text++)
        spb_view_key(view, (unsigned char)*text);
}

static void the_cursor_stays_in_the_list(void **state)
{
    (void)state;
    struct spb_view view = view_of(NULL);
    spb_view_fit(&view, 100, 10);
    assert_true(spb_view_key(&view, SPB_KEY_UP));
    assert_int_equal(view.cursor, 0);
    spb_view_key(&view, SPB_KEY_PAGE_DOWN);
    assert_int_equal(view.cursor, 9);
    spb_view_key(&view, SPB_KEY_END);
    spb_view_fit(&view, 100, 10);
    assert_int_equal(view.cursor, 99);
    assert_int_equal(view.offset, 90);
    spb_view_fit(&view, 5, 10); /* most have ended */
    assert_int_equal(view.cursor, 4);
    assert_int_equal(view.offset, 0);
    spb_view_fit(&view, 0, 0);
    spb_view_key(&view, SPB_KEY_DOWN);
    spb_view_key(&view, SPB_KEY_PAGE_DOWN);
    assert_int_equal(view.cursor, 0);
}

static void letters_are_keys_or_text(void **state)
{
    (void)state;
    struct spb_view view = view_of("old");
    type(&view, "/");
    assert_true(view.is_editing);
    type(&view, "qm");
    spb_view_key(&view, 0xe9);
    spb_view_key(&view, 0x6587);
    spb_view_key(&view, 0x1f600);
    assert_string_equal(view.filter, "qm\xc3\xa9\xe6\x96\x87\xf0\x9f\x98\x80");
    assert_false(view.wants_quit);
    spb_view_key(&view, SPB_KEY_ERASE);
    spb_view_key(&view, SPB_KEY_ERASE);
    spb_view_key(&view, 7); /* no character to show */
    assert_string_equal(view.filter, "qm\xc3\xa9");
    spb_view_key(&view, SPB_KEY_ENTER);
    assert_false(view.is_editing);
    type(&view, "/x");
    spb_view_key(&view, SPB_KEY_ESCAPE);
    assert_string_equal(view.filter, "qm\xc3\xa9");
    spb_view_key(&view, SPB_KEY_ESCAPE);
    assert_string_equal(view.filter, "");
    type(&view, "q");
    assert_true(view.wants_quit);
}

static void a_long_filter_is_cut_at_a_character(void **state)
{
    (void)state;
    struct spb_view view = view_of(NULL);
    type(&view, "/");
    for (int i = 0; i < 100; i++)
        spb_view_key(&view, 0x6587);
    assert_int_equal(strlen(view.filter), 63);
    for (int i = 0; i < 100; i++)
        spb_view_key(&view, SPB_KEY_ERASE);
    assert_string_equal(view.filter, "");
}

static void intervals_have_steps_and_ends(void **state)
{
    (void)state;
    struct spb_view view = view_of(NULL);
    view.interval_ns = 700000000;
    type(&view, "+");
    assert_int_equal(view.interval_ns, 1000000000);
    for (int i = 0; i < 20; i++)
        type(&view, "-");
    assert_int_equal(view.interval_ns, 100000000);
    assert_false(spb_view_key(&view, '-'));
}

static void threads_and_help_lead_back(void **state)
{
    (void)state;
    struct spb_view view = view_of(NULL);
    assert_true(spb_view_key(&view, SPB_KEY_ENTER));
    assert_int_equal(view.mode, SPB_VIEW_PROCESSES); /* nothing is chosen */
    spb_view_fit(&view, 10, 5);
    spb_view_key(&view, SPB_KEY_DOWN);
    view.chosen = 42;
    spb_view_key(&view, SPB_KEY_ENTER);
    assert_int_equal(view.mode, SPB_VIEW_THREADS);
    assert_int_equal(view.process, 42);
    assert_int_equal(view.cursor, 0);
    type(&view, "h");
    assert_int_equal(view.mode, SPB_VIEW_HELP);
    type(&view, "q");
    assert_int_equal(view.mode, SPB_VIEW_PROCESSES);
    assert_int_equal(view.cursor, 1);
    assert_false(view.wants_quit);
    assert_false(spb_view_key(&view, 'Z'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cursor_stays_in_the_list),        cmocka_unit_test(letters_are_keys_or_text),
        cmocka_unit_test(a_long_filter_is_cut_at_a_character), cmocka_unit_test(intervals_have_steps_and_ends),
        cmocka_unit_test(threads_and_help_lead_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
