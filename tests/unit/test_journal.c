/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "file.h"
#include "sample_result.h"

struct fixture {
    char folder[64];
    char path[128];    /* of the result file */
    char journal[160]; /* of its journal */
    struct spb_result result;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    if (!fixture)
        return -1;
    *state = fixture;
    snprintf(fixture->folder, sizeof(fixture->folder), "/tmp/spbench-journal-XXXXXX");
    if (!mkdtemp(fixture->folder)) {
        free(fixture);
        return -1;
    }
    snprintf(fixture->path, sizeof(fixture->path), "%s/r.json", fixture->folder);
    snprintf(fixture->journal, sizeof(fixture->journal), "%s.journal", fixture->path);
    fixture->result = sample_result();
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    spb_result_release(&fixture->result);
    unlink(fixture->journal);
    int failed = rmdir(fixture->folder);
    free(fixture);
    return failed;
}

/* The sample's processes, in the order in which a run would end them: one of every row in turn. */
static void append_all(struct fixture *fixture, struct spb_journal *journal)
{
    for (size_t process = 0; process < 10; process++)
        for (size_t row = 0; row < fixture->result.row_count; row++)
            if (process < fixture->result.rows[row].process_count)
                assert_int_equal(spb_journal_append(journal, row, &fixture->result.rows[row].processes[process], NULL),
                                 0);
}

static void write_journal(struct fixture *fixture)
{
    struct spb_journal *journal;
    assert_int_equal(spb_journal_create(fixture->path, &fixture->result, &journal, NULL), 0);
    append_all(fixture, journal);
    spb_journal_close(journal, false);
}

static off_t size_of(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? status.st_size : -1;
}

static size_t processes_in(const struct spb_result *result)
{
    size_t count = 0;
    for (size_t i = 0; i < result->row_count; i++)
        count += result->rows[i].process_count;
    return count;
}

static void a_journal_gives_back_the_run(void **state)
{
    struct fixture *fixture = *state;
    struct spb_result read;
    write_journal(fixture);
    assert_int_equal(spb_journal_read(fixture->path, &read, NULL), 0);
    struct spb_strbuf expected = {0};
    struct spb_strbuf got = {0};
    assert_int_equal(spb_result_write(&fixture->result, &expected), 0);
    assert_int_equal(spb_result_write(&read, &got), 0);
    assert_string_equal(got.text, expected.text);
    spb_strbuf_release(&expected);
    spb_strbuf_release(&got);
    spb_result_release(&read);
}

static void after_a_kill_all_whole_lines_are_there(void **state)
{
    struct fixture *fixture = *state;
    struct spb_result read;
    write_journal(fixture);
    off_t whole = size_of(fixture->journal);
    assert_int_equal(truncate(fixture->journal, whole - 10), 0);
    assert_int_equal(spb_journal_read(fixture->path, &read, NULL), 0);
    assert_int_equal(processes_in(&read), processes_in(&fixture->result) - 1);
    assert_true(size_of(fixture->journal) < whole - 10);
    spb_result_release(&read);

    struct spb_journal *journal;
    assert_int_equal(spb_journal_reopen(fixture->path, &journal, NULL), 0);
    assert_int_equal(spb_journal_append(journal, 0, &fixture->result.rows[0].processes[9], NULL), 0);
    spb_journal_close(journal, false);
    assert_int_equal(size_of(fixture->journal), whole);
    assert_int_equal(spb_journal_read(fixture->path, &read, NULL), 0);
    assert_int_equal(processes_in(&read), processes_in(&fixture->result));
    spb_result_release(&read);
}

/* Replaces one byte of line `line`, counted from 1. */
static void damage_line(const char *path, unsigned line)
{
    int fd = open(path, O_RDWR);
    char byte = 0;
    while (line > 1 && read(fd, &byte, 1) == 1)
        line -= byte == '\n';
    assert_int_equal(write(fd, "!", 1), 1);
    close(fd);
}

static void a_damaged_line_is_named(void **state)
{
    struct fixture *fixture = *state;
    struct spb_result read;
    struct spb_error err = {{0}};
    char place[200];
    write_journal(fixture);
    damage_line(fixture->journal, 3);
    assert_int_equal(spb_journal_read(fixture->path, &read, &err), -EINVAL);
    snprintf(place, sizeof(place), "%s:3:1: ", fixture->journal);
    assert_memory_equal(err.text, place, strlen(place));
    assert_null(read.rows);
}

static void a_row_that_is_not_there_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct spb_result read;
    struct spb_journal *journal;
    struct spb_error err = {{0}};
    char message[200];
    assert_int_equal(spb_journal_create(fixture->path, &fixture->result, &journal, NULL), 0);
    assert_int_equal(spb_journal_append(journal, SAMPLE_ROWS, &fixture->result.rows[0].processes[0], NULL), 0);
    spb_journal_close(journal, false);
    assert_int_equal(spb_journal_read(fixture->path, &read, &err), -EINVAL);
    snprintf(message, sizeof(message), "%s:2: row is not one of the %d rows", fixture->journal, SAMPLE_ROWS);
    assert_string_equal(err.text, message);
}

