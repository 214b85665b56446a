/* SPDX-License-Identifier: MIT
 *
 * Room in an array that grows.
 *
 *     if (!spb_grow(&list->items, sizeof *list->items, list->count, &list->capacity))
 *         return -ENOMEM;
 *     list->items[list->count++] = item;
 */
#ifndef SPB_GROW_H
#define SPB_GROW_H

#include <stdbool.h>
#include <stddef.h>

/* Makes room for item number `count`; `array` is the address of the pointer to the items. Doubles, so that n items cost n copies at most. False: memory
 * ran out, and nothing has changed. */
bool spb_grow(void *array, size_t item_bytes, size_t count, size_t *capacity);

#endif
