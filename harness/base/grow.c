/* SPDX-License-Identifier: MIT */
#include "grow.h"

#include <stdlib.h>

#define FIRST_CAPACITY 64

bool spb_grow(void *array, size_t item_bytes, size_t count, size_t *capacity)
{
    void **items = array;
    if (count < *capacity)
        return true;
    size_t wanted = *capacity ? *capacity : FIRST_CAPACITY;
    while (wanted <= count)
        wanted *= 2;
    void *larger = reallocarray(*items, wanted, item_bytes);
    if (!larger)
        return false;
    *items = larger;
    *capacity = wanted;
    return true;
}
