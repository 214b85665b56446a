/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(is_aligned_zeroed_and_counted),
                                       cmocka_unit_test(keeps_its_limit), cmocka_unit_test(huge_pages_are_aligned)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
