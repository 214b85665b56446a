/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "keyed.h"
#include "mangle.h"

static const char *const keys[] = {"MemTotal", "oom_kill", "gone", NULL, "HugePages_Total"};
enum { KEYS = 5 };

static void units_become_bytes(void **state)
{
    (void)state;
    struct spb_reading readings[KEYS];
    const char *text = "MemTotal:  16 kB\noom_kill 7\nHugePages_Total:       3\nMemTotal: 99 kB\n";
    spb_keyed_parse(text, strlen(text), keys, KEYS, readings);
    assert_int_equal(readings[0].code, 0);
    assert_int_equal(readings[0].value, 16384);
    assert_int_equal(readings[1].value, 7);
    assert_int_equal(readings[2].code, -ENOENT);
    assert_int_equal(readings[3].code, -ENOENT);
    assert_int_equal(readings[4].value, 3);
}

static void garbage_is_an_error_not_zero(void **state)
{
    (void)state;
    struct spb_reading readings[KEYS];
    const char *text = "MemTotal: 18446744073709551615 kB\noom_kill\nHugePages_Total: 3 MB";
    spb_keyed_parse(text, strlen(text), keys, KEYS, readings);
    assert_int_equal(readings[0].code, -ERANGE);
    assert_int_equal(readings[1].code, -EINVAL);
    assert_int_equal(readings[4].code, -EINVAL);
}

static void parse(const char *text, size_t length)
{
    struct spb_reading readings[KEYS];
    spb_keyed_parse(text, length, keys, KEYS, readings);
}

static void hostile_text_is_survived(void **state)
{
    (void)state;
    mangle("MemTotal:  16 kB\noom_kill 7\n:\nHugePages_Total:       3\n", parse);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_become_bytes),
        cmocka_unit_test(garbage_is_an_error_not_zero),
        cmocka_unit_test(hostile_text_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
