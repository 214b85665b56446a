/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memory_pool.h"

static void is_aligned_zeroed_and_counted(void **state)
{
    (void)state;
    struct spb_memory_pool pool = {.limit_bytes = 1 << 20};
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    unsigned char *memory = spb_memory_pool_allocate(&pool, 3 * page + 1, SPB_PAGES_DEFAULT, NULL);
    assert_non_null(memory);
    assert_int_equal((uintptr_t)memory % page, 0);
    for (size_t i = 0; i < 3 * page + 1; i++)
        assert_int_equal(memory[i], 0);
    assert_int_equal(pool.used_bytes, 3 * page + 1);
    assert_non_null(spb_memory_pool_allocate(&pool, 0, SPB_PAGES_DEFAULT, NULL));
    spb_memory_pool_release(&pool);
    assert_int_equal(pool.used_bytes, 0);
}

static void keeps_its_limit(void **state)
{
    (void)state;
    struct spb_memory_pool pool = {.limit_bytes = 1 << 20};
    struct spb_error err = {0};
    assert_non_null(spb_memory_pool_allocate(&pool, 700000, SPB_PAGES_DEFAULT, NULL));
    assert_null(spb_memory_pool_allocate(&pool, 400000, SPB_PAGES_DEFAULT, &err));
    assert_non_null(strstr(err.text, "1 MiB are available"));
    pool.limit_bytes = 0;
    assert_null(spb_memory_pool_allocate(&pool, SIZE_MAX - 100, SPB_PAGES_DEFAULT, &err));
    assert_non_null(strstr(err.text, "out of memory"));
    assert_null(spb_memory_pool_allocate(&pool, SIZE_MAX / 4, SPB_PAGES_DEFAULT, &err));
    spb_memory_pool_release(&pool);
}

static void huge_pages_are_aligned(void **state)
{
    (void)state;
    struct spb_memory_pool pool = {.huge_pages = true};
    struct spb_error err = {0};
    char *memory = spb_memory_pool_allocate(&pool, 100, SPB_PAGES_DEFAULT, &err);
    if (memory)
        assert_int_equal((uintptr_t)memory % (2 << 20), 0);
    else
        assert_non_null(strstr(err.text, "huge pages")); /* a kernel without them */
    spb_memory_pool_release(&pool);
}

/* ---- memory that another process sees too ------------------------------------------------------------------------ */

