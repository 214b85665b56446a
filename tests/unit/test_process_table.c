/* SPDX-License-Identifier: MIT
 *
 * A made-up /proc in a folder for what cannot be arranged, real children for what can. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "process_table.h"

#define SECOND_NS UINT64_C(1000000000)
#define TICK_NS   UINT64_C(10000000)

/* ---- a made-up /proc ------------------------------------------------------------------------------------------- */

struct fake {
    char root[64];
    struct spb_process_table *table;
};

struct made {
    int pid, parent;
    const char *name;
    char state;
    unsigned long cpu_ticks, start_ticks, threads;
};

static void put(const char *root, int pid, const char *file, const char *text, size_t length)
{
    char path[160];
    snprintf(path, sizeof(path), "%s/proc/%d/%s", root, pid, file);
    assert_int_equal(spb_file_make_parents(path, NULL), 0);
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    fwrite(text, 1, length, stream);
    fclose(stream);
}

static void make(const struct fake *fake, struct made process)
{
    char text[512];
    int length = snprintf(
        text, sizeof(text), "%d (%s) %c %d 1 1 0 -1 %u 0 0 3 0 %lu 0 0 0 20 0 %lu 0 %lu 4096000 25 0\n", process.pid,
        process.name, process.state ? process.state : 'S', process.parent, process.parent == 2 ? 0x00200000u : 0u,
        process.cpu_ticks, process.threads ? process.threads : 1, process.start_ticks);
    put(fake->root, process.pid, "stat", text, (size_t)length);
}

static int remove_one(const char *path, const struct stat *found, int type, struct FTW *walk)
{
    (void)found;
    (void)type;
    (void)walk;
    return remove(path);
}

static void end(const struct fake *fake, int pid)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/proc/%d", fake->root, pid);
    nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void open_fake(struct fake *fake, const struct spb_process_options *options)
{
    char path[96];
    strcpy(fake->root, "/dev/shm/spb-proc-XXXXXX"); /* thousands of files: not to a disk where that can be helped */
    if (!mkdtemp(fake->root)) {
        strcpy(fake->root, "/tmp/spb-proc-XXXXXX");
        assert_non_null(mkdtemp(fake->root));
    }
    snprintf(path, sizeof(path), "%s/proc/uptime", fake->root);
    assert_int_equal(spb_file_make_parents(path, NULL), 0);
    assert_int_equal(spb_process_table_create(fake->root, options, &fake->table), 0);
}

