/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gzip.h"
#include "near.h"
#include "pprof_file.h"
#include "profile_sample.h"
#include "profile_view.h"
#include "random.h"

static struct spb_strbuf written(const struct spb_profile *profile)
{
    struct spb_strbuf out = {0};
    assert_int_equal(spb_pprof_write(profile, &out, NULL), 0);
    return out;
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    struct spb_profile *profile = sample_profile(), *back = NULL;
    struct spb_strbuf file = written(profile);
    struct spb_error err = {{0}};
    if (spb_pprof_parse("test", file.text, file.length, &back, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(back->node_count, profile->node_count);
    assert_int_equal(back->sample_count, profile->sample_count);
    assert_int_equal(back->thread_count, 2);
    assert_int_equal(back->default_type, 1);
    assert_int_equal(back->period, 10);
    assert_int_equal(back->time_ns, profile->time_ns);
    assert_int_equal(back->duration_ns, 2000);
    const struct spb_profile_frame *inlined = &back->frames[back->nodes[back->samples[1].node].frame];
    assert_true(inlined->inlined);
    assert_int_equal(inlined->line, 5);
    assert_string_equal(spb_profile_text(back, back->functions[inlined->function].name), "get_byte");
    assert_near(spb_profile_find_fact(back, "samples-lost")->value, 3, 0);
    assert_string_equal(spb_profile_text(back, spb_profile_find_fact(back, "event")->text), "cpu-clock");
    assert_int_equal(back->timeline_count, 1);
    assert_int_equal(back->timelines[0].step_ns, 500);
    assert_int_equal(back->timelines[0].values[3], 21);
    assert_int_equal(back->threads[back->timelines[0].thread].tid, 12);
    assert_string_equal(spb_profile_text(back, back->modules[0].build_id), "00ff");
    spb_profile_destroy(back);
    spb_profile_destroy(profile);
    spb_strbuf_release(&file);
}

static void a_second_writing_is_the_same(void **state)
{
    (void)state;
    struct spb_profile *profile = sample_profile(), *back = NULL, *again = NULL;
    struct spb_strbuf first = written(profile), second, third;
    assert_int_equal(spb_pprof_parse("test", first.text, first.length, &back, NULL), 0);
    second = written(back);
    assert_int_equal(spb_pprof_parse("test", second.text, second.length, &again, NULL), 0);
    third = written(again);
    assert_int_equal(second.length, third.length);
    assert_memory_equal(second.text, third.text, second.length);
    spb_profile_destroy(profile);
    spb_profile_destroy(back);
    spb_profile_destroy(again);
    spb_strbuf_release(&first);
    spb_strbuf_release(&second);
    spb_strbuf_release(&third);
}

static void a_deep_stack_survives(void **state)
{
    (void)state;
    struct spb_profile *profile = sample_profile(), *back = NULL;
    uint32_t node = SPB_PROFILE_ROOT;
    for (uint64_t i = 0; i < 10000; i++)
        node = spb_profile_child(profile, node, sample_frame(profile, 0, 1, 0x10000 + i, i % 10 == 9));
    spb_profile_add(profile, node, SPB_PROFILE_NONE, (const int64_t[]){1, 10});
    struct spb_strbuf file = written(profile);
    assert_int_equal(spb_pprof_parse("test", file.text, file.length, &back, NULL), 0);
    assert_int_equal(back->nodes[back->node_count - 1].depth, 10000);
    spb_profile_destroy(profile);
    spb_profile_destroy(back);
    spb_strbuf_release(&file);
}

static void assert_refused(const void *bytes, size_t length, const char *words)
{
    struct spb_profile *profile = (struct spb_profile *)&profile;
    struct spb_error err = {{0}};
    assert_int_equal(spb_pprof_parse("x.pb.gz", bytes, length, &profile, &err), -EINVAL);
    assert_null(profile);
    assert_non_null(strstr(err.text, "x.pb.gz: "));
    if (!strstr(err.text, words))
        fail_msg("'%s' does not say '%s'", err.text, words);
}

static void what_is_no_profile_is_refused_with_a_reason(void **state)
{
    (void)state;
    struct spb_profile *profile = sample_profile();
    struct spb_strbuf file = written(profile);
    assert_refused("hello, world", 12, "no profile");
    assert_refused("", 0, "first string");
    assert_refused(file.text, file.length - 9, "cut off");
    assert_refused(file.text, 3, "cut off");
    /* A sample of location 9, which is not there: strings "" and "cpu", a type, a value. */
    static const unsigned char dangling[] = {0x32, 0,    0x32, 3,    'c', 'p', 'u',  0x0a, 2, 8,
                                             1,    0x12, 6,    0x0a, 1,   9,   0x12, 1,    1};
    assert_refused(dangling, sizeof dangling, "location 9");
    /* A type that is string 7. */
    static const unsigned char no_string[] = {0x32, 0, 0x0a, 2, 8, 7};
    assert_refused(no_string, sizeof no_string, "string 7");
    spb_profile_destroy(profile);
    spb_strbuf_release(&file);
}

/* Damage behind the compression, where a checksum does not find it. */
static void damaged_bytes_never_crash(void **state)
{
    (void)state;
    struct spb_profile *profile = sample_profile(), *back;
    struct spb_strbuf file = written(profile), plain = {0};
    struct spb_random random = {7};
    assert_int_equal(spb_gunzip(file.text, file.length, 1 << 20, &plain), 0);
    for (unsigned i = 0; i < 20000; i++) {
        char *copy = malloc(plain.length);
        assert_non_null(copy);
        memcpy(copy, plain.text, plain.length);
        for (unsigned k = 0; k < 1 + i % 3; k++)
            copy[spb_random_below(&random, plain.length)] = (char)spb_random_next(&random);
        if (spb_pprof_parse("damaged", copy, plain.length, &back, NULL) == 0) {
            struct spb_profile_top top;
            if (spb_profile_top(back, &(struct spb_profile_filter){0}, SPB_BY_LINE, &top, NULL) == 0)
                spb_profile_top_release(&top);
            spb_profile_destroy(back);
        }
        free(copy);
    }
    spb_profile_destroy(profile);
    spb_strbuf_release(&file);
    spb_strbuf_release(&plain);
}

static void a_bomb_does_not_go_off(void **state)
{
    (void)state;
    struct spb_strbuf zeros = {0}, packed = {0}, unpacked = {0};
    spb_strbuf_append_repeated(&zeros, '\0', 4 << 20);
    assert_int_equal(spb_gzip(zeros.text, zeros.length, &packed), 0);
    assert_int_equal(spb_gunzip(packed.text, packed.length, 1 << 20, &unpacked), -EFBIG);
    assert_true(unpacked.length <= 1 << 20);
    spb_strbuf_release(&zeros);
    spb_strbuf_release(&packed);
    spb_strbuf_release(&unpacked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read),  cmocka_unit_test(a_second_writing_is_the_same),
        cmocka_unit_test(a_deep_stack_survives),     cmocka_unit_test(what_is_no_profile_is_refused_with_a_reason),
        cmocka_unit_test(damaged_bytes_never_crash), cmocka_unit_test(a_bomb_does_not_go_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
