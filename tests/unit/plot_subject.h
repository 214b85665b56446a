/* SPDX-License-Identifier: MIT
 *
 * Results from tests/fixtures/plots as the input of a kind of picture, and a look into the data that it makes of them.
 */
#ifndef SPB_PLOT_SUBJECT_H
#define SPB_PLOT_SUBJECT_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plot_kind.h"

#define SUBJECT_FILES_MAX 8

struct plot_subject {
    struct spb_result results[SUBJECT_FILES_MAX];
    const char *names[SUBJECT_FILES_MAX];
    struct spb_plot_input input;
    struct spb_plot_data data;
    struct spb_error err;
};

static void subject_load(struct plot_subject *subject, const char *name)
{
    char path[512];
    size_t index = subject->input.count++;
    snprintf(path, sizeof path, "%s/fixtures/plots/%s", getenv("SPB_TESTS"), name);
    if (spb_result_load(path, &subject->results[index], &subject->err) < 0)
        fail_msg("%s", subject->err.text);
    subject->names[index] = name;
    subject->input.results = subject->results;
    subject->input.names = subject->names;
}

static int subject_build(struct plot_subject *subject, const char *kind)
{
    spb_plot_data_release(&subject->data);
    return spb_plot_kind_find(kind)->build(&subject->input, &subject->data, &subject->err);
}

static void subject_release(struct plot_subject *subject)
{
    spb_plot_data_release(&subject->data);
    for (size_t i = 0; i < subject->input.count; i++)
        spb_result_release(&subject->results[i]);
}

/* Where block `index` begins, after its comment; NULL: there are fewer. */
static const char *subject_block(const struct plot_subject *subject, unsigned index)
{
    const char *at = spb_strbuf_text(&subject->data.text);
    for (; index > 0 && at; index--) {
        at = strstr(at, "\n\n\n#");
        at = at ? strchr(at + 3, '\n') : NULL;
        at = at ? at + 1 : NULL;
    }
    return at;
}

/* Cell `column` (from 0) of line `line` (from 0) of a block, without its quotes. The text is static. */
static const char *subject_cell(const struct plot_subject *subject, unsigned block, unsigned line, unsigned column)
{
    static char cell[512];
    const char *at = subject_block(subject, block);
    for (; at && line > 0; line--)
        at = *at == '\n' || !strchr(at, '\n') ? NULL : strchr(at, '\n') + 1;
    for (; at && column > 0; column--) {
        at += strcspn(at, "\t\n");
        at = *at == '\t' ? at + 1 : NULL;
    }
    if (!at)
        return "";
    snprintf(cell, sizeof cell, "%.*s", (int)strcspn(at, "\t\n"), at);
    size_t length = strlen(cell);
    if (length < 2 || cell[0] != '"')
        return cell;
    cell[length - 1] = '\0';
    return cell + 1;
}

static double subject_number(const struct plot_subject *subject, unsigned block, unsigned line, unsigned column)
{
    return strtod(subject_cell(subject, block, line, column), NULL);
}

static unsigned subject_lines(const struct plot_subject *subject, unsigned block)
{
    unsigned lines = 0;
    for (const char *at = subject_block(subject, block); at && *at && *at != '\n'; lines++)
        at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL;
    return lines;
}

/* A word or value of block 0; "" where there is none. */
static const char *subject_word(const struct plot_subject *subject, const char *name)
{
    for (unsigned line = 0; line < subject_lines(subject, 0); line++)
        if (strcmp(subject_cell(subject, 0, line, 0), name) == 0)
            return subject_cell(subject, 0, line, 1);
    return "";
}

#endif
