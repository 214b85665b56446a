/* SPDX-License-Identifier: MIT
 *
 * Rust's symbol names of version 0 (_RNvC6example4main), after RFC 2603.
 */
#ifndef SPB_RUST_NAME_H
#define SPB_RUST_NAME_H

#include <stdbool.h>

#include "strbuf.h"

/* Appends the name as people write it; false, and nothing appended: it is not such a name. */
bool spb_rust_name(const char *mangled, struct spb_strbuf *out);

#endif
