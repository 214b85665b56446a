/* SPDX-License-Identifier: MIT
 *
 * The test is the agent: it maps the file that the reader made, as a program would that has lost its mind.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "random.h"
#include "wire_reader.h"

struct fixture {
    struct spb_wire_reader *reader;
    unsigned char *map;
    size_t bytes;
    struct spb_wire_header *header;
    struct spb_wire_shard *shards;
};

struct taken {
    size_t count;
    uint64_t times[16];
    uint64_t sum; /* of every byte: a sanitizer sees each of them read */
    int answer;
};

static void set_up(struct fixture *f)
{
    const struct spb_wire_options options = {SPB_WIRE_FRAME_POINTERS, 0, 1000000};
    struct stat file;
    assert_int_equal(spb_wire_reader_create(&options, &f->reader, NULL), 0);
    assert_int_equal(fstat(spb_wire_reader_fd(f->reader), &file), 0);
    f->bytes = (size_t)file.st_size;
    f->map = mmap(NULL, f->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, spb_wire_reader_fd(f->reader), 0);
    assert_ptr_not_equal(f->map, MAP_FAILED);
    f->header = (void *)f->map;
    f->shards = (void *)(f->map + SPB_WIRE_SHARDS_OFFSET);
}

static void tear_down(struct fixture *f)
{
    munmap(f->map, f->bytes);
    spb_wire_reader_destroy(f->reader);
}

static int take(void *context, const struct spb_wire_item *item)
{
    struct taken *taken = context;
    if (taken->count < 16)
        taken->times[taken->count] = item->head.time_ns;
    taken->count++;
    for (size_t i = 0; i < item->body_bytes; i++)
        taken->sum += item->body[i];
    return taken->answer;
}

static void put(struct fixture *f, uint32_t shard, const void *bytes, size_t length)
{
    unsigned char *data = f->map + SPB_WIRE_DATA_OFFSET + shard * f->header->shard_bytes;
    for (size_t i = 0; i < length; i++)
        data[(f->shards[shard].head + i) % f->header->shard_bytes] = ((const unsigned char *)bytes)[i];
    f->shards[shard].head += length;
}

static void put_sample(struct fixture *f, uint32_t shard, uint64_t time_ns, uint64_t claimed, uint64_t frames)
{
    struct {
        struct spb_wire_record head;
        struct spb_wire_sample sample;
        uint64_t frames[8];
    } record = {.head = {.kind = SPB_WIRE_SAMPLE, .pid = 1, .tid = 1, .time_ns = time_ns},
                .sample = {.cpu_ns = 1000000, .count = claimed}};
    record.head.length = (uint32_t)(sizeof record.head + sizeof record.sample + 8 * frames);
    put(f, shard, &record, record.head.length);
}

static uint64_t malformed(const struct fixture *f)
{
    struct spb_wire_counts counts;
    spb_wire_reader_counts(f->reader, &counts);
    return counts.malformed;
}

