/* SPDX-License-Identifier: MIT */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "file.h"
#include "preload.h"

static char folder[] = "/tmp/spb-preload-XXXXXX";

static const char *write_program(const char *name, const void *bytes, size_t length)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(spb_file_replace(path, bytes, length, NULL), 0);
    assert_int_equal(chmod(path, 0755), 0);
    return path;
}

/* A program of this machine with this interpreter ("": none). */
static const char *write_elf(const char *name, uint16_t machine_change, const char *interpreter)
{
    struct {
        Elf64_Ehdr head;
        Elf64_Phdr segment;
        char text[64];
    } file;
    memset(&file, 0, sizeof file);
    int own = open("/proc/self/exe", O_RDONLY);
    assert_int_equal(read(own, &file.head, sizeof file.head), sizeof file.head);
    close(own);
    file.head.e_machine ^= machine_change;
    file.head.e_phnum = 1;
    file.head.e_phoff = offsetof(__typeof__(file), segment);
    file.segment.p_type = *interpreter ? PT_INTERP : PT_LOAD;
    file.segment.p_offset = offsetof(__typeof__(file), text);
    snprintf(file.text, sizeof file.text, "%s", interpreter);
    return write_program(name, &file, sizeof file);
}

static void refuses(const char *command, const char *because)
{
    struct spb_error err = {{0}};
    assert_int_equal(spb_preload_check(command, &err), -ENOTSUP);
    assert_non_null(strstr(err.text, because));
}

static void what_can_be_had(void **state)
{
    (void)state;
    assert_int_equal(spb_preload_check("sh", NULL), 0);
    assert_int_equal(spb_preload_check("/proc/self/exe", NULL), 0);
    assert_int_equal(spb_preload_check("/no/such/program", NULL), 0); /* exec will say so */
    assert_int_equal(spb_preload_check("no-such-program", NULL), 0);
    assert_int_equal(spb_preload_check(write_program("script", "#!/bin/sh -e\n", 13), NULL), 0);
    assert_int_equal(spb_preload_check(write_program("empty", "", 0), NULL), 0);
    assert_int_equal(spb_preload_check(write_elf("dynamic", 0, "/lib64/ld-linux-x86-64.so.2"), NULL), 0);
}

static void what_cannot(void **state)
{
    (void)state;
    char script[256];
    refuses(write_elf("static", 0, ""), "statically");
    snprintf(script, sizeof script, "#! %s/static x\n", folder);
    refuses(write_program("of-static", script, strlen(script)), "statically");
    refuses(write_elf("foreign", 3, "/lib/ld.so"), "another kind of machine");
    refuses(write_elf("musl", 0, "/lib/ld-musl-x86_64.so.1"), "another C library");
}

static void programs_with_privileges(void **state)
{
    (void)state;
    const char *path = write_elf("privileged", 0, "/lib64/ld-linux-x86-64.so.2");
    if (geteuid() != 0)
        skip();
    assert_int_equal(chown(path, 1, 1), 0);
    assert_int_equal(chmod(path, 04755), 0);
    refuses(path, "privileges");
}

static void scripts_of_scripts_end(void **state)
{
    (void)state;
    char script[256];
    snprintf(script, sizeof script, "#!%s/loop\n", folder);
    assert_int_equal(spb_preload_check(write_program("loop", script, strlen(script)), NULL), 0);
}

static void what_is_preloaded_already_stays(void **state)
{
    (void)state;
    struct spb_strbuf setting = {0};
    unsetenv("LD_PRELOAD");
    spb_preload_setting("/usr/lib/a.so", 7, &setting);
    assert_string_equal(spb_strbuf_text(&setting), "LD_PRELOAD=/usr/lib/a.so");
    spb_strbuf_reset(&setting);
    setenv("LD_PRELOAD", "libjemalloc.so.2", 1);
    spb_preload_setting("/usr/lib/a.so", 7, &setting);
    assert_string_equal(spb_strbuf_text(&setting), "LD_PRELOAD=/usr/lib/a.so:libjemalloc.so.2");
    unsetenv("LD_PRELOAD");
    spb_strbuf_reset(&setting);
    spb_preload_setting("/usr/my lib/a.so", 7, &setting);
    char expected[64];
    snprintf(expected, sizeof expected, "LD_PRELOAD=/proc/%d/fd/7", (int)getpid());
    assert_string_equal(spb_strbuf_text(&setting), expected);
    spb_strbuf_release(&setting);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"script",  "empty", "dynamic",    "static", "of-static",
                                        "foreign", "musl",  "privileged", "loop"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_can_be_had),
        cmocka_unit_test(what_cannot),
        cmocka_unit_test(programs_with_privileges),
        cmocka_unit_test(scripts_of_scripts_end),
        cmocka_unit_test(what_is_preloaded_already_stays),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
