/* SPDX-License-Identifier: MIT
 *
 * How large a page of memory is: 4 KiB on x86, up to 64 KiB on arm64 and POWER. The kernel counts many things in pages.
 */
#ifndef SPB_PAGE_SIZE_H
#define SPB_PAGE_SIZE_H

#include <stddef.h>
#include <stdint.h>

/* AT_PAGESZ of an auxiliary vector of 64-bit words, as /proc/PID/auxv holds it; 0 when it is not in there. */
uint64_t spb_page_size_parse(const char *text, size_t length);
/* The live machine's, or that of /proc/self/auxv below another root; 4096 where that was not captured. */
uint64_t spb_page_size_read(const char *root);

#endif
