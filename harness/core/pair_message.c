/* SPDX-License-Identifier: MIT */
#include "pair_message.h"

#include <errno.h>
#include <string.h>

#include "job.h"
#include "message.h"

#define REQUEST_MAGIC 0x31710052425053u
#define ANSWER_MAGIC  0x31610052425053u

static void frame(struct spb_strbuf *body, struct spb_strbuf *out)
{
    uint64_t length = body->length;
    spb_strbuf_append_bytes(out, &length, sizeof(length));
    spb_strbuf_append_bytes(out, spb_strbuf_text(body), body->length);
    out->failed |= body->failed;
    spb_strbuf_release(body);
}

void spb_pair_request_encode(const struct spb_pair_request *request, struct spb_strbuf *out)
{
    struct spb_strbuf body = {0};
    spb_message_put_u64(&body, REQUEST_MAGIC);
    spb_message_put_u64(&body, request->kind);
    spb_message_put_u64(&body, request->iterations);
    spb_message_put_u64(&body, request->untimed);
    spb_message_put_u64(&body, request->target_ns);
    spb_message_put_u64(&body, request->iteration_ns);
    frame(&body, out);
}

void spb_pair_answer_encode(const struct spb_pair_answer *answer, struct spb_strbuf *out)
{
    struct spb_strbuf body = {0};
    spb_message_put_u64(&body, ANSWER_MAGIC);
    spb_message_put_u64(&body, answer->iterations);
    spb_message_put_u64(&body, answer->elapsed_ns);
    spb_message_put_u64(&body, answer->marks);
    spb_message_put_u64(&body, answer->shared_bytes);
    spb_message_put_u64(&body, answer->shared_hash);
    spb_message_put_u64(&body, answer->private_bytes);
    frame(&body, out);
}

size_t spb_pair_frame_length(const char *bytes, size_t length)
{
    uint64_t body;
    if (length < sizeof(body))
        return 0;
    memcpy(&body, bytes, sizeof(body));
    if (body > SPB_REPORT_BYTES_MAX)
        return SIZE_MAX;
    return length - sizeof(body) >= body ? (size_t)body + sizeof(body) : 0;
}

int spb_pair_request_decode(const char *bytes, size_t length, struct spb_pair_request *request)
{
    struct spb_message_reader reader = {.next = bytes, .end = bytes + length};
    bool ours = spb_message_get_u64(&reader) == REQUEST_MAGIC;
    *request = (struct spb_pair_request){
        .kind = (enum spb_pair_request_kind)spb_message_get_bounded(&reader, SPB_PAIR_FINISH)};
    request->iterations = spb_message_get_u64(&reader);
    request->untimed = spb_message_get_u64(&reader);
    request->target_ns = spb_message_get_u64(&reader);
    request->iteration_ns = spb_message_get_u64(&reader);
    return ours && !reader.failed && reader.next == reader.end ? 0 : -EBADMSG;
}

int spb_pair_answer_decode(const char *bytes, size_t length, struct spb_pair_answer *answer)
{
    struct spb_message_reader reader = {.next = bytes, .end = bytes + length};
    bool ours = spb_message_get_u64(&reader) == ANSWER_MAGIC;
    *answer = (struct spb_pair_answer){.iterations = spb_message_get_bounded(&reader, SPB_PAIR_NUMBER_MAX)};
    answer->elapsed_ns = spb_message_get_bounded(&reader, SPB_PAIR_NUMBER_MAX);
    answer->marks = spb_message_get_u64(&reader);
    answer->shared_bytes = spb_message_get_u64(&reader);
    answer->shared_hash = spb_message_get_u64(&reader);
    answer->private_bytes = spb_message_get_u64(&reader);
    return ours && !reader.failed && reader.next == reader.end ? 0 : -EBADMSG;
}
