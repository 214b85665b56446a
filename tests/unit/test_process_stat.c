/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "file.h"
#include "mangle.h"
#include "process_stat.h"

#define REST " S 1 42 42 0 -1 4194304 100 0 7 0 12 34 5 6 20 -5 3 0 1263846 3133440 382 18446744073709551615 1 2 3"

static int parse(const char *text, struct spb_process_stat *stat)
{
    return spb_process_stat_parse(text, strlen(text), stat);
}

static void columns_have_names(void **state)
{
    (void)state;
    struct spb_process_stat stat;
    assert_int_equal(parse("4242 (cat)" REST, &stat), 0);
    assert_int_equal(stat.pid, 4242);
    assert_true(spb_span_equals(stat.name, "cat"));
    assert_int_equal(stat.state, 'S');
    assert_int_equal(stat.parent, 1);
    assert_false(stat.is_kernel);
    assert_int_equal(stat.major_faults, 7);
    assert_int_equal(stat.user_ns, 120000000);
    assert_int_equal(stat.system_ns, 340000000);
    assert_int_equal(stat.nice, -5);
    assert_int_equal(stat.threads, 3);
    assert_int_equal(stat.start_ns, 12638460000000);
    assert_int_equal(stat.virtual_bytes, 3133440);
    assert_int_equal(stat.rss_pages, 382);
}

static void names_may_hold_anything(void **state)
{
    (void)state;
    static const char *const names[] = {"a b", "(a)", ") S 1 2 (", "a\nb", "", "))) ", "\xff\x1b[31m"};
    struct spb_process_stat stat;
    char text[256];
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(text, sizeof(text), "7 (%s)%s", names[i], REST);
        assert_int_equal(parse(text, &stat), 0);
        assert_true(spb_span_equals(stat.name, names[i]));
        assert_int_equal(stat.parent, 1);
    }
}

static void garbage_is_refused(void **state)
{
    (void)state;
    struct spb_process_stat stat;
    assert_int_equal(parse("", &stat), -EINVAL);
    assert_int_equal(parse("7 cat S 1", &stat), -EINVAL);
    assert_int_equal(parse("7 (cat)", &stat), -EINVAL);
    assert_int_equal(parse("7 (cat) S 1 2 3", &stat), -EINVAL);
    assert_int_equal(parse("-7 (cat)" REST, &stat), -EINVAL);
    assert_int_equal(parse("99999999999 (cat)" REST, &stat), -EINVAL);
    assert_int_equal(
        parse("7 (cat) S 1 42 42 0 -1 0 0 0 0 0 18446744073709551615 34 5 6 20 0 3 0 1 3133440 382", &stat), -ERANGE);
    assert_int_equal(parse("7 (cat) S 1 42 42 0 -1 0 0 0 0 0 1 34 5 6 20 99 3 0 1 3133440 382", &stat), -ERANGE);
}

static void this_process_is_read(void **state)
{
    (void)state;
    struct spb_process_stat stat;
    struct spb_process_io io;
    struct spb_strbuf text = {0};
    assert_int_equal(spb_file_read(NULL, "/proc/self/stat", 0, &text), 0);
    assert_int_equal(spb_process_stat_parse(text.text, text.length, &stat), 0);
    assert_int_equal(stat.pid, getpid());
    assert_int_equal(stat.parent, getppid());
    assert_true(stat.rss_pages > 0);
    spb_process_io_parse("read_bytes: 4096\nwrite_bytes: 8192\n", 35, &io);
    assert_int_equal(io.read_bytes.value, 4096);
    assert_int_equal(io.written_bytes.value, 8192);
    spb_strbuf_release(&text);
}

static void parse_any(const char *text, size_t length)
{
    struct spb_process_stat stat;
    struct spb_process_io io;
    spb_process_stat_parse(text, length, &stat);
    spb_process_io_parse(text, length, &io);
}

static void hostile_text_is_survived(void **state)
{
    (void)state;
    mangle("4242 (a) b)" REST "\n", parse_any);
    mangle("rchar: 1\nread_bytes: 4096\nwrite_bytes: 8192\n", parse_any);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_have_names),       cmocka_unit_test(names_may_hold_anything),
        cmocka_unit_test(garbage_is_refused),       cmocka_unit_test(this_process_is_read),
        cmocka_unit_test(hostile_text_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
