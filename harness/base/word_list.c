/* SPDX-License-Identifier: MIT */
#include "word_list.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char blanks[] = " \t\n";

struct cursor {
    const char *next;
    char *to;
    char quote;    /* that is open, or NUL */
    bool dangling; /* a backslash was the last character */
};

static bool is_blank(char c)
{
    return c && strchr(blanks, c);
}

/* One character of a word, with what it takes along; false at its end. */
static bool take(struct cursor *at)
{
    char c = *at->next;
    if (c == '\0' || (!at->quote && is_blank(c)))
        return false;
    at->next++;
    if (at->quote ? c == at->quote : c == '\'' || c == '"') {
        at->quote = at->quote ? '\0' : c;
        return true;
    }
    bool escapes = c == '\\' && (!at->quote || (at->quote == '"' && *at->next && strchr("\"\\", *at->next)));
    at->dangling = escapes && *at->next == '\0';
    if (!at->dangling)
        *at->to++ = escapes ? *at->next++ : c;
    return true;
}

static int take_word(struct cursor *at, struct spb_error *err)
{
    while (take(at))
        ;
    *at->to++ = '\0';
    if (at->dangling)
        return spb_error_set(err, -EINVAL, "a backslash at the end takes nothing");
    return at->quote ? spb_error_set(err, -EINVAL, "the quote %c is not closed", at->quote) : 0;
}

static int split(struct spb_word_list *words, const char *line, struct spb_error *err)
{
    struct cursor at = {.next = line, .to = words->text};
    for (at.next += strspn(at.next, blanks); *at.next; at.next += strspn(at.next, blanks)) {
        words->items[words->count++] = at.to;
        int code = take_word(&at, err);
        if (code < 0)
            return code;
    }
    return words->count ? 0 : spb_error_set(err, -EINVAL, "there is no word in it");
}

int spb_word_list_parse(const char *line, struct spb_word_list *words, struct spb_error *err)
{
    size_t length = strlen(line);
    /* Room for the terminators: each word but the last is followed by a blank. */
    *words = (struct spb_word_list){.text = malloc(length + 1), .items = calloc(length / 2 + 2, sizeof(char *))};
    int code = words->text && words->items ? split(words, line, err) : spb_error_set(err, -ENOMEM, "out of memory");
    if (code < 0)
        spb_word_list_release(words);
    return code;
}

void spb_word_list_release(struct spb_word_list *words)
{
    free(words->items);
    free(words->text);
    *words = (struct spb_word_list){0};
}
