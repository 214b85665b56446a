/* SPDX-License-Identifier: MIT
 *
 * Names of C++ and Rust functions as people write them.
 */
#ifndef SPB_DEMANGLE_H
#define SPB_DEMANGLE_H

#include "strbuf.h"

struct spb_demangler;

/* Loads the C++ library's demangler when it is needed for the first time; without one C++ names stay as they are. */
int spb_demangler_create(struct spb_demangler **demangler);
void spb_demangler_destroy(struct spb_demangler *demangler);
/* Appends the name, or `mangled` itself where it is none of these languages'. */
void spb_demangle(struct spb_demangler *demangler, const char *mangled, struct spb_strbuf *out);

#endif
