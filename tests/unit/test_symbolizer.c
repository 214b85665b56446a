/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "jit_map.h"
#include "kernel_symbols.h"
#include "symbolizer.h"

struct fixture {
    struct spb_symbolizer *symbolizer;
    struct spb_profile *profile;
    struct spb_address_space *space;
    uint32_t frames[SPB_INLINE_DEPTH_MAX];
    unsigned count;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    *state = f;
    return f && spb_symbolizer_create(&(struct spb_symbolizer_options){0}, &f->symbolizer, NULL) == 0 &&
                   spb_profile_create(&f->profile) == 0 && spb_address_space_create(getpid(), &f->space) == 0 &&
                   spb_address_space_read(f->space, NULL, NULL) == 0
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    spb_symbolizer_destroy(f->symbolizer);
    spb_profile_destroy(f->profile);
    spb_address_space_destroy(f->space);
    free(f);
    return 0;
}

static const struct spb_profile_function *function_at(const struct fixture *f, unsigned index)
{
    return &f->profile->functions[f->profile->frames[f->frames[index]].function];
}

static const char *name_at(const struct fixture *f, unsigned index)
{
    return spb_profile_text(f->profile, function_at(f, index)->name);
}

static void look_up(struct fixture *f, uint64_t address, bool is_return)
{
    f->count = spb_symbolizer_user(f->symbolizer, f->space, address, is_return, f->profile, f->frames);
    assert_true(f->count > 0);
}

/* ---- code to be found ------------------------------------------------------------------------------------------- */

static uint64_t return_address;

static __attribute__((noinline)) void innermost(void)
{
    return_address = (uint64_t)(uintptr_t)__builtin_return_address(0);
}

static inline __attribute__((always_inline)) void inlined_twice(volatile int *count)
{
    ++*count;
    innermost(); /* line A */
    ++*count;
}

static inline __attribute__((always_inline)) void inlined_once(volatile int *count)
{
    inlined_twice(count); /* line B */
}

static __attribute__((noinline)) void outermost(volatile int *count)
{
    inlined_once(count); /* line C */
    ++*count;
}

enum { LINE_A = __LINE__ - 15, LINE_B = __LINE__ - 9, LINE_C = __LINE__ - 4 };

static void a_function_has_its_name_and_file(void **state)
{
    struct fixture *f = *state;
    look_up(f, (uint64_t)(uintptr_t)&innermost, false);
    assert_int_equal(f->count, 1);
    assert_string_equal(name_at(f, 0), "innermost");
    assert_non_null(strstr(spb_profile_text(f->profile, function_at(f, 0)->file), "test_symbolizer.c"));
    assert_true(function_at(f, 0)->first_line > 0);
    const struct spb_profile_module *module = &f->profile->modules[function_at(f, 0)->module];
    assert_non_null(strstr(spb_profile_text(f->profile, module->path), "test_symbolizer"));
    assert_true(module->has_lines);
}

static void inlined_functions_are_frames_of_their_own(void **state)
{
    struct fixture *f = *state;
    volatile int count = 0;
    outermost(&count);
    look_up(f, return_address, true);
    assert_int_equal(f->count, 3);
    assert_string_equal(name_at(f, 0), "outermost");
    assert_string_equal(name_at(f, 1), "inlined_once");
    assert_string_equal(name_at(f, 2), "inlined_twice");
    assert_false(f->profile->frames[f->frames[0]].inlined);
    assert_true(f->profile->frames[f->frames[1]].inlined);
    assert_int_equal(f->profile->frames[f->frames[0]].line, LINE_C);
    assert_int_equal(f->profile->frames[f->frames[1]].line, LINE_B);
    assert_int_equal(f->profile->frames[f->frames[2]].line, LINE_A);
}

static void a_second_look_up_gives_the_same_numbers(void **state)
{
    struct fixture *f = *state;
    look_up(f, (uint64_t)(uintptr_t)&innermost, false);
    uint32_t first = f->frames[0], frame_count = f->profile->frame_count;
    look_up(f, (uint64_t)(uintptr_t)&innermost, false);
    assert_int_equal(f->frames[0], first);
    assert_int_equal(f->profile->frame_count, frame_count);
}

static void a_library_without_debug_information_has_its_dynamic_symbols(void **state)
{
    struct fixture *f = *state;
    look_up(f, (uint64_t)(uintptr_t)&qsort, false);
    assert_non_null(strstr(name_at(f, 0), "qsort"));
}

