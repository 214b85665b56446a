/* SPDX-License-Identifier: MIT
 *
 * Checks inside the emulated machine. Output is TAP on the console.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>

/* Prints "ok N - text" or "not ok N - text"; returns `good`. */
bool guest_check(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "# text", for the numbers behind a check. */
void guest_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void guest_set_paranoid(int level);

/* All checks of counters/. */
void guest_test_counters(void);

#endif
