/* SPDX-License-Identifier: MIT */
#include "number_list.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

enum { LARGEST_NUMBER = 99999999 };

/* One number at *text, which is moved behind it. */
static bool take_number(const char **text, unsigned *number)
{
    if (!isdigit((unsigned char)**text))
        return false;
    unsigned value = 0;
    for (; isdigit((unsigned char)**text); (*text)++) {
        value = value * 10 + (unsigned)(**text - '0');
        if (value > LARGEST_NUMBER)
            return false;
    }
    *number = value;
    return true;
}

/* "2" or "2-5". */
static bool take_range(const char **text, unsigned *first, unsigned *last)
{
    if (!take_number(text, first))
        return false;
    *last = *first;
    if (**text != '-')
        return true;
    (*text)++;
    return take_number(text, last) && *first <= *last;
}

static bool has_number(const struct spb_number_list *list, unsigned number)
{
    for (unsigned i = 0; i < list->count; i++)
        if (list->numbers[i] == number)
            return true;
    return false;
}

static int append_range(struct spb_number_list *list, unsigned first, unsigned last, const char *what,
                        struct spb_error *err)
{
    for (unsigned number = first; number <= last; number++) {
        if (has_number(list, number))
            return spb_error_set(err, -EINVAL, "%s %u stands twice in the list; name it once", what, number);
        if (list->count == SPB_NUMBER_LIST_MAX)
            return spb_error_set(err, -EINVAL, "a list holds at most %d of them", SPB_NUMBER_LIST_MAX);
        list->numbers[list->count++] = number;
    }
    return 0;
}

static int parse_into(struct spb_number_list *list, const char *text, const char *what, struct spb_error *err)
{
    const char *next = text;
    do {
        unsigned first, last;
        if (!take_range(&next, &first, &last) || (*next && *next != ','))
            return spb_error_set(err, -EINVAL, "'%s' is no list of numbers; write it like 0,2-3", text);
        int code = append_range(list, first, last, what, err);
        if (code)
            return code;
    } while (*next++ == ',');
    return 0;
}

int spb_number_list_parse(struct spb_number_list *list, const char *text, const char *what, struct spb_error *err)
{
    *list = (struct spb_number_list){.numbers = calloc(SPB_NUMBER_LIST_MAX, sizeof(unsigned))};
    if (!list->numbers)
        return spb_error_set(err, -ENOMEM, "out of memory");
    int code = parse_into(list, text, what, err);
    if (code)
        spb_number_list_release(list);
    return code;
}

void spb_number_list_release(struct spb_number_list *list)
{
    free(list->numbers);
    *list = (struct spb_number_list){0};
}

void spb_number_list_format(const unsigned *numbers, unsigned count, struct spb_strbuf *out)
{
    for (unsigned i = 0; i < count;) {
        unsigned end = i + 1;
        while (end < count && numbers[end] == numbers[end - 1] + 1)
            end++;
        spb_strbuf_printf(out, "%s%u", i ? "," : "", numbers[i]);
        if (end - i > 1)
            spb_strbuf_printf(out, "-%u", numbers[end - 1]);
        i = end;
    }
}
