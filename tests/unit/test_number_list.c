/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "number_list.h"

/* Parsed and written again. */
static void check_round_trip(const char *text, unsigned count, const char *written)
{
    struct spb_number_list list;
    struct spb_strbuf out = {0};
    assert_int_equal(spb_number_list_parse(&list, text, "CPU", NULL), 0);
    assert_int_equal(list.count, count);
    spb_number_list_format(list.numbers, list.count, &out);
    assert_string_equal(spb_strbuf_text(&out), written);
    spb_strbuf_release(&out);
    spb_number_list_release(&list);
}

static void lists_keep_their_order(void **state)
{
    (void)state;
    check_round_trip("0", 1, "0");
    check_round_trip("0,2-3", 3, "0,2-3");
    check_round_trip("3,2,1", 3, "3,2,1");
    check_round_trip("8,0,1,2", 4, "8,0-2");
    check_round_trip("0-4095", 4096, "0-4095");
    check_round_trip("5-5", 1, "5");
}

static void refuses_what_is_no_list(void **state)
{
    (void)state;
    static const char *const bad[] = {"",    ",",   "0,",   ",0",  "3-2",  "-1",          "0-",     "1--2", "a",
                                      "0 1", "0x1", "0,,1", "0;1", "0-1-", "99999999999", "0-4096", "1-2-3"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct spb_number_list list;
        struct spb_error err = {0};
        assert_int_equal(spb_number_list_parse(&list, bad[i], "CPU", &err), -EINVAL);
        assert_null(list.numbers);
        assert_true(strlen(err.text) > 0);
    }
}

static void names_the_number_given_twice(void **state)
{
    (void)state;
    struct spb_number_list list;
    struct spb_error err = {0};
    assert_int_equal(spb_number_list_parse(&list, "0-3,2", "CPU", &err), -EINVAL);
    assert_string_equal(err.text, "CPU 2 stands twice in the list; name it once");
}

static void nothing_for_an_empty_list(void **state)
{
    (void)state;
    struct spb_strbuf out = {0};
    spb_number_list_format(NULL, 0, &out);
    assert_string_equal(spb_strbuf_text(&out), "");
    spb_strbuf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_keep_their_order),
        cmocka_unit_test(refuses_what_is_no_list),
        cmocka_unit_test(names_the_number_given_twice),
        cmocka_unit_test(nothing_for_an_empty_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
