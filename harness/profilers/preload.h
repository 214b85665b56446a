/* SPDX-License-Identifier: MIT
 *
 * Agents are put into a program by LD_PRELOAD: where the agent's file is, whether a command can be had this way, and the setting for it.
 */
#ifndef SPB_PRELOAD_H
#define SPB_PRELOAD_H

#include "error.h"
#include "strbuf.h"

/* The agent's shared object ("cpu"): beside this program in a build folder, or in lib/spbench of where this library is installed. -ENOENT: it is not there. */
int spb_agent_path(const char *name, struct spb_strbuf *path, struct spb_error *err);

/* -ENOTSUP: the command is linked statically, for another C library or machine, or gains privileges; says which. A command that is not found is left to exec to complain of. */
int spb_preload_check(const char *command, struct spb_error *err);

/* "LD_PRELOAD=..." with what is there already. A path that LD_PRELOAD cannot say is named by `fd`, a descriptor of this process for the same file. */
void spb_preload_setting(const char *agent_path, int fd, struct spb_strbuf *setting);

#endif
