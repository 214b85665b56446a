/* SPDX-License-Identifier: MIT */
#include "rank_sums.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int compare_descending(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x < y) - (x > y);
}

/* The sum of the `size` largest; what no sum exceeds. */
static int largest_sum(const uint64_t *scores, size_t count, size_t size, size_t *largest)
{
    uint64_t *sorted = calloc(count, sizeof(*sorted));
    if (!sorted)
        return -ENOMEM;
    memcpy(sorted, scores, count * sizeof(*sorted));
    qsort(sorted, count, sizeof(*sorted), compare_descending);
    *largest = 0;
    for (size_t i = 0; i < size; i++)
        *largest += sorted[i];
    free(sorted);
    return 0;
}

/* With one score more: a subset of j has it, and is then one of j - 1 without it, or has it not. */
static void add_score(double *table, size_t width, size_t size, uint64_t score)
{
    for (size_t j = size; j > 0; j--) {
        double *with = table + j * width + score;
        const double *without = table + (j - 1) * width;
        for (size_t w = 0; w < width - score; w++)
            with[w] += without[w];
    }
}

int spb_rank_sums(const uint64_t *scores, size_t count, size_t size, double **counts, size_t *largest)
{
    int code = largest_sum(scores, count, size, largest);
    if (code)
        return code;
    size_t width = *largest + 1;
    double *table = calloc((size + 1) * width, sizeof(*table)); /* [subset size][sum] */
    if (!table)
        return -ENOMEM;
    table[0] = 1;
    for (size_t i = 0; i < count; i++)
        add_score(table, width, i < size ? i + 1 : size, scores[i]);
    memmove(table, table + size * width, width * sizeof(*table));
    *counts = table;
    return 0;
}
