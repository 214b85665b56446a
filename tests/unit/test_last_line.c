/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "last_line.h"

static void finds_the_last_words(void **state)
{
    (void)state;
    char two[] = "first\nsecond\n\n \r\n", one[] = "a\tb\x1b[1m", blank[] = " \n", empty[] = "";
    assert_string_equal(spb_last_line(two), "second");
    assert_string_equal(spb_last_line(one), "a b [1m");
    assert_string_equal(spb_last_line(blank), "");
    assert_string_equal(spb_last_line(empty), "");
    assert_string_equal(spb_last_line(NULL), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds_the_last_words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
