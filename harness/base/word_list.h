/* SPDX-License-Identifier: MIT
 *
 * A command line cut into words without a shell: blanks, tabs and newlines separate; '...' is taken as it stands; in "..."
 * a backslash takes " and \ as they stand; elsewhere it takes any character. Nothing is replaced: no $, no *, no ~, no
 * redirection.
 *
 *     struct spb_word_list words;
 *     if (spb_word_list_parse("grep -c 'a b' x", &words, err) == 0)
 *         execvp(words.items[0], words.items);
 */
#ifndef SPB_WORD_LIST_H
#define SPB_WORD_LIST_H

#include <stddef.h>

#include "error.h"

struct spb_word_list {
    char **items; /* count of them, then NULL */
    size_t count;
    char *text; /* what they point into */
};

/* -EINVAL: a quote that is not closed, a backslash at the end, or no word at all. */
int spb_word_list_parse(const char *line, struct spb_word_list *words, struct spb_error *err);
void spb_word_list_release(struct spb_word_list *words);

#endif
