/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "plot_time_axis.h"

#define DAY_S 86400
#define START 1767225600 /* 2026-01-01 */

static void assert_ticks(int64_t from_s, int64_t to_s, size_t wanted, const char *first, const char *last)
{
    struct spb_plot_tick ticks[SPB_PLOT_TICKS_MAX];
    size_t count = spb_plot_time_ticks(from_s, to_s, ticks);
    assert_int_equal(count, wanted);
    assert_string_equal(ticks[0].text, first);
    assert_string_equal(ticks[count - 1].text, last);
    for (size_t i = 0; i < count; i++)
        assert_true(ticks[i].seconds >= from_s && ticks[i].seconds <= to_s);
}

static void ticks_suit_the_span(void **state)
{
    (void)state;
    assert_ticks(START, START, 1, "00:00:00", "00:00:00");
    assert_ticks(START + 1, START + 30, 6, "00:00:05", "00:00:30");
    assert_ticks(START + 1, START + 4 * 3600, 8, "00:30", "04:00");
    assert_ticks(START + DAY_S - 7200, START + DAY_S + 7200, 5, "01-01 22:00", "01-02 02:00");
    assert_ticks(START, START + 10 * DAY_S, 6, "2026-01-01", "2026-01-11");
    assert_ticks(START + DAY_S, START + 200 * DAY_S, 6, "2026-02", "2026-07");
    assert_ticks(START, START + (int64_t)365 * 6 * DAY_S, 6, "2026", "2031");
    assert_ticks(0, INT64_C(253402300799), 8, "2000", "9000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(ticks_suit_the_span)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
