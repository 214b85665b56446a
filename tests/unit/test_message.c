/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

static void gives_back_what_was_put(void **state)
{
    (void)state;
    struct spb_strbuf buf = {0};
    spb_message_put_u64(&buf, UINT64_MAX);
    spb_message_put_double(&buf, 0.1);
    spb_message_put_text(&buf, "a text");
    spb_message_put_text(&buf, NULL);
    spb_message_put_text(&buf, "");
    struct spb_message_reader reader = {.next = buf.text, .end = buf.text + buf.length};
    assert_true(spb_message_get_u64(&reader) == UINT64_MAX);
    assert_true(spb_message_get_double(&reader) == 0.1);
    char *text = spb_message_get_text(&reader);
    assert_string_equal(text, "a text");
    free(text);
    assert_null(spb_message_get_text(&reader));
    text = spb_message_get_text(&reader);
    assert_string_equal(text, "");
    free(text);
    assert_false(reader.failed);
    assert_ptr_equal(reader.next, reader.end);
    spb_message_get_u64(&reader);
    assert_true(reader.failed);
    spb_strbuf_release(&buf);
}

static void fails_for_good(void **state)
{
    (void)state;
    struct spb_strbuf buf = {0};
    spb_message_put_u64(&buf, 1000);
    spb_message_put_u64(&buf, 1);
    struct spb_message_reader reader = {.next = buf.text, .end = buf.text + buf.length};
    assert_int_equal(spb_message_get_bounded(&reader, 999), 0);
    assert_true(reader.failed);
    assert_int_equal(spb_message_get_u64(&reader), 0);
    spb_strbuf_reset(&buf);
    spb_message_put_u64(&buf, 1u << 30); /* a text said to be longer than the message */
    reader = (struct spb_message_reader){.next = buf.text, .end = buf.text + buf.length};
    assert_null(spb_message_get_text(&reader));
    assert_true(reader.failed);
    spb_strbuf_reset(&buf);
    spb_message_put_double(&buf, (double)NAN);
    reader = (struct spb_message_reader){.next = buf.text, .end = buf.text + buf.length};
    spb_message_get_double(&reader);
    assert_true(reader.failed);
    spb_strbuf_release(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(gives_back_what_was_put), cmocka_unit_test(fails_for_good)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
