/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "file.h"
#include "plan.h"
#include "random.h"
#include "topology.h"

static const char *const fixtures[] = {"xeon_vm.xml", "two_packages_smt.xml", "four_nodes.xml", "hybrid.xml",
                                       "restricted.xml"};
enum { FIXTURE_COUNT = sizeof(fixtures) / sizeof(fixtures[0]) };

static struct spb_topology *open_source(const char *source)
{
    struct spb_topology *topology;
    struct spb_error err = {0};
    if (spb_topology_open(&topology, source, &err) < 0)
        fail_msg("%s", err.text);
    return topology;
}

static struct spb_topology *open_fixture(const char *name)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/fixtures/topology/%s", getenv("SPB_TESTS"), name);
    return open_source(path);
}

/* A file with these bytes; the path, of at least 32 bytes, is the caller's to unlink. */
static void write_temporary(char *path, const void *bytes, size_t length)
{
    strcpy(path, "/tmp/spb_topology_XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(spb_file_write_all(fd, bytes, length), 0);
    close(fd);
}

/* ---- what is read ----------------------------------------------------------------------------------------------- */

static void counts_are_right(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        unsigned packages, cores, pus, allowed, nodes, kinds;
        bool smt;
    } known[] = {
        {"xeon_vm.xml", 1, 2, 2, 2, 1, 1, false},    {"two_packages_smt.xml", 2, 8, 16, 16, 2, 0, true},
        {"four_nodes.xml", 2, 8, 8, 8, 4, 0, false}, {"hybrid.xml", 1, 6, 8, 8, 1, 2, true},
        {"restricted.xml", 1, 3, 6, 4, 1, 0, true},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        struct spb_topology *topology = open_fixture(known[i].name);
        size_t pus, nodes, kinds;
        spb_topology_pus(topology, &pus);
        spb_topology_numa_nodes(topology, &nodes);
        spb_topology_core_kinds(topology, &kinds);
        assert_false(spb_topology_is_live(topology));
        assert_int_equal(spb_topology_packages(topology), known[i].packages);
        assert_int_equal(spb_topology_cores(topology), known[i].cores);
        assert_int_equal(spb_topology_allowed_pus(topology), known[i].allowed);
        assert_int_equal(spb_topology_has_smt(topology), known[i].smt);
        assert_int_equal(pus, known[i].pus);
        assert_int_equal(nodes, known[i].nodes);
        assert_int_equal(kinds, known[i].kinds);
        spb_topology_close(topology);
    }
}

static void siblings_numbered_apart_are_one_core(void **state)
{
    (void)state;
    struct spb_topology *topology = open_fixture("two_packages_smt.xml");
    size_t count;
    const struct spb_pu *pus = spb_topology_pus(topology, &count);
    assert_int_equal(pus[9].cpu.os_index, 12);
    assert_int_equal(pus[9].core, 4);
    assert_int_equal(pus[9].package, 1);
    assert_int_equal(pus[9].numa_node, 1);
    assert_int_equal(pus[9].smt_index, 1);
    assert_true(pus[9].allowed);
    const struct spb_numa_node *nodes = spb_topology_numa_nodes(topology, &count);
    assert_int_equal(nodes[1].os_index, 1);
    assert_int_equal(nodes[1].pu_count, 8);
    assert_true(nodes[1].memory_bytes == UINT64_C(64) << 30);
    spb_topology_close(topology);
}

static void core_kinds_rank_the_fast_ones_higher(void **state)
{
    (void)state;
    struct spb_topology *topology = open_fixture("hybrid.xml");
    size_t count;
    const struct spb_core_kind *kinds = spb_topology_core_kinds(topology, &count);
    assert_string_equal(kinds[0].name, "IntelAtom");
    assert_int_equal(kinds[0].pu_count, 4);
    assert_string_equal(kinds[1].name, "IntelCore");
    assert_int_equal(kinds[1].efficiency, 1);
    const struct spb_pu *pus = spb_topology_pus(topology, &count);
    assert_int_equal(pus[0].efficiency, 1);
    assert_int_equal(pus[7].efficiency, 0);
    spb_topology_close(topology);
}

