/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"

static char folder[PATH_MAX]; /* of the running test */

static const char *at(const char *name)
{
    static char paths[4][PATH_MAX * 2];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
    return path;
}

static int set_up(void **state)
{
    (void)state;
    const char *temporary = getenv("TMPDIR");
    snprintf(folder, sizeof(folder), "%s/spbench-test-XXXXXX", temporary ? temporary : "/tmp");
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[PATH_MAX + 16];
    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    return system(command) == 0 ? 0 : -1;
}

static unsigned entries(void)
{
    unsigned count = 0;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (const struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
        count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

static void write_text(const char *name, const char *text)
{
    assert_int_equal(spb_file_replace(at(name), text, strlen(text), NULL), 0);
}

static void assert_content(const char *name, const char *expected)
{
    struct spb_strbuf buf = {0};
    assert_int_equal(spb_file_read(NULL, at(name), 0, &buf), 0);
    assert_string_equal(spb_strbuf_text(&buf), expected);
    spb_strbuf_release(&buf);
}

static void replaces_and_reads_back(void **state)
{
    (void)state;
    write_text("a", "first");
    assert_content("a", "first");
    write_text("a", "second, longer");
    assert_content("a", "second, longer");
    write_text("a", "");
    assert_content("a", "");
    assert_int_equal(entries(), 1);
}

static void permissions_are_kept(void **state)
{
    (void)state;
    struct stat found;
    mode_t mask = umask(027);
    write_text("a", "x");
    umask(mask);
    assert_int_equal(stat(at("a"), &found), 0);
    assert_int_equal(found.st_mode & 0777, 0640);
    assert_int_equal(chmod(at("a"), 0604), 0);
    write_text("a", "y");
    assert_int_equal(stat(at("a"), &found), 0);
    assert_int_equal(found.st_mode & 0777, 0604);
}

/* A limit on the size of files acts like a full disk: the write fails half-way. */
static void full_disk_keeps_the_old_file(void **state)
{
    (void)state;
    static char large[100000];
    memset(large, 'x', sizeof(large));
    write_text("a", "old");
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    struct rlimit small = {.rlim_cur = 4096, .rlim_max = limit.rlim_max};
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    struct spb_error err = {0};
    int existing = spb_file_replace(at("a"), large, sizeof(large), &err);
    int fresh = spb_file_replace(at("b"), large, sizeof(large), NULL);
    setrlimit(RLIMIT_FSIZE, &limit);
    signal(SIGXFSZ, handler);
    assert_int_equal(existing, -EFBIG);
    assert_int_equal(fresh, -EFBIG);
    assert_non_null(strstr(err.text, "/a: cannot be written: File too large"));
    assert_content("a", "old");
    assert_int_equal(entries(), 1);
}

static void full_device_is_an_error(void **state)
{
    (void)state;
    if (access("/dev/full", W_OK) < 0)
        skip();
    assert_int_equal(spb_file_replace("/dev/full", "x", 1, NULL), -ENOSPC);
}

/* A device is written to; replacing it would put a file into its place. */
static void devices_stay_devices(void **state)
{
    (void)state;
    struct stat before, after;
    assert_int_equal(stat("/dev/null", &before), 0);
    assert_int_equal(spb_file_replace("/dev/null", "x", 1, NULL), 0);
    assert_int_equal(stat("/dev/null", &after), 0);
    assert_true(S_ISCHR(after.st_mode) && before.st_ino == after.st_ino);
}

static void links_stay_links(void **state)
{
    (void)state;
    struct stat found;
    write_text("real", "old");
    assert_int_equal(symlink("real", at("link")), 0);
    write_text("link", "new");
    assert_int_equal(lstat(at("link"), &found), 0);
    assert_true(S_ISLNK(found.st_mode));
    assert_content("real", "new");
}

static void unwritable_places_say_why(void **state)
{
    (void)state;
    struct spb_error err = {0};
    assert_int_equal(spb_file_replace(at("missing/a"), "x", 1, &err), -ENOENT);
    assert_non_null(strstr(err.text, "missing/a: cannot be written: No such file"));
    assert_int_equal(mkdir(at("dir"), 0777), 0);
    assert_int_equal(spb_file_replace(at("dir"), "x", 1, &err), -EISDIR);
    assert_int_equal(entries(), 1);
    char name[PATH_MAX + 10];
    memset(name, 'n', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    assert_int_equal(spb_file_replace(name, "x", 1, &err), -ENAMETOOLONG);
    if (geteuid() == 0)
        return; /* root may write everywhere */
    assert_int_equal(chmod(at("dir"), 0555), 0);
    assert_int_equal(spb_file_replace(at("dir/a"), "x", 1, &err), -EACCES);
}

static void reading_stops_at_the_limit(void **state)
{
    (void)state;
    static char large[40000];
    memset(large, 'x', sizeof(large));
    assert_int_equal(spb_file_replace(at("a"), large, sizeof(large), NULL), 0);
    struct spb_strbuf buf = {0};
    assert_int_equal(spb_file_read(NULL, at("a"), sizeof(large) - 1, &buf), -EFBIG);
    spb_strbuf_reset(&buf);
    assert_int_equal(spb_file_read(NULL, at("a"), sizeof(large), &buf), 0);
    assert_int_equal(buf.length, sizeof(large));
    spb_strbuf_reset(&buf);
    assert_int_equal(spb_file_read(NULL, "/dev/zero", 0, &buf), -EFBIG);
    assert_true(buf.length <= 1 << 20);
    spb_strbuf_release(&buf);
}

static void reading_starts_at_the_root(void **state)
{
    (void)state;
    assert_int_equal(spb_file_make_parents(at("root/proc/x"), NULL), 0);
    write_text("root/proc/x", "captured\n");
    struct spb_strbuf buf = {0};
    assert_int_equal(spb_file_read(at("root"), "/proc/x", 0, &buf), 0);
    assert_string_equal(spb_strbuf_text(&buf), "captured\n");
    spb_strbuf_reset(&buf);
    assert_int_equal(spb_file_read("/", at("root/proc/x"), 0, &buf), 0);
    assert_int_equal(buf.length, 9);
    assert_int_equal(spb_file_read(at("root"), "/proc/y", 0, &buf), -ENOENT);
    assert_int_equal(spb_file_read(NULL, folder, 0, &buf), -EISDIR);
    assert_int_equal(buf.length, 9);
    spb_strbuf_reset(&buf);
    assert_int_equal(spb_file_read(NULL, "/proc/self/status", 0, &buf), 0);
    assert_true(buf.length > 0);
    spb_strbuf_release(&buf);
}

static void lines_lose_their_end(void **state)
{
    (void)state;
    char text[9];
    write_text("a", " 12345 \n");
    assert_int_equal(spb_file_read_line(NULL, at("a"), text, sizeof(text)), 0);
    assert_string_equal(text, " 12345");
    assert_int_equal(spb_file_read_line(NULL, at("a"), text, 8), -EFBIG);
    assert_int_equal(spb_file_read_line(NULL, at("a"), text, 0), -EFBIG);
    write_text("a", "\n\n");
    assert_int_equal(spb_file_read_line(folder, "/a", text, sizeof(text)), 0);
    assert_string_equal(text, "");
    assert_int_equal(spb_file_read_line(folder, "/b", text, sizeof(text)), -ENOENT);
}

static void parents_are_made(void **state)
{
    (void)state;
    struct spb_error err = {0};
    struct stat found;
    assert_int_equal(spb_file_make_parents(at("a//b/c/file"), &err), 0);
    assert_int_equal(stat(at("a/b/c"), &found), 0);
    assert_int_equal(stat(at("a/b/c/file"), &found), -1);
    assert_int_equal(spb_file_make_parents(at("a/b/c/file"), &err), 0);
    assert_int_equal(spb_file_make_parents("file", &err), 0);
    assert_int_equal(spb_file_make_parents("/file", &err), 0);
    assert_int_equal(spb_file_make_parents("", &err), 0);
    write_text("plain", "x");
    assert_int_equal(spb_file_make_parents(at("plain/x"), &err), -ENOTDIR);
    assert_non_null(strstr(err.text, "plain: is not a folder"));
}

static void write_all_fails_with_the_cause(void **state)
{
    (void)state;
    assert_int_equal(spb_file_write_all(-1, "x", 1), -EBADF);
    assert_int_equal(spb_file_write_all(-1, "x", 0), 0);
}

static void read_all_takes_pieces_and_misses_none(void **state)
{
    (void)state;
    int ends[2];
    char bytes[7] = "";
    assert_int_equal(pipe(ends), 0);
    if (fork() == 0) {
        for (const char *piece = "abcdef"; *piece; piece += 2)
            if (write(ends[1], piece, 2) != 2 || usleep(1000) < 0)
                _exit(1);
        _exit(0);
    }
    close(ends[1]);
    assert_int_equal(spb_file_read_all(ends[0], bytes, 5), 0);
    assert_string_equal(bytes, "abcde");
    assert_int_equal(spb_file_read_all(ends[0], bytes, 2), -EPIPE);
    assert_int_equal(spb_file_read_all(-1, bytes, 1), -EBADF);
    close(ends[0]);
    wait(NULL);
}

#define file_test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        file_test(replaces_and_reads_back),
        file_test(permissions_are_kept),
        file_test(full_disk_keeps_the_old_file),
        file_test(full_device_is_an_error),
        file_test(devices_stay_devices),
        file_test(links_stay_links),
        file_test(unwritable_places_say_why),
        file_test(reading_stops_at_the_limit),
        file_test(reading_starts_at_the_root),
        file_test(lines_lose_their_end),
        file_test(parents_are_made),
        cmocka_unit_test(write_all_fails_with_the_cause),
        cmocka_unit_test(read_all_takes_pieces_and_misses_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
