/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "process_events.h"

static char *corpus(const char *name, struct spb_strbuf *bytes)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/fuzz/corpus/process_events/%s", getenv("SPB_TESTS"), name);
    assert_int_equal(spb_file_read(NULL, path, 0, bytes), 0);
    return bytes->text;
}

static void tells_processes_from_threads(void **state)
{
    struct spb_process_event_list list = {0};
    struct spb_strbuf bytes = {0};
    (void)state;
    corpus("all", &bytes); /* a fork, a thread, an exec, an end */
    assert_int_equal(spb_process_events_parse(bytes.text, bytes.length, 1000, &list), 3);
    assert_int_equal(list.items[0].kind, SPB_PROCESS_STARTED);
    assert_int_equal(list.items[0].pid, 20);
    assert_int_equal(list.items[0].parent, 10);
    assert_int_equal(list.items[0].boot_ns, 123457789);
    assert_int_equal(list.items[1].kind, SPB_PROCESS_EXECUTED);
    assert_int_equal(list.items[2].kind, SPB_PROCESS_ENDED);
    assert_int_equal(list.items[2].exit_status, 256);
    free(list.items);
    spb_strbuf_release(&bytes);
}

static void parts_say_nothing(void **state)
{
    struct spb_process_event_list list = {0};
    struct spb_strbuf bytes = {0};
    (void)state;
    corpus("fork", &bytes);
    for (size_t length = 0; length < bytes.length; length++)
        assert_int_equal(spb_process_events_parse(bytes.text, length, 0, &list), 0);
    assert_int_equal(spb_process_events_parse(bytes.text, bytes.length, 0, &list), 1);
    free(list.items);
    spb_strbuf_release(&bytes);
}

/* The kernel itself, where it may be asked. */
static void hears_of_a_child(void **state)
{
    struct spb_process_events *events = NULL;
    struct spb_error err = {0};
    bool started = false, ended = false;
    (void)state;
    if (spb_process_events_open(&events, &err) < 0) {
        print_message("%s\n", err.text);
        skip();
    }
    pid_t pid = fork();
    if (pid == 0)
        _exit(3);
    waitpid(pid, NULL, 0);
    for (unsigned tries = 0; tries < 200 && !ended; tries++, usleep(5000)) {
        assert_int_equal(spb_process_events_take(events), 0);
        const struct spb_process_event_list *list = spb_process_events_list(events);
        for (size_t i = 0; i < list->count; i++) {
            started = started || (list->items[i].pid == pid && list->items[i].kind == SPB_PROCESS_STARTED);
            ended = ended || (list->items[i].pid == pid && list->items[i].kind == SPB_PROCESS_ENDED &&
                              list->items[i].exit_status == 3 << 8);
        }
        spb_process_events_clear(events);
    }
    spb_process_events_close(events);
    assert_true(started && ended);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_processes_from_threads),
        cmocka_unit_test(parts_say_nothing),
        cmocka_unit_test(hears_of_a_child),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