static void caches_are_grouped(void **state)
{
    (void)state;
    static const struct spb_cache known[] = {
        {1, 'd', 48 << 10, 64, 2, 2}, {1, 'd', 32 << 10, 64, 4, 1}, {1, 'i', 32 << 10, 64, 2, 2},
        {1, 'i', 64 << 10, 64, 4, 1}, {2, 'u', 2 << 20, 64, 2, 2},  {2, 'u', 2 << 20, 64, 1, 4},
        {3, 'u', 12 << 20, 64, 1, 8},
    };
    struct spb_topology *topology = open_fixture("hybrid.xml");
    size_t count;
    const struct spb_cache *caches = spb_topology_caches(topology, &count);
    assert_int_equal(count, sizeof(known) / sizeof(known[0]));
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(caches[i].level, known[i].level);
        assert_int_equal(caches[i].kind, known[i].kind);
        assert_int_equal(caches[i].size_bytes, known[i].size_bytes);
        assert_int_equal(caches[i].line_bytes, known[i].line_bytes);
        assert_int_equal(caches[i].count, known[i].count);
        assert_int_equal(caches[i].shared_by_pus, known[i].shared_by_pus);
    }
    spb_topology_close(topology);
}

static void disallowed_pus_are_listed_and_marked(void **state)
{
    (void)state;
    static const bool allowed[] = {false, true, false, true, true, true}; /* 6 and 7 are offline */
    struct spb_topology *topology = open_fixture("restricted.xml");
    size_t count;
    const struct spb_pu *pus = spb_topology_pus(topology, &count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(pus[i].cpu.os_index, i);
        assert_int_equal(pus[i].allowed, allowed[i]);
    }
    spb_topology_close(topology);
}

static void a_bare_description_is_enough(void **state)
{
    (void)state;
    struct spb_topology *topology = open_source("synthetic:pu:4");
    size_t count;
    spb_topology_caches(topology, &count);
    assert_int_equal(count, 0);
    assert_int_equal(spb_topology_packages(topology), 1);
    assert_int_equal(spb_topology_cores(topology), 4);
    assert_false(spb_topology_has_smt(topology));
    spb_topology_close(topology);
}

/* ---- the live machine ------------------------------------------------------------------------------------------- */

static void live_allows_what_the_affinity_allows(void **state)
{
    (void)state;
    cpu_set_t set;
    struct spb_topology *topology = open_source(NULL);
    size_t count;
    const struct spb_pu *pus = spb_topology_pus(topology, &count);
    assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
    assert_true(spb_topology_is_live(topology));
    assert_int_equal(spb_topology_allowed_pus(topology), CPU_COUNT(&set));
    for (size_t i = 0; i < count; i++)
        assert_int_equal(pus[i].allowed, CPU_ISSET(pus[i].cpu.os_index, &set) != 0);
    spb_topology_close(topology);
}

static void live_respects_an_affinity_of_one_cpu(void **state)
{
    (void)state;
    cpu_set_t before, one;
    CPU_ZERO(&one);
    assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
    CPU_SET((size_t)sched_getcpu(), &one);
    assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
    unsigned cpu = (unsigned)sched_getcpu();
    struct spb_topology *topology = open_source(NULL);
    struct spb_plan plan;
    assert_int_equal(spb_topology_allowed_pus(topology), 1);
    assert_int_equal(spb_plan_make(topology, &(struct spb_pin_policy){.kind = SPB_PIN_SCATTER}, 2, &plan, NULL), 0);
    assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
    assert_int_equal(plan.cpus[0].os_index, cpu);
    assert_int_equal(plan.cpus[1].os_index, cpu);
    assert_true(plan.shared_cpus);
    spb_plan_release(&plan);
    spb_topology_close(topology);
}

static void another_machine_in_the_environment_is_not_live(void **state)
{
    (void)state;
    struct spb_topology *topology;
    struct spb_error err = {0};
    setenv("HWLOC_SYNTHETIC", "pack:2 core:4 pu:2", 1);
    int code = spb_topology_open(&topology, NULL, &err);
    unsetenv("HWLOC_SYNTHETIC");
    assert_int_equal(code, -EINVAL);
    assert_null(topology);
    assert_non_null(strstr(err.text, "unset it"));
}