static void a_result_file_is_not_a_journal(void **state)
{
    (void)state;
    static const char text[] = "{\"schema\":\"spbench-result\",\"schema_version\":1}\n";
    struct spb_result read;
    struct spb_error err = {{0}};
    assert_int_equal(spb_journal_parse("j", text, strlen(text), &read, &err), -EINVAL);
    assert_string_equal(err.text, "j:1: schema is 'spbench-result' instead of 'spbench-journal'");
}

static void a_journal_without_a_head_is_useless(void **state)
{
    (void)state;
    struct spb_result read;
    struct spb_error err = {{0}};
    assert_int_equal(spb_journal_parse("j", "{\"schema", 8, &read, &err), -EINVAL);
    assert_string_equal(err.text, "j: the run ended before it began; remove this file");
}

static void a_journal_that_was_left_is_not_overwritten(void **state)
{
    struct fixture *fixture = *state;
    struct spb_journal *journal;
    struct spb_error err = {{0}};
    char message[500];
    write_journal(fixture);
    off_t size = size_of(fixture->journal);
    assert_int_equal(spb_journal_create(fixture->path, &fixture->result, &journal, &err), -EEXIST);
    snprintf(message, sizeof(message), "%s: left by a run that did not finish; go on with --resume %s, or remove it",
             fixture->journal, fixture->path);
    assert_string_equal(err.text, message);
    assert_int_equal(size_of(fixture->journal), size);
}

static void two_runs_cannot_share_a_journal(void **state)
{
    struct fixture *fixture = *state;
    struct spb_journal *journal;
    struct spb_journal *other;
    struct spb_result read;
    assert_int_equal(spb_journal_create(fixture->path, &fixture->result, &journal, NULL), 0);
    assert_int_equal(spb_journal_reopen(fixture->path, &other, NULL), -EBUSY);
    assert_int_equal(spb_journal_read(fixture->path, &read, NULL), -EBUSY);
    spb_journal_close(journal, false);
    assert_int_equal(spb_journal_reopen(fixture->path, &other, NULL), 0);
    spb_journal_close(other, false);
}

static void a_finished_run_leaves_no_journal(void **state)
{
    struct fixture *fixture = *state;
    struct spb_journal *journal;
    struct spb_result read;
    assert_int_equal(spb_journal_create(fixture->path, &fixture->result, &journal, NULL), 0);
    spb_journal_close(journal, true);
    assert_int_equal(size_of(fixture->journal), -1);
    assert_int_equal(spb_journal_read(fixture->path, &read, NULL), -ENOENT);
    spb_journal_close(NULL, true);
}

/* Appends with a file-size limit in place of a full disk. */
static int append_on_full_disk(struct spb_journal *journal, const struct spb_process *process, off_t limit)
{
    struct rlimit old;
    getrlimit(RLIMIT_FSIZE, &old);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){.rlim_cur = (rlim_t)limit, .rlim_max = old.rlim_max});
    int code = spb_journal_append(journal, 0, process, NULL);
    setrlimit(RLIMIT_FSIZE, &old);
    signal(SIGXFSZ, SIG_DFL);
    return code;
}

static void a_full_disk_leaves_whole_lines(void **state)
{
    struct fixture *fixture = *state;
    struct spb_journal *journal;
    struct spb_result read;
    const struct spb_process *process = &fixture->result.rows[0].processes[0];
    assert_int_equal(spb_journal_create(fixture->path, &fixture->result, &journal, NULL), 0);
    off_t size = size_of(fixture->journal);
    assert_int_equal(append_on_full_disk(journal, process, size + 100), -EFBIG);
    assert_int_equal(size_of(fixture->journal), size);
    assert_int_equal(spb_journal_append(journal, 0, process, NULL), 0);
    spb_journal_close(journal, false);

    assert_int_equal(spb_journal_reopen(fixture->path, &journal, NULL), 0);
    size = size_of(fixture->journal);
    assert_int_equal(append_on_full_disk(journal, process, size + 100), -EFBIG);
    assert_int_equal(size_of(fixture->journal), size);
    spb_journal_close(journal, false);
    assert_int_equal(spb_journal_read(fixture->path, &read, NULL), 0);
    assert_int_equal(processes_in(&read), 1);
    spb_result_release(&read);
}

static void a_folder_that_is_missing_is_an_error(void **state)
{
    struct fixture *fixture = *state;
    struct spb_journal *journal;
    struct spb_error err = {{0}};
    assert_int_equal(spb_journal_create("/nowhere/r.json", &fixture->result, &journal, &err), -ENOENT);
    assert_string_equal(err.text, "/nowhere/r.json.journal: cannot be opened: No such file or directory");
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(a_journal_gives_back_the_run),
        WITH_FOLDER(after_a_kill_all_whole_lines_are_there),
        WITH_FOLDER(a_damaged_line_is_named),
        WITH_FOLDER(a_row_that_is_not_there_is_refused),
        cmocka_unit_test(a_result_file_is_not_a_journal),
        cmocka_unit_test(a_journal_without_a_head_is_useless),
        WITH_FOLDER(a_journal_that_was_left_is_not_overwritten),
        WITH_FOLDER(two_runs_cannot_share_a_journal),
        WITH_FOLDER(a_finished_run_leaves_no_journal),
        WITH_FOLDER(a_full_disk_leaves_whole_lines),
        WITH_FOLDER(a_folder_that_is_missing_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