static void records_come_in_order_of_time(void **state)
{
    (void)state;
    struct fixture f;
    struct taken taken = {.count = 0};
    set_up(&f);
    put_sample(&f, 0, 300, 1, 1);
    put_sample(&f, 1, 100, 2, 2);
    put_sample(&f, 1, 400, 0 + 1, 1);
    put_sample(&f, 2, 200, 8, 8);
    assert_int_equal(spb_wire_reader_drain(f.reader, false, take, &taken), 0);
    assert_int_equal(taken.count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(taken.times[i], 100 * (i + 1));
    assert_int_equal(f.shards[0].tail, f.shards[0].head);
    assert_int_equal(spb_wire_reader_drain(f.reader, true, take, &taken), 0);
    assert_int_equal(taken.count, 4);
    tear_down(&f);
}

/* What is stamped later than the round began may have to wait for what another shard has from before. */
static void the_youngest_wait_a_round(void **state)
{
    (void)state;
    struct fixture f;
    struct taken taken = {.count = 0};
    struct timespec now;
    set_up(&f);
    clock_gettime(CLOCK_MONOTONIC, &now);
    uint64_t soon = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec + 500000000u;
    put_sample(&f, 0, soon, 1, 1);
    assert_int_equal(spb_wire_reader_drain(f.reader, false, take, &taken), 0);
    assert_int_equal(taken.count, 0);
    put_sample(&f, 1, 100, 1, 1);
    assert_int_equal(spb_wire_reader_drain(f.reader, true, take, &taken), 0);
    assert_int_equal(taken.count, 2);
    assert_int_equal(taken.times[0], 100);
    /* That of a time far off is as good as now. */
    put_sample(&f, 0, UINT64_MAX, 1, 1);
    assert_int_equal(spb_wire_reader_drain(f.reader, false, take, &taken), 0);
    assert_int_equal(spb_wire_reader_drain(f.reader, false, take, &taken), 0);
    assert_int_equal(taken.count, 3);
    tear_down(&f);
}

static void records_lie_across_the_end_of_the_ring(void **state)
{
    (void)state;
    struct fixture f;
    struct taken taken = {.count = 0};
    set_up(&f);
    uint64_t rounds = 3 * f.header->shard_bytes / 104;
    for (uint64_t i = 0; i < rounds; i++) {
        put_sample(&f, 0, i + 1, 8, 8);
        assert_int_equal(spb_wire_reader_drain(f.reader, false, take, &taken), 0);
    }
    assert_int_equal(taken.count, rounds);
    assert_int_equal(malformed(&f), 0);
    tear_down(&f);
}

static void records_that_claim_more_than_they_hold(void **state)
{
    (void)state;
    struct fixture f;
    struct taken taken = {.count = 0};
    const uint64_t claims[] = {0, 2, 9, UINT64_MAX, UINT64_MAX / 8 + 2};
    set_up(&f);
    for (size_t i = 0; i < 5; i++)
        put_sample(&f, 0, 1, claims[i], 1);
    put_sample(&f, 0, 2, 1, 1);
    assert_int_equal(spb_wire_reader_drain(f.reader, true, take, &taken), 0);
    assert_int_equal(taken.count, 1);
    assert_int_equal(malformed(&f), 5);
    tear_down(&f);
}

static void lengths_that_are_none(void **state)
{
    (void)state;
    static const uint32_t lengths[] = {0, 8, 23, 25, 1u << 30, UINT32_MAX};
    struct fixture f;
    struct taken taken = {.count = 0};
    set_up(&f);
    for (size_t i = 0; i < 6; i++) {
        const struct spb_wire_record head = {.length = lengths[i], .kind = SPB_WIRE_EXIT, .pid = 1, .tid = 1};
        put(&f, 0, &head, sizeof head);
        assert_int_equal(spb_wire_reader_drain(f.reader, true, take, &taken), 0);
        assert_int_equal(malformed(&f), i + 1);
        put_sample(&f, 0, 1, 1, 1); /* the ring goes on */
        assert_int_equal(spb_wire_reader_drain(f.reader, true, take, &taken), 0);
        assert_int_equal(taken.count, i + 1);
    }
    tear_down(&f);
}

static void heads_that_are_none(void **state)
{
    (void)state;
    static const uint64_t heads[] = {1, UINT64_MAX, UINT64_MAX - 7, UINT64_C(1) << 63, UINT64_C(1) << 21};
    struct taken taken = {.count = 0};
    for (size_t i = 0; i < 5; i++) {
        struct fixture f;
        set_up(&f);
        put_sample(&f, 0, 1, 1, 1);
        assert_int_equal(spb_wire_reader_drain(f.reader, true, take, &taken), 0);
        f.shards[0].head = heads[i];
        assert_int_equal(spb_wire_reader_drain(f.reader, true, take, &taken), 0);
        assert_int_equal(malformed(&f), 1);
        tear_down(&f);
    }
    assert_int_equal(taken.count, 5);
}

static void random_bytes_do_no_harm(void **state)
{
    (void)state;
    struct spb_random random = {20};
    struct fixture f;
    struct taken taken = {.count = 0};
    set_up(&f);
    for (unsigned round = 0; round < 2000; round++) {
        uint32_t shard = round % f.header->shard_count;
        unsigned char *data = f.map + SPB_WIRE_DATA_OFFSET + shard * f.header->shard_bytes;
        /* Small numbers are the ones that pass for lengths and kinds. */
        for (unsigned i = 0; i < 64; i++) {
            uint64_t word = spb_random_next(&random) & (i % 3 ? 0x0005000f000000f8 : UINT64_MAX);
            memcpy(data + (f.shards[shard].tail + 8 * i) % f.header->shard_bytes, &word, sizeof word);
        }
        f.shards[shard].head = round % 50 ? f.shards[shard].tail + 8 * (round % 64) : spb_random_next(&random);
        if (round % 100 == 99)
            for (unsigned i = 0; i < SPB_WIRE_DATA_OFFSET; i++)
                f.map[i] = (unsigned char)spb_random_next(&random);
        f.header->shard_count = 4;
        f.header->shard_bytes = 1u << 20;
        assert_int_equal(spb_wire_reader_drain(f.reader, round % 2, take, &taken), 0);
    }
    assert_true(malformed(&f) > 100);
    tear_down(&f);
}

/* A program that could shorten the file would kill the profiler. */
static void the_file_keeps_its_size(void **state)
{
    (void)state;
    struct fixture f;
    set_up(&f);
    assert_int_equal(ftruncate(spb_wire_reader_fd(f.reader), 0), -1);
    assert_int_equal(errno, EPERM);
    tear_down(&f);
}

static void a_shard_of_a_dead_writer_is_given_back(void **state)
{
    (void)state;
    struct fixture f;
    struct taken taken = {.count = 0};
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    set_up(&f);
    f.shards[0].owner = (uint32_t)child;
    f.shards[1].owner = (uint32_t)getpid();
    for (unsigned i = 0; i < 300 && f.shards[0].owner; i++) {
        assert_int_equal(spb_wire_reader_drain(f.reader, false, take, &taken), 0);
        usleep(10000);
    }
    assert_int_equal(f.shards[0].owner, 0);
    assert_int_equal(f.shards[1].owner, getpid());
    tear_down(&f);
}

static void what_take_answers_ends_it(void **state)
{
    (void)state;
    struct fixture f;
    struct taken taken = {.answer = -ENOMEM};
    set_up(&f);
    put_sample(&f, 0, 1, 1, 1);
    put_sample(&f, 0, 2, 1, 1);
    assert_int_equal(spb_wire_reader_drain(f.reader, true, take, &taken), -ENOMEM);
    assert_int_equal(taken.count, 1);
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_come_in_order_of_time),
        cmocka_unit_test(the_youngest_wait_a_round),
        cmocka_unit_test(records_lie_across_the_end_of_the_ring),
        cmocka_unit_test(records_that_claim_more_than_they_hold),
        cmocka_unit_test(lengths_that_are_none),
        cmocka_unit_test(heads_that_are_none),
        cmocka_unit_test(random_bytes_do_no_harm),
        cmocka_unit_test(the_file_keeps_its_size),
        cmocka_unit_test(a_shard_of_a_dead_writer_is_given_back),
        cmocka_unit_test(what_take_answers_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
