/* SPDX-License-Identifier: MIT
 *
 * Why something failed, for a person to read. Functions that can fail return 0 or a negative errno and take a
 * `struct spb_error *` last; it is untouched on success and may be NULL.
 *
 *     struct spb_error error = {0};
 *     if (spb_topology_open(&topology, source, &error) < 0)
 *         fprintf(stderr, "spbench: %s\n", error.text);
 *
 * Which errno means what, across the program (the command line turns it into the exit code):
 *     -EINVAL, -ENOENT, -EACCES, -EEXIST ...  the user's input is at fault
 *     -ENOTSUP, -ENOSPC, -ENOMEM, -EIO ...    this machine cannot do it, now
 *     -EXDEV                                  two things that cannot be compared: other machine, other workload
 *     -ECANCELED                              interrupted
 */
#ifndef SPB_ERROR_H
#define SPB_ERROR_H

#include <stdarg.h>

struct spb_error {
    char text[1024]; /* one line, no full stop, no newline; says what to do about it */
};

/* Sets the text and returns `code` (a negative errno), for `return spb_error_set(err, -EINVAL, ...)`. */
int spb_error_set(struct spb_error *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* As above, and appends ": " and the system's text for -code. */
int spb_error_system(struct spb_error *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Puts "prefix: " before the text that is there. Returns `code`. */
int spb_error_prefix(struct spb_error *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

#ifdef __clang_analyzer__ /* does not look into variadic functions: what these return */
#define spb_error_set(err, code, ...)    ((spb_error_set)((err), (code), __VA_ARGS__), (code))
#define spb_error_system(err, code, ...) ((spb_error_system)((err), (code), __VA_ARGS__), (code))
#define spb_error_prefix(err, code, ...) ((spb_error_prefix)((err), (code), __VA_ARGS__), (code))
#endif

#endif