/* ---- what is refused -------------------------------------------------------------------------------------------- */

/* The error of a source that must be refused with nothing printed. */
static void check_refused(const char *source, const char *expected)
{
    struct spb_topology *topology;
    struct spb_error err = {0};
    char path[32];
    write_temporary(path, "", 0);
    setenv("HWLOC_XML_VERBOSE", "1", 1);
    setenv("HWLOC_SYNTHETIC_VERBOSE", "1", 1);
    int keep = dup(STDERR_FILENO);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_true(dup2(fd, STDERR_FILENO) >= 0);
    int code = spb_topology_open(&topology, source, &err);
    long printed = lseek(STDERR_FILENO, 0, SEEK_END);
    dup2(keep, STDERR_FILENO);
    close(keep);
    close(fd);
    unlink(path);
    assert_int_equal(code, -EINVAL);
    assert_null(topology);
    assert_int_equal(printed, 0);
    if (strncmp(err.text, source, strlen(source)) != 0 || !strstr(err.text, expected))
        fail_msg("'%s' has no '%s' or does not begin with the source", err.text, expected);
}

static void check_xml_refused(const char *xml, size_t length, const char *expected)
{
    char path[32];
    write_temporary(path, xml, length);
    check_refused(path, expected);
    unlink(path);
}

static void unreadable_files_are_named(void **state)
{
    (void)state;
    check_refused("/nonexistent/machine.xml", "No such file or directory");
    check_refused("/tmp", "cannot be read (Is a directory); name a file of hwloc XML");
    check_refused("", "cannot be read");
    check_xml_refused("", 0, "write one with 'lstopo --of xml FILE'");
    check_xml_refused("hello", 5, "write one with 'lstopo --of xml FILE'");
    check_xml_refused("<topology version=\"2.0\"></topology>", 35, "write one with 'lstopo --of xml FILE'");
}

static void entities_are_refused(void **state)
{
    (void)state;
    struct spb_strbuf xml = {0};
    assert_int_equal(spb_file_read(getenv("SPB_TESTS"), "fixtures/topology/xeon_vm.xml", 0, &xml), 0);
    spb_strbuf_append(&xml, "<!ENTITY x SYSTEM \"http://127.0.0.1/x\">");
    check_xml_refused(xml.text, xml.length, "write one with");
    spb_strbuf_release(&xml);
}

/* A sign from a handler that ran in a child. */
static volatile sig_atomic_t *handler_ran;

static void note_and_leave(int number)
{
    (void)number;
    *handler_ran = 1;
    _exit(1);
}

static void append_nesting(struct spb_strbuf *xml)
{
    spb_strbuf_append(xml,
                      "<?xml version=\"1.0\"?>\n<topology version=\"2.0\">\n<object type=\"Machine\" os_index=\"0\" "
                      "cpuset=\"0x1\" complete_cpuset=\"0x1\" nodeset=\"0x1\" complete_nodeset=\"0x1\">\n");
    for (int i = 0; i < 200000; i++)
        spb_strbuf_append(xml, "<object type=\"Group\" cpuset=\"0x1\" nodeset=\"0x1\">\n");
}

/* hwloc's parser recurses until the stack ends: without a process of its own it would take the program with it, and in
 * that process the program's own handler must not run. */
