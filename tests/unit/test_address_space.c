/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "address_space.h"
#include "random.h"

static struct spb_address_space *space_of(const char *maps)
{
    struct spb_address_space *space;
    assert_int_equal(spb_address_space_create(1, &space), 0);
    assert_int_equal(spb_address_space_parse(space, maps, strlen(maps)), 0);
    return space;
}

static void map(struct spb_address_space *space, uint64_t start, uint64_t end, const char *path)
{
    char copy[64];
    snprintf(copy, sizeof copy, "%s", path);
    const struct spb_mapping mapping = {.start = start, .end = end, .path = copy, .executable = true};
    assert_int_equal(spb_address_space_map(space, &mapping), 0);
}

static void assert_at(const struct spb_address_space *space, uint64_t address, const char *path, uint64_t file_offset)
{
    const struct spb_mapping *mapping = spb_address_space_find(space, address);
    if (!path) {
        assert_null(mapping);
        return;
    }
    assert_non_null(mapping);
    assert_string_equal(mapping->path, path);
    assert_int_equal(mapping->file_offset + (address - mapping->start), file_offset);
}

static void lines_of_maps_are_read(void **state)
{
    (void)state;
    struct spb_address_space *space =
        space_of("400000-401000 r-xp 00002000 fe:01 1573                       /usr/bin/a b\n"
                 "401000-402000 rw-p 00000000 00:00 0 \n"
                 "500000-501000 r-xp 00000000 00:2a 7      /tmp/x.so (deleted)\n"
                 "600000-601000 r-xp 00000000 00:2a 8      /tmp/new\\012line\n"
                 "7fff0000-7fff2000 r-xp 00000000 00:00 0                       [vdso]\n"
                 "this is no line\n"
                 "90-80 r-xp 00000000 00:00 0 backwards\n");
    assert_at(space, 0x400010, "/usr/bin/a b", 0x2010);
    assert_true(spb_address_space_find(space, 0x400000)->executable);
    assert_int_equal(spb_address_space_find(space, 0x400000)->inode, 1573);
    assert_at(space, 0x401000, "", 0);
    assert_false(spb_address_space_find(space, 0x401000)->executable);
    assert_at(space, 0x500000, "/tmp/x.so", 0);
    assert_true(spb_address_space_find(space, 0x500000)->deleted);
    assert_at(space, 0x600000, "/tmp/new\nline", 0);
    assert_at(space, 0x7fff1fff, "[vdso]", 0x1fff);
    assert_at(space, 0x7fff2000, NULL, 0);
    assert_at(space, 0x402000, NULL, 0);
    assert_at(space, 0x85, NULL, 0);
    spb_address_space_destroy(space);
}

static void a_new_mapping_cuts_what_was_there(void **state)
{
    (void)state;
    struct spb_address_space *space = space_of("1000-9000 r-xp 00000000 00:01 1 /a\n");
    map(space, 0x3000, 0x5000, "/b");
    assert_at(space, 0x2fff, "/a", 0x1fff);
    assert_at(space, 0x3000, "/b", 0);
    assert_at(space, 0x5000, "/a", 0x4000);
    map(space, 0x4000, 0x10000, "/c");
    assert_at(space, 0x3fff, "/b", 0xfff);
    assert_at(space, 0x4000, "/c", 0);
    assert_at(space, 0x8fff, "/c", 0x4fff);
    map(space, 0, UINT64_MAX, "/all");
    assert_at(space, 0x1000, "/all", 0x1000);
    assert_at(space, 0x10001, "/all", 0x10001);
    spb_address_space_destroy(space);
}

/* Against the plainest model: which mapping came last at each page. */
static void many_mappings_are_as_in_a_plain_model(void **state)
{
    (void)state;
    enum { PAGES = 200 };
    struct spb_address_space *space = space_of(""), *copy;
    struct spb_random random = {3};
    unsigned owner[PAGES] = {0}, first[PAGES] = {0};
    for (unsigned i = 1; i <= 2000; i++) {
        char path[16];
        uint64_t start = spb_random_below(&random, PAGES), end = start + 1 + spb_random_below(&random, PAGES - start);
        snprintf(path, sizeof path, "/%u", i);
        assert_int_equal(spb_address_space_map(
                             space, &(struct spb_mapping){start << 12, end << 12, 0, path, true, false, 0, 0, {0}, 0}),
                         0);
        for (uint64_t page = start; page < end; page++) {
            owner[page] = i;
            first[page] = (unsigned)start;
        }
    }
    assert_int_equal(spb_address_space_clone(space, 2, &copy), 0);
    assert_int_equal(spb_address_space_pid(copy), 2);
    for (uint64_t page = 0; page < PAGES; page++) {
        char path[16];
        snprintf(path, sizeof path, "/%u", owner[page]);
        assert_at(copy, page << 12, owner[page] ? path : NULL, (page - first[page]) << 12);
    }
    spb_address_space_clear(space);
    assert_at(space, 0x5000, NULL, 0);
    spb_address_space_destroy(space);
    spb_address_space_destroy(copy);
}

static void this_process_is_found_in_its_own_maps(void **state)
{
    (void)state;
    struct spb_address_space *space;
    char self[4096];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    assert_true(length > 0);
    self[length] = '\0';
    assert_int_equal(spb_address_space_create(getpid(), &space), 0);
    assert_int_equal(spb_address_space_read(space, NULL, NULL), 0);
    const struct spb_mapping *mapping =
        spb_address_space_find(space, (uint64_t)(uintptr_t)&this_process_is_found_in_its_own_maps);
    assert_non_null(mapping);
    assert_string_equal(mapping->path, self);
    spb_address_space_destroy(space);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_maps_are_read),
        cmocka_unit_test(a_new_mapping_cuts_what_was_there),
        cmocka_unit_test(many_mappings_are_as_in_a_plain_model),
        cmocka_unit_test(this_process_is_found_in_its_own_maps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
