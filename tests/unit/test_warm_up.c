/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "near.h"
#include "random.h"
#include "summary.h"
#include "warm_up.h"

enum { CHUNK_NS = 2000000, LIMIT_CHUNKS = 300, STREAMS = 400 };

/* A stream of chunk times about the level 1; `noise` is the standard deviation. */
struct stream {
    double height; /* the decay or step starts this much above the level */
    double tau;    /* chunks in which the decay falls to 1/e; 0: none */
    unsigned step; /* chunks before the step down; 0: none */
    double drift;  /* added a chunk */
    double mode;   /* a second mode is this much higher, in half of the chunks */
    double noise;
};

struct end {
    double chunks;
    double height; /* of the decay at the end */
    enum spb_warm_up_state state;
};

static double normal(struct spb_random *random)
{
    double u = 1 - spb_random_unit(random), v = spb_random_unit(random);
    return sqrt(-2 * log(u)) * cos(2 * M_PI * v);
}

static double decay_at(const struct stream *stream, unsigned chunk)
{
    return stream->tau > 0 ? stream->height * exp(-(double)chunk / stream->tau) : 0;
}

static double chunk_time(const struct stream *stream, unsigned chunk, struct spb_random *random)
{
    double time = 1 + decay_at(stream, chunk) + stream->drift * chunk;
    if (chunk < stream->step)
        time += stream->height;
    if (stream->mode > 0 && spb_random_below(random, 2))
        time += stream->mode;
    return time * (1 + stream->noise * normal(random));
}

static struct end run(const struct stream *stream, uint64_t seed)
{
    struct spb_random random = {seed};
    struct spb_warm_up warm_up;
    spb_warm_up_init(&warm_up, 0, (uint64_t)CHUNK_NS * LIMIT_CHUNKS);
    enum spb_warm_up_state state = SPB_WARM_UP_RUNNING;
    unsigned chunk = 0;
    while (state == SPB_WARM_UP_RUNNING) {
        /* The iteration count is fixed; the chunk's duration carries the time. */
        double elapsed = chunk_time(stream, chunk++, &random) * CHUNK_NS;
        state = spb_warm_up_record(&warm_up, 1000, (uint64_t)elapsed);
    }
    return (struct end){chunk, decay_at(stream, chunk - 1), state};
}

struct outcome {
    double median_chunks;
    double p95_chunks;
    double p99_height;
    double max_height;
    unsigned settled;
};

static struct outcome run_many(const struct stream *stream)
{
    double chunks[STREAMS], heights[STREAMS];
    unsigned settled = 0;
    for (uint64_t i = 0; i < STREAMS; i++) {
        struct end end = run(stream, i + 1);
        chunks[i] = end.chunks;
        heights[i] = end.height;
        settled += end.state == SPB_WARM_UP_SETTLED;
    }
    spb_sort_doubles(chunks, STREAMS);
    spb_sort_doubles(heights, STREAMS);
    return (struct outcome){
        .median_chunks = spb_sorted_quantile(chunks, STREAMS, 0.5),
        .p95_chunks = spb_sorted_quantile(chunks, STREAMS, 0.95),
        .p99_height = spb_sorted_quantile(heights, STREAMS, 0.99),
        .max_height = heights[STREAMS - 1],
        .settled = settled,
    };
}

static void constant_settles_at_once(void **state)
{
    (void)state;
    struct end end = run(&(struct stream){0}, 1);
    assert_int_equal(end.state, SPB_WARM_UP_SETTLED);
    assert_near(end.chunks, SPB_WARM_UP_SHORTEST, 0);
}

static void noise_settles_quickly(void **state)
{
    (void)state;
    static const double noises[] = {0.0005, 0.002, 0.01, 0.05};
    for (size_t i = 0; i < sizeof(noises) / sizeof(noises[0]); i++) {
        struct outcome outcome = run_many(&(struct stream){.noise = noises[i]});
        assert_int_equal(outcome.settled, STREAMS);
        assert_near(outcome.median_chunks, SPB_WARM_UP_SHORTEST, 0);
        assert_true(outcome.p95_chunks <= 16);
    }
}

static void two_modes_are_steady(void **state)
{
    (void)state;
    struct outcome outcome = run_many(&(struct stream){.mode = 0.1, .noise = 0.002});
    assert_int_equal(outcome.settled, STREAMS);
    assert_true(outcome.median_chunks <= 12 && outcome.p95_chunks <= 20);
}

/* From 20 ms to 100 ms time constant; without noise, and with so little that 1 % can be seen. */
static void decay_is_waited_for(void **state)
{
    (void)state;
    static const double taus[] = {1, 2, 5, 10, 20, 50}, heights[] = {0.05, 0.2, 1};
    for (size_t i = 0; i < 18; i++) {
        struct stream stream = {.height = heights[i % 3], .tau = taus[i / 3]};
        struct end end = run(&stream, 1);
        assert_true(end.height < 0.01);
        stream.noise = 0.001;
        struct outcome outcome = run_many(&stream);
        assert_true(outcome.p99_height < 0.01);
    }
}

