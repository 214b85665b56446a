/* SPDX-License-Identifier: MIT
 *
 * Prints the report of a profile that has everything, for its schema. */
#include <stdio.h>

#include "profile_report.h"
#include "profile_sample.h"

/* A function of the kernel without a source, and time enough in malloc for advice. */
static void add_more(struct spb_profile *profile)
{
    static const char *const names[][2] = {{"[kernel]", "asm_exc_page_fault"}, {"/lib/libc.so.6", "malloc"}};
    for (size_t i = 0; i < 2; i++) {
        uint32_t module =
            spb_profile_module(profile, &(struct spb_profile_module){.path = spb_profile_string(profile, names[i][0])});
        uint32_t function = spb_profile_function(
            profile,
            &(struct spb_profile_function){.name = spb_profile_string(profile, names[i][1]), .module = module});
        uint32_t node = spb_profile_child(profile, 1, sample_frame(profile, function, 0, 0x10, false));
        spb_profile_add(profile, node, 0, (const int64_t[]){50, 500});
    }
    spb_profile_set_fact_text(profile, "engine", "perf");
    spb_profile_set_fact_text(profile, "call-graph", "frame pointers");
    spb_profile_set_fact_text(profile, "command", "demo --fast");
    spb_profile_set_fact(profile, "frequency", 997, "Hz");
    *spb_profile_timeline_at(profile, "cpu", SPB_PROFILE_NONE, 500, 1) = 400;
}

int main(void)
{
    struct spb_profile *profile = sample_profile();
    struct spb_strbuf out = {0};
    if (!profile)
        return 1;
    add_more(profile);
    const struct spb_profile_report report = {
        .profile = profile, .title = "demo.pb.gz", .filter = {.type = 1, .focus = "main", .thread = "*"}};
    int code = spb_profile_report_json(&report, &out, NULL);
    if (code == 0)
        fputs(spb_strbuf_text(&out), stdout);
    spb_strbuf_release(&out);
    spb_profile_destroy(profile);
    return code ? 1 : 0;
}
