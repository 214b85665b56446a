/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "strbuf.h"
#include "word_list.h"

/* Each word in brackets. */
static void expect(const char *line, const char *expected)
{
    struct spb_word_list words;
    struct spb_strbuf text = {0};
    assert_int_equal(spb_word_list_parse(line, &words, NULL), 0);
    for (size_t i = 0; i < words.count; i++)
        spb_strbuf_printf(&text, "[%s]", words.items[i]);
    assert_string_equal(spb_strbuf_text(&text), expected);
    assert_null(words.items[words.count]);
    spb_word_list_release(&words);
    spb_strbuf_release(&text);
}

static void blanks_separate(void **state)
{
    (void)state;
    expect("a", "[a]");
    expect("a b", "[a][b]");
    expect(" \t ls  -l\t/tmp \n", "[ls][-l][/tmp]");
    expect("a b c d e f g", "[a][b][c][d][e][f][g]");
}

static void quotes_hold_together(void **state)
{
    (void)state;
    expect("'a b' c", "[a b][c]");
    expect("\"a b\" 'c\"d' \"e'f\"", "[a b][c\"d][e'f]");
    expect("x'a b'y\"c d\"z", "[xa byc dz]");
    expect("'' \"\" a", "[][][a]");
    expect("--x='1, 2'", "[--x=1, 2]");
}

static void backslash_takes_the_next(void **state)
{
    (void)state;
    expect("a\\ b \\'c \\\\", "[a b]['c][\\]");
    expect("'a\\b'", "[a\\b]");
    expect("'a\\'", "[a\\]");
    expect("\"a\\\"b\\\\c\\d\"", "[a\"b\\c\\d]");
}

static void nothing_is_replaced(void **state)
{
    (void)state;
    expect("echo $HOME * ~ `id` $(id) >x | y & ; #z", "[echo][$HOME][*][~][`id`][$(id)][>x][|][y][&][;][#z]");
}

static void refuse(const char *line, const char *why)
{
    struct spb_word_list words;
    struct spb_error err = {0};
    assert_int_equal(spb_word_list_parse(line, &words, &err), -EINVAL);
    assert_non_null(strstr(err.text, why));
    assert_null(words.items);
}

static void what_is_open_is_refused(void **state)
{
    (void)state;
    refuse("a 'b", "' is not closed");
    refuse("a \"b'", "\" is not closed");
    refuse("\"a\\\"", "\" is not closed");
    refuse("a\\", "backslash");
    refuse("a \\", "backslash");
    refuse("", "no word");
    refuse(" \t\n", "no word");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blanks_separate),          cmocka_unit_test(quotes_hold_together),
        cmocka_unit_test(backslash_takes_the_next), cmocka_unit_test(nothing_is_replaced),
        cmocka_unit_test(what_is_open_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
