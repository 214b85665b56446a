/* SPDX-License-Identifier: MIT */
#include "worker_process.h"

#include <errno.h>

#include "clock.h"
#include "worker_child.h"

static const struct spb_worker_program this_program = {.fd = -1, .shared_fd = -1};

static void send_job(const struct spb_worker_child *child, const struct spb_job *job)
{
    struct spb_strbuf message = {0};
    spb_job_encode(job, &message);
    spb_worker_child_send(child, &message);
    spb_strbuf_release(&message);
}

static void judge(const struct spb_worker_child *child, const struct spb_worker_process_options *options,
                  struct spb_process *process)
{
    if (spb_worker_child_ended_well(child) &&
        spb_report_decode(spb_strbuf_text(&child->received), child->received.length, process) == 0)
        return;
    struct spb_strbuf reason = {0};
    spb_worker_child_describe_end(child, options, &reason);
    process->outcome = child->cancels ? SPB_OUTCOME_INTERRUPTED : SPB_OUTCOME_FAILED;
    process->reason = spb_strbuf_detach(&reason);
}

int spb_worker_process_run(const struct spb_job *job, const struct spb_worker_process_options *options,
                           struct spb_process *process, struct spb_error *err)
{
    struct spb_worker_child child;
    *process = (struct spb_process){0};
    uint64_t start_ns = spb_clock_now_ns();
    int code = spb_worker_child_start(&child, &this_program, err);
    if (code == 0) {
        send_job(&child, job);
        spb_worker_child_attend(&child, options, start_ns, NULL);
        judge(&child, options, process);
        process->seed = job->seed;
        process->wall_ns = spb_clock_now_ns() - start_ns;
    }
    spb_worker_child_release(&child);
    return code;
}

int spb_worker_process_ask(const struct spb_job *job, int program_fd, const struct spb_worker_process_options *options,
                           struct spb_strbuf *answer, struct spb_error *err)
{
    struct spb_worker_child child;
    const struct spb_worker_program program = {.fd = program_fd, .shared_fd = -1};
    int code = spb_worker_child_start(&child, &program, err);
    if (code == 0) {
        send_job(&child, job);
        spb_worker_child_attend(&child, options, spb_clock_now_ns(), NULL);
    }
    if (code == 0 && (!spb_worker_child_ended_well(&child) || child.received.length == 0)) {
        struct spb_strbuf reason = {0};
        spb_worker_child_describe_end(&child, options, &reason);
        code = spb_error_set(err, -ECHILD, "%s", spb_strbuf_text(&reason));
        spb_strbuf_release(&reason);
    }
    if (code == 0) {
        *answer = child.received;
        child.received = (struct spb_strbuf){0};
    }
    spb_worker_child_release(&child);
    return code;
}
