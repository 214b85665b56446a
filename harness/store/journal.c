/* SPDX-License-Identifier: MIT
 *
 *     {"schema":"spbench-journal","schema_version":1,"kind":"run","complete":false, ... ,"rows":[...]}
 *     {"row":3,"process":{"outcome":"ok","index":0, ... ,"samples":[[1000,2000123,0]]}}
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "result_internal.h"

struct spb_journal {
    int fd;
    off_t length; /* of the whole lines */
    char *path;
};

static char *journal_path(const char *path)
{
    char *text;
    return asprintf(&text, "%s.journal", path) < 0 ? NULL : text;
}

/* ---- writing ---------------------------------------------------------------------------------------------------- */

/* A file system without locks is no reason not to measure. */
static int lock(int fd, const char *path, struct spb_error *err)
{
    if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
        return spb_error_set(err, -EBUSY, "%s: another spbench is writing it; wait for it or choose another --output",
                             path);
    return 0;
}

static int append_line(struct spb_journal *journal, struct spb_strbuf *line, struct spb_error *err)
{
    spb_strbuf_append_char(line, '\n');
    int code = line->failed ? -ENOMEM : spb_file_write_all(journal->fd, line->text, line->length);
    if (code == 0 && fdatasync(journal->fd) < 0)
        code = -errno;
    if (code == 0) {
        journal->length += (off_t)line->length;
        return 0;
    }
    /* Half a line in the middle would spoil the journal for the next one. */
    spb_error_system(err, code, "%s: cannot be written", journal->path);
    if (ftruncate(journal->fd, journal->length) < 0)
        spb_error_prefix(err, code, "cannot be cut back either");
    return code;
}

static int append_head(struct spb_journal *journal, const struct spb_result *result, struct spb_error *err)
{
    struct spb_strbuf line = {0};
    struct spb_json json;
    spb_json_init(&json, &line, false);
    spb_json_object(&json, NULL);
    spb_json_string(&json, "schema", SPB_JOURNAL_SCHEMA);
    spb_json_uint(&json, "schema_version", SPB_RESULT_SCHEMA_VERSION);
    spb_result_write_members(&json, result, true);
    spb_json_end(&json);
    int code = append_line(journal, &line, err);
    spb_strbuf_release(&line);
    return code;
}

static int open_journal(const char *path, int flags, struct spb_journal **journal, struct spb_error *err)
{
    struct spb_journal *opened = calloc(1, sizeof(*opened));
    if (!opened)
        return spb_error_system(err, -ENOMEM, "%s", path);
    opened->fd = -1;
    opened->path = journal_path(path);
    int code = opened->path ? 0 : spb_error_system(err, -ENOMEM, "%s", path);
    if (code == 0) {
        opened->fd = open(opened->path, O_RDWR | O_APPEND | O_CLOEXEC | flags, 0666);
        code = opened->fd < 0 ? -errno : 0;
        if (code == -EEXIST)
            spb_error_set(err, code, "%s: left by a run that did not finish; go on with --resume %s, or remove it",
                          opened->path, path);
        else if (code)
            spb_error_system(err, code, "%s: cannot be opened", opened->path);
    }
    if (code == 0)
        code = lock(opened->fd, opened->path, err);
    if (code == 0)
        *journal = opened;
    else
        spb_journal_close(opened, false);
    return code;
}

int spb_journal_create(const char *path, const struct spb_result *result, struct spb_journal **journal,
                       struct spb_error *err)
{
    struct spb_journal *created = NULL;
    int code = open_journal(path, O_CREAT | O_EXCL, &created, err);
    if (code)
        return code;
    code = append_head(created, result, err);
    if (code == 0)
        *journal = created;
    else
        spb_journal_close(created, true);
    return code;
}

int spb_journal_reopen(const char *path, struct spb_journal **journal, struct spb_error *err)
{
    int code = open_journal(path, 0, journal, err);
    if (code)
        return code;
    struct stat status;
    if (fstat((*journal)->fd, &status) == 0) {
        (*journal)->length = status.st_size;
        return 0;
    }
    code = spb_error_system(err, -errno, "%s: cannot be read", (*journal)->path);
    spb_journal_close(*journal, false);
    *journal = NULL;
    return code;
}

