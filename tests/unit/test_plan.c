/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "file.h"
#include "plan.h"

enum { LINE = 256 };

static const char two_packages[] = "two_packages_smt.xml";
static const char four_nodes[] = "four_nodes.xml";
static const char hybrid[] = "hybrid.xml";
static const char restricted[] = "restricted.xml";

static struct spb_topology *open_described(const char *name)
{
    char path[4096];
    struct spb_topology *topology;
    struct spb_error err = {0};
    snprintf(path, sizeof(path), "%s/fixtures/topology/%s", getenv("SPB_TESTS"), name);
    if (spb_topology_open(&topology, strncmp(name, "synthetic:", 10) ? path : name, &err) < 0)
        fail_msg("%s", err.text);
    return topology;
}

/* "1-3,0 node 0 bound": what a plan comes to, as one line. */
static void describe_plan(const struct spb_plan *plan, char *line)
{
    struct spb_strbuf out = {0};
    spb_cpu_list_format(plan->cpus, plan->pinned ? plan->thread_count : 0, &out);
    snprintf(line, LINE, "%s node %u%s%s", spb_strbuf_text(&out), plan->numa_node, plan->memory_bound ? " bound" : "",
             plan->shared_cpus ? " shared" : "");
    spb_strbuf_release(&out);
}

static int plan_of(const struct spb_topology *topology, const char *pin, unsigned threads, char *line,
                   struct spb_error *err)
{
    struct spb_pin_policy policy;
    struct spb_plan plan;
    assert_int_equal(spb_pin_policy_parse(pin, &policy, NULL), 0);
    int code = spb_plan_make(topology, &policy, threads, &plan, err);
    if (code == 0) {
        assert_int_equal(plan.thread_count, threads);
        describe_plan(&plan, line);
    } else {
        assert_null(plan.cpus);
    }
    spb_plan_release(&plan);
    spb_pin_policy_release(&policy);
    return code;
}

static const struct {
    const char *source, *pin;
    unsigned threads;
    const char *plan;
} golden[] = {
    {two_packages, "auto", 1, "1 node 0 bound"},
    {two_packages, "auto", 3, "1-3 node 0 bound"},
    {two_packages, "auto", 4, "1-3,0 node 0 bound"},
    {two_packages, "auto", 6, "1-3,0,4-5 node 0"},
    {two_packages, "auto", 10, "1-3,0,4-7,9-10 node 0"},
    {two_packages, "auto", 16, "1-3,0,4-7,9-11,8,12-15 node 0"},
    {two_packages, "auto", 18, "1-3,0,4-7,9-11,8,12-15,1-2 node 0 shared"},
    {two_packages, "compact", 1, "0 node 0 bound"},
    {two_packages, "compact", 3, "0,8,1 node 0 bound"},
    {two_packages, "compact", 9, "0,8,1,9,2,10,3,11,4 node 0"},
    {two_packages, "scatter", 1, "0 node 0 bound"},
    {two_packages, "scatter", 2, "0,4 node 0"},
    {two_packages, "scatter", 4, "0,4,1,5 node 0"},
    {two_packages, "scatter", 10, "0,4,1,5,2,6,3,7-8,12 node 0"},
    {two_packages, "numa=1", 3, "4-6 node 1 bound"},
    {two_packages, "numa=0", 5, "1-3,0,9 node 0 bound"},
    {two_packages, "numa=1", 9, "4-7,12-15,4 node 1 bound shared"},
    {two_packages, "cpus=12,4", 1, "12 node 1 bound"},
    {two_packages, "cpus=12,3", 2, "12,3 node 1"},
    {two_packages, "none", 4, " node 0"},
    {four_nodes, "auto", 2, "1,0 node 0 bound"},
    {four_nodes, "auto", 5, "1,0,2-4 node 0"},
    {four_nodes, "compact", 3, "0-2 node 0"},
    {four_nodes, "scatter", 4, "0,4,2,6 node 0"},
    {four_nodes, "scatter", 8, "0,4,2,6,1,5,3,7 node 0"},
    {four_nodes, "numa=2", 2, "4-5 node 2 bound"},
    {hybrid, "auto", 1, "2 node 0"},
    {hybrid, "auto", 2, "2,0 node 0"},
    {hybrid, "auto", 6, "2,0,4-7 node 0"},
    {hybrid, "auto", 8, "2,0,4-7,3,1 node 0"},
    {hybrid, "compact", 3, "0-2 node 0"},
    {hybrid, "scatter", 8, "0,2,4-7,1,3 node 0"},
    {hybrid, "numa=0", 2, "2,0 node 0 bound"},
    {restricted, "auto", 1, "3 node 0"},
    {restricted, "auto", 4, "3-4,1,5 node 0"},
    {restricted, "auto", 5, "3-4,1,5,3 node 0 shared"},
    {restricted, "compact", 4, "1,3-5 node 0"},
    {restricted, "scatter", 4, "1,3-5 node 0"},
    {restricted, "cpus=5,1", 2, "5,1 node 0"},
    {"synthetic:pu:1", "auto", 1, "0 node 0"},
    {"synthetic:pu:1", "scatter", 3, "0,0,0 node 0 shared"},
    {"synthetic:pu:1", "numa=0", 1, "0 node 0 bound"},
    {"synthetic:pu:4", "auto", 4, "1-3,0 node 0"},
    {"synthetic:numa:1 pack:2 core:2 pu:1", "scatter", 4, "0,2,1,3 node 0"},
};

