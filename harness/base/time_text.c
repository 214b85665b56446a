/* SPDX-License-Identifier: MIT */
#include "time_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "span.h"
#include "units.h"

#define SECOND_NS INT64_C(1000000000)
#define YEAR_MAX  2200

static int refuse(const char *text, struct spb_error *err)
{
    return spb_error_set(err, -EINVAL,
                         "'%.40s' is no time: write '2026-11-24 03:12', '03:12', 'yesterday 03:12', "
                         "'2026-11-24T03:12:00Z' or '2h' (ago)",
                         text);
}

static void skip(struct spb_span *rest, size_t count)
{
    rest->text += count;
    rest->length -= count;
}

/* So many digits at the front. */
static bool take_digits(struct spb_span *rest, size_t count, int *value)
{
    uint64_t number;
    if (rest->length < count || *rest->text == '+' || spb_span_starts_with(*rest, "0x") ||
        spb_span_parse_u64((struct spb_span){rest->text, count}, &number) < 0)
        return false;
    *value = (int)number;
    skip(rest, count);
    return true;
}

static bool take_char(struct spb_span *rest, char c)
{
    if (rest->length == 0 || *rest->text != c)
        return false;
    skip(rest, 1);
    return true;
}

/* What was read, before it is a time. */
struct reading {
    struct tm when;
    bool has_date, has_time;
    int64_t fraction_ns;
    bool has_offset;
    int offset_s; /* east of Greenwich */
};

static bool take_date(struct spb_span *rest, struct reading *reading)
{
    struct spb_span at = *rest;
    int year, month, day;
    if (!take_digits(&at, 4, &year) || !take_char(&at, '-') || !take_digits(&at, 2, &month) || !take_char(&at, '-') ||
        !take_digits(&at, 2, &day))
        return false;
    reading->when.tm_year = year - 1900;
    reading->when.tm_mon = month - 1;
    reading->when.tm_mday = day;
    reading->has_date = true;
    *rest = at;
    return true;
}

static void take_fraction(struct spb_span *rest, struct reading *reading)
{
    int digit;
    if (!take_char(rest, '.'))
        return;
    for (int64_t unit = SECOND_NS / 10; take_digits(rest, 1, &digit); unit /= 10)
        reading->fraction_ns += digit * unit;
}

static bool take_time(struct spb_span *rest, struct reading *reading)
{
    struct spb_span at = *rest;
    if (!take_digits(&at, 2, &reading->when.tm_hour) || !take_char(&at, ':') ||
        !take_digits(&at, 2, &reading->when.tm_min))
        return false;
    if (take_char(&at, ':') && !take_digits(&at, 2, &reading->when.tm_sec))
        return false;
    take_fraction(&at, reading);
    reading->has_time = true;
    *rest = at;
    return true;
}

/* "Z", "+01:00", "+0100", "-05". */
static bool take_offset(struct spb_span *rest, struct reading *reading)
{
    int hours, minutes = 0;
    reading->has_offset = rest->length > 0;
    if (rest->length == 0 || take_char(rest, 'Z'))
        return true;
    bool west = take_char(rest, '-');
    if ((!west && !take_char(rest, '+')) || !take_digits(rest, 2, &hours))
        return false;
    take_char(rest, ':');
    if (rest->length && !take_digits(rest, 2, &minutes))
        return false;
    if (hours > 14 || minutes > 59)
        return false;
    reading->offset_s = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
    return true;
}

static void fill_today(struct reading *reading, const struct spb_time_zone *zone, int days_back)
{
    time_t now = (time_t)(zone->now_ns / SECOND_NS) + (reading->has_offset ? reading->offset_s : 0);
    struct tm today = {0};
    if (zone->utc || reading->has_offset)
        gmtime_r(&now, &today);
    else
        localtime_r(&now, &today);
    reading->when.tm_year = today.tm_year;
    reading->when.tm_mon = today.tm_mon;
    reading->when.tm_mday = today.tm_mday - days_back;
}

static bool same_clock(const struct tm *a, const struct tm *b)
{
    return a->tm_hour == b->tm_hour && a->tm_min == b->tm_min && a->tm_sec == b->tm_sec && a->tm_mday == b->tm_mday &&
           a->tm_mon == b->tm_mon;
}

/* -EINVAL: no such day, hour or minute, also one that a change to summer time leaves out. */
static int to_time(const struct reading *reading, bool normalize_day, const struct spb_time_zone *zone,
                   int64_t *time_ns)
{
    struct tm when = reading->when;
    bool utc = zone->utc || reading->has_offset;
    if (when.tm_year + 1900 < 1970 || when.tm_year + 1900 > YEAR_MAX || when.tm_hour > 23 || when.tm_min > 59 ||
        when.tm_sec > 59)
        return -EINVAL;
    when.tm_isdst = -1;
    time_t seconds = utc ? timegm(&when) : mktime(&when);
    struct tm asked = reading->when;
    if (normalize_day) {
        asked.tm_mday = when.tm_mday;
        asked.tm_mon = when.tm_mon;
    }
    if (!same_clock(&when, &asked))
        return -EINVAL;
    *time_ns = ((int64_t)seconds - reading->offset_s) * SECOND_NS + reading->fraction_ns;
    return 0;
}

