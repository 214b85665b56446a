/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build_info.h"
#include "command.h"
#include "nearest.h"

#define SPB_COMMAND(name) extern const struct spb_command spb_command_##name;
#include "command_list.h"
#undef SPB_COMMAND

static const struct spb_command *const commands[] = {
#define SPB_COMMAND(name) &spb_command_##name,
#include "command_list.h"
#undef SPB_COMMAND
};

enum { COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]) };

/* Results that did not reach the file they were sent to must not end in success. */
static void close_stdout(void)
{
    if (ferror(stdout) || fclose(stdout) != 0) {
        if (errno == EPIPE)
            _exit(SPB_EXIT_OK); /* the reader has seen enough: `spbench list | head -1` */
        fprintf(stderr, "spbench: standard output: %s\n", strerror(errno));
        _exit(SPB_EXIT_NOT_POSSIBLE);
    }
}

static void print_help(FILE *out)
{
    fprintf(out, "Usage: spbench COMMAND [OPTION...]\n"
                 "How fast is this machine? Measures registered CPU, memory and thread workloads.\n\n"
                 "Commands:\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (!commands[i]->hidden)
            fprintf(out, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
    fprintf(out, "\nExamples:\n"
                 "  spbench run all                        measure everything, write results/<time>-<host>.json\n"
                 "  spbench run 'memory/*' --quick         a quick look at the memory\n"
                 "  spbench compare a.json b.json          what got slower from one result file to another?\n"
                 "  spbench ab --base old.so --new new.so  did the change make it slower?\n"
                 "  spbench compare before.json after.json hold two stored results against each other\n"
                 "  spbench doctor                         is this machine fit to measure on?\n"
                 "  spbench monitor -- make                what does a command take?\n"
                 "\n'spbench COMMAND --help' says more; 'spbench --version' prints the version.\n"
                 "Exit codes: 0 fine, 1 a check failed, 2 usage or bad input, 3 undecided, 4 not comparable,\n"
                 "5 not possible on this machine, 130 interrupted.\n");
}

static const struct spb_command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static int unknown_command(const char *name)
{
    const char *names[COMMAND_COUNT];
    size_t count = 0, found[1];
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (!commands[i]->hidden)
            names[count++] = commands[i]->name;
    fprintf(stderr, "spbench: there is no command '%s'", name);
    if (spb_nearest(name, names, count, found, 1))
        fprintf(stderr, "; did you mean '%s'?\n", names[found[0]]);
    else
        fprintf(stderr, "; 'spbench --help' lists them\n");
    return SPB_EXIT_USAGE;
}

static int run_command(const struct spb_command *command, const struct spb_cli *cli, int argc, char **argv)
{
    /* argp takes the program's name from argv[0]. */
    char name[64];
    snprintf(name, sizeof(name), "spbench %s", command->name);
    argv[0] = name;
    return command->run(cli, argc, argv);
}

int spb_main(int argc, char **argv, const struct spb_workload *const *workloads)
{
    struct spb_cli cli = {.workloads = workloads};
    atexit(close_stdout);
    argp_program_version = "spbench " SPB_VERSION " (" SPB_COMMIT ")"; /* for --version behind a command */
    signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is then an error of write(2), with its message */
    if (argc < 2) {
        print_help(stderr);
        return SPB_EXIT_USAGE;
    }
    bool help = strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0;
    const struct spb_command *command = find_command(help && argc > 2 ? argv[2] : argv[1]);
    if (help && command)
        return run_command(command, &cli, 2, (char *[]){argv[2], (char[]){"--help"}, NULL});
    if (help) {
        print_help(stdout);
        return SPB_EXIT_OK;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        puts(argp_program_version);
        return SPB_EXIT_OK;
    }
    return command ? run_command(command, &cli, argc - 1, argv + 1) : unknown_command(argv[1]);
}