static void what_has_no_name_says_where_it_is(void **state)
{
    struct fixture *f = *state;
    look_up(f, 0x10, false);
    assert_string_equal(name_at(f, 0), "[unknown+0x10]");
    const struct spb_mapping *own = spb_address_space_find(f->space, (uint64_t)(uintptr_t)f);
    assert_non_null(own); /* the heap: no code */
    look_up(f, (uint64_t)(uintptr_t)f, false);
    assert_int_equal(*name_at(f, 0), '[');
    struct spb_symbolizer_counts counts;
    spb_symbolizer_counts(f->symbolizer, &counts);
    assert_true(counts.unknown >= 2);
}

/* A file that stands in the place of the one that was mapped is not believed. */
static void a_replaced_file_gives_no_names(void **state)
{
    struct fixture *f = *state;
    const struct spb_mapping *own = spb_address_space_find(f->space, (uint64_t)(uintptr_t)&innermost);
    struct spb_mapping other = *own;
    struct spb_symbolizer_counts counts;
    other.build_id_bytes = 20;
    memset(other.build_id, 0xab, 20);
    assert_int_equal(spb_address_space_map(f->space, &other), 0);
    look_up(f, (uint64_t)(uintptr_t)&innermost, false);
    assert_int_equal(*name_at(f, 0), '[');
    spb_symbolizer_counts(f->symbolizer, &counts);
    assert_int_equal(counts.modules_replaced, 1);
}

static void a_file_that_is_no_elf_gives_no_names(void **state)
{
    struct fixture *f = *state;
    char path[] = "/tmp/spb-symbols-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, "#!/bin/sh\n", 10) == 10);
    struct spb_mapping mapping = {.start = 0x1000, .end = 0x2000, .path = path, .executable = true};
    assert_int_equal(spb_address_space_map(f->space, &mapping), 0);
    look_up(f, 0x1234, false);
    assert_non_null(strstr(name_at(f, 0), "+0x234]"));
    close(fd);
    unlink(path);
}

static void the_kernel_and_code_made_while_running(void **state)
{
    (void)state;
    static const char kallsyms[] =
        "ffffffff81000000 T _text\nffffffff81000100 t do_work\nffffffffc0a41000 t ext4_read\t[ext4]\n"
        "ffffffff81000180 D no_code\nbad line\n0000000000000000 T hidden\n";
    struct spb_kernel_symbols *kernel;
    const char *module;
    uint64_t start;
    assert_int_equal(spb_kernel_symbols_create(NULL, &kernel), 0);
    assert_int_equal(spb_kernel_symbols_parse(kernel, kallsyms, strlen(kallsyms)), 0);
    assert_string_equal(spb_kernel_symbols_find(kernel, 0xffffffff81000190, &start, &module), "do_work");
    assert_null(module);
    assert_int_equal(start, 0xffffffff81000100);
    assert_string_equal(spb_kernel_symbols_find(kernel, 0xffffffffc0a41010, &start, &module), "ext4_read");
    assert_string_equal(module, "[ext4]");
    assert_null(spb_kernel_symbols_find(kernel, 0x1000, &start, &module));
    assert_null(spb_kernel_symbols_reason(kernel));
    assert_int_equal(spb_kernel_symbols_parse(kernel, "0000000000000000 T _text\n", 25), 0);
    assert_non_null(strstr(spb_kernel_symbols_reason(kernel), "kptr_restrict"));
    spb_kernel_symbols_destroy(kernel);

    static const char map[] =
        "1000 100 first\n1080 10 inner\n2000 40 LazyCompile:*parse /app/main.js:10\nzz 1 x\n2000 40 later\n";
    struct spb_jit_maps *jit;
    assert_int_equal(spb_jit_maps_create(NULL, &jit), 0);
    assert_int_equal(spb_jit_maps_parse(jit, 7, map, strlen(map)), 0);
    assert_string_equal(spb_jit_maps_find(jit, 7, 0x1010), "first");
    assert_string_equal(spb_jit_maps_find(jit, 7, 0x1085), "inner");
    assert_string_equal(spb_jit_maps_find(jit, 7, 0x10f0), "first");
    assert_string_equal(spb_jit_maps_find(jit, 7, 0x203f), "later");
    assert_null(spb_jit_maps_find(jit, 7, 0x2040));
    assert_null(spb_jit_maps_find(jit, 8, 0x1010));
    spb_jit_maps_destroy(jit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_function_has_its_name_and_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(inlined_functions_are_frames_of_their_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_second_look_up_gives_the_same_numbers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_library_without_debug_information_has_its_dynamic_symbols, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_has_no_name_says_where_it_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_replaced_file_gives_no_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_is_no_elf_gives_no_names, set_up, tear_down),
        cmocka_unit_test(the_kernel_and_code_made_while_running),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
