/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "target.h"

static int exit_code_of(const char *command, const char *setting)
{
    char shell[] = "sh", option[] = "-c", text[256];
    snprintf(text, sizeof text, "%s", command);
    char *argv[] = {shell, option, text, NULL};
    const char *environment[] = {setting, NULL};
    struct spb_target target;
    int exit_code = -1;
    assert_int_equal(spb_target_start(argv, setting ? environment : NULL, &target, NULL), 0);
    assert_false(spb_target_wait(&target, 20, &exit_code)); /* held */
    assert_int_equal(spb_target_release_gate(&target, NULL), 0);
    while (!spb_target_wait(&target, 1000, &exit_code))
        ;
    spb_target_close(&target);
    return exit_code;
}

static void exit_codes_are_as_in_a_shell(void **state)
{
    (void)state;
    assert_int_equal(exit_code_of("exit 7", NULL), 7);
    assert_int_equal(exit_code_of("true", NULL), 0);
    assert_int_equal(exit_code_of("kill -TERM $$", NULL), 128 + SIGTERM);
    assert_int_equal(exit_code_of("test \"$SPB_SAID\" = yes", "SPB_SAID=yes"), 0);
}

static void what_cannot_be_started_says_why(void **state)
{
    (void)state;
    char name[] = "/no/such/program";
    char *argv[] = {name, NULL};
    struct spb_target target;
    struct spb_error err = {{0}};
    int exit_code;
    assert_int_equal(spb_target_start(argv, NULL, &target, NULL), 0);
    assert_int_equal(spb_target_release_gate(&target, &err), -ENOENT);
    assert_non_null(strstr(err.text, "No such file"));
    assert_true(spb_target_wait(&target, 5000, &exit_code));
    assert_int_equal(exit_code, 127);
    spb_target_close(&target);
}

static void the_held_one_is_given_what_it_needs(void **state)
{
    (void)state;
    char shell[] = "bash", option[] = "-c",
         text[] = "test \"$SPB_SAID\" = yes && read line <&250 && test \"$line\" = hello";
    char *argv[] = {shell, option, text, NULL};
    struct spb_target target;
    int pipe_fds[2], number = 250, exit_code = -1;
    assert_int_equal(pipe2(pipe_fds, O_CLOEXEC), 0);
    assert_int_equal(write(pipe_fds[1], "hello\n", 6), 6);
    assert_int_equal(spb_target_start(argv, NULL, &target, NULL), 0);
    assert_string_equal(target.command, "bash");
    assert_int_equal(spb_target_set_environment(&target, "SPB_SAID=yes", NULL), 0);
    assert_int_equal(spb_target_pass_descriptor(&target, pipe_fds[0], &number, NULL), 0);
    assert_int_equal(number, 250);
    assert_int_equal(spb_target_release_gate(&target, NULL), 0);
    while (!spb_target_wait(&target, 1000, &exit_code))
        ;
    assert_int_equal(exit_code, 0);
    spb_target_close(&target);
    close(pipe_fds[0]);
    close(pipe_fds[1]);
}

static void one_that_is_given_up_never_runs(void **state)
{
    (void)state;
    char path[] = "/tmp/spb-target-XXXXXX", shell[] = "sh", option[] = "-c", text[64];
    assert_true(mkstemp(path) >= 0);
    snprintf(text, sizeof text, "rm %s", path);
    char *argv[] = {shell, option, text, NULL};
    struct spb_target target;
    struct stat there;
    assert_int_equal(spb_target_start(argv, NULL, &target, NULL), 0);
    pid_t pid = target.pid;
    spb_target_close(&target);
    assert_int_equal(kill(pid, 0), -1);
    assert_int_equal(stat(path, &there), 0);
    unlink(path);
}

static void processes_that_are_not_there(void **state)
{
    (void)state;
    struct spb_target target;
    struct spb_error err = {{0}};
    int exit_code;
    assert_int_equal(spb_target_attach(0x3fffffff, &target, &err), -ESRCH);
    assert_non_null(strstr(err.text, "no process"));
    assert_int_equal(spb_target_attach(getpid(), &target, NULL), 0);
    assert_false(spb_target_wait(&target, 0, &exit_code));
    spb_target_close(&target);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exit_codes_are_as_in_a_shell),        cmocka_unit_test(what_cannot_be_started_says_why),
        cmocka_unit_test(the_held_one_is_given_what_it_needs), cmocka_unit_test(one_that_is_given_up_never_runs),
        cmocka_unit_test(processes_that_are_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