static void decay_in_noise_ends_near_the_level(void **state)
{
    (void)state;
    static const double taus[] = {2, 5, 10, 20};
    for (size_t i = 0; i < 4; i++) {
        struct outcome outcome = run_many(&(struct stream){.height = 0.2, .tau = taus[i], .noise = 0.005});
        assert_int_equal(outcome.settled, STREAMS);
        assert_true(outcome.max_height < 0.01);
        assert_true(outcome.median_chunks <= 8 * taus[i] + 20);
    }
}

/* A step that has been seen in two chunks is left behind before warm-up ends. */
static void step_is_left_behind(void **state)
{
    (void)state;
    for (unsigned step = 2; step + 2 <= SPB_WARM_UP_SHORTEST; step++) {
        struct stream stream = {.height = 0.2, .step = step};
        struct end end = run(&stream, 1);
        assert_int_equal(end.state, SPB_WARM_UP_SETTLED);
        assert_true(end.chunks > step + 5);
        stream.noise = 0.005;
        assert_int_equal(run_many(&stream).settled, STREAMS);
    }
}

/* One slow chunk at the start is an outlier, not a level: it costs nothing. */
static void one_cold_chunk_is_ignored(void **state)
{
    (void)state;
    struct end end = run(&(struct stream){.height = 3, .step = 1}, 1);
    assert_near(end.chunks, SPB_WARM_UP_SHORTEST, 0);
}

/* Nor does one at the end of a long stretch, where ranks alone would call it significant. */
static void one_fast_chunk_is_ignored(void **state)
{
    (void)state;
    struct spb_warm_up warm_up;
    spb_warm_up_init(&warm_up, (uint64_t)100 * CHUNK_NS, UINT64_MAX);
    for (int i = 1; i < 100; i++)
        assert_int_equal(spb_warm_up_record(&warm_up, 100, CHUNK_NS), SPB_WARM_UP_RUNNING);
    assert_int_equal(spb_warm_up_record(&warm_up, 125, CHUNK_NS), SPB_WARM_UP_SETTLED);
}

static void drift_reaches_the_limit(void **state)
{
    (void)state;
    static const double drifts[] = {0.001, -0.001, 0.005, -0.0005};
    for (size_t i = 0; i < 4; i++) {
        struct stream stream = {.drift = drifts[i]};
        assert_int_equal(run(&stream, 1).state, SPB_WARM_UP_LIMIT);
        stream.noise = 0.0005;
        assert_int_equal(run_many(&stream).settled, 0);
    }
}

static void bounds_are_the_callers(void **state)
{
    (void)state;
    struct spb_warm_up warm_up;
    spb_warm_up_init(&warm_up, (uint64_t)50 * CHUNK_NS, (uint64_t)100 * CHUNK_NS);
    for (int i = 1; i < 50; i++)
        assert_int_equal(spb_warm_up_record(&warm_up, 1, CHUNK_NS), SPB_WARM_UP_RUNNING);
    assert_int_equal(spb_warm_up_record(&warm_up, 1, CHUNK_NS), SPB_WARM_UP_SETTLED);

    spb_warm_up_init(&warm_up, 0, (uint64_t)3 * CHUNK_NS);
    assert_int_equal(spb_warm_up_record(&warm_up, 1, CHUNK_NS), SPB_WARM_UP_RUNNING);
    assert_int_equal(spb_warm_up_record(&warm_up, 1, CHUNK_NS), SPB_WARM_UP_RUNNING);
    assert_int_equal(spb_warm_up_record(&warm_up, 1, CHUNK_NS), SPB_WARM_UP_LIMIT);
}

/* Chunks of different counts are compared by the time of one iteration. */
static void counts_may_differ(void **state)
{
    (void)state;
    struct spb_warm_up warm_up;
    spb_warm_up_init(&warm_up, 0, UINT64_MAX);
    enum spb_warm_up_state last = SPB_WARM_UP_RUNNING;
    for (uint64_t i = 1; i <= SPB_WARM_UP_SHORTEST; i++)
        last = spb_warm_up_record(&warm_up, i * 10, i * 1000);
    assert_int_equal(last, SPB_WARM_UP_SETTLED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constant_settles_at_once),
        cmocka_unit_test(noise_settles_quickly),
        cmocka_unit_test(two_modes_are_steady),
        cmocka_unit_test(decay_is_waited_for),
        cmocka_unit_test(decay_in_noise_ends_near_the_level),
        cmocka_unit_test(step_is_left_behind),
        cmocka_unit_test(one_cold_chunk_is_ignored),
        cmocka_unit_test(one_fast_chunk_is_ignored),
        cmocka_unit_test(drift_reaches_the_limit),
        cmocka_unit_test(bounds_are_the_callers),
        cmocka_unit_test(counts_may_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
