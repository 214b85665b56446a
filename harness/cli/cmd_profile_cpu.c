/* SPDX-License-Identifier: MIT
 *
 * `spbench profile cpu`: runs a command, or looks at a process, and says where its CPU time goes. The command keeps its standard
 * output for itself: what is found goes to standard error then, as with time(1).
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "cpu_profiler.h"
#include "file.h"
#include "option_values.h"
#include "pprof_file.h"
#include "profile_words.h"
#include "utf8.h"

enum { KEY_EVENT = 0x200, KEY_CALL_GRAPH, KEY_OFF_CPU, KEY_ENGINE };

#define FREQUENCY_MAX     100000
#define EXIT_NOT_FOUND    127 /* as a shell says it */
#define EXIT_NOT_RUNNABLE 126
#define COMMAND_TEXT_MAX  400

struct cpu_options {
    struct spb_common common;
    struct spb_cpu_profiler_options profiler;
    const char *output; /* NULL: a name of our own */
    char **command;     /* NULL: a process that runs already */
    pid_t pid;
    bool quiet;
};

static const struct argp_option options[] = {
    {"frequency", 'F', "HZ", 0, "Samples a second of each CPU that the program keeps busy (997)", 1},
    {"duration", 'd', "TIME", 0, "Stop sampling after that time: 10, 500ms, 2m; a command goes on to its end", 1},
    {"pid", 'p', "PID", 0, "A process that runs already, with all its threads, until it ends or Ctrl-C", 1},
    {"event", KEY_EVENT, "EVENT", 0, "What is sampled: cycles where there is a PMU, else cpu-clock", 2},
    {"call-graph", KEY_CALL_GRAPH, "HOW", 0, "Callers by fp (frame pointers, the default) or dwarf, or none", 2},
    {"off-cpu", KEY_OFF_CPU, NULL, 0, "Also where threads wait, and for how long", 2},
    {"engine", KEY_ENGINE, "ENGINE", 0, "perf (perf events), timer (timers inside the command), auto", 2},
    {"output", 'o', "FILE", 0, "The profile's file (spbench-COMMAND-TIME.pb.gz)", 3},
    {"quiet", 'q', NULL, 0, "Write the file and print nothing", 3},
    {0},
};

static const char doc[] =
    "Runs a command and says where its CPU time goes: functions, lines, threads, the kernel's part.\v"
    "The command's exit code is passed on; 127 and 126 mean that it was not found or could not be run, as in a shell. "
    "Ctrl-C goes to the "
    "command, and what was sampled is kept. The file is in the format of pprof, and other tools read it too.\n\n"
    "Where most stacks end after one function, the program was built without frame pointers: --call-graph dwarf "
    "copies stacks and unwinds them by their debug information.\n\n"
    "Examples:\n"
    "  spbench profile cpu -- sort big.txt\n"
    "  spbench profile cpu --off-cpu --call-graph dwarf -- ./server --port 8080\n"
    "  spbench profile cpu -p 1234 --duration 10\n"
    "  spbench profile cpu -F 4999 -o sort.pb.gz -- sort big.txt >sorted.txt\n";

/* ---- options ---------------------------------------------------------------------------------------------------- */

static int choose(struct argp_state *state, const char *option, const char *text, const char *const *names)
{
    struct spb_strbuf known = {0};
    for (int i = 0; names[i]; i++) {
        if (strcmp(names[i], text) == 0) {
            spb_strbuf_release(&known);
            return i;
        }
        spb_strbuf_printf(&known, "%s%s", i ? ", " : "", names[i]);
    }
    argp_error(state, "--%s=%s: it is one of %s", option, text, spb_strbuf_text(&known));
    spb_strbuf_release(&known);
    return 0;
}

