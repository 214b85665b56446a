/* SPDX-License-Identifier: MIT */
#include "pair_process.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "probe.h"

static bool has_message(const struct spb_worker_child *child)
{
    return spb_pair_frame_length(spb_strbuf_text(&child->received), child->received.length) > 0 || child->cancels > 0;
}

static bool is_canceled(const struct spb_worker_child *child)
{
    return child->cancels > 0;
}

static bool fail(struct spb_pair_process *process)
{
    struct spb_strbuf reason = {0};
    spb_worker_child_kill(&process->child);
    spb_worker_child_describe_end(&process->child, process->options, &reason);
    process->failed = true;
    process->reason = spb_strbuf_detach(&reason);
    return false;
}

/* A report in the place of an answer. */
static bool fail_with_report(struct spb_pair_process *process)
{
    if (process->report.outcome != SPB_OUTCOME_FAILED || !process->report.reason) {
        process->child.damaged = true;
        return fail(process);
    }
    process->failed = true;
    process->reason = strdup(process->report.reason);
    return false;
}

static void drop_message(struct spb_worker_child *child, size_t length)
{
    child->received.length -= length;
    memmove(child->received.text, child->received.text + length, child->received.length + 1);
}

/* As long as its time lasts, of which none passes while the other process is at work. */
static void await(struct spb_pair_process *process, bool (*enough)(const struct spb_worker_child *child))
{
    uint64_t start_ns = spb_clock_now_ns();
    spb_worker_child_attend(&process->child, process->options, start_ns - process->waited_ns, enough);
    process->waited_ns += spb_clock_now_ns() - start_ns;
}

/* Waits for the next message and takes it: an answer, or with `answer` NULL the report. */
static bool take(struct spb_pair_process *process, struct spb_pair_answer *answer)
{
    struct spb_worker_child *child = &process->child;
    await(process, has_message);
    size_t length = spb_pair_frame_length(spb_strbuf_text(&child->received), child->received.length);
    if (length == 0 || length == SIZE_MAX) {
        child->damaged = length == SIZE_MAX;
        return fail(process);
    }
    const char *body = child->received.text + sizeof(uint64_t);
    size_t body_length = length - sizeof(uint64_t);
    bool answered = answer && spb_pair_answer_decode(body, body_length, answer) == 0;
    bool reported = !answered && spb_report_decode(body, body_length, &process->report) == 0;
    drop_message(child, length);
    if (answered || (reported && !answer && process->report.outcome != SPB_OUTCOME_FAILED))
        return true;
    child->damaged = !reported;
    return reported ? fail_with_report(process) : fail(process);
}

static void send(const struct spb_pair_process *process, const struct spb_pair_request *request)
{
    struct spb_strbuf message = {0};
    spb_pair_request_encode(request, &message);
    spb_worker_child_send_framed(&process->child, &message);
    spb_strbuf_release(&message);
}

bool spb_pair_process_start(struct spb_pair_process *process, const struct spb_job *job,
                            const struct spb_worker_program *program, const struct spb_worker_process_options *options,
                            struct spb_error *err)
{
    struct spb_strbuf message = {0};
    *process = (struct spb_pair_process){.options = options};
    if (spb_worker_child_start(&process->child, program, err) < 0)
        return false;
    spb_job_encode(job, &message);
    spb_worker_child_send(&process->child, &message);
    spb_strbuf_release(&message);
    return take(process, &process->ready);
}

bool spb_pair_process_calibrate(struct spb_pair_process *process, uint64_t wanted, uint64_t target_ns,
                                uint64_t *iterations, uint64_t *iteration_ns)
{
    struct spb_pair_request request = {
        .kind = SPB_PAIR_CALIBRATE, .iterations = wanted, .target_ns = target_ns, .iteration_ns = *iteration_ns};
    struct spb_pair_answer answer;
    send(process, &request);
    if (!take(process, &answer))
        return false;
    *iterations = answer.iterations ? answer.iterations : 1;
    *iteration_ns = answer.elapsed_ns;
    return true;
}

bool spb_pair_process_slice(struct spb_pair_process *process, uint64_t iterations, uint64_t untimed,
                            uint64_t *elapsed_ns, uint32_t *marks)
{
    struct spb_pair_request request = {.kind = SPB_PAIR_SLICE, .iterations = iterations, .untimed = untimed};
    struct spb_pair_answer answer;
    send(process, &request);
    if (!take(process, &answer))
        return false;
    *elapsed_ns = answer.elapsed_ns ? answer.elapsed_ns : 1;
    *marks = (uint32_t)answer.marks & SPB_MARKS_ALL;
    return true;
}

bool spb_pair_process_finish(struct spb_pair_process *process)
{
    struct spb_pair_request request = {.kind = SPB_PAIR_FINISH};
    send(process, &request);
    if (!take(process, NULL))
        return false;
    await(process, is_canceled);
    return spb_worker_child_ended_well(&process->child) || fail(process);
}

bool spb_pair_process_canceled(const struct spb_pair_process *process)
{
    return process->child.cancels > 0;
}

void spb_pair_process_release(struct spb_pair_process *process)
{
    spb_worker_child_release(&process->child);
    spb_process_release(&process->report);
    free(process->reason);
    *process = (struct spb_pair_process){.child = SPB_WORKER_CHILD_NONE};
}
