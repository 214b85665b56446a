/* SPDX-License-Identifier: MIT
 *
 * Hostile input for parsers of (buffer, length): every truncation of a good text, and thousands of copies with flipped
 * bits. The copies fill their allocation exactly, so that AddressSanitizer sees a read past the end.
 */
#ifndef SPB_TEST_MANGLE_H
#define SPB_TEST_MANGLE_H

#include <stdlib.h>
#include <string.h>

#include "random.h"

static inline void mangle_one(const char *text, size_t length, struct spb_random *random,
                              void (*parse)(const char *text, size_t length))
{
    char *copy = calloc(length ? length : 1, 1);
    if (length)
        memcpy(copy, text, length);
    for (size_t flips = random && length ? 1 + spb_random_below(random, 4) : 0; flips; flips--)
        copy[spb_random_below(random, length)] ^= (char)(1u << spb_random_below(random, 8));
    parse(copy, length);
    free(copy);
}

static inline void mangle(const char *text, void (*parse)(const char *text, size_t length))
{
    struct spb_random random = {.state = 1};
    size_t length = strlen(text);
    for (size_t cut = 0; cut <= length; cut++)
        mangle_one(text, cut, NULL, parse);
    for (int i = 0; i < 5000; i++)
        mangle_one(text, length, &random, parse);
}

#endif
