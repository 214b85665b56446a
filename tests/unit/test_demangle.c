/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "demangle.h"
#include "random.h"

static void assert_name(const char *mangled, const char *expected)
{
    struct spb_demangler *demangler;
    struct spb_strbuf out = {0};
    assert_int_equal(spb_demangler_create(&demangler), 0);
    spb_demangle(demangler, mangled, &out);
    assert_string_equal(spb_strbuf_text(&out), expected);
    spb_strbuf_release(&out);
    spb_demangler_destroy(demangler);
}

static void c_names_stay(void **state)
{
    (void)state;
    assert_name("main", "main");
    assert_name("_start", "_start");
    assert_name("_Zzz", "_Zzz");
    assert_name("_R", "_R");
    assert_name("", "");
}

static void cpp_names(void **state)
{
    (void)state;
    assert_name("_Z4swapRiS_", "swap(int&, int&)");
    assert_name("_ZNSt6vectorIiSaIiEE9push_backERKi", "std::vector<int, std::allocator<int> >::push_back(int const&)");
    assert_name("_ZN3foo3barEv.part.0", "foo::bar() [clone .part.0]");
}

/* As rustc-demangle gives them. */
static void old_rust_names(void **state)
{
    (void)state;
    assert_name("_ZN4core3fmt5write17h0123456789abcdefE", "core::fmt::write");
    assert_name("_ZN58_$LT$alloc..string..String$u20$as$u20$core..fmt..Write$GT$9write_str17h1111111111111111E",
                "<alloc::string::String as core::fmt::Write>::write_str");
    assert_name("_ZN8rust_app4main28_$u7b$$u7b$closure$u7d$$u7d$17hfedcba9876543210E", "rust_app::main::{{closure}}");
}

/* From RFC 2603 and the tests of rustc-demangle. */
static void new_rust_names(void **state)
{
    (void)state;
    assert_name("_RNvC6_123foo3bar", "123foo::bar");
    assert_name("_RNvNtCs1234_7mycrate3foo3bar", "mycrate::foo::bar");
    assert_name("_RNCNCNgCs6DXkGYLi8lr_2cc5spawn00B5_", "cc::spawn::{closure#0}::{closure#0}");
    assert_name("_RNvMsr_NtCs3ssYzQotkvD_3std4pathNtB5_7PathBuf3newCs15kBYyAo9fc_7mycrate",
                "<std::path::PathBuf>::new");
    assert_name("_RINbNbCskIICzLVDPPb_5alloc5alloc8box_freeDINbNiB4_5boxed5FnBoxuEp6OutputuEL_ECs1iopQbuBiw2_3std",
                "alloc::alloc::box_free::<dyn alloc::boxed::FnBox<()> + Output = ()>");
    assert_name("_RMC0INtC8arrayvec8ArrayVechKj7b_E", "<arrayvec::ArrayVec<u8, 123>>");
    assert_name("_RMC0FRTINtNtC4core6option6OptionhEEEu", "<fn(&(core::option::Option<u8>,))>");
    assert_name("_RNvC6_123foo3bar.llvm.9D1C9369", "123foo::bar");
}

static void broken_names_stay_and_end(void **state)
{
    (void)state;
    static const char sound[] = "_RINbNbCskIICzLVDPPb_5alloc5alloc8box_freeDINbNiB4_5boxed5FnBoxuEp6OutputuEL_E";
    struct spb_demangler *demangler;
    struct spb_random random = {11};
    char copy[sizeof sound];
    assert_name("_RB_", "_RB_");
    assert_name("_RNvB_1a", "_RNvB_1a");
    assert_name("_RNvC99999999999999999999a", "_RNvC99999999999999999999a");
    assert_int_equal(spb_demangler_create(&demangler), 0);
    for (unsigned i = 0; i < 50000; i++) {
        struct spb_strbuf out = {0};
        memcpy(copy, sound, sizeof copy);
        for (unsigned k = 0; k < 1 + i % 4; k++)
            copy[2 + spb_random_below(&random, sizeof sound - 3)] =
                "BCNIMXYETRSAL_0159abz"[spb_random_below(&random, 21)];
        spb_demangle(demangler, copy, &out);
        assert_true(out.length > 0 && out.length < 40000);
        spb_strbuf_release(&out);
    }
    /* Each tuple holds twice what the one before it holds. */
    char bomb[400] = "_RMC0";
    for (unsigned i = 0; i < 60; i++)
        strcat(bomb, "T");
    assert_name(bomb, bomb);
    spb_demangler_destroy(demangler);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(c_names_stay),
        cmocka_unit_test(cpp_names),
        cmocka_unit_test(old_rust_names),
        cmocka_unit_test(new_rust_names),
        cmocka_unit_test(broken_names_stay_and_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
