/* SPDX-License-Identifier: MIT
 *
 * Text that looks like English to a compressor or a search: words from a list, the n-th of it about 1/n as often as the
 * first (Zipf's law), in sentences and lines.
 */
#ifndef SPB_TEXT_H
#define SPB_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* Fills `bytes` bytes, without a final NUL. The same seed gives the same text. Letters are lower case but for the first of a
 * sentence; no word holds a 'z'. */
void spb_text_fill(char *text, size_t bytes, uint64_t seed);

#endif
