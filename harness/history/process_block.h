/* SPDX-License-Identifier: MIT
 *
 * The processes of many looks: who they are once, what each did at each look, and which started and ended. In memory, and as
 * one stream of a blob that needs nothing else to be read.
 */
#ifndef SPB_PROCESS_BLOCK_H
#define SPB_PROCESS_BLOCK_H

#include "byte_stream.h"
#include "process_table.h"

#define SPB_PROCESS_SAMPLES_MAX 1000000u
#define SPB_COMMAND_BYTES_MAX   200 /* that are kept of a command line */

/* Who it is: what does not change while it lives, as it was when it was first written down. */
struct spb_process_identity {
    pid_t pid, parent;
    uint64_t start_ns;
    char name[64];
    char *command; /* or NULL; owned */
    uid_t user;
    int nice;
    bool is_kernel;
};

/* One process at one look. */
struct spb_process_sample {
    uint32_t look;               /* of the block */
    uint32_t identity;           /* of the block */
    struct spb_process_look now; /* without what the identity says; `command` is NULL */
};

enum spb_process_note_kind { SPB_NOTE_START, SPB_NOTE_END, SPB_NOTE_LEFT_OUT /* cpu_ns: so many more in this look */ };

struct spb_process_note {
    uint32_t look;
    enum spb_process_note_kind kind;
    pid_t pid;
    int64_t time_us; /* UTC */
    uint64_t cpu_ns; /* of an end */
    char name[64];
    int exit_status; /* of an end, as wait(2) has it; -1: not known */
};

struct spb_process_block {
    struct spb_process_identity *identities;
    struct spb_process_sample *samples; /* in order of looks */
    struct spb_process_note *notes;     /* in order of looks */
    size_t identity_count, sample_count, note_count;
    size_t identity_capacity, sample_capacity, note_capacity;
};

void spb_process_block_release(struct spb_process_block *block);
/* Adds a process as it is at a look; the text is copied. -ENOMEM. */
int spb_process_block_add(struct spb_process_block *block, uint32_t look, const struct spb_process_look *process);
int spb_process_block_note(struct spb_process_block *block, const struct spb_process_note *note);
/* Appends another one whose first look is number `first_look` here. -ENOMEM. */
int spb_process_block_append(struct spb_process_block *block, const struct spb_process_block *other,
                             uint32_t first_look);

/* Into a stream; it says when memory ran out. */
void spb_process_block_write(const struct spb_process_block *block, struct spb_strbuf *stream);
/* -EINVAL, -ENOMEM. Released by the caller in any case. */
int spb_process_block_read(struct spb_byte_reader *stream, struct spb_process_block *block);
/* The sample as it was added; `command` stays the block's. */
struct spb_process_look spb_process_block_look(const struct spb_process_block *block,
                                               const struct spb_process_sample *sample);

#endif
