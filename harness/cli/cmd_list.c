/* SPDX-License-Identifier: MIT */
#include "command.h"

static int run_list(const struct spb_cli *cli, int argc, char **argv)
{
    (void)cli;
    (void)argc;
    (void)argv;
    return SPB_EXIT_NOT_POSSIBLE;
}

const struct spb_command spb_command_list = {.name = "list", .summary = "to come", .run = run_list};
