/* SPDX-License-Identifier: MIT
 *
 * What a fuzz target is: libFuzzer's entry, which corpus_runner.c calls too. */
#ifndef SPB_FUZZ_TARGET_H
#define SPB_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

/* Hands the bytes to the parser; aborts when a promise is broken. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#endif