static void plans_are_as_documented(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(golden) / sizeof(golden[0]); i++) {
        struct spb_topology *topology = open_described(golden[i].source);
        char line[LINE] = "";
        struct spb_error err = {0};
        if (plan_of(topology, golden[i].pin, golden[i].threads, line, &err) < 0 || strcmp(line, golden[i].plan) != 0)
            fail_msg("%s --pin %s, %u threads: '%s' is not '%s' %s", golden[i].source, golden[i].pin, golden[i].threads,
                     line, golden[i].plan, err.text);
        spb_topology_close(topology);
    }
}

static void a_node_that_the_cpuset_cuts_short_comes_last(void **state)
{
    (void)state;
    struct spb_strbuf xml = {0};
    char path[] = "/tmp/spb_plan_XXXXXX";
    assert_int_equal(spb_file_read(getenv("SPB_TESTS"), "fixtures/topology/four_nodes.xml", 0, &xml), 0);
    static const char all[] = "allowed_cpuset=\"0x000000ff\"";
    char *allowed = strstr(xml.text, all);
    assert_non_null(allowed);
    allowed[sizeof(all) - 3] = 'd'; /* without CPU 1 */
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(spb_file_write_all(fd, xml.text, xml.length), 0);
    close(fd);
    struct spb_topology *topology;
    assert_int_equal(spb_topology_open(&topology, path, NULL), 0);
    unlink(path);
    char line[LINE];
    assert_int_equal(plan_of(topology, "auto", 7, line, NULL), 0);
    assert_string_equal(line, "2-7,0 node 1");
    assert_int_equal(plan_of(topology, "auto", 2, line, NULL), 0);
    assert_string_equal(line, "2-3 node 1 bound");
    spb_topology_close(topology);
    spb_strbuf_release(&xml);
}

static void what_cannot_be_says_what_can(void **state)
{
    (void)state;
    static const struct {
        const char *source, *pin;
        unsigned threads;
        const char *text;
    } bad[] = {
        {restricted, "cpus=1,2", 1, "CPU 2 does not exist here or is not allowed; allowed: 1,3-5"},
        {restricted, "cpus=1,6", 1, "CPU 6 does not exist here or is not allowed; allowed: 1,3-5"},
        {two_packages, "cpus=99", 1, "CPU 99 does not exist here or is not allowed; allowed: 0-15"},
        {two_packages, "cpus=1,2", 3, "3 threads do not fit on the 2 CPUs given; name one for each thread"},
        {two_packages, "numa=2", 1, "NUMA node 2 does not exist here or has no allowed CPU; those that have: 0,1"},
        {"synthetic:pu:1", "auto", 0, "0 threads: take 1 to 4096"},
        {"synthetic:pu:1", "auto", 4097, "4097 threads: take 1 to 4096"},
        {"synthetic:pu:1", "none", 0, "0 threads: take 1 to 4096"},
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct spb_topology *topology = open_described(bad[i].source);
        char line[LINE];
        struct spb_error err = {0};
        assert_int_equal(plan_of(topology, bad[i].pin, bad[i].threads, line, &err), -EINVAL);
        assert_string_equal(err.text, bad[i].text);
        spb_topology_close(topology);
    }
}

static void policies_are_read(void **state)
{
    (void)state;
    struct spb_pin_policy policy;
    assert_int_equal(spb_pin_policy_parse("numa=3", &policy, NULL), 0);
    assert_int_equal(policy.kind, SPB_PIN_NUMA);
    assert_int_equal(policy.numa_node, 3);
    assert_int_equal(spb_pin_policy_parse("cpus=3,0-1", &policy, NULL), 0);
    assert_int_equal(policy.kind, SPB_PIN_CPUS);
    assert_int_equal(policy.cpu_count, 3);
    assert_int_equal(policy.cpus[0].os_index, 3);
    assert_int_equal(policy.cpus[2].os_index, 1);
    spb_pin_policy_release(&policy);
}

static void policies_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",        "Auto",     "autos", "numa",    "numa=",    "numa=x",   "numa=-1",
                                      "numa=1k", "numa=0,1", "cpus=", "cpus=1,", "cpus=1-0", "cpus=0,0", "cpus"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct spb_pin_policy policy;
        struct spb_error err = {0};
        if (spb_pin_policy_parse(bad[i], &policy, &err) != -EINVAL)
            fail_msg("'%s' was taken", bad[i]);
        assert_true(strlen(err.text) > 0);
        spb_pin_policy_release(&policy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plans_are_as_documented),
        cmocka_unit_test(a_node_that_the_cpuset_cuts_short_comes_last),
        cmocka_unit_test(what_cannot_be_says_what_can),
        cmocka_unit_test(policies_are_read),
        cmocka_unit_test(policies_that_are_none_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
