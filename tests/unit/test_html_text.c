/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "html_text.h"

static void assert_text(const char *text, const char *expected)
{
    struct spb_strbuf out = {0};
    spb_html_append(&out, text);
    assert_string_equal(spb_strbuf_text(&out), expected);
    spb_strbuf_release(&out);
}

static void markup_is_text(void **state)
{
    (void)state;
    assert_text("<script>alert('1')</script> & \"x\"",
                "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;x&quot;");
    assert_text("&amp;", "&amp;amp;");
    assert_text("12 \xc2\xb5s/\xe6\x93\x8d\xe4\xbd\x9c", "12 \xc2\xb5s/\xe6\x93\x8d\xe4\xbd\x9c");
    assert_text("", "");
    assert_text(NULL, "");
}

static void what_is_not_printable_is_replaced(void **state)
{
    (void)state;
    assert_text("a\nb\033[1m", "a\xef\xbf\xbd"
                               "b\xef\xbf\xbd[1m");
    assert_text("\xe2\x80\xae"
                "exe.txt",
                "\xef\xbf\xbd"
                "exe.txt"); /* right-to-left override */
    assert_text("\xff<", "\xef\xbf\xbd&lt;");
}

static void formatted_text_is_escaped_as_a_whole(void **state)
{
    (void)state;
    struct spb_strbuf out = {0}, text = {0};
    spb_html_printf(&out, "<%s> %d", "a&b", 3);
    spb_strbuf_append(&text, "x < y");
    spb_html_take(&out, &text);
    assert_string_equal(out.text, "&lt;a&amp;b&gt; 3x &lt; y");
    assert_int_equal(text.length, 0);
    spb_strbuf_release(&out);
    spb_strbuf_release(&text);
}

static void ids_differ_where_names_do(void **state)
{
    (void)state;
    static const char *const names[][2] = {{"memory/latency size=4KiB", "memory/latency~size=4KiB"},
                                           {"a.b", "a.2eb"},
                                           {"a~b", "a.7eb"},
                                           {"\"><x", ".22.3e.3cx"},
                                           {"\xc3\xb6", ".c3.b6"}};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct spb_strbuf out = {0};
        spb_html_append_id(&out, names[i][0]);
        assert_string_equal(spb_strbuf_text(&out), names[i][1]);
        spb_strbuf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markup_is_text),
        cmocka_unit_test(what_is_not_printable_is_replaced),
        cmocka_unit_test(formatted_text_is_escaped_as_a_whole),
        cmocka_unit_test(ids_differ_where_names_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
