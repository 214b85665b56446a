/* SPDX-License-Identifier: MIT */
#include "cpu_profiler.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "cpu_session.h"
#include "perf_engine.h"
#include "timer_engine.h"

static uint64_t own_cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int64_t utc_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static const char *call_graph_name(const struct spb_cpu_profiler_options *options)
{
    static const char *const names[] = {"frame pointers", "dwarf", "none"};
    return names[options->call_graph];
}

static void add_facts(const struct spb_cpu_profiler_options *options, const struct spb_engine_report *report,
                      uint64_t sampling_cpu_ns, struct spb_profile *profile)
{
    spb_profile_set_fact_text(profile, "engine", report->engine);
    spb_profile_set_fact_text(profile, "event", report->event);
    spb_profile_set_fact_text(profile, "call-graph", call_graph_name(options));
    spb_profile_set_fact(profile, "frequency", options->frequency_hz ? options->frequency_hz : 997, "Hz");
    spb_profile_set_fact(profile, "profiler-cpu", (double)sampling_cpu_ns, "nanoseconds");
    if (*report->kernel)
        spb_profile_set_fact_text(profile, "kernel", report->kernel);
    if (*report->note)
        spb_profile_set_fact_text(profile, "note", report->note);
}

/* What perf events may lack, timers may do, as long as the command has not been let go: what fails later is not the events' fault. */
static bool may_fall_back(const struct spb_target *target, const struct spb_cpu_profiler_options *options, int code)
{
    return options->engine == SPB_ENGINE_AUTO && target->gate_fd >= 0 && !options->event && !options->off_cpu &&
           (code == -EACCES || code == -EPERM || code == -ENOTSUP);
}

/* *reason: why it is not the engine that comes first. */
static int run_engine(struct spb_target *target, const struct spb_cpu_profiler_options *options,
                      struct spb_cpu_session *session, struct spb_engine_report *report, int *exit_code,
                      struct spb_error *reason, struct spb_error *err)
{
    struct spb_error why_not = {{0}};
    if (options->engine == SPB_ENGINE_TIMER)
        return spb_timer_engine_run(target, options, session, report, exit_code, err);
    int code = spb_perf_engine_run(target, options, session, report, exit_code, reason);
    if (code && !may_fall_back(target, options, code))
        return spb_error_set(err, code, "%s", reason->text);
    if (code == 0)
        return 0;
    *report = (struct spb_engine_report){.note = ""};
    int timer_code = spb_timer_engine_run(target, options, session, report, exit_code, &why_not);
    if (timer_code == -ENOTSUP)
        return spb_error_set(err, code, "%s; and timers in the program will not do: %s", reason->text, why_not.text);
    return timer_code ? spb_error_set(err, timer_code, "%s", why_not.text) : 0;
}

int spb_cpu_profile(struct spb_target *target, const struct spb_cpu_profiler_options *options,
                    struct spb_profile **profile, int *exit_code, struct spb_error *err)
{
    struct spb_cpu_session *session;
    struct spb_engine_report report = {.note = ""};
    struct spb_error reason = {{0}};
    int64_t begun_ns = utc_ns();
    uint64_t cpu_ns = own_cpu_ns();
    *profile = NULL;
    *exit_code = 0;
    if (spb_cpu_session_create(options, &session) < 0)
        return spb_error_system(err, -ENOMEM, "the profile");
    int code = run_engine(target, options, session, &report, exit_code, &reason, err);
    uint64_t sampling_cpu_ns = own_cpu_ns() - cpu_ns;
    if (code == 0)
        code = spb_cpu_session_finish(session, report.value, report.unit, profile, err);
    if (code == 0) {
        (*profile)->time_ns = begun_ns;
        (*profile)->duration_ns = report.end_ns - report.begin_ns;
        (*profile)->period = 1000000000 / (options->frequency_hz ? options->frequency_hz : 997);
        (*profile)->period_type = (struct spb_profile_value_type){spb_profile_string(*profile, report.value),
                                                                  spb_profile_string(*profile, report.unit)};
        add_facts(options, &report, sampling_cpu_ns, *profile);
        if (*reason.text)
            spb_profile_set_fact_text(*profile, "engine-reason", reason.text);
    }
    spb_cpu_session_destroy(session);
    return code;
}
