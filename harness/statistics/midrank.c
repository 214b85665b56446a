/* SPDX-License-Identifier: MIT */
#include "midrank.h"

#include <errno.h>
#include <stdlib.h>

struct place {
    double value;
    size_t index;
};

static int compare_places(const void *a, const void *b)
{
    double x = ((const struct place *)a)->value, y = ((const struct place *)b)->value;
    return (x > y) - (x < y);
}

/* The end of the values that are like the one at `begin`. */
static size_t end_of_alike(const struct place *places, size_t count, size_t begin)
{
    size_t end = begin + 1;
    while (end < count && places[end].value == places[begin].value)
        end++;
    return end;
}

int spb_doubled_midranks(const double *values, size_t count, uint64_t *ranks, double *cubes)
{
    double sum = 0;
    struct place *places = count > 0 ? calloc(count, sizeof(*places)) : NULL;
    if (count > 0 && !places)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++)
        places[i] = (struct place){values[i], i};
    if (count > 0)
        qsort(places, count, sizeof(*places), compare_places);
    for (size_t begin = 0, end; begin < count; begin = end) {
        end = end_of_alike(places, count, begin);
        for (size_t i = begin; i < end; i++)
            ranks[places[i].index] = begin + 1 + end; /* the ranks begin + 1 .. end */
        double alike = (double)(end - begin);
        sum += alike * (alike * alike - 1);
    }
    if (cubes)
        *cubes = sum;
    free(places);
    return 0;
}
