/* SPDX-License-Identifier: MIT
 *
 * The reader of hyperfine's JSON. */
#include "fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    return fuzz_import(bytes, length, SPB_FOREIGN_HYPERFINE);
}
