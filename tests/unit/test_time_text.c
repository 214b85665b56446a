/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "time_text.h"

/* 2026-11-24 00:10:00 UTC */
#define NOW_NS INT64_C(1795479000000000000)

static const char *iso_of(const char *text, bool utc)
{
    static char iso[SPB_TIME_TEXT_SIZE];
    struct spb_error err = {0};
    int64_t time_ns;
    if (spb_time_parse(text, &(struct spb_time_zone){NOW_NS, utc}, &time_ns, &err) < 0)
        return err.text[0] ? "refused" : "no text";
    return spb_time_format_iso(iso, time_ns);
}

static void reads_what_people_write(void **state)
{
    (void)state;
    assert_string_equal(iso_of("2026-11-24 03:12", true), "2026-11-24T03:12:00.000Z");
    assert_string_equal(iso_of("2026-11-24T03:12:07.5Z", false), "2026-11-24T03:12:07.500Z");
    assert_string_equal(iso_of("2026-11-24T03:12:07+01:00", true), "2026-11-24T02:12:07.000Z");
    assert_string_equal(iso_of("2026-11-24 03:12-0530", true), "2026-11-24T08:42:00.000Z");
    assert_string_equal(iso_of("2026-11-24", true), "2026-11-24T00:00:00.000Z");
    assert_string_equal(iso_of("00:05", true), "2026-11-24T00:05:00.000Z");
    assert_string_equal(iso_of("23:50", true), "2026-11-23T23:50:00.000Z");
    assert_string_equal(iso_of("yesterday 03:12", true), "2026-11-23T03:12:00.000Z");
    assert_string_equal(iso_of("yesterday", true), "2026-11-23T00:00:00.000Z");
    assert_string_equal(iso_of("today 03:12", true), "2026-11-24T03:12:00.000Z");
    assert_string_equal(iso_of("2h", true), "2026-11-23T22:10:00.000Z");
    assert_string_equal(iso_of("1.5h ago", true), "2026-11-23T22:40:00.000Z");
    assert_string_equal(iso_of("1d", true), "2026-11-23T00:10:00.000Z");
    assert_string_equal(iso_of("now", true), "2026-11-24T00:10:00.000Z");
    assert_string_equal(iso_of("2028-02-29", true), "2028-02-29T00:00:00.000Z");
}

static void refuses_what_is_none(void **state)
{
    static const char *const none[] = {"",         "x",          "2026-13-01",         "2026-02-29",
                                       "25:00",    "03:60",      "2026-11-24 03",      "2026-11-2403:12",
                                       "03:12 x",  "yesterdayx", "yesterday03:12",     "2026-11-24 03:",
                                       "h",        "-1h",        "2026-11-24Z03:12",   "2026-11-24 03:12+15:00",
                                       "1y",       "999999999d", "2026-11-24 3:12",    "+026-11-24",
                                       "03:12:61", "1969-12-31", "2026-11-24 03:12Z2", "nowx"};
    (void)state;
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        if (strcmp(iso_of(none[i], true), "refused") != 0)
            fail_msg("'%s' is %s", none[i], iso_of(none[i], true));
}

static void knows_the_zone(void **state)
{
    char text[SPB_TIME_TEXT_SIZE];
    (void)state;
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    assert_string_equal(iso_of("2026-11-24 03:12", false), "2026-11-24T02:12:00.000Z");
    assert_string_equal(iso_of("2026-07-24 03:12", false), "2026-07-24T01:12:00.000Z");
    assert_string_equal(iso_of("01:05", false), "2026-11-24T00:05:00.000Z");
    assert_string_equal(iso_of("2026-03-29 02:30", false), "refused"); /* the hour that summer time leaves out */
    assert_string_equal(spb_time_format(text, NOW_NS, false), "2026-11-24 01:10:00");
    assert_string_equal(spb_time_zone_name(text, NOW_NS, false), "CET (UTC+01:00)");
    assert_string_equal(spb_time_zone_name(text, NOW_NS, true), "UTC");
    setenv("TZ", "UTC", 1);
    tzset();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_people_write),
        cmocka_unit_test(refuses_what_is_none),
        cmocka_unit_test(knows_the_zone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