/* An address at which nothing lies, since something just has. */
static uintptr_t free_address(void)
{
    void *memory = mmap(NULL, 64 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(memory != MAP_FAILED);
    munmap(memory, 64 << 20);
    return (uintptr_t)memory;
}

static struct spb_memory_pool shared_pool(void)
{
    int fd = memfd_create("test", MFD_CLOEXEC);
    assert_true(fd >= 0);
    return (struct spb_memory_pool){.shared_fd = fd, .shared_address = free_address()};
}

/* Both pools are of this process: the second is at another address, as a test; two processes are at the same. */
static void two_pools_see_the_same_pages(void **state)
{
    (void)state;
    struct spb_memory_pool first = shared_pool();
    uintptr_t start = first.shared_address;
    char *a = spb_memory_pool_allocate_shared(&first, 100, SPB_PAGES_DEFAULT, NULL);
    char *b = spb_memory_pool_allocate_shared(&first, 10000, SPB_PAGES_SMALL, NULL);
    assert_true((uintptr_t)a == start && b > a);
    memset(b, 'b', 10000);
    uint64_t hash = spb_memory_pool_shared_hash(&first), bytes = spb_memory_pool_shared_bytes(&first);
    struct spb_memory_pool second = {.shared_fd = first.shared_fd, .shared_address = free_address()};
    spb_memory_pool_allocate_shared(&second, 100, SPB_PAGES_DEFAULT, NULL);
    char *other = spb_memory_pool_allocate_shared(&second, 10000, SPB_PAGES_DEFAULT, NULL);
    assert_int_equal(b[9999], 0); /* what is handed out is zeroed, whoever had it before */
    assert_int_equal(spb_memory_pool_shared_bytes(&second), bytes);
    memset(other, 'b', 10000);
    assert_int_equal(b[9999], 'b');
    assert_true(spb_memory_pool_shared_hash(&second) == hash);
    other[5000] ^= 1;
    assert_true(spb_memory_pool_shared_hash(&second) != hash);
    assert_true(first.private_bytes == 0 && second.private_bytes == 0);
    close(first.shared_fd);
    spb_memory_pool_release(&second);
    spb_memory_pool_release(&first);
}

/* Also where no more than highest bits differ, an even number of them in each of the hash's chains: signs of numbers. */
static void the_hash_sees_every_bit(void **state)
{
    (void)state;
    struct spb_memory_pool pool = shared_pool();
    uint64_t *words = spb_memory_pool_allocate_shared(&pool, 4096, SPB_PAGES_DEFAULT, NULL);
    assert_non_null(words);
    uint64_t empty = spb_memory_pool_shared_hash(&pool);
    for (unsigned bit = 0; bit < 64; bit++)
        for (size_t other = 1; other < 9; other++) {
            words[0] = words[other] = UINT64_C(1) << bit;
            assert_true(spb_memory_pool_shared_hash(&pool) != empty);
            words[0] = words[other] = 0;
        }
    assert_true(spb_memory_pool_shared_hash(&pool) == empty);
    close(pool.shared_fd);
    spb_memory_pool_release(&pool);
}

static void a_taken_address_gives_private_memory(void **state)
{
    (void)state;
    struct spb_memory_pool pool = shared_pool();
    void *taken = mmap((void *)pool.shared_address, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    unsigned char *memory = spb_memory_pool_allocate_shared(&pool, 100, SPB_PAGES_DEFAULT, NULL);
    assert_true(memory && (void *)memory != taken);
    assert_int_equal(memory[99], 0);
    assert_int_equal(spb_memory_pool_shared_bytes(&pool), 0);
    assert_int_equal(pool.private_bytes, 100);
    assert_non_null(spb_memory_pool_allocate_shared(&pool, 50, SPB_PAGES_DEFAULT, NULL));
    assert_int_equal(pool.private_bytes, 150);
    munmap(taken, 4096);
    close(pool.shared_fd);
    spb_memory_pool_release(&pool);
}

static void without_a_file_it_is_like_any_other(void **state)
{
    (void)state;
    struct spb_memory_pool pool = {.limit_bytes = 1 << 20};
    assert_non_null(spb_memory_pool_allocate_shared(&pool, 1000, SPB_PAGES_DEFAULT, NULL));
    assert_int_equal(spb_memory_pool_shared_bytes(&pool), 0);
    assert_int_equal(spb_memory_pool_shared_hash(&pool), 0);
    assert_int_equal(pool.private_bytes, 0);
    assert_null(spb_memory_pool_allocate_shared(&pool, 2 << 20, SPB_PAGES_DEFAULT, NULL));
    spb_memory_pool_release(&pool);
}

static void limits_and_huge_pages_hold_there_too(void **state)
{
    (void)state;
    struct spb_memory_pool pool = shared_pool();
    struct spb_error err = {0};
    pool.limit_bytes = 3 << 20;
    assert_null(spb_memory_pool_allocate_shared(&pool, 4 << 20, SPB_PAGES_DEFAULT, &err));
    assert_non_null(strstr(err.text, "3 MiB are available"));
    pool.huge_pages = true;
    void *huge = spb_memory_pool_allocate_shared(&pool, 4096, SPB_PAGES_DEFAULT, &err);
    if (huge) { /* a kernel with huge pages */
        assert_int_equal((uintptr_t)huge % (2 << 20), 0);
        assert_int_equal(pool.private_bytes, 4096);
    }
    assert_int_equal(spb_memory_pool_shared_bytes(&pool), 0);
    assert_non_null(spb_memory_pool_allocate_shared(&pool, 4096, SPB_PAGES_SMALL, &err));
    assert_int_equal(spb_memory_pool_shared_bytes(&pool), sysconf(_SC_PAGESIZE));
    close(pool.shared_fd);
    spb_memory_pool_release(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(is_aligned_zeroed_and_counted),
                                       cmocka_unit_test(keeps_its_limit),
                                       cmocka_unit_test(huge_pages_are_aligned),
                                       cmocka_unit_test(two_pools_see_the_same_pages),
                                       cmocka_unit_test(the_hash_sees_every_bit),
                                       cmocka_unit_test(a_taken_address_gives_private_memory),
                                       cmocka_unit_test(without_a_file_it_is_like_any_other),
                                       cmocka_unit_test(limits_and_huge_pages_hold_there_too)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
