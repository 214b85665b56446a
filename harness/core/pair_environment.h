/* SPDX-License-Identifier: MIT
 *
 * The environment of one process of a pair: that of this process, with the side's entries beside or in place of its own, and one
 * variable of padding, which moves the stack. What stands there before the padding is made equally large on both sides: or one
 * with LD_PRELOAD=... would always lie deeper than the other, and the difference would be taken for one of the library.
 *
 *     padding = drawn + largest - spb_pair_environment_bytes(environ, entries, count);
 *     environment = spb_pair_environment_make(environ, entries, count, padding);
 */
#ifndef SPB_PAIR_ENVIRONMENT_H
#define SPB_PAIR_ENVIRONMENT_H

#include <stddef.h>

/* What the environment without padding takes on the stack of a new process: its strings and the pointers to them. */
size_t spb_pair_environment_bytes(char *const *own, const char *const *entries, size_t entry_count);
/* No name is in it twice: of the entries the last one of a name counts. An array that ends with NULL; the strings are borrowed, but the padding's. NULL without memory. */
char **spb_pair_environment_make(char *const *own, const char *const *entries, size_t entry_count,
                                 size_t padding_bytes);
void spb_pair_environment_free(char **environment);

#endif