static error_t parse_profiler(int key, char *argument, struct argp_state *state)
{
    static const char *const graphs[] = {"fp", "dwarf", "none", NULL};
    static const char *const engines[] = {"auto", "perf", "timer", NULL};
    struct cpu_options *cpu = state->input;
    switch (key) {
    case 'F':
        cpu->profiler.frequency_hz = spb_option_number(state, "frequency", argument, FREQUENCY_MAX);
        return 0;
    case 'd':
        cpu->profiler.duration_ns = spb_option_seconds(state, "duration", argument);
        return 0;
    case KEY_EVENT:
        cpu->profiler.event = argument;
        return 0;
    case KEY_CALL_GRAPH:
        cpu->profiler.call_graph = (enum spb_call_graph)choose(state, "call-graph", argument, graphs);
        return 0;
    case KEY_OFF_CPU:
        cpu->profiler.off_cpu = true;
        return 0;
    case KEY_ENGINE:
        cpu->profiler.engine = (enum spb_cpu_engine)choose(state, "engine", argument, engines);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void check(const struct cpu_options *cpu, struct argp_state *state)
{
    if (cpu->command && cpu->pid)
        argp_error(state, "a command or --pid, not both");
    if (!cpu->command && !cpu->pid)
        argp_error(state, "name a command: 'spbench profile cpu -- CMD ARGS', or a process: --pid PID");
    if (cpu->pid && cpu->profiler.engine == SPB_ENGINE_TIMER)
        argp_error(state, "the timers are inside a command that is started; a process that runs already needs perf");
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct cpu_options *cpu = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &cpu->common;
        return 0;
    case 'p':
        cpu->pid = (pid_t)spb_option_number(state, "pid", argument, INT_MAX);
        return 0;
    case 'o':
        cpu->output = argument;
        return 0;
    case 'q':
        cpu->quiet = true;
        return 0;
    case ARGP_KEY_ARG: /* the command begins: what follows is its own */
        cpu->command = state->argv + state->next - 1;
        state->next = state->argc;
        return 0;
    case ARGP_KEY_END:
        check(cpu, state);
        return 0;
    default:
        return parse_profiler(key, argument, state);
    }
}

/* ---- signals ---------------------------------------------------------------------------------------------------- */

/* Ctrl-C of the terminal reaches the command by itself; a signal that was sent to us alone is handed on. The second one means it. */
static volatile struct {
    int stop;
    int count;
    int command_fd; /* pidfd; -1: none */
} interrupted;

static void take_signal(int number, siginfo_t *info, void *context)
{
    int saved = errno;
    (void)context;
    interrupted.count++;
    if (interrupted.command_fd >= 0 && info->si_code <= 0)
        syscall(SYS_pidfd_send_signal, interrupted.command_fd, number, NULL, 0);
    interrupted.stop = interrupted.command_fd < 0 || interrupted.count > 1;
    errno = saved;
}

static void catch_signals(const struct spb_target *target)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_sigaction = take_signal, .sa_flags = SA_SIGINFO | SA_RESTART}, old;
    interrupted.command_fd = target->attached ? -1 : target->pid_fd;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

static void append_command(const struct cpu_options *cpu, struct spb_strbuf *out)
{
    char path[64], name[64] = "process";
    for (char **word = cpu->command; word && *word && out->length < COMMAND_TEXT_MAX; word++) {
        bool plain = **word && !strpbrk(*word, " \t\n'\"\\$*?;&|<>()");
        spb_strbuf_append(out, word == cpu->command ? "" : " ");
        spb_strbuf_append(out, plain ? "" : "'");
        spb_utf8_append_printable(out, *word);
        spb_strbuf_append(out, plain ? "" : "'");
    }
    if (cpu->command)
        return;
    snprintf(path, sizeof(path), "/proc/%d/comm", (int)cpu->pid);
    spb_file_read_line(NULL, path, name, sizeof(name));
    spb_utf8_append_printable(out, name);
    spb_strbuf_printf(out, " (process %d)", (int)cpu->pid);
}

/* What stands before a blank, without folders, in letters that need no quotes. */
static void append_file_stem(const struct cpu_options *cpu, const char *command, struct spb_strbuf *out)
{
    const char *name = cpu->command ? cpu->command[0] : command;
    const char *slash = cpu->command ? strrchr(name, '/') : NULL;
    size_t start = out->length;
    for (name = slash ? slash + 1 : name; *name && *name != ' ' && out->length - start < 40; name++)
        spb_strbuf_append_char(
            out, strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-", *name) ? *name : '_');
}

static void choose_output(const struct cpu_options *cpu, const char *command, struct spb_strbuf *path)
{
    char stamp[32];
    time_t now = time(NULL);
    struct tm utc;
    if (cpu->output) {
        spb_strbuf_append(path, cpu->output);
        return;
    }
    gmtime_r(&now, &utc);
    strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &utc);
    spb_strbuf_append(path, "spbench-");
    append_file_stem(cpu, command, path);
    spb_strbuf_printf(path, "-%s", stamp);
    size_t length = path->length;
    spb_strbuf_append(path, ".pb.gz");
    for (unsigned number = 2; access(spb_strbuf_text(path), F_OK) == 0 && number < 100; number++) {
        path->text[path->length = length] = '\0';
        spb_strbuf_printf(path, "-%u.pb.gz", number);
    }
}

/* A long run must not end with a file that cannot be written. */
static int check_output(const char *path, struct spb_error *err)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path + 1) : 1, slash ? path : ".");
    if (access(path, F_OK) == 0 ? access(path, W_OK) < 0 : access(folder, W_OK) < 0)
        return spb_error_system(err, -errno, "%s cannot be written", path);
    return 0;
}

/* ---- output ----------------------------------------------------------------------------------------------------- */

