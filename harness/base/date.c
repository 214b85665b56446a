/* SPDX-License-Identifier: MIT */
#include "date.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static unsigned days_in(unsigned year, unsigned month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : days[month - 1];
}

static bool is_shaped(const char *text)
{
    static const char shape[] = "dddd-dd-dd";
    for (size_t i = 0; i < sizeof(shape); i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == 'd' ? !digit : text[i] != shape[i])
            return false;
    }
    return true;
}

unsigned spb_date_parse(const char *text)
{
    unsigned digits[10] = {0};
    if (!is_shaped(text))
        return 0;
    for (size_t i = 0; i < 10; i++)
        digits[i] = (unsigned)(text[i] - '0');
    unsigned year = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3];
    unsigned month = digits[5] * 10 + digits[6];
    unsigned day = digits[8] * 10 + digits[9];
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > days_in(year, month))
        return 0;
    return year * 10000 + month * 100 + day;
}

unsigned spb_date_of(int64_t seconds)
{
    time_t when = (time_t)seconds;
    struct tm utc;
    if (seconds < 0 || !gmtime_r(&when, &utc) || utc.tm_year + 1900 > 9999)
        return 0;
    return (unsigned)(utc.tm_year + 1900) * 10000 + (unsigned)(utc.tm_mon + 1) * 100 + (unsigned)utc.tm_mday;
}

const char *spb_date_format(char *text, unsigned date)
{
    snprintf(text, SPB_DATE_TEXT_SIZE, "%04u-%02u-%02u", date / 10000 % 10000, date / 100 % 100, date % 100);
    return text;
}

const char *spb_date_format_time(char *text, int64_t seconds)
{
    spb_date_format(text, spb_date_of(seconds));
    size_t length = strlen(text);
    unsigned of_day = (unsigned)(seconds > 0 ? seconds % 86400 : 0);
    snprintf(text + length, SPB_DATE_TEXT_SIZE - length, "T%02u:%02u:%02u", of_day / 3600, of_day / 60 % 60,
             of_day % 60);
    return text;
}
