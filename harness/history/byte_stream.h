/* SPDX-License-Identifier: MIT
 *
 * Numbers as bytes, and bytes packed with zstd: what the blobs of a history are made of. Varints are LEB128 (7 bits a byte, the
 * least first); signed ones are zigzag coded. Reading never goes beyond the end: it fails, gives 0, and says so in `failed`.
 */
#ifndef SPB_BYTE_STREAM_H
#define SPB_BYTE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "strbuf.h"

struct spb_byte_reader {
    const uint8_t *at, *end;
    bool failed;
};

void spb_put_varint(struct spb_strbuf *out, uint64_t value);
void spb_put_signed(struct spb_strbuf *out, int64_t value);
/* Length and bytes; at most `limit` of them, cut between characters. */
void spb_put_text(struct spb_strbuf *out, const char *text, size_t limit);

uint64_t spb_take_varint(struct spb_byte_reader *reader);
int64_t spb_take_signed(struct spb_byte_reader *reader);
/* Into `text` of `size` bytes, made printable, cut to fit. */
void spb_take_text(struct spb_byte_reader *reader, char *text, size_t size);
/* Allocated, at most `limit` bytes and printable; NULL for an empty one, or when it failed. */
char *spb_take_new_text(struct spb_byte_reader *reader, size_t limit);
const uint8_t *spb_take_bytes(struct spb_byte_reader *reader, size_t count); /* NULL: failed */

/* Copies `text` into `out` of `size` bytes: printable, cut between characters. */
void spb_copy_printable(char *out, size_t size, const char *text);

/* What a blob holds once it is unpacked, at most. */
#define SPB_PACKED_MAX ((size_t)32 << 20)

struct spb_packer;

/* NULL without memory. */
struct spb_packer *spb_packer_create(void);
void spb_packer_destroy(struct spb_packer *packer);
/* Packs streams, each with statistics of its own, into one blob that carries a checksum. `level` as zstd's. 0, -ENOMEM, -EFBIG. */
int spb_pack(struct spb_packer *packer, const struct spb_strbuf *streams, size_t stream_count, int level,
             struct spb_strbuf *blob);
/* The other way: readers over the streams, which point into *bytes, freed by the caller. 0, -EINVAL: not such a blob; -ENOMEM. */
int spb_unpack(struct spb_packer *packer, const void *blob, size_t length, struct spb_byte_reader *streams,
               size_t stream_count, uint8_t **bytes);

#endif