static void nesting_without_end_is_refused(void **state)
{
    (void)state;
    static char stack[65536];
    struct spb_strbuf xml = {0};
    struct sigaction before, noting = {.sa_handler = note_and_leave, .sa_flags = SA_ONSTACK};
    stack_t stack_before, other = {.ss_sp = stack, .ss_size = sizeof(stack)};
    append_nesting(&xml);
    handler_ran = mmap(NULL, sizeof(*handler_ran), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(handler_ran != MAP_FAILED);
    assert_int_equal(sigaltstack(&other, &stack_before), 0);
    assert_int_equal(sigaction(SIGSEGV, &noting, &before), 0);
    check_xml_refused(xml.text, xml.length, "damaged");
    sigaction(SIGSEGV, &before, NULL);
    sigaltstack(&stack_before, NULL);
    assert_int_equal(*handler_ran, 0);
    munmap((void *)handler_ran, sizeof(*handler_ran));
    spb_strbuf_release(&xml);
}

static void files_without_end_are_refused(void **state)
{
    (void)state;
    char path[32];
    write_temporary(path, "", 0);
    assert_int_equal(truncate(path, (off_t)65 << 20), 0);
    check_refused(path, "larger than 64 MiB");
    unlink(path);
    check_refused("/dev/zero", "larger than 64 MiB");
}

static void descriptions_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"synthetic:",        "synthetic:nonsense",
                                      "synthetic:core:0",  "synthetic:pack:2 core:",
                                      "synthetic:pack:-1", "synthetic:pu:4 core:2"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        check_refused(bad[i], "write it like 'synthetic:pack:2 l3:1 core:4 pu:2'");
    check_refused("synthetic:core:400000000 pu:4", "more than 8192 CPUs");
    check_refused("synthetic:core:4294967296 pu:1", "more than 8192 CPUs");
    check_refused("synthetic:8 [numa(memory=1GB)] 512 pu:3", "more than 8192 CPUs");
}

/* ---- damage ----------------------------------------------------------------------------------------------------- */

/* Whether it is taken is hwloc's matter; if it is, what we give out must hold together. */
static void open_damaged(const char *bytes, size_t length)
{
    static const enum spb_pin_kind kinds[] = {SPB_PIN_AUTO, SPB_PIN_COMPACT, SPB_PIN_SCATTER};
    char path[32];
    struct spb_topology *topology;
    struct spb_error err = {0};
    write_temporary(path, bytes, length);
    int code = spb_topology_open(&topology, path, &err);
    unlink(path);
    if (code) {
        assert_int_equal(code, -EINVAL);
        assert_true(strncmp(err.text, path, strlen(path)) == 0);
        return;
    }
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct spb_plan plan;
        if (spb_plan_make(topology, &(struct spb_pin_policy){.kind = kinds[i]}, 9, &plan, NULL) == 0)
            spb_plan_release(&plan);
    }
    spb_topology_close(topology);
}

static void damaged_files_never_crash(void **state)
{
    (void)state;
    struct spb_random random = {1};
    for (int f = 0; f < FIXTURE_COUNT; f++) {
        struct spb_strbuf xml = {0};
        char name[64];
        snprintf(name, sizeof(name), "fixtures/topology/%s", fixtures[f]);
        assert_int_equal(spb_file_read(getenv("SPB_TESTS"), name, 0, &xml), 0);
        for (int i = 0; i < 30; i++)
            open_damaged(xml.text, spb_random_below(&random, xml.length));
        for (int i = 0; i < 120; i++) {
            size_t at = spb_random_below(&random, xml.length);
            char old = xml.text[at];
            xml.text[at] = (char)(old ^ 1 << spb_random_below(&random, 8));
            open_damaged(xml.text, xml.length);
            if (i % 4) /* the rest of the damage stays and adds up */
                xml.text[at] = old;
        }
        spb_strbuf_release(&xml);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_right),
        cmocka_unit_test(siblings_numbered_apart_are_one_core),
        cmocka_unit_test(core_kinds_rank_the_fast_ones_higher),
        cmocka_unit_test(caches_are_grouped),
        cmocka_unit_test(disallowed_pus_are_listed_and_marked),
        cmocka_unit_test(a_bare_description_is_enough),
        cmocka_unit_test(live_allows_what_the_affinity_allows),
        cmocka_unit_test(live_respects_an_affinity_of_one_cpu),
        cmocka_unit_test(another_machine_in_the_environment_is_not_live),
        cmocka_unit_test(unreadable_files_are_named),
        cmocka_unit_test(entities_are_refused),
        cmocka_unit_test(nesting_without_end_is_refused),
        cmocka_unit_test(files_without_end_are_refused),
        cmocka_unit_test(descriptions_that_are_none_are_refused),
        cmocka_unit_test(damaged_files_never_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
