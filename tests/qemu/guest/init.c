/* SPDX-License-Identifier: MIT
 *
 * Process 1 of the emulated machine: mounts what the checks need, runs them, tells the counts and switches off.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

static struct {
    unsigned passed;
    unsigned failed;
} counts;

bool guest_check(bool good, const char *format, ...)
{
    *(good ? &counts.passed : &counts.failed) += 1;
    printf("%sok %u - ", good ? "" : "not ", counts.passed + counts.failed);
    va_list args;
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
    return good;
}

void guest_note(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("# ", stdout);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
}

void guest_set_paranoid(int level)
{
    FILE *file = fopen("/proc/sys/kernel/perf_event_paranoid", "w");
    if (!file || fprintf(file, "%d\n", level) < 0 || fclose(file) != 0)
        guest_check(false, "perf_event_paranoid can be set to %d", level);
}

/* The whole program, built for this machine: each must exit with 0. */
static const char *const commands[][8] = {
    {"/bin/spbench", "--version"},
    {"/bin/spbench", "topo"},
    /* Its clock counts instructions: what is checked is that a real run counts, writes its file, and ends well. */
    {"/bin/spbench", "run", "self/null", "--processes=2", "--budget=1", "--counters=require", "--output=/tmp/a.json"},
    {"/bin/spbench", "run", "cpu/int-chain", "--processes=2", "--budget=1", "--format=csv", "--output=/tmp/b.json"},
};

static int run(const char *const *command)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        execv(command[0], (char *const *)(uintptr_t)command);
        _exit(127);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static bool file_holds(const char *path, const char *text)
{
    static char content[1 << 20];
    FILE *file = fopen(path, "r");
    size_t length = file ? fread(content, 1, sizeof(content) - 1, file) : 0;
    content[length] = '\0';
    if (file)
        fclose(file);
    return strstr(content, text) != NULL;
}

static void test_program(void)
{
    guest_set_paranoid(-1);
    for (unsigned i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        int code = run(commands[i]);
        guest_check(code == 0, "spbench %s exits with 0: %d", commands[i][1], code);
    }
    guest_check(file_holds("/tmp/a.json", "{\"name\": \"instructions-per-cycle\", \"unit\": \"\", \"state\": \"ok\""),
                "the result file holds instructions per cycle");
}

int main(void)
{
    static const char *const folders[] = {"/proc", "/sys", "/dev", "/tmp"};
    for (unsigned i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        mkdir(folders[i], 0755);
    mount("proc", "/proc", "proc", 0, NULL);
    mount("sysfs", "/sys", "sysfs", 0, NULL);
    mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
    mount("tmpfs", "/tmp", "tmpfs", 0, NULL);
    setvbuf(stdout, NULL, _IOLBF, 0);
    guest_test_counters();
    test_program();
    printf("%u passed, %u failed\n", counts.passed, counts.failed);
    sync();
    reboot(RB_POWER_OFF);
    return 1;
}
