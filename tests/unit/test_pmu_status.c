/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake_pmu.h"
#include "file.h"
#include "pmu_status.h"

/* A root directory whose perf_event_paranoid holds `level`. */
struct root {
    char path[64];
    char file[128];
};

static void make_root(struct root *root, const char *level)
{
    struct spb_error err = {0};
    snprintf(root->path, sizeof(root->path), "/tmp/spb-paranoid-XXXXXX");
    assert_non_null(mkdtemp(root->path));
    snprintf(root->file, sizeof(root->file), "%s/proc/sys/kernel/perf_event_paranoid", root->path);
    assert_int_equal(spb_file_make_parents(root->file, &err), 0);
    assert_int_equal(spb_file_replace(root->file, level, strlen(level), &err), 0);
}

static void remove_root(struct root *root)
{
    unlink(root->file);
    for (unsigned i = 0; i < 4; i++) {
        *strrchr(root->file, '/') = '\0';
        rmdir(root->file);
    }
}

static struct spb_pmu_status status_at(struct fake_pmu *pmu, const char *level)
{
    struct root root;
    make_root(&root, level);
    struct spb_perf_calls calls = fake_calls(pmu);
    struct spb_pmu_status status;
    spb_pmu_status_read(&(struct spb_pmu_options){&calls, root.path}, &status);
    remove_root(&root);
    assert_int_equal(fake_open_count(pmu), 0);
    return status;
}

static void a_pmu_that_counts_is_available(void **state)
{
    (void)state;
    struct fake_pmu pmu = {.counters = 4};
    struct spb_pmu_status status = status_at(&pmu, "-1\n");
    assert_int_equal(status.state, SPB_PMU_AVAILABLE);
    assert_int_equal(status.paranoid, -1);
    assert_string_equal(status.cure, "");
}

static void user_mode_alone_is_said(void **state)
{
    (void)state;
    struct fake_pmu pmu = {.counters = 4, .kernel_errno = EACCES};
    struct spb_pmu_status status = status_at(&pmu, "2\n");
    assert_int_equal(status.state, SPB_PMU_USER_ONLY);
    assert_string_equal(status.text, "perf_event_paranoid is 2");
    assert_string_equal(status.cure, "sudo sysctl -w kernel.perf_event_paranoid=1");
}

static void a_refusal_names_level_and_command(void **state)
{
    (void)state;
    struct fake_pmu pmu = {.counters = 4, .hardware_errno = EACCES};
    struct spb_pmu_status status = status_at(&pmu, "3\n");
    assert_int_equal(status.state, SPB_PMU_NO_PERMISSION);
    assert_string_equal(status.text, "perf_event_paranoid is 3");
    assert_string_equal(status.cure, "sudo sysctl -w kernel.perf_event_paranoid=1");
}

static void a_container_is_no_matter_of_sysctl(void **state)
{
    (void)state;
    struct fake_pmu pmu = {.counters = 4, .hardware_errno = EPERM};
    struct spb_pmu_status status = status_at(&pmu, "1\n");
    assert_int_equal(status.state, SPB_PMU_NO_PERMISSION);
    assert_non_null(strstr(status.text, "--cap-add=PERFMON"));
    assert_string_equal(status.cure, "");
}

static void a_missing_pmu_is_said_whatever_the_level(void **state)
{
    (void)state;
    struct fake_pmu none = {.hardware_errno = ENOENT};
    assert_int_equal(status_at(&none, "1\n").state, SPB_PMU_MISSING);
    struct fake_pmu refused = {.hardware_errno = EOPNOTSUPP, .kernel_errno = EACCES};
    assert_int_equal(status_at(&refused, "2\n").state, SPB_PMU_MISSING);
    struct fake_pmu no_perf = {.hardware_errno = ENOSYS};
    assert_string_equal(status_at(&no_perf, "x").text, "this kernel has no perf events");
}

static void a_pmu_that_counts_nothing_is_none(void **state)
{
    (void)state;
    struct fake_pmu pmu = {.counters = 4, .stuck = 1u << PERF_COUNT_HW_CPU_CYCLES};
    struct spb_pmu_status status = status_at(&pmu, "1\n");
    assert_int_equal(status.state, SPB_PMU_MISSING);
    assert_non_null(strstr(status.text, "counts nothing"));
}

