/* SPDX-License-Identifier: MIT
 *
 * Doubles as integers in the same order, infinities at the ends, so that a bisection ends at a double and not near one. No NaN.
 */
#ifndef SPB_DOUBLE_KEY_H
#define SPB_DOUBLE_KEY_H

#include <stdint.h>
#include <string.h>

static inline uint64_t spb_double_key(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static inline double spb_key_double(uint64_t key)
{
    uint64_t bits = key >> 63 ? key & ~(UINT64_C(1) << 63) : ~key;
    double value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

#endif
