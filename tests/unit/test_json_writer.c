/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <string.h>

#include "json_writer.h"
#include "near.h"

/* Reads the text back with a strict parser; the caller releases it with json_decref(). */
static json_t *parse(const struct spb_strbuf *buf)
{
    json_error_t error;
    json_t *root = json_loads(spb_strbuf_text(buf), JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (!root)
        fail_msg("%s in: %s", error.text, spb_strbuf_text(buf));
    return root;
}

static void write_document(struct spb_json *json)
{
    spb_json_object(json, NULL);
    spb_json_string(json, "name", "cpu/int-chain");
    spb_json_array(json, "empty");
    spb_json_end(json);
    spb_json_inline_array(json, "samples");
    for (uint64_t i = 1; i <= 3; i++) {
        spb_json_inline_array(json, NULL);
        spb_json_uint(json, NULL, i);
        spb_json_int(json, NULL, -1);
        spb_json_end(json);
    }
    spb_json_end(json);
    spb_json_inline_object(json, "pair");
    spb_json_bool(json, "yes", true);
    spb_json_null(json, "none");
    spb_json_end(json);
    spb_json_object(json, "after");
    spb_json_bool(json, "no", false);
    spb_json_end(json);
    spb_json_end(json);
}

static void indents_and_keeps_rows_on_a_line(void **state)
{
    (void)state;
    struct spb_strbuf buf = {0};
    struct spb_json json;
    spb_json_init(&json, &buf, true);
    write_document(&json);
    assert_string_equal(spb_strbuf_text(&buf), "{\n"
                                               "  \"name\": \"cpu/int-chain\",\n"
                                               "  \"empty\": [],\n"
                                               "  \"samples\": [[1, -1], [2, -1], [3, -1]],\n"
                                               "  \"pair\": {\"yes\": true, \"none\": null},\n"
                                               "  \"after\": {\n"
                                               "    \"no\": false\n"
                                               "  }\n"
                                               "}");
    json_decref(parse(&buf));
    spb_strbuf_release(&buf);
}

static void one_line_says_the_same(void **state)
{
    (void)state;
    struct spb_strbuf one = {0}, many = {0};
    struct spb_json json;
    spb_json_init(&json, &one, false);
    write_document(&json);
    spb_json_init(&json, &many, true);
    write_document(&json);
    assert_null(strpbrk(spb_strbuf_text(&one), " \n"));
    json_t *a = parse(&one), *b = parse(&many);
    assert_true(json_equal(a, b));
    json_decref(a);
    json_decref(b);
    spb_strbuf_release(&one);
    spb_strbuf_release(&many);
}

static void check_string(const char *value, const char *expected)
{
    struct spb_strbuf buf = {0};
    struct spb_json json;
    spb_json_init(&json, &buf, true);
    spb_json_object(&json, NULL);
    spb_json_string(&json, value, value);
    spb_json_end(&json);
    json_t *root = parse(&buf);
    assert_string_equal(json_object_iter_key(json_object_iter(root)), expected);
    assert_string_equal(json_string_value(json_object_get(root, expected)), expected);
    json_decref(root);
    spb_strbuf_release(&buf);
}

static void every_character_survives(void **state)
{
    (void)state;
    check_string("", "");
    check_string("\"\\/\b\f\n\r\t\x01\x1f\x7f", "\"\\/\b\f\n\r\t\x01\x1f\x7f");
    check_string("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf", "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 "
                                                                            "\xf4\x8f\xbf\xbf");
}

#define BAD "\xef\xbf\xbd"

static void invalid_utf8_is_replaced(void **state)
{
    (void)state;
    check_string("a\xffz", "a" BAD "z");
    check_string("\x80", BAD);
    check_string("\xc0\xaf", BAD BAD);                 /* overlong '/' */
    check_string("\xe0\x80\x80", BAD BAD BAD);         /* overlong NUL */
    check_string("\xed\xa0\x80", BAD BAD BAD);         /* surrogate */
    check_string("\xf4\x90\x80\x80", BAD BAD BAD BAD); /* above U+10FFFF */
    check_string("cut \xe2\x82", "cut " BAD BAD);
    check_string("\xc3(", BAD "(");
}

static void numbers_read_back_the_same(void **state)
{
    (void)state;
    static const double values[] = {0, -0.0, 0.1, 1.0 / 3, 1e300, -5e-324, 123456789012345680.0};
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        struct spb_strbuf buf = {0};
        struct spb_json json;
        spb_json_init(&json, &buf, false);
        spb_json_double(&json, NULL, values[i]);
        json_t *root = parse(&buf);
        assert_true(json_number_value(root) == values[i]);
        json_decref(root);
        spb_strbuf_release(&buf);
    }
}

static void what_json_cannot_say_is_null(void **state)
{
    (void)state;
    struct spb_strbuf buf = {0};
    struct spb_json json;
    spb_json_init(&json, &buf, false);
    spb_json_array(&json, NULL);
    spb_json_double(&json, NULL, (double)NAN);
    spb_json_double(&json, NULL, (double)INFINITY);
    spb_json_double(&json, NULL, (double)-INFINITY);
    spb_json_string(&json, NULL, NULL);
    spb_json_uint(&json, NULL, UINT64_MAX);
    spb_json_int(&json, NULL, INT64_MIN);
    spb_json_end(&json);
    assert_string_equal(spb_strbuf_text(&buf), "[null,null,null,null,18446744073709551615,-9223372036854775808]");
    spb_strbuf_release(&buf);
}

static void nests_to_its_depth(void **state)
{
    (void)state;
    struct spb_strbuf buf = {0};
    struct spb_json json;
    spb_json_init(&json, &buf, true);
    for (int i = 0; i < SPB_JSON_DEPTH; i++)
        spb_json_array(&json, NULL);
    for (int i = 0; i < SPB_JSON_DEPTH; i++)
        spb_json_end(&json);
    json_t *root = parse(&buf), *inner = root;
    for (int i = 1; i < SPB_JSON_DEPTH; i++)
        inner = json_array_get(inner, 0);
    assert_int_equal(json_array_size(inner), 0);
    json_decref(root);
    spb_strbuf_release(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(indents_and_keeps_rows_on_a_line),
        cmocka_unit_test(one_line_says_the_same),
        cmocka_unit_test(every_character_survives),
        cmocka_unit_test(invalid_utf8_is_replaced),
        cmocka_unit_test(numbers_read_back_the_same),
        cmocka_unit_test(what_json_cannot_say_is_null),
        cmocka_unit_test(nests_to_its_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