static void close_fake(struct fake *fake)
{
    spb_process_table_destroy(fake->table);
    nftw(fake->root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void look(struct fake *fake, uint64_t seconds)
{
    assert_int_equal(spb_process_table_look(fake->table, seconds * SECOND_NS), 0);
}

static const struct spb_process_look *find(const struct spb_process_table *table, pid_t pid)
{
    size_t count;
    const struct spb_process_look *items = spb_process_table_items(table, &count);
    for (size_t i = 0; i < count; i++)
        if (items[i].pid == pid)
            return &items[i];
    return NULL;
}

/* One that must be there. */
static const struct spb_process_look *get(const struct spb_process_table *table, pid_t pid)
{
    static const struct spb_process_look nothing = {.pid = 0};
    const struct spb_process_look *found = find(table, pid);
    if (!found)
        fail_msg("there is no process %d", (int)pid);
    return found ? found : &nothing;
}

static void shares_are_of_the_interval(void **state)
{
    (void)state;
    struct fake fake;
    open_fake(&fake, NULL);
    make(&fake, (struct made){.pid = 10, .parent = 1, .name = "old", .cpu_ticks = 500, .start_ticks = 100});
    look(&fake, 100);
    assert_false(get(fake.table, 10)->has_cpu);
    assert_false(get(fake.table, 10)->is_new);
    assert_int_equal(get(fake.table, 10)->rss_bytes, 25 * 4096);
    make(&fake, (struct made){.pid = 10, .parent = 1, .name = "old", .cpu_ticks = 550, .start_ticks = 100});
    make(&fake, (struct made){.pid = 11, .parent = 1, .name = "new", .cpu_ticks = 25, .start_ticks = 10050});
    make(&fake, (struct made){.pid = 12, .parent = 1, .name = "missed", .cpu_ticks = 999, .start_ticks = 200});
    look(&fake, 101);
    assert_true(get(fake.table, 10)->has_cpu);
    assert_true(get(fake.table, 10)->cpu_pct == 50);
    assert_true(get(fake.table, 11)->is_new);
    assert_true(get(fake.table, 11)->has_cpu);
    assert_true(get(fake.table, 11)->cpu_pct == 50); /* of the half second that it was there */
    assert_true(get(fake.table, 12)->is_new);
    assert_false(get(fake.table, 12)->has_cpu); /* when it took its time is not known */
    close_fake(&fake);
}

static void shares_are_possible(void **state)
{
    (void)state;
    struct fake fake;
    open_fake(&fake, NULL);
    make(&fake, (struct made){.pid = 10, .parent = 1, .name = "a", .cpu_ticks = 500});
    make(&fake, (struct made){.pid = 11, .parent = 1, .name = "b", .cpu_ticks = 500});
    look(&fake, 100);
    make(&fake, (struct made){.pid = 10, .parent = 1, .name = "a", .cpu_ticks = 602});
    make(&fake, (struct made){.pid = 11, .parent = 1, .name = "b", .cpu_ticks = 400});
    look(&fake, 101);
    assert_true(get(fake.table, 10)->cpu_pct == 100); /* 1.02 s of 1 s, within two ticks */
    assert_false(get(fake.table, 11)->has_cpu);       /* ran backwards */
    look(&fake, 101);                                 /* no time has passed */
    assert_false(get(fake.table, 10)->has_cpu);
    close_fake(&fake);
}

static void a_number_given_again_is_another_process(void **state)
{
    (void)state;
    struct fake fake;
    size_t count;
    open_fake(&fake, NULL);
    make(&fake, (struct made){.pid = 10, .parent = 1, .name = "first", .cpu_ticks = 100, .start_ticks = 100});
    look(&fake, 100);
    make(&fake, (struct made){.pid = 10, .parent = 1, .name = "second", .cpu_ticks = 120, .start_ticks = 10080});
    look(&fake, 101);
    const struct spb_process_end *ended = spb_process_table_ended(fake.table, &count);
    assert_int_equal(count, 1);
    assert_string_equal(ended[0].name, "first");
    assert_int_equal(ended[0].cpu_total_ns, 100 * TICK_NS);
    assert_true(get(fake.table, 10)->is_new);
    assert_string_equal(get(fake.table, 10)->name, "second");
    end(&fake, 10);
    look(&fake, 102);
    ended = spb_process_table_ended(fake.table, &count);
    assert_int_equal(count, 1);
    assert_string_equal(ended[0].name, "second");
    assert_null(find(fake.table, 10));
    close_fake(&fake);
}

static void names_are_printable(void **state)
{
    (void)state;
    struct fake fake;
    struct spb_process_options options = {.with_commands = true};
    open_fake(&fake, &options);
    make(&fake, (struct made){.pid = 10, .parent = 1, .name = "a (b) c) S 1"});
    make(&fake, (struct made){.pid = 11, .parent = 1, .name = "new\\nline\\\\"});
    make(&fake, (struct made){.pid = 12, .parent = 1, .name = "raw\nline\x1b[31m\xff"});
    make(&fake, (struct made){.pid = 13,
                              .parent = 2,
                              .name = "kworker/0:1-a_name_that_is_rather_long_for_what_it_is_and_longer"});
    put(fake.root, 10, "cmdline",
        "cat\0-n\0a\x1b"
        "b\0\0",
        11);
    put(fake.root, 10, "status", "Name:\ta\nUid:\t1000\t1001\t1000\t1000\n", 33);
    look(&fake, 100);
    assert_string_equal(get(fake.table, 10)->name, "a (b) c) S 1");
    assert_string_equal(get(fake.table, 10)->command, "cat -n a\xef\xbf\xbd"
                                                      "b");
    assert_int_equal(get(fake.table, 10)->user, 1001);
    assert_string_equal(get(fake.table, 11)->name, "new\xef\xbf\xbdline\\");
    assert_string_equal(get(fake.table, 12)->name, "raw\xef\xbf\xbdline\xef\xbf\xbd[31m\xef\xbf\xbd");
    assert_true(get(fake.table, 13)->is_kernel);
    assert_int_equal(get(fake.table, 13)->name[0], '[');
    assert_int_equal(get(fake.table, 13)->name[strlen(get(fake.table, 13)->name) - 1], ']');
    assert_null(get(fake.table, 13)->command);
    close_fake(&fake);
}

/* What the folder listed may be gone, empty or rubbish when it is read. */
static void those_that_end_while_it_looks_are_left_out(void **state)
{
    (void)state;
    struct fake fake;
    size_t count;
    open_fake(&fake, NULL);
    make(&fake, (struct made){.pid = 10, .parent = 1, .name = "whole"});
    make(&fake, (struct made){.pid = 11, .parent = 1, .name = "ends"});
    put(fake.root, 12, "stat", "", 0);
    put(fake.root, 13, "status", "", 0);
    put(fake.root, 14, "stat", "14 (cut", 7);
    look(&fake, 100);
    spb_process_table_items(fake.table, &count);
    assert_int_equal(count, 2);
    put(fake.root, 11, "stat", "", 0);
    look(&fake, 101);
    spb_process_table_items(fake.table, &count);
    assert_int_equal(count, 1);
    spb_process_table_ended(fake.table, &count);
    assert_int_equal(count, 1);
    close_fake(&fake);
}

static void a_tree_keeps_its_orphans(void **state)
{
    (void)state;
    struct fake fake;
    struct spb_process_options options = {.root = 20};
    size_t count;
    open_fake(&fake, &options);
    make(&fake, (struct made){.pid = 10, .parent = 1, .name = "other"});
    make(&fake, (struct made){.pid = 20, .parent = 10, .name = "root"});
    make(&fake, (struct made){.pid = 30, .parent = 20, .name = "child"});
    make(&fake, (struct made){.pid = 15, .parent = 30, .name = "grandchild"}); /* the numbers have wrapped */
    look(&fake, 100);
    spb_process_table_items(fake.table, &count);
    assert_int_equal(count, 3);
    assert_null(find(fake.table, 10));
    end(&fake, 30);
    make(&fake, (struct made){.pid = 15, .parent = 1, .name = "grandchild"});
    look(&fake, 101);
    spb_process_table_items(fake.table, &count);
    assert_int_equal(count, 2);
    assert_non_null(find(fake.table, 15));
    assert_int_equal(spb_process_table_counts(fake.table).processes, 3);
    make(&fake, (struct made){.pid = 20, .parent = 10, .name = "another", .start_ticks = 10150});
    look(&fake, 102);
    spb_process_table_items(fake.table, &count);
    assert_int_equal(count, 1); /* the grandchild */
    assert_null(find(fake.table, 20));
    close_fake(&fake);
}

static void five_thousand_processes(void **state)
{
    (void)state;
    struct fake fake;
    size_t count;
    open_fake(&fake, NULL);
    for (int pid = 1; pid <= 5000; pid++)
        make(&fake, (struct made){.pid = pid, .parent = 1, .name = "one", .state = pid % 1000 ? 'S' : 'Z'});
    look(&fake, 100);
    for (int pid = 1; pid <= 5000; pid += 2)
        end(&fake, pid);
    look(&fake, 101);
    const struct spb_process_look *items = spb_process_table_items(fake.table, &count);
    assert_int_equal(count, 2500);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(items[i].pid, 2 * (i + 1));
    spb_process_table_ended(fake.table, &count);
    assert_int_equal(count, 2500);
    assert_int_equal(spb_process_table_counts(fake.table).zombies, 5);
    close_fake(&fake);
}

/* ---- this machine ------------------------------------------------------------------------------------------------ */

static uint64_t boot_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (uint64_t)now.tv_sec * SECOND_NS + (uint64_t)now.tv_nsec;
}

static void look_live(struct spb_process_table *table)
{
    assert_int_equal(spb_process_table_look(table, boot_ns()), 0);
}

static pid_t make_child(void)
{
    pid_t child = fork();
    if (child == 0) {
        alarm(60); /* whatever becomes of this test */
        for (;;)
            pause();
    }
    return child;
}

static void check_child(unsigned descriptors_max)
{
    struct spb_process_table *table;
    struct spb_process_options options = {.with_commands = true, .with_io = true, .descriptors_max = descriptors_max};
    size_t count;
    pid_t child = make_child();
    usleep(20000);
    assert_int_equal(spb_process_table_create(NULL, &options, &table), 0);
    for (int i = 0; i < 5; i++) { /* asleep: known by its schedstat from the third on */
        look_live(table);
        const struct spb_process_look *found = get(table, child);
        assert_int_equal(found->parent, getpid());
        assert_int_equal(found->state, 'S');
        assert_int_equal(found->user, geteuid());
        assert_true(found->rss_bytes > 0);
        assert_non_null(found->command);
        assert_int_equal(found->has_cpu, i > 0);
        assert_true(found->cpu_pct == 0);
        usleep(20000);
    }
    assert_true(get(table, getpid())->has_io);
    kill(child, SIGKILL);
    usleep(20000);
    look_live(table);
    assert_int_equal(get(table, child)->state, 'Z');
    assert_true(spb_process_table_counts(table).zombies >= 1);
    waitpid(child, NULL, 0);
    look_live(table);
    assert_null(find(table, child));
    const struct spb_process_end *ended = spb_process_table_ended(table, &count);
    bool is_there = false;
    for (size_t i = 0; i < count; i++)
        is_there = is_there || ended[i].pid == child;
    assert_true(is_there);
    spb_process_table_destroy(table);
}

static void a_child_sleeps_and_ends(void **state)
{
    (void)state;
    check_child(0);
    check_child(1); /* hardly any descriptor */
}

/* Another's parent may end without its noticing: it sleeps. */
static void an_orphan_has_another_parent(void **state)
{
    (void)state;
    struct spb_process_table *table;
    int ends[2];
    pid_t grandchild = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        pid_t made = make_child();
        (void)!write(ends[1], &made, sizeof(made));
        alarm(60);
        for (;;)
            pause();
    }
    assert_int_equal(read(ends[0], &grandchild, sizeof(grandchild)), sizeof(grandchild));
    usleep(20000);
    assert_int_equal(spb_process_table_create(NULL, NULL, &table), 0);
    for (int i = 0; i < 3; i++)
        look_live(table);
    assert_int_equal(get(table, grandchild)->parent, child);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    usleep(20000);
    look_live(table);
    assert_int_equal(get(table, grandchild)->parent, getpid());
    kill(grandchild, SIGKILL);
    waitpid(grandchild, NULL, 0);
    close(ends[0]);
    close(ends[1]);
    spb_process_table_destroy(table);
}

