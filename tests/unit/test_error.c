/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "error.h"

static void set_formats_and_returns(void **state)
{
    (void)state;
    struct spb_error err = {0};
    assert_int_equal(spb_error_set(&err, -EINVAL, "%s: %d", "file", 7), -EINVAL);
    assert_string_equal(err.text, "file: 7");
    assert_int_equal(spb_error_set(NULL, -ENOENT, "%s", "nobody listens"), -ENOENT);
}

static void system_names_the_cause(void **state)
{
    (void)state;
    struct spb_error err = {0};
    assert_int_equal(spb_error_system(&err, -ENOENT, "%s: cannot be read", "/x"), -ENOENT);
    assert_string_equal(err.text, "/x: cannot be read: No such file or directory");
    assert_int_equal(spb_error_system(&err, -99999, "odd"), -99999);
    assert_string_equal(err.text, "odd: unknown error");
    assert_int_equal(spb_error_system(NULL, -EIO, "x"), -EIO);
}

static void prefix_stands_before(void **state)
{
    (void)state;
    struct spb_error err = {0};
    spb_error_set(&err, -EINVAL, "not a number");
    assert_int_equal(spb_error_prefix(&err, -EINVAL, "--param %s", "size"), -EINVAL);
    assert_int_equal(spb_error_prefix(&err, -EINVAL, "run"), -EINVAL);
    assert_string_equal(err.text, "run: --param size: not a number");
    assert_int_equal(spb_error_prefix(NULL, -EIO, "x"), -EIO);
}

static void long_texts_are_cut(void **state)
{
    (void)state;
    char text[3000];
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    struct spb_error err = {0};
    spb_error_set(&err, -EINVAL, "%s", text);
    assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
    spb_error_system(&err, -ENOENT, "%s", text);
    assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
    spb_error_prefix(&err, -ENOENT, "%.1020s", text);
    assert_string_equal(err.text + 1018, "xx: x");
    spb_error_prefix(&err, -ENOENT, "%s", text);
    assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(set_formats_and_returns),
        cmocka_unit_test(system_names_the_cause),
        cmocka_unit_test(prefix_stands_before),
        cmocka_unit_test(long_texts_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