/* "2h", "90s ago" */
static bool parse_ago(struct spb_span span, const struct spb_time_zone *zone, int64_t *time_ns)
{
    static const struct {
        char letter;
        uint64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
    if (span.length > 4 && spb_span_equals((struct spb_span){span.text + span.length - 4, 4}, " ago"))
        span.length -= 4;
    double count;
    if (span.length < 2 || spb_span_parse_decimal((struct spb_span){span.text, span.length - 1}, &count) < 0)
        return false;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        double ns = count * (double)units[i].seconds * 1e9;
        if (span.text[span.length - 1] != units[i].letter || !(ns <= (double)zone->now_ns))
            continue;
        *time_ns = zone->now_ns - (int64_t)ns;
        return true;
    }
    return false;
}

int spb_time_parse(const char *text, const struct spb_time_zone *zone, int64_t *time_ns, struct spb_error *err)
{
    struct spb_span rest = spb_span_trim((struct spb_span){text, strlen(text)});
    struct reading reading = {0};
    int days_back = 0;
    if (spb_span_equals(rest, "now")) {
        *time_ns = zone->now_ns;
        return 0;
    }
    if (parse_ago(rest, zone, time_ns))
        return 0;
    bool named = spb_span_starts_with(rest, "yesterday") || spb_span_starts_with(rest, "today");
    if (named) {
        days_back = spb_span_starts_with(rest, "yesterday");
        skip(&rest, days_back ? strlen("yesterday") : strlen("today"));
    } else {
        take_date(&rest, &reading);
    }
    bool separated = !named && !reading.has_date;
    while (rest.length && (*rest.text == ' ' || (*rest.text == 'T' && reading.has_date && !separated))) {
        skip(&rest, 1);
        separated = true;
    }
    if (rest.length && separated && !take_time(&rest, &reading))
        return refuse(text, err);
    rest = spb_span_trim(rest);
    if (!(named || reading.has_date || reading.has_time) || (rest.length && !reading.has_time) ||
        !take_offset(&rest, &reading) || rest.length)
        return refuse(text, err);
    if (!reading.has_date)
        fill_today(&reading, zone, days_back);
    int code = to_time(&reading, !reading.has_date, zone, time_ns);
    /* "23:50" at ten past midnight means the evening before. */
    if (code == 0 && !named && !reading.has_date && *time_ns > zone->now_ns) {
        fill_today(&reading, zone, 1);
        code = to_time(&reading, true, zone, time_ns);
    }
    if (code)
        return spb_error_set(err, code, "'%.40s': there is no such time%s", text,
                             zone->utc || reading.has_offset ? "" : " in this time zone");
    return 0;
}

static void break_down(int64_t time_ns, bool utc, struct tm *when, int64_t *rest_ns)
{
    int64_t second = time_ns / SECOND_NS - (time_ns % SECOND_NS < 0);
    time_t seconds = (time_t)second;
    *rest_ns = time_ns - second * SECOND_NS;
    if (!(utc ? gmtime_r(&seconds, when) : localtime_r(&seconds, when)))
        *when = (struct tm){.tm_mday = 1, .tm_year = 70};
}

const char *spb_time_format(char *text, int64_t time_ns, bool utc)
{
    struct tm when;
    int64_t rest_ns;
    break_down(time_ns, utc, &when, &rest_ns);
    strftime(text, SPB_TIME_TEXT_SIZE, "%Y-%m-%d %H:%M:%S", &when);
    return text;
}

const char *spb_time_format_iso(char *text, int64_t time_ns)
{
    struct tm when;
    int64_t rest_ns;
    break_down(time_ns, true, &when, &rest_ns);
    size_t length = strftime(text, SPB_TIME_TEXT_SIZE, "%Y-%m-%dT%H:%M:%S", &when);
    snprintf(text + length, SPB_TIME_TEXT_SIZE - length, ".%03dZ", (int)(rest_ns / 1000000));
    return text;
}

const char *spb_time_zone_name(char *text, int64_t time_ns, bool utc)
{
    struct tm when;
    int64_t rest_ns;
    break_down(time_ns, utc, &when, &rest_ns);
    long minutes = utc ? 0 : when.tm_gmtoff / 60;
    if (minutes == 0)
        snprintf(text, SPB_TIME_TEXT_SIZE, "UTC");
    else
        snprintf(text, SPB_TIME_TEXT_SIZE, "%.12s (UTC%+03ld:%02ld)", when.tm_zone, minutes / 60, labs(minutes % 60));
    return text;
}
