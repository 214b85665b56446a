/* SPDX-License-Identifier: MIT
 *
 * What is said between the pair runner and a worker that is one process of a pair. Each message is its length in 8 bytes, then the
 * message.
 *
 *     runner  --- job -----------------> worker      sets up
 *             <-- answer (ready) --------
 *             --- request CALIBRATE ---->            finds a count, or takes the given one; warms up
 *             <-- answer ----------------
 *             --- request SLICE -------->            some iterations untimed, then the slice
 *             <-- answer ----------------            ... as often as there are slices
 *             --- request FINISH ------->            verifies, tears down
 *             <-- report (job.h) --------
 *
 * A worker that fails sends its report, with the reason, in place of any answer.
 */
#ifndef SPB_PAIR_MESSAGE_H
#define SPB_PAIR_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "strbuf.h"

enum spb_pair_request_kind { SPB_PAIR_CALIBRATE, SPB_PAIR_SLICE, SPB_PAIR_FINISH };

struct spb_pair_request {
    enum spb_pair_request_kind kind;
    uint64_t iterations; /* of the slice; CALIBRATE: 0 to find them */
    uint64_t untimed;    /* SLICE: iterations before it */
    uint64_t target_ns;  /* CALIBRATE: how long a slice should last */
    uint64_t
        iteration_ns; /* CALIBRATE: how long one takes, where an earlier process of the row has found it; 0: not known */
};

/* Of iterations and nanoseconds: two slices of them, lengthened, still fit into what the file of an experiment holds. */
#define SPB_PAIR_NUMBER_MAX ((uint64_t)INT64_MAX / 4)

struct spb_pair_answer {
    uint64_t iterations;    /* CALIBRATE; at most SPB_PAIR_NUMBER_MAX */
    uint64_t elapsed_ns;    /* SLICE: that; CALIBRATE: of one iteration; at most SPB_PAIR_NUMBER_MAX */
    uint64_t marks;         /* SLICE */
    uint64_t shared_bytes;  /* of memory that both processes see; ready */
    uint64_t shared_hash;   /* of what stands in it */
    uint64_t private_bytes; /* of memory that should be shared and is not; ready */
};

/* Each as one framed message. */
void spb_pair_request_encode(const struct spb_pair_request *request, struct spb_strbuf *out);
void spb_pair_answer_encode(const struct spb_pair_answer *answer, struct spb_strbuf *out);

/* The length of the first framed message in `bytes` with its frame; 0: it is not whole yet. Larger than any message: SIZE_MAX. */
size_t spb_pair_frame_length(const char *bytes, size_t length);

/* Of the message without its frame. 0, or -EBADMSG: hostile input is expected. */
int spb_pair_request_decode(const char *bytes, size_t length, struct spb_pair_request *request);
int spb_pair_answer_decode(const char *bytes, size_t length, struct spb_pair_answer *answer);

#endif
