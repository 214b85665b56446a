/* SPDX-License-Identifier: MIT */
#include "judgement_lines.h"

#include <stdlib.h>
#include <string.h>

const struct spb_row_judgement *spb_judgement_find(const struct spb_judgement *judgement, const char *key)
{
    for (size_t i = 0; i < judgement->row_count; i++)
        if (strcmp(judgement->rows[i].key, key) == 0)
            return &judgement->rows[i];
    return NULL;
}

/* Does any judgement have more to say of it than that a side lacks it? */
static bool is_anywhere(const struct spb_judgement_set *set, const char *key)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct spb_row_judgement *row = spb_judgement_find(set->items[i].judgement, key);
        if (row && row->verdict != SPB_VERDICT_MISSING)
            return true;
    }
    return false;
}

static int worst_rank(const struct spb_judgement_set *set, const char *key)
{
    int worst = SPB_VERDICT_COUNT;
    for (size_t i = 0; i < set->count; i++) {
        const struct spb_row_judgement *row = spb_judgement_find(set->items[i].judgement, key);
        if (row && row->verdict != SPB_VERDICT_MISSING && spb_verdict_rank(row->verdict) < worst)
            worst = spb_verdict_rank(row->verdict);
    }
    return worst;
}

static bool is_new(const struct spb_judgement_set *set, size_t before, const char *key)
{
    for (size_t i = 0; i < before; i++)
        if (spb_judgement_find(set->items[i].judgement, key))
            return false;
    return true;
}

static int compare_lines(const void *a, const void *b)
{
    const struct spb_judgement_line *first = a, *second = b;
    if (first->rank != second->rank)
        return first->rank < second->rank ? -1 : 1;
    return first->index < second->index ? -1 : first->index > second->index;
}

struct spb_judgement_line *spb_judgement_lines(const struct spb_judgement_set *set, size_t *count)
{
    size_t most = 1;
    for (size_t i = 0; i < set->count; i++)
        most += set->items[i].judgement->row_count;
    struct spb_judgement_line *lines = calloc(most, sizeof(*lines));
    *count = 0;
    for (size_t i = 0; i < set->count && lines; i++) {
        const struct spb_judgement *judgement = set->items[i].judgement;
        for (size_t r = 0; r < judgement->row_count; r++) {
            const char *key = judgement->rows[r].key;
            if (!is_new(set, i, key) || !is_anywhere(set, key))
                continue;
            lines[*count] = (struct spb_judgement_line){key, worst_rank(set, key), *count};
            ++*count;
        }
    }
    if (lines)
        qsort(lines, *count, sizeof(*lines), compare_lines);
    return lines;
}