int spb_journal_append(struct spb_journal *journal, size_t row_index, const struct spb_process *process,
                       struct spb_error *err)
{
    struct spb_strbuf line = {0};
    struct spb_json json;
    spb_json_init(&json, &line, false);
    spb_json_object(&json, NULL);
    spb_json_uint(&json, "row", row_index);
    spb_result_write_process(&json, "process", process, NULL);
    spb_json_end(&json);
    int code = append_line(journal, &line, err);
    spb_strbuf_release(&line);
    return code;
}

void spb_journal_close(struct spb_journal *journal, bool finished)
{
    if (!journal)
        return;
    if (finished && journal->path)
        unlink(journal->path);
    if (journal->fd >= 0)
        close(journal->fd);
    free(journal->path);
    free(journal);
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static int read_head(struct spb_json_document *document, const char *line, size_t length, struct spb_result *result)
{
    struct spb_json_node root;
    int code = spb_json_document_open(document, line, length, &root);
    if (code)
        return code;
    code = spb_result_check_version(&root, SPB_JOURNAL_SCHEMA, SPB_RESULT_SCHEMA_VERSION);
    if (code == 0)
        code = spb_result_read_members(&root, result);
    spb_json_document_close(document);
    return code;
}

static int read_entry(const struct spb_json_node *root, struct spb_result *result)
{
    struct spb_json_node node;
    struct spb_process process = {.index = 0};
    uint64_t index = 0;
    int code = spb_json_member(root, "row", SPB_JSON_ANY, &node);
    if (code == 0)
        code = spb_json_read_uint(&node, 0, UINT64_MAX, &index);
    if (code == 0 && index >= result->row_count)
        return spb_json_fail(&node, "is not one of the %zu rows", result->row_count);
    if (code == 0)
        code = spb_json_member(root, "process", SPB_JSON_OBJECT, &node);
    if (code == 0)
        code = spb_result_read_process(&node, &result->rows[index], &process);
    if (code == 0)
        code = spb_row_add_process(&result->rows[index], &process);
    spb_process_release(&process);
    return code;
}

static int read_process_line(struct spb_json_document *document, const char *line, size_t length,
                             struct spb_result *result)
{
    struct spb_json_node root;
    int code = spb_json_document_open(document, line, length, &root);
    if (code)
        return code;
    code = read_entry(&root, result);
    spb_json_document_close(document);
    return code;
}

int spb_journal_parse(const char *name, const char *text, size_t length, struct spb_result *result,
                      struct spb_error *err)
{
    *result = (struct spb_result){0};
    int code = 0;
    size_t number = 0;
    const char *line = text;
    for (const char *end; code == 0 && (end = memchr(line, '\n', (size_t)(text + length - line))); line = end + 1) {
        struct spb_json_document document = {.name = name, .line = ++number, .err = err};
        code = number == 1 ? read_head(&document, line, (size_t)(end - line), result)
                           : read_process_line(&document, line, (size_t)(end - line), result);
    }
    if (code == 0 && number == 0)
        code = spb_error_set(err, -EINVAL, "%s: the run ended before it began; remove this file", name);
    if (code == 0)
        code = spb_result_compute(result, name, err);
    if (code == -ENOMEM)
        spb_error_set(err, code, "%s: not enough memory to read it", name);
    if (code)
        spb_result_release(result);
    return code;
}

/* What was being written when the run was killed. */
static int cut_last_line(struct spb_journal *journal, const struct spb_strbuf *text, struct spb_error *err)
{
    const char *end = text->text ? memrchr(text->text, '\n', text->length) : NULL;
    size_t whole = end ? (size_t)(end - text->text) + 1 : 0;
    if (whole < text->length && ftruncate(journal->fd, (off_t)whole) < 0)
        return spb_error_system(err, -errno, "%s: the last line cannot be cut off", journal->path);
    return 0;
}

int spb_journal_read(const char *path, struct spb_result *result, struct spb_error *err)
{
    struct spb_journal *journal;
    struct spb_strbuf text = {0};
    *result = (struct spb_result){0};
    /* Opened first for its lock: a line that another run is writing is not one to cut. */
    int code = open_journal(path, 0, &journal, err);
    if (code)
        return code;
    code = spb_result_read_file(journal->path, &text, err);
    if (code == 0)
        code = spb_journal_parse(journal->path, spb_strbuf_text(&text), text.length, result, err);
    if (code == 0)
        code = cut_last_line(journal, &text, err);
    if (code)
        spb_result_release(result);
    spb_strbuf_release(&text);
    spb_journal_close(journal, false);
    return code;
}
