/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "calibration_file.h"
#include "mangle.h"

#define HEAD "{\"schema\": \"spbench-calibration\", \"schema_version\": 1, \"machine\": \"cpu.model=x\", "
#define ROW                                                                                                            \
    "{\"key\": \"cpu/hash size=64KiB\", \"workload_version\": 1, \"pairs\": 20, \"estimate_ns\": 123.5, "              \
    "\"pair_sd\": 0.004, \"alarm\": false}"

static const char whole[] = HEAD "\"sessions\": [{\"created_s\": 1750000000, \"seed\": \"18446744073709551615\", "
                                 "\"rows\": [" ROW "]}]}";

static int parse(const char *text, struct spb_calibration *calibration, struct spb_error *err)
{
    return spb_calibration_parse("c.json", text, strlen(text), calibration, err);
}

static void assert_wrong(const char *text, const char *message)
{
    struct spb_calibration calibration;
    struct spb_error err = {{0}};
    assert_int_equal(parse(text, &calibration, &err), -EINVAL);
    if (!strstr(err.text, message))
        fail_msg("'%s' is not in: %s", message, err.text);
    assert_null(calibration.sessions);
    assert_null(calibration.machine);
}

static void every_member_is_read(void **state)
{
    struct spb_calibration calibration;
    (void)state;
    assert_int_equal(parse(whole, &calibration, NULL), 0);
    assert_string_equal(calibration.machine, "cpu.model=x");
    assert_int_equal(calibration.session_count, 1);
    assert_true(calibration.sessions[0].created_s == 1750000000 && calibration.sessions[0].seed == UINT64_MAX);
    const struct spb_calibration_row *row = &calibration.sessions[0].rows[0];
    assert_int_equal(calibration.sessions[0].row_count, 1);
    assert_string_equal(row->key, "cpu/hash size=64KiB");
    assert_true(row->workload_version == 1 && row->pairs == 20 && !row->alarm);
    assert_true(row->estimate_ns > 123.4 && row->estimate_ns < 123.6 && row->pair_sd > 0.0039 && row->pair_sd < 0.0041);
    spb_calibration_release(&calibration);
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    assert_wrong("{}", "schema is missing");
    assert_wrong("{\"schema\": \"spbench-result\", \"schema_version\": 1}", "spbench-calibration");
    assert_wrong("{\"schema\": \"spbench-calibration\", \"schema_version\": 2}", "is 2");
    assert_wrong(HEAD "\"sessions\": 3}", "sessions");
    assert_wrong(HEAD "\"sessions\": [{\"created_s\": 1, \"seed\": \"1\", \"rows\": [3]}]}", "sessions[0].rows");
    assert_wrong(HEAD "\"sessions\": [{\"created_s\": 1, \"seed\": \"1\", \"rows\": [{\"key\": \"a\"}]}]}",
                 "sessions[0].rows[0]");
    assert_wrong(HEAD "\"sessions\": [{\"created_s\": 1, \"seed\": \"1\", \"rows\": [" ROW, "c.json:1:");
}

static struct spb_calibration_session session_at(uint64_t created_s)
{
    struct spb_calibration_session session = {.created_s = created_s, .rows = calloc(1, sizeof(*session.rows))};
    session.rows[session.row_count++] =
        (struct spb_calibration_row){.key = strdup("self/null"), .workload_version = 1, .pairs = 20, .estimate_ns = 1};
    return session;
}

static void what_is_saved_is_loaded(void **state)
{
    char path[] = "/tmp/spb-calibration-XXXXXX";
    struct spb_calibration saved, loaded;
    struct spb_error err = {{0}};
    (void)state;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(parse(whole, &saved, NULL), 0);
    struct spb_calibration_session session = session_at(7);
    assert_int_equal(spb_calibration_add(&saved, &session), 0);
    assert_null(session.rows);
    assert_int_equal(spb_calibration_save(&saved, path, &err), 0);
    assert_int_equal(spb_calibration_load(path, &loaded, &err), 0);
    assert_int_equal(loaded.session_count, 2);
    assert_true(loaded.sessions[0].seed == UINT64_MAX && loaded.sessions[1].created_s == 7);
    assert_string_equal(loaded.sessions[1].rows[0].key, "self/null");
    spb_calibration_release(&saved);
    spb_calibration_release(&loaded);
    unlink(path);
    assert_int_equal(spb_calibration_load(path, &loaded, &err), -ENOENT);
}

static void the_oldest_sessions_are_dropped(void **state)
{
    struct spb_calibration calibration = {.machine = NULL};
    (void)state;
    for (uint64_t i = 0; i < SPB_CALIBRATION_SESSIONS_MAX + 3; i++) {
        struct spb_calibration_session session = session_at(i);
        assert_int_equal(spb_calibration_add(&calibration, &session), 0);
    }
    assert_int_equal(calibration.session_count, SPB_CALIBRATION_SESSIONS_MAX);
    assert_true(calibration.sessions[0].created_s == 3);
    assert_true(calibration.sessions[SPB_CALIBRATION_SESSIONS_MAX - 1].created_s == SPB_CALIBRATION_SESSIONS_MAX + 2);
    spb_calibration_release(&calibration);
}

static void a_machine_is_named_by_what_counts(void **state)
{
    struct spb_stamp stamp = {0};
    struct spb_strbuf text = {0};
    (void)state;
    spb_stamp_add_text(&stamp, "cpu.model", "A");
    spb_stamp_add_number(&stamp, "topology.pus", 2, "");
    spb_stamp_add_bool(&stamp, "cpu.smt", true);
    spb_stamp_add_text(&stamp, "host.name", "of no importance");
    spb_calibration_machine(&stamp, &text);
    assert_string_equal(spb_strbuf_text(&text), "cpu.model=A; cpu.microcode=?; topology.pus=2; cpu.smt=on; "
                                                "host.hypervisor=?; kernel.release=?; cpu.governor=?");
    spb_strbuf_release(&text);
    spb_stamp_release(&stamp);
}

static void parse_hostile(const char *text, size_t length)
{
    struct spb_calibration calibration;
    struct spb_error err = {{0}};
    if (spb_calibration_parse("x", text, length, &calibration, &err) == 0)
        spb_calibration_release(&calibration);
    else
        assert_true(*err.text && !calibration.sessions && !calibration.machine);
}

static void hostile_files_do_no_harm(void **state)
{
    (void)state;
    mangle(whole, parse_hostile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_member_is_read),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(what_is_saved_is_loaded),
        cmocka_unit_test(the_oldest_sessions_are_dropped),
        cmocka_unit_test(a_machine_is_named_by_what_counts),
        cmocka_unit_test(hostile_files_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