static void an_unreadable_level_is_unknown(void **state)
{
    (void)state;
    struct fake_pmu pmu = {.counters = 4};
    assert_int_equal(status_at(&pmu, "").paranoid, SPB_PARANOID_UNKNOWN);
    assert_int_equal(status_at(&pmu, "2x").paranoid, SPB_PARANOID_UNKNOWN);
}

static void the_live_machine_gets_an_answer(void **state)
{
    (void)state;
    struct spb_pmu_status status = {.state = (enum spb_pmu_state) - 1};
    spb_pmu_status_read(NULL, &status);
    assert_non_null(spb_pmu_state_name(status.state));
    assert_true(status.text[0]);
}

static void every_errno_has_its_state(void **state)
{
    (void)state;
    static const struct {
        int errnum;
        bool software;
        enum spb_metric_state with_pmu, without_pmu;
        const char *part;
    } cases[] = {
        {ENOENT, false, SPB_METRIC_NOT_SUPPORTED, SPB_METRIC_NO_PMU, "does not know"},
        {ENOENT, true, SPB_METRIC_NOT_SUPPORTED, SPB_METRIC_NOT_SUPPORTED, "does not know"},
        {EOPNOTSUPP, false, SPB_METRIC_NOT_SUPPORTED, SPB_METRIC_NO_PMU, "cannot count"},
        {ENODEV, false, SPB_METRIC_NOT_SUPPORTED, SPB_METRIC_NO_PMU, "lacks"},
        {ENXIO, false, SPB_METRIC_NOT_SUPPORTED, SPB_METRIC_NO_PMU, "does not know"},
        {EINVAL, false, SPB_METRIC_NOT_SUPPORTED, SPB_METRIC_NO_PMU, "encoding"},
        {E2BIG, false, SPB_METRIC_NOT_SUPPORTED, SPB_METRIC_NO_PMU, "older"},
        {ENOSYS, true, SPB_METRIC_NO_PMU, SPB_METRIC_NO_PMU, "no perf events"},
        {EACCES, false, SPB_METRIC_NO_PERMISSION, SPB_METRIC_NO_PERMISSION,
         "sudo sysctl -w kernel.perf_event_paranoid=1"},
        {EPERM, true, SPB_METRIC_NO_PERMISSION, SPB_METRIC_NO_PERMISSION, "perf_event_paranoid is 2"},
        {EMFILE, false, SPB_METRIC_ABSENT, SPB_METRIC_ABSENT, "ulimit -n"},
        {ENFILE, false, SPB_METRIC_ABSENT, SPB_METRIC_ABSENT, "open files"},
        {ENOSPC, false, SPB_METRIC_ABSENT, SPB_METRIC_ABSENT, "no free counter"},
        {EBUSY, false, SPB_METRIC_ABSENT, SPB_METRIC_ABSENT, "another program"},
        {ESRCH, false, SPB_METRIC_ABSENT, SPB_METRIC_ABSENT, "ended"},
        {ENOMEM, false, SPB_METRIC_ABSENT, SPB_METRIC_ABSENT, "memory"},
        {EDOM, false, SPB_METRIC_ABSENT, SPB_METRIC_ABSENT, "perf_event_open: "},
    };
    const struct spb_pmu_status with = {.state = SPB_PMU_AVAILABLE, .paranoid = 2};
    const struct spb_pmu_status without = {.state = SPB_PMU_MISSING, .paranoid = 2, .text = "none here"};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char reason[160];
        assert_int_equal(spb_perf_failure(cases[i].errnum, cases[i].software, &with, reason, sizeof(reason)),
                         cases[i].with_pmu);
        assert_non_null(strstr(reason, cases[i].part));
        assert_int_equal(spb_perf_failure(cases[i].errnum, cases[i].software, &without, reason, sizeof(reason)),
                         cases[i].without_pmu);
        if (cases[i].with_pmu != cases[i].without_pmu)
            assert_string_equal(reason, "none here");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pmu_that_counts_is_available),
        cmocka_unit_test(user_mode_alone_is_said),
        cmocka_unit_test(a_refusal_names_level_and_command),
        cmocka_unit_test(a_container_is_no_matter_of_sysctl),
        cmocka_unit_test(a_missing_pmu_is_said_whatever_the_level),
        cmocka_unit_test(a_pmu_that_counts_nothing_is_none),
        cmocka_unit_test(an_unreadable_level_is_unknown),
        cmocka_unit_test(the_live_machine_gets_an_answer),
        cmocka_unit_test(every_errno_has_its_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
