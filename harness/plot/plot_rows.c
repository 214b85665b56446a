/* SPDX-License-Identifier: MIT */
#include "plot_rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plot_text.h"

#define REASON_COLUMNS 80

struct entry {
    char *key;
    size_t file, place; /* which row of which result */
    const struct spb_row *row;
};

/* Of the entries that have one key. */
struct group {
    const struct entry *first;
    size_t count;
    bool has_value;
};

bool spb_plot_process_counts(const struct spb_process *process)
{
    return process->sample_count > 0 &&
           (process->outcome == SPB_OUTCOME_OK || process->outcome == SPB_OUTCOME_INTERRUPTED);
}

static int compare_places(const struct entry *a, const struct entry *b)
{
    if (a->file != b->file)
        return a->file < b->file ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

static int by_key(const void *a, const void *b)
{
    const struct entry *one = a, *other = b;
    int order = strcmp(one->key, other->key);
    return order ? order : compare_places(one, other);
}

static int by_place(const void *a, const void *b)
{
    const struct group *one = a, *other = b;
    return compare_places(one->first, other->first);
}

static size_t count_rows(const struct spb_plot_input *input)
{
    size_t count = 0;
    for (size_t f = 0; f < input->count; f++)
        count += input->results[f].row_count;
    return count;
}

static int list_entries(const struct spb_plot_input *input, struct entry *entries)
{
    size_t at = 0;
    for (size_t f = 0; f < input->count; f++)
        for (size_t i = 0; i < input->results[f].row_count; i++) {
            const struct spb_row *row = &input->results[f].rows[i];
            entries[at] = (struct entry){spb_row_key(row), f, i, row};
            if (!entries[at++].key)
                return -ENOMEM;
        }
    return 0;
}

static size_t group_entries(struct entry *entries, size_t count, struct group *groups)
{
    size_t found = 0;
    qsort(entries, count, sizeof(*entries), by_key);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(entries[i].key, entries[i - 1].key) != 0)
            groups[found++] = (struct group){.first = &entries[i]};
        groups[found - 1].count++;
        groups[found - 1].has_value |= entries[i].row->stats.valid;
    }
    qsort(groups, found, sizeof(*groups), by_place);
    return found;
}

static void leave_out(struct spb_plot_rows *rows, const struct spb_row *row)
{
    if (rows->left_out++ == 0)
        rows->reason = row->reason ? row->reason : "no process has a sample";
}

static int take_group(struct spb_plot_rows *rows, const struct group *group, size_t file_count)
{
    struct spb_plot_row *item = &rows->items[rows->count];
    item->by_file = rows->all + rows->count++ * file_count;
    for (size_t i = 0; i < group->count; i++)
        if (group->first[i].row->stats.valid)
            item->by_file[group->first[i].file] = group->first[i].row;
    item->key = strdup(group->first->key);
    return item->key ? 0 : -ENOMEM;
}

static int take_groups(struct spb_plot_rows *rows, const struct group *groups, size_t count, size_t file_count)
{
    int code = 0;
    rows->items = calloc(count + 1, sizeof(*rows->items));
    rows->all = calloc(count * file_count + 1, sizeof(struct spb_row *));
    if (!rows->items || !rows->all)
        return -ENOMEM;
    for (size_t g = 0; g < count && code == 0; g++)
        if (groups[g].has_value)
            code = take_group(rows, &groups[g], file_count);
        else
            leave_out(rows, groups[g].first->row);
    return code;
}

static int match(const struct spb_plot_input *input, struct spb_plot_rows *rows)
{
    size_t count = count_rows(input);
    struct entry *entries = calloc(count + 1, sizeof(*entries));
    struct group *groups = calloc(count + 1, sizeof(*groups));
    int code = entries && groups ? list_entries(input, entries) : -ENOMEM;
    if (code == 0)
        code = take_groups(rows, groups, group_entries(entries, count, groups), input->count);
    for (size_t i = 0; entries && i < count; i++)
        free(entries[i].key);
    free(entries);
    free(groups);
    return code;
}

static int complain_of_none(const struct spb_plot_input *input, const struct spb_plot_rows *rows, struct spb_error *err)
{
    struct spb_strbuf reason = {0};
    spb_plot_text_clip(rows->reason ? rows->reason : "", REASON_COLUMNS, &reason);
    if (input->count == 0)
        spb_error_set(err, -EINVAL, "this picture is of the results of spbench run, and none is given");
    else if (rows->left_out)
        spb_error_set(err, -EINVAL, "none of the %zu rows has a value: %s", rows->left_out, spb_strbuf_text(&reason));
    else if (input->pattern)
        spb_error_set(err, -EINVAL, "no row matches '%s' (spbench show lists the rows of a result)", input->pattern);
    else
        spb_error_set(err, -EINVAL, "%s has no rows; spbench run measures some", input->names[0]);
    spb_strbuf_release(&reason);
    return -EINVAL;
}

int spb_plot_rows_match(const struct spb_plot_input *input, struct spb_plot_rows *rows, struct spb_error *err)
{
    *rows = (struct spb_plot_rows){0};
    int code = match(input, rows);
    if (code)
        spb_error_system(err, code, "a picture");
    else if (rows->count == 0)
        code = complain_of_none(input, rows, err);
    if (code)
        spb_plot_rows_release(rows);
    return code;
}

int spb_plot_rows_match_some(const struct spb_plot_input *input, size_t most, struct spb_plot_rows *rows,
                             struct spb_error *err)
{
    int code = spb_plot_rows_match(input, rows, err);
    if (code || rows->count <= most)
        return code;
    const char *key = rows->items[0].key ? rows->items[0].key : "";
    code = spb_error_set(err, -EINVAL, "%zu rows, and %zu fit into this picture: choose some, as in --rows '%.*s*'",
                         rows->count, most, (int)strnlen(key, strcspn(key, " ")), key);
    spb_plot_rows_release(rows);
    return code;
}

void spb_plot_rows_release(struct spb_plot_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        free(rows->items[i].key);
    free(rows->items);
    free(rows->all);
    *rows = (struct spb_plot_rows){0};
}

const struct spb_row *spb_plot_row_any(const struct spb_plot_row *row, size_t file_count)
{
    size_t f = 0;
    while (f + 1 < file_count && !row->by_file[f])
        f++;
    return row->by_file[f];
}

void spb_plot_rows_note(const struct spb_plot_rows *rows, struct spb_strbuf *out)
{
    if (rows->left_out == 0)
        return;
    spb_strbuf_printf(out, "%zu of %zu rows have no value: ", rows->left_out, rows->count + rows->left_out);
    spb_plot_text_clip(rows->reason, REASON_COLUMNS, out);
    spb_strbuf_append_char(out, '\n');
}
