/* SPDX-License-Identifier: MIT
 *
 * The words behind `spbench profile`: each is a file cmd_profile_<word>.c that ends in one constant descriptor, and a line in the table of
 * cmd_profile.c.
 */
#ifndef SPB_PROFILE_WORDS_H
#define SPB_PROFILE_WORDS_H

#include "command.h"
#include "profile_report.h"

struct spb_profile_word {
    const char *name;
    const char *summary;               /* one line, lower case, no full stop */
    int (*run)(int argc, char **argv); /* argv[0] is "spbench profile NAME"; returns the exit code */
};

extern const struct spb_profile_word spb_profile_word_cpu;
extern const struct spb_profile_word spb_profile_word_show;
extern const struct spb_profile_word spb_profile_word_diff;

/* ---- what the words share --------------------------------------------------------------------------------------- */

/* The number of the value called `name`, or the profile's own choice for NULL. */
int spb_profile_choose_value(const struct spb_profile *profile, const char *name, unsigned *type,
                             struct spb_error *err);
/* Writes the flame graph of what the filter leaves to `path`, and says so on standard error. `diff` NULL: none. */
int spb_profile_save_flame(const struct spb_profile_report *report, const struct spb_profile_diff *diff,
                           const char *path, struct spb_error *err);

#endif
