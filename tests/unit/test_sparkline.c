/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sparkline.h"

static void assert_drawn(const double *values, size_t count, double top, size_t columns, const char *expected)
{
    struct spb_strbuf out = {0};
    spb_sparkline(values, count, top, columns, &out);
    assert_string_equal(spb_strbuf_text(&out), expected);
    spb_strbuf_release(&out);
}

static void blocks_are_as_high_as_their_values(void **state)
{
    (void)state;
    assert_drawn((const double[]){0, 0.01, 0.5, 1, 2}, 5, 1, 10, " ▁▄██");
    assert_drawn((const double[]){1, 2, 3, 4}, 4, 4, 4, "▂▄▆█");
    assert_drawn(NULL, 0, 1, 10, "");
    assert_drawn((const double[]){0}, 1, 0, 10, " ");
}

static void a_column_is_the_mean_of_what_is_below_it(void **state)
{
    (void)state;
    assert_drawn((const double[]){0, 1, 1, 1}, 4, 1, 2, "▄█");
    assert_drawn((const double[]){1, 0, 0}, 3, 1, 2, "▆ "); /* the middle one belongs to both: 1 / 1.5 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_as_high_as_their_values),
        cmocka_unit_test(a_column_is_the_mean_of_what_is_below_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