static int print_report(const struct cpu_options *cpu, const struct spb_profile *profile, struct spb_error *err)
{
    FILE *stream = cpu->command ? stderr : stdout;
    const struct spb_profile_report report = {
        .profile = profile,
        .filter = {.type = profile->default_type},
        .how = {spb_color_wanted(&cpu->common, stream), spb_terminal_width(stream)}};
    struct spb_strbuf out = {0};
    int code = spb_profile_report_text(&report, &out, err);
    if (code == 0 && out.failed)
        code = spb_error_system(err, -ENOMEM, "the report");
    if (code == 0 && cpu->command)
        fputc('\n', stream);
    if (code == 0)
        fwrite(spb_strbuf_text(&out), 1, out.length, stream);
    spb_strbuf_release(&out);
    return code;
}

static int finish(const struct cpu_options *cpu, struct spb_profile *profile, const char *command, const char *path,
                  struct spb_error *err)
{
    spb_profile_set_fact_text(profile, "command", command);
    int saved = spb_pprof_save(profile, path, err);
    struct spb_error unsaved = *err;
    int code = cpu->quiet ? 0 : print_report(cpu, profile, err);
    if (saved)
        *err = unsaved;
    if (saved || code)
        return saved ? saved : code;
    if (!cpu->quiet)
        fprintf(stderr, "spbench: the profile is %s; next: spbench profile show %s --tree, or with --flame flame.svg\n",
                path, path);
    return 0;
}

/* ---- the run ---------------------------------------------------------------------------------------------------- */

/* What could not be done to the command itself, as a shell says it; anything else by the error. */
static int complain_of_start(const struct cpu_options *cpu, const struct spb_target *target, int code,
                             struct spb_error *err)
{
    bool let_go = !target->attached && target->gate_fd < 0;
    if (!let_go) {
        spb_complain(code, err);
        return code == -ESRCH                                        ? SPB_EXIT_USAGE
               : (code == -EACCES || code == -EPERM) && cpu->command ? SPB_EXIT_NOT_POSSIBLE
                                                                     : spb_exit_code(code);
    }
    spb_error_prefix(err, code, "%s", cpu->command[0]);
    int exit_code = spb_complain(code, err);
    return code == -ENOENT                                                            ? EXIT_NOT_FOUND
           : code == -EACCES || code == -ENOEXEC || code == -EISDIR || code == -EPERM ? EXIT_NOT_RUNNABLE
                                                                                      : exit_code;
}

static int profile_target(struct cpu_options *cpu, struct spb_target *target, const char *command, const char *path,
                          struct spb_error *err)
{
    struct spb_profile *profile = NULL;
    int exit_code = 0;
    catch_signals(target);
    cpu->profiler.stop = &interrupted.stop;
    int code = spb_cpu_profile(target, &cpu->profiler, &profile, &exit_code, err);
    interrupted.command_fd = -1;
    if (code)
        return complain_of_start(cpu, target, code, err);
    code = finish(cpu, profile, command, path, err);
    spb_profile_destroy(profile);
    if (cpu->command && target->pid) {
        fprintf(stderr, "spbench: %s still runs, as process %d\n", cpu->command[0], (int)target->pid);
        exit_code = SPB_EXIT_INTERRUPTED;
    }
    return code ? spb_complain(code, err) : exit_code;
}

static int run_cpu(int argc, char **argv)
{
    static const struct argp_child children[] = {{&spb_common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {options, parse, "[--] CMD [ARG...]\n--pid PID", doc, children, NULL, NULL};
    struct cpu_options cpu = {.quiet = false};
    struct spb_target target = {.gate_fd = -1, .pid_fd = -1};
    struct spb_strbuf command = {0}, path = {0};
    struct spb_error err = {0};
    argp_err_exit_status = SPB_EXIT_USAGE;
    if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &cpu) != 0)
        return SPB_EXIT_USAGE;
    append_command(&cpu, &command);
    choose_output(&cpu, spb_strbuf_text(&command), &path);
    int code = check_output(spb_strbuf_text(&path), &err);
    if (code == 0)
        code = cpu.command ? spb_target_start(cpu.command, NULL, &target, &err)
                           : spb_target_attach(cpu.pid, &target, &err);
    int exit_code = code == -ESRCH ? (spb_complain(code, &err), SPB_EXIT_USAGE)
                    : code         ? spb_complain(code, &err)
                           : profile_target(&cpu, &target, spb_strbuf_text(&command), spb_strbuf_text(&path), &err);
    spb_target_close(&target);
    spb_strbuf_release(&command);
    spb_strbuf_release(&path);
    return exit_code;
}

const struct spb_profile_word spb_profile_word_cpu = {
    "cpu", "run a command, or watch a process: where its CPU time goes", run_cpu};
