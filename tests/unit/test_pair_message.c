/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "job.h"
#include "mangle.h"
#include "pair_message.h"

static const size_t frame = sizeof(uint64_t);

static void requests_survive(void **state)
{
    (void)state;
    const struct spb_pair_request out = {
        .kind = SPB_PAIR_SLICE, .iterations = 1, .untimed = 2, .target_ns = UINT64_MAX, .iteration_ns = 4};
    struct spb_pair_request in;
    struct spb_strbuf bytes = {0};
    spb_pair_request_encode(&out, &bytes);
    assert_int_equal(spb_pair_request_decode(bytes.text + frame, bytes.length - frame, &in), 0);
    assert_int_equal(in.kind, SPB_PAIR_SLICE);
    assert_int_equal(in.iterations, 1);
    assert_int_equal(in.untimed, 2);
    assert_true(in.target_ns == UINT64_MAX);
    assert_int_equal(in.iteration_ns, 4);
    spb_strbuf_release(&bytes);
}

static void answers_survive(void **state)
{
    (void)state;
    const struct spb_pair_answer out = {1, 2, 3, 4, 5, 6};
    struct spb_pair_answer in;
    struct spb_strbuf bytes = {0};
    spb_pair_answer_encode(&out, &bytes);
    assert_int_equal(spb_pair_answer_decode(bytes.text + frame, bytes.length - frame, &in), 0);
    assert_memory_equal(&in, &out, sizeof(in));
    spb_strbuf_release(&bytes);
}

/* Sums over a pair must not wrap, and its file must be readable. */
static void numbers_beyond_all_measure_are_refused(void **state)
{
    (void)state;
    static const uint64_t most = SPB_PAIR_NUMBER_MAX;
    const struct spb_pair_answer answers[] = {
        {.iterations = most, .elapsed_ns = most}, {.iterations = most + 1}, {.elapsed_ns = most + 1}};
    for (size_t i = 0; i < 3; i++) {
        struct spb_pair_answer in;
        struct spb_strbuf bytes = {0};
        spb_pair_answer_encode(&answers[i], &bytes);
        int code = spb_pair_answer_decode(bytes.text + frame, bytes.length - frame, &in);
        assert_int_equal(code, i == 0 ? 0 : -EBADMSG);
        spb_strbuf_release(&bytes);
    }
}

static void one_is_not_taken_for_the_other(void **state)
{
    (void)state;
    struct spb_pair_request request = {.kind = SPB_PAIR_FINISH};
    struct spb_pair_answer answer = {0};
    struct spb_strbuf asked = {0}, answered = {0};
    spb_pair_request_encode(&request, &asked);
    spb_pair_answer_encode(&answer, &answered);
    assert_int_equal(spb_pair_answer_decode(asked.text + frame, asked.length - frame, &answer), -EBADMSG);
    assert_int_equal(spb_pair_request_decode(answered.text + frame, answered.length - frame, &request), -EBADMSG);
    spb_strbuf_release(&asked);
    spb_strbuf_release(&answered);
}

static void frames_end_where_they_say(void **state)
{
    (void)state;
    struct spb_pair_answer answer = {0};
    struct spb_strbuf two = {0};
    uint64_t huge = SPB_REPORT_BYTES_MAX + 1, largest = UINT64_MAX;
    spb_pair_answer_encode(&answer, &two);
    size_t one = two.length;
    spb_pair_answer_encode(&answer, &two);
    for (size_t length = 0; length < one; length++)
        assert_int_equal(spb_pair_frame_length(two.text, length), 0);
    assert_int_equal(spb_pair_frame_length(two.text, one), one);
    assert_int_equal(spb_pair_frame_length(two.text, two.length), one);
    assert_true(spb_pair_frame_length((const char *)&huge, sizeof(huge)) == SIZE_MAX);
    assert_true(spb_pair_frame_length((const char *)&largest, sizeof(largest)) == SIZE_MAX);
    spb_strbuf_release(&two);
}

/* A number beyond the kinds would be a kind that no worker knows. */
static void decode(const char *bytes, size_t length)
{
    struct spb_pair_request request;
    struct spb_pair_answer answer;
    if (spb_pair_request_decode(bytes, length, &request) == 0)
        assert_true(request.kind <= SPB_PAIR_FINISH);
    spb_pair_answer_decode(bytes, length, &answer);
    spb_pair_frame_length(bytes, length);
}

static void mangle_message(const struct spb_strbuf *bytes)
{
    struct spb_random random = {.state = 1};
    for (size_t cut = 0; cut < bytes->length - frame; cut++) {
        struct spb_pair_request request;
        struct spb_pair_answer answer;
        assert_int_equal(spb_pair_request_decode(bytes->text + frame, cut, &request), -EBADMSG);
        assert_int_equal(spb_pair_answer_decode(bytes->text + frame, cut, &answer), -EBADMSG);
        mangle_one(bytes->text + frame, cut, NULL, decode);
    }
    for (int i = 0; i < 5000; i++)
        mangle_one(bytes->text + frame, bytes->length - frame, &random, decode);
}

static void damaged_ones_are_harmless(void **state)
{
    (void)state;
    struct spb_pair_request request = {.kind = SPB_PAIR_SLICE, .iterations = 5};
    struct spb_pair_answer answer = {.elapsed_ns = 5};
    struct spb_strbuf asked = {0}, answered = {0};
    spb_pair_request_encode(&request, &asked);
    spb_pair_answer_encode(&answer, &answered);
    mangle_message(&asked);
    mangle_message(&answered);
    spb_strbuf_append_char(&asked, 'x');
    assert_int_equal(spb_pair_request_decode(asked.text + frame, asked.length - frame, &request), -EBADMSG);
    spb_strbuf_release(&asked);
    spb_strbuf_release(&answered);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_survive),
        cmocka_unit_test(answers_survive),
        cmocka_unit_test(numbers_beyond_all_measure_are_refused),
        cmocka_unit_test(one_is_not_taken_for_the_other),
        cmocka_unit_test(frames_end_where_they_say),
        cmocka_unit_test(damaged_ones_are_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
