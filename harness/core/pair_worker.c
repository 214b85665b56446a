/* SPDX-License-Identifier: MIT */
#include "pair_worker.h"

#include <errno.h>
#include <stdlib.h>

#include "file.h"
#include "pair_message.h"

/* Slices of a pair are some dozen; more than any runner asks for. */
enum { SLICES_MAX = 4096, REQUEST_BYTES_MAX = 256, WARM_UP_PARTS = 4 };

static int receive(int fd, struct spb_pair_request *request, struct spb_error *err)
{
    char bytes[REQUEST_BYTES_MAX];
    uint64_t length = 0;
    int code = spb_file_read_all(fd, &length, sizeof(length));
    if (code == 0 && length > sizeof(bytes))
        code = -EBADMSG;
    if (code == 0)
        code = spb_file_read_all(fd, bytes, (size_t)length);
    if (code == 0)
        code = spb_pair_request_decode(bytes, (size_t)length, request);
    return code == 0 ? 0 : spb_error_system(err, code, "no request from the runner");
}

static int answer(int fd, const struct spb_pair_answer *content, struct spb_error *err)
{
    struct spb_strbuf out = {0};
    spb_pair_answer_encode(content, &out);
    int code = out.failed ? -ENOMEM : spb_file_write_all(fd, out.text, out.length);
    spb_strbuf_release(&out);
    return code == 0 ? 0 : spb_error_system(err, code, "an answer cannot be sent");
}

static int say_ready(const struct spb_measurement *m, int fd, struct spb_error *err)
{
    const struct spb_memory_pool *pool = &m->options->bench->pool;
    struct spb_pair_answer content = {.shared_bytes = spb_memory_pool_shared_bytes(pool),
                                      .shared_hash = spb_memory_pool_shared_hash(pool),
                                      .private_bytes = pool->private_bytes};
    return answer(fd, &content, err);
}

static int calibrate(struct spb_measurement *m, const struct spb_pair_request *request, struct spb_pair_answer *content,
                     struct spb_error *err)
{
    m->iterations = request->iterations;
    m->iteration_ns = request->iteration_ns;
    spb_measurement_aim(m, request->target_ns);
    int code = spb_measurement_calibrate(m, err);
    uint64_t slice = m->iterations;
    /* In parts of a slice, since it takes ten times to see that the time has settled. */
    m->iterations = slice / WARM_UP_PARTS + 1;
    if (code == 0)
        spb_measurement_warm_up(m);
    m->iterations = slice;
    spb_team_reset(m->options->team);
    *content = (struct spb_pair_answer){.iterations = m->iterations, .elapsed_ns = m->iteration_ns};
    return code;
}

static int slice(struct spb_measurement *m, const struct spb_pair_request *request, struct spb_pair_answer *content,
                 struct spb_error *err)
{
    if (request->iterations == 0 || m->process->sample_count == m->capacity)
        return spb_error_set(err, -EBADMSG, "the runner asks for more slices than there is room for, or for none");
    if (request->untimed)
        spb_measurement_run(m, request->untimed);
    m->iterations = request->iterations;
    m->options->bench->sampling = true;
    spb_measurement_take(m);
    const struct spb_sample *sample = &m->process->samples[m->process->sample_count - 1];
    *content = (struct spb_pair_answer){
        .iterations = sample->iterations, .elapsed_ns = sample->elapsed_ns, .marks = sample->marks};
    return 0;
}

/* What stands in shared memory is from whichever process was the last: verification is to see this one's work. */
static int finish(const struct spb_measurement *m)
{
    if (spb_memory_pool_shared_bytes(&m->options->bench->pool))
        spb_measurement_run(m, 1);
    return spb_measurement_stopped(m) ? -ECANCELED : 0;
}

static int serve(struct spb_measurement *m, int fd, struct spb_error *err)
{
    int code = say_ready(m, fd, err);
    while (code == 0) {
        struct spb_pair_request request = {.kind = SPB_PAIR_FINISH};
        struct spb_pair_answer content = {0};
        code = receive(fd, &request, err);
        if (code == 0 && request.kind == SPB_PAIR_FINISH)
            return finish(m);
        if (code < 0)
            break;
        code = request.kind == SPB_PAIR_CALIBRATE ? calibrate(m, &request, &content, err)
                                                  : slice(m, &request, &content, err);
        if (code == 0 && spb_measurement_stopped(m))
            code = -ECANCELED;
        if (code == 0)
            code = answer(fd, &content, err);
    }
    return code;
}

int spb_pair_worker_serve(const struct spb_measure_options *options, int fd, struct spb_process *process,
                          struct spb_error *err)
{
    struct spb_measurement m = {.options = options, .process = process, .capacity = SLICES_MAX};
    process->samples = calloc(m.capacity, sizeof(*process->samples));
    return process->samples ? serve(&m, fd, err) : spb_error_set(err, -ENOMEM, "out of memory");
}
