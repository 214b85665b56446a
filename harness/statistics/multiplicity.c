/* SPDX-License-Identifier: MIT */
#include "multiplicity.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

struct place {
    double p;
    size_t index;
};

static int compare_places(const void *a, const void *b)
{
    double x = ((const struct place *)a)->p, y = ((const struct place *)b)->p;
    return (x > y) - (x < y);
}

/* The p-values in ascending order, each with its place; *places is NULL where there are none. */
static int sort_places(const double *p, size_t count, size_t family, struct place **places)
{
    *places = NULL;
    if (family < count)
        return -EINVAL;
    for (size_t i = 0; i < count; i++)
        if (!(p[i] >= 0 && p[i] <= 1))
            return -EINVAL;
    if (count == 0)
        return 0;
    *places = calloc(count, sizeof(**places));
    if (!*places)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++)
        (*places)[i] = (struct place){p[i], i};
    qsort(*places, count, sizeof(**places), compare_places);
    return 0;
}

int spb_holm(const double *p, size_t count, size_t family, double *adjusted)
{
    struct place *places;
    int code = sort_places(p, count, family, &places);
    double largest = 0;
    for (size_t i = 0; code == 0 && i < count; i++) {
        largest = fmax(largest, fmin(1, (double)(family - i) * places[i].p));
        adjusted[places[i].index] = largest;
    }
    free(places);
    return code;
}

int spb_benjamini_hochberg(const double *p, size_t count, size_t family, double *adjusted)
{
    struct place *places;
    int code = sort_places(p, count, family, &places);
    double smallest = 1;
    for (size_t i = count; code == 0 && i > 0; i--) {
        smallest = fmin(smallest, (double)family / (double)i * places[i - 1].p);
        adjusted[places[i - 1].index] = smallest;
    }
    free(places);
    return code;
}
