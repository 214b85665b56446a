/* SPDX-License-Identifier: MIT
 *
 * A command of the program: one file cmd_<name>.c that ends in one constant descriptor, and one line in command_list.h.
 *
 *     static int run_topo(const struct spb_cli *cli, int argc, char **argv) { ... return SPB_EXIT_OK; }
 *
 *     const struct spb_command spb_command_topo = {
 *         .name = "topo", .summary = "show the machine's shape and what --pin makes of it", .run = run_topo};
 */
#ifndef SPB_COMMAND_H
#define SPB_COMMAND_H

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>

#include "error.h"
#include "exit_code.h"
#include "spbench.h"
#include "strbuf.h"

struct spb_cli {
    const struct spb_workload *const *workloads; /* ends with NULL */
};

struct spb_command {
    const char *name;
    const char *summary;                                          /* one line, lower case, no full stop */
    bool hidden;                                                  /* not in the list of commands */
    int (*run)(const struct spb_cli *cli, int argc, char **argv); /* argv[0] is "spbench NAME"; returns the exit code */
};

/* ---- what commands share --------------------------------------------------------------------------------------- */

/* Options of every command (--no-color), as an argp child; its input is a struct spb_common. */
struct spb_common {
    bool no_color;
};
extern const struct argp spb_common_argp;

/* argp_parse with the program's habits: usage errors exit with 2 and name --help. Children get &common through
 * state->child_inputs[0]; the command's own parser must hand it over in ARGP_KEY_INIT. */
void spb_parse_options(const struct argp *argp, int argc, char **argv, void *input);

/* Colours on this stream: a terminal, no NO_COLOR in the environment, no --no-color, TERM not "dumb". */
bool spb_color_wanted(const struct spb_common *common, FILE *stream);
/* Columns of the terminal behind `stream`; 0 when it is none. */
size_t spb_terminal_width(FILE *stream);

enum spb_format { SPB_FORMAT_TABLE, SPB_FORMAT_JSON, SPB_FORMAT_CSV, SPB_FORMAT_MARKDOWN };
/* Parses a --format value out of `allowed` (a bit a format: 1u << SPB_FORMAT_JSON); ends with usage otherwise. */
enum spb_format spb_parse_format(struct argp_state *state, const char *text, unsigned allowed);

/* "spbench: TEXT" to stderr; returns the exit code for `code`. */
int spb_complain(int code, const struct spb_error *err);
/* Writes the text to stdout; frees nothing. A failure is found when stdout is closed, at exit. */
void spb_print(const struct spb_strbuf *text);

#endif