static void work_is_seen(void **state)
{
    (void)state;
    struct spb_process_table *table;
    assert_int_equal(spb_process_table_create(NULL, NULL, &table), 0);
    look_live(table);
    struct timespec used;
    do
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    while (get(table, getpid())->cpu_total_ns + 60000000 > (uint64_t)used.tv_sec * SECOND_NS + (uint64_t)used.tv_nsec);
    look_live(table);
    const struct spb_process_look *found = get(table, getpid());
    assert_true(found->has_cpu);
    assert_true(found->cpu_pct > 0 && found->cpu_pct <= 100);
    assert_int_equal(found->state, 'R');
    spb_process_table_destroy(table);
}

static void threads_are_listed(void **state)
{
    (void)state;
    struct spb_process_table *table;
    struct spb_thread_look *threads;
    size_t count;
    assert_int_equal(spb_process_table_create(NULL, NULL, &table), 0);
    look_live(table);
    assert_int_equal(spb_process_table_threads(table, getpid(), &threads, &count), 0);
    assert_int_equal(count, get(table, getpid())->threads);
    assert_int_equal(threads[0].tid, getpid());
    assert_false(threads[0].has_cpu);
    free(threads);
    usleep(15000);
    look_live(table);
    assert_int_equal(spb_process_table_threads(table, getpid(), &threads, &count), 0);
    assert_true(threads[0].has_cpu);
    free(threads);
    assert_int_equal(spb_process_table_threads(table, 0, &threads, &count), -ESRCH);
    assert_null(threads);
    spb_process_table_destroy(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_of_the_interval),
        cmocka_unit_test(shares_are_possible),
        cmocka_unit_test(a_number_given_again_is_another_process),
        cmocka_unit_test(names_are_printable),
        cmocka_unit_test(those_that_end_while_it_looks_are_left_out),
        cmocka_unit_test(a_tree_keeps_its_orphans),
        cmocka_unit_test(five_thousand_processes),
        cmocka_unit_test(a_child_sleeps_and_ends),
        cmocka_unit_test(an_orphan_has_another_parent),
        cmocka_unit_test(work_is_seen),
        cmocka_unit_test(threads_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
