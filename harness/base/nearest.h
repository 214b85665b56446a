/* SPDX-License-Identifier: MIT
 *
 * "Did you mean": which of the known names is close to what was typed.
 */
#ifndef SPB_NEAREST_H
#define SPB_NEAREST_H

#include <stddef.h>

#include "strbuf.h"

/* Edit distance with swaps of neighbours (optimal string alignment), over the first 63 bytes of each. */
unsigned spb_edit_distance(const char *a, const char *b);

/* Writes up to `limit` indices into `names` (count of them) to `found`, nearest first; only names that are plausibly
 * meant: the typed text inside the name, or a distance of at most a third of its length (at least 2) that leaves
 * something of it. Returns how many; at most 16. */
size_t spb_nearest(const char *typed, const char *const *names, size_t count, size_t *found, size_t limit);

/* For an error's text: "; nearest: a, b", at most five, or nothing. */
void spb_nearest_append(const char *typed, const char *const *names, size_t count, struct spb_strbuf *out);

#endif
