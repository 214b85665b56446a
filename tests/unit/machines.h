/* SPDX-License-Identifier: MIT
 *
 * The captured machines in tests/fixtures/machines.
 */
#ifndef SPB_TEST_MACHINES_H
#define SPB_TEST_MACHINES_H

#include <stdio.h>
#include <stdlib.h>

/* Its root directory; the text is valid until the next call. */
static inline const char *machine(const char *name)
{
    static char root[4096];
    snprintf(root, sizeof(root), "%s/fixtures/machines/%s", getenv("SPB_TESTS"), name);
    return root;
}

#endif
