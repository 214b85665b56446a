/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "strbuf.h"

static void appends_in_every_way(void **state)
{
    (void)state;
    struct spb_strbuf buf = {0};
    assert_string_equal(spb_strbuf_text(&buf), "");
    spb_strbuf_append(&buf, "ab");
    spb_strbuf_append_char(&buf, 'c');
    spb_strbuf_append_repeated(&buf, '-', 3);
    spb_strbuf_printf(&buf, "%d%s", 42, "!");
    spb_strbuf_append_bytes(&buf, "x\0y", 3);
    spb_strbuf_append_bytes(&buf, NULL, 0);
    spb_strbuf_append_repeated(&buf, '-', 0);
    assert_int_equal(buf.length, 12);
    assert_memory_equal(spb_strbuf_text(&buf), "abc---42!x\0y", 13);
    assert_false(buf.failed);
    spb_strbuf_release(&buf);
    assert_null(buf.text);
    spb_strbuf_release(&buf);
}

/* Every length around the doublings of the capacity keeps its terminator. */
static void grows_byte_by_byte(void **state)
{
    (void)state;
    struct spb_strbuf buf = {0};
    for (size_t i = 0; i < 5000; i++) {
        spb_strbuf_append_char(&buf, (char)('a' + i % 26));
        assert_int_equal(strlen(spb_strbuf_text(&buf)), i + 1);
        assert_true(buf.length < buf.capacity);
    }
    for (size_t i = 0; i < 5000; i++)
        assert_int_equal(buf.text[i], 'a' + i % 26);
    spb_strbuf_release(&buf);
    for (size_t length = 60; length < 70; length++) {
        spb_strbuf_printf(&buf, "%*s", (int)length, "x");
        assert_int_equal(buf.length, length);
        spb_strbuf_release(&buf);
    }
}

static void reset_keeps_the_memory(void **state)
{
    (void)state;
    struct spb_strbuf buf = {0};
    spb_strbuf_reset(&buf);
    spb_strbuf_append(&buf, "something");
    size_t capacity = buf.capacity;
    spb_strbuf_reset(&buf);
    assert_string_equal(spb_strbuf_text(&buf), "");
    assert_int_equal(buf.length, 0);
    assert_int_equal(buf.capacity, capacity);
    spb_strbuf_release(&buf);
}

static void detach_hands_over(void **state)
{
    (void)state;
    struct spb_strbuf buf = {0};
    char *text = spb_strbuf_detach(&buf);
    assert_string_equal(text, "");
    free(text);
    spb_strbuf_append(&buf, "mine");
    text = spb_strbuf_detach(&buf);
    assert_string_equal(text, "mine");
    assert_null(buf.text);
    assert_int_equal(buf.capacity, 0);
    free(text);
}

/* Sizes that no memory holds, and whose sums wrap around. */
static void failure_sticks_and_keeps_the_text(void **state)
{
    (void)state;
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 3, SIZE_MAX / 2, SIZE_MAX / 2 - 64};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct spb_strbuf buf = {0};
        spb_strbuf_append(&buf, "kept");
        spb_strbuf_append_repeated(&buf, 'x', sizes[i]);
        assert_true(buf.failed);
        assert_string_equal(spb_strbuf_text(&buf), "kept");
        spb_strbuf_append(&buf, "not");
        spb_strbuf_printf(&buf, "%d", 1);
        assert_string_equal(spb_strbuf_text(&buf), "kept");
        if (i % 2)
            assert_null(spb_strbuf_detach(&buf));
        spb_strbuf_release(&buf);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends_in_every_way),
        cmocka_unit_test(grows_byte_by_byte),
        cmocka_unit_test(reset_keeps_the_memory),
        cmocka_unit_test(detach_hands_over),
        cmocka_unit_test(failure_sticks_and_keeps_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
