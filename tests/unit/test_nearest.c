/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "nearest.h"

static const char *const names[] = {"cpu/int-chain",       "cpu/prime-sieve",  "memory/latency",
                                    "memory/stream-triad", "thread/ping-pong", "list"};
enum { COUNT = sizeof(names) / sizeof(names[0]) };

static void distance_counts_edits(void **state)
{
    (void)state;
    assert_int_equal(spb_edit_distance("", ""), 0);
    assert_int_equal(spb_edit_distance("abc", ""), 3);
    assert_int_equal(spb_edit_distance("", "abc"), 3);
    assert_int_equal(spb_edit_distance("kitten", "sitting"), 3);
    assert_int_equal(spb_edit_distance("latency", "lateny"), 1);
    assert_int_equal(spb_edit_distance("list", "lsit"), 1); /* a swap of neighbours is one */
    assert_int_equal(spb_edit_distance("ca", "abc"), 3);    /* optimal string alignment, not Damerau's 2 */
    assert_int_equal(spb_edit_distance("list", "tsil"), spb_edit_distance("tsil", "list"));
}

static void long_names_are_cut(void **state)
{
    (void)state;
    char a[200], b[200];
    memset(a, 'a', sizeof(a));
    memset(b, 'b', sizeof(b));
    a[199] = b[150] = '\0';
    assert_int_equal(spb_edit_distance(a, b), 63);
    assert_int_equal(spb_edit_distance(a, a), 0);
}

static void assert_nearest(const char *typed, const char *expected)
{
    size_t found[3];
    size_t count = spb_nearest(typed, names, COUNT, found, 3);
    if (!expected) {
        assert_int_equal(count, 0);
        return;
    }
    assert_true(count >= 1);
    assert_string_equal(names[found[0]], expected);
}

static void finds_what_was_meant(void **state)
{
    (void)state;
    assert_nearest("memory/latancy", "memory/latency");
    assert_nearest("latancy", "memory/latency"); /* the last part alone */
    assert_nearest("sieve", "cpu/prime-sieve");  /* inside the name */
    assert_nearest("ls", "list");
    assert_nearest("lits", "list");
}

static void finds_nothing_in_nonsense(void **state)
{
    (void)state;
    assert_nearest("", NULL);
    assert_nearest("q", NULL);
    assert_nearest("zz", NULL);
    assert_nearest("something-else-altogether", NULL);
    static const char *const pair[] = {"ab"};
    size_t found[1];
    assert_int_equal(spb_nearest("xy", pair, 1, found, 1), 0);
}

static void nearest_come_first(void **state)
{
    (void)state;
    static const char *const many[] = {"abcdefg", "abcdxx", "abcdex", "abcdef1", "abcdef"};
    size_t found[5];
    assert_int_equal(spb_nearest("abcdef", many, 5, found, 5), 5);
    /* Those that contain it come first, in their order. */
    assert_int_equal(found[0], 0);
    assert_int_equal(found[1], 3);
    assert_int_equal(found[2], 4);
    assert_int_equal(found[3], 2);
    assert_int_equal(found[4], 1);
    assert_int_equal(spb_nearest("abcdef", many, 5, found, 2), 2);
    assert_int_equal(found[1], 3);
    assert_int_equal(spb_nearest("abcdef", many, 5, found, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distance_counts_edits), cmocka_unit_test(long_names_are_cut),
        cmocka_unit_test(finds_what_was_meant),  cmocka_unit_test(finds_nothing_in_nonsense),
        cmocka_unit_test(nearest_come_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
