/* SPDX-License-Identifier: MIT
 *
 *     profiled ENGINE FREQUENCY CALL_GRAPH REPORT COMMAND [ARGUMENT...]
 *
 * Runs a command under the CPU profiler and writes what came out, a line each, for scripts: "function NAME SELF_NS TOTAL_NS", "thread PID TID NAME NS", "fact NAME VALUE". Ends
 * with the command's exit code.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu_profiler.h"
#include "cpu_session.h"
#include "profile_view.h"

static void write_functions(FILE *out, const struct spb_profile *profile)
{
    struct spb_profile_top top;
    if (spb_profile_top(profile, &(struct spb_profile_filter){.type = SPB_VALUE_CPU}, SPB_BY_FUNCTION, &top, NULL) < 0)
        return;
    for (size_t i = 0; i < top.count; i++)
        fprintf(out, "function %s %" PRId64 " %" PRId64 "\n", top.entries[i].name, top.entries[i].self,
                top.entries[i].total);
    spb_profile_top_release(&top);
}

static void write_threads(FILE *out, const struct spb_profile *profile)
{
    for (uint32_t thread = 0; thread < profile->thread_count; thread++) {
        int64_t cpu_ns = 0;
        for (size_t i = 0; i < profile->sample_count; i++)
            if (profile->samples[i].thread == thread)
                cpu_ns += profile->samples[i].values[SPB_VALUE_CPU];
        fprintf(out, "thread %d %d %s %" PRId64 "\n", profile->threads[thread].pid, profile->threads[thread].tid,
                spb_profile_text(profile, profile->threads[thread].name), cpu_ns);
    }
}

static void write_facts(FILE *out, const struct spb_profile *profile)
{
    for (size_t i = 0; i < profile->fact_count; i++) {
        const char *text = spb_profile_text(profile, profile->facts[i].text);
        if (*text)
            fprintf(out, "fact %s %s\n", spb_profile_text(profile, profile->facts[i].name), text);
        else
            fprintf(out, "fact %s %.0f\n", spb_profile_text(profile, profile->facts[i].name), profile->facts[i].value);
    }
}

static enum spb_cpu_engine engine_of(const char *name)
{
    return strcmp(name, "timer") == 0  ? SPB_ENGINE_TIMER
           : strcmp(name, "perf") == 0 ? SPB_ENGINE_PERF
                                       : SPB_ENGINE_AUTO;
}

static enum spb_call_graph graph_of(const char *name)
{
    return strcmp(name, "fp") == 0      ? SPB_CALL_GRAPH_FP
           : strcmp(name, "dwarf") == 0 ? SPB_CALL_GRAPH_DWARF
                                        : SPB_CALL_GRAPH_NONE;
}

int main(int argc, char **argv)
{
    struct spb_target target;
    struct spb_profile *profile = NULL;
    struct spb_error err = {{0}};
    int exit_code = 0;
    if (argc < 6)
        return 2;
    const struct spb_cpu_profiler_options options = {.engine = engine_of(argv[1]),
                                                     .frequency_hz = (unsigned)atoi(argv[2]),
                                                     .call_graph = graph_of(argv[3]),
                                                     .agent_path = getenv("SPB_TEST_AGENT")};
    int code = spb_target_start(argv + 5, NULL, &target, &err);
    if (code == 0) {
        code = spb_cpu_profile(&target, &options, &profile, &exit_code, &err);
        spb_target_close(&target);
    }
    FILE *out = fopen(argv[4], "w");
    if (!out || code) {
        fprintf(stderr, "profiled: %s\n", err.text);
        return 125;
    }
    write_functions(out, profile);
    write_threads(out, profile);
    write_facts(out, profile);
    spb_profile_destroy(profile);
    return fclose(out) ? 125 : exit_code;
}
