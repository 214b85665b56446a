/* SPDX-License-Identifier: MIT
 *
 * The reader of the text of go test -bench. */
#include "fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    return fuzz_import(bytes, length, SPB_FOREIGN_GOBENCH);
}
