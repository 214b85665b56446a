/* SPDX-License-Identifier: MIT
 *
 * For the tests of foreign formats: a text or a fixture as a result.
 */
#ifndef SPB_TEST_IMPORTED_H
#define SPB_TEST_IMPORTED_H

#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "foreign_result.h"

/* 2024-05-01T12:00:00Z: when the file was changed, as the tests say. */
#define IMPORTED_FILE_TIME 1714564800

static struct spb_error imported_error;
static char *imported_notes; /* of the last import */

static inline void imported_keep_notes(struct spb_import *import)
{
    free(imported_notes);
    imported_notes = strdup(spb_import_notes(import));
}

/* Each text is a file "a", "b", "c". The code of the first failure, whose text is in imported_error. */
static inline int imported_texts(const char *const *texts, const size_t *lengths, size_t count,
                                 enum spb_foreign_format format, struct spb_result *result)
{
    static const char *const names[] = {"a", "b", "c"};
    struct spb_import *import;
    imported_error = (struct spb_error){{0}};
    *result = (struct spb_result){0};
    if (spb_import_create(&import) < 0)
        return -1;
    int code = 0;
    for (size_t i = 0; i < count && code == 0; i++) {
        struct spb_foreign_file file = {names[i], texts[i], lengths[i], IMPORTED_FILE_TIME};
        code = spb_import_add(import, &file, format, &imported_error);
    }
    if (code == 0)
        code = spb_import_finish(import, result, &imported_error);
    imported_keep_notes(import);
    spb_import_destroy(import);
    return code;
}

static inline int imported_text(const char *text, enum spb_foreign_format format, struct spb_result *result)
{
    size_t length = strlen(text);
    return imported_texts(&text, &length, 1, format, result);
}

/* tests/fixtures/exchange/NAME; the caller frees. */
static inline char *imported_fixture_text(const char *name)
{
    struct spb_strbuf path = {0}, text = {0};
    spb_strbuf_printf(&path, "%s/fixtures/exchange/%s", getenv("SPB_TESTS"), name);
    assert_int_equal(spb_file_read(NULL, spb_strbuf_text(&path), 0, &text), 0);
    spb_strbuf_release(&path);
    return spb_strbuf_detach(&text);
}

static inline void imported_fixture(const char *name, struct spb_result *result)
{
    char *text = imported_fixture_text(name);
    if (imported_text(text, SPB_FOREIGN_GUESS, result) != 0)
        fail_msg("%s", imported_error.text);
    free(text);
}

static inline const struct spb_row *imported_row(const struct spb_result *result, const char *key)
{
    for (size_t i = 0; i < result->row_count; i++) {
        char *found = spb_row_key(&result->rows[i]);
        bool is_it = strcmp(found, key) == 0;
        free(found);
        if (is_it)
            return &result->rows[i];
    }
    fail_msg("no row '%s'", key);
    return result->rows; /* not reached */
}

static inline void imported_assert_refused(const char *text, enum spb_foreign_format format, const char *message)
{
    struct spb_result result;
    int code = imported_text(text, format, &result);
    spb_result_release(&result);
    assert_string_equal(imported_error.text, message);
    assert_int_equal(code, -EINVAL);
}

/* What an import hands over can be written, and what is written is read by spbench itself as the same. */
static inline void imported_assert_whole(const struct spb_result *result)
{
    struct spb_strbuf first = {0}, second = {0};
    struct spb_result back;
    assert_int_equal(spb_result_write(result, &first), 0);
    if (spb_result_parse("back", spb_strbuf_text(&first), first.length, &back, &imported_error) != 0)
        fail_msg("%s", imported_error.text);
    assert_int_equal(spb_result_write(&back, &second), 0);
    assert_string_equal(spb_strbuf_text(&first), spb_strbuf_text(&second));
    spb_result_release(&back);
    spb_strbuf_release(&first);
    spb_strbuf_release(&second);
}

/* For mangle(): whatever comes in, there is a message or a result that is whole. */
static inline void imported_mangled(const char *text, size_t length)
{
    struct spb_result result;
    if (imported_texts(&text, &length, 1, SPB_FOREIGN_GUESS, &result) < 0)
        assert_true(*imported_error.text);
    else
        imported_assert_whole(&result);
    spb_result_release(&result);
}

static inline const char *imported_fact(const struct spb_result *result, const char *name)
{
    const struct spb_fact *fact = spb_stamp_find(&result->stamp, name);
    return fact && fact->text ? fact->text : "(none)";
}

#endif
