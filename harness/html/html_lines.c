/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "html_internal.h"

/* A result's rows by name; `owner` is SIZE_MAX for the base. */
struct named_row {
    char *key;
    const struct spb_row *row;
    size_t owner;
    size_t index; /* in order of appearance */
};

static int by_key(const void *a, const void *b)
{
    const struct named_row *first = a, *second = b;
    int order = strcmp(first->key, second->key);
    return order ? order : first->index < second->index ? -1 : first->index > second->index;
}

static size_t count_rows(const struct spb_html_input *input)
{
    size_t count = input->base ? input->base->row_count : 0;
    for (size_t i = 0; i < input->count; i++)
        count += input->results[i].row_count;
    return count;
}

static bool name_rows(const struct spb_result *result, size_t owner, struct named_row *named, size_t *count)
{
    bool complete = true;
    for (size_t i = 0; i < result->row_count; i++, ++*count) {
        named[*count] = (struct named_row){spb_row_key(&result->rows[i]), &result->rows[i], owner, *count};
        complete = complete && named[*count].key;
    }
    return complete;
}

/* ---- lines ------------------------------------------------------------------------------------------------------ */

/* With its place among the others, for sorting. */
struct placed_line {
    struct spb_html_line line;
    int rank;     /* of its worst verdict */
    size_t index; /* in the judgement, where there is just one; else as it appeared */
};

static bool begin_line(const struct spb_html_page *page, const struct named_row *first, struct placed_line *placed)
{
    size_t count = page->input->count;
    *placed = (struct placed_line){.rank = SPB_VERDICT_COUNT, .index = first->index};
    placed->line.key = strdup(first->key);
    placed->line.rows = calloc(count + 1, sizeof(const struct spb_row *));
    placed->line.judgements = calloc(count + 1, sizeof(const struct spb_row_judgement *));
    return placed->line.key && placed->line.rows && placed->line.judgements;
}

static void find_judgements(const struct spb_html_input *input, struct placed_line *placed)
{
    for (size_t i = 0; i < input->count && input->judgements; i++)
        for (size_t r = 0; r < input->judgements[i].row_count; r++) {
            const struct spb_row_judgement *row = &input->judgements[i].rows[r];
            if (strcmp(row->key, placed->line.key) != 0)
                continue;
            placed->line.judgements[i] = row;
            placed->index = input->count == 1 ? r : placed->index;
            if (spb_verdict_rank(row->verdict) < placed->rank)
                placed->rank = spb_verdict_rank(row->verdict);
            break;
        }
}

static int by_what_matters(const void *a, const void *b)
{
    const struct placed_line *first = a, *second = b;
    if (first->rank != second->rank)
        return first->rank < second->rank ? -1 : 1;
    return first->index < second->index ? -1 : first->index > second->index;
}

static int make_lines(struct spb_html_page *page, const struct named_row *named, size_t count)
{
    struct placed_line *placed = calloc(count + 1, sizeof(*placed));
    int code = placed ? 0 : -ENOMEM;
    size_t lines = 0;
    for (size_t i = 0; i < count && code == 0; i++) {
        if (i == 0 || strcmp(named[i - 1].key, named[i].key) != 0) {
            code = begin_line(page, &named[i], &placed[lines++]) ? 0 : -ENOMEM;
            if (code == 0)
                find_judgements(page->input, &placed[lines - 1]);
        }
        if (code == 0 && named[i].owner == SIZE_MAX)
            placed[lines - 1].line.base = named[i].row;
        else if (code == 0)
            placed[lines - 1].line.rows[named[i].owner] = named[i].row;
    }
    if (placed)
        qsort(placed, lines, sizeof(*placed), by_what_matters);
    page->lines = placed ? calloc(lines + 1, sizeof(*page->lines)) : NULL;
    for (size_t i = 0; i < lines && page->lines; i++)
        page->lines[page->line_count++] = placed[i].line;
    free(placed);
    return page->lines ? code : -ENOMEM;
}

int spb_html_lines_collect(struct spb_html_page *page)
{
    const struct spb_html_input *input = page->input;
    struct named_row *named = calloc(count_rows(input) + 1, sizeof(*named));
    size_t count = 0;
    bool complete = named != NULL;
    for (size_t i = 0; i < input->count && complete; i++)
        complete = name_rows(&input->results[i], i, named, &count);
    if (complete && input->base)
        complete = name_rows(input->base, SIZE_MAX, named, &count);
    int code = complete ? 0 : -ENOMEM;
    if (complete) {
        qsort(named, count, sizeof(*named), by_key);
        code = make_lines(page, named, count);
    }
    for (size_t i = 0; i < count; i++)
        free(named[i].key);
    free(named);
    return code;
}

void spb_html_lines_release(struct spb_html_page *page)
{
    for (size_t i = 0; i < page->line_count; i++) {
        free(page->lines[i].key);
        free(page->lines[i].rows);
        free(page->lines[i].judgements);
    }
    free(page->lines);
    page->lines = NULL;
    page->line_count = 0;
}

const struct spb_row *spb_html_line_row(const struct spb_html_page *page, const struct spb_html_line *line)
{
    for (size_t i = 0; i < page->input->count; i++)
        if (line->rows[i])
            return line->rows[i];
    return line->base;
}
