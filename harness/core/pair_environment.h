/* SPDX-License-Identifier: MIT
 *
 * The environment of one process of a pair: that of this process, with the side's entries beside or in place of its own, and one
 * variable of padding, which moves the stack.
 */
#ifndef SPB_PAIR_ENVIRONMENT_H
#define SPB_PAIR_ENVIRONMENT_H

#include <stddef.h>

/* An array that ends with NULL; the strings are borrowed, but the padding's. NULL without memory. */
char **spb_pair_environment_make(char *const *own, const char *const *entries, size_t entry_count,
                                 unsigned padding_bytes);
void spb_pair_environment_free(char **environment);

#endif
