/* SPDX-License-Identifier: MIT
 *
 * What a blob of a history holds once it is unpacked: the first byte says which kind. Bytes of streams are cut in five. */
#include <stdlib.h>

#include "fuzz_target.h"
#include "look_block.h"
#include "process_block.h"

static void read_block(const uint8_t *bytes, size_t length)
{
    struct spb_byte_reader streams[SPB_BLOCK_STREAMS];
    struct spb_look_block block;
    /* The lengths of all but the last are the first bytes. */
    const uint8_t *at = bytes + SPB_BLOCK_STREAMS - 1, *end = bytes + length;
    if (length < SPB_BLOCK_STREAMS - 1)
        return;
    for (size_t i = 0; i < SPB_BLOCK_STREAMS; i++) {
        size_t wanted = i + 1 < SPB_BLOCK_STREAMS ? bytes[i] : (size_t)(end - at);
        size_t taken = wanted < (size_t)(end - at) ? wanted : (size_t)(end - at);
        streams[i] = (struct spb_byte_reader){at, at + taken, false};
        at += taken;
    }
    if (spb_look_block_read(streams, &block) == 0 && (block.count == 0 || block.count > SPB_BLOCK_ENTRIES_MAX))
        abort();
    spb_look_block_release(&block);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct spb_byte_reader stream = {bytes + 1, bytes + length, false};
    struct spb_process_block processes;
    if (length < 1)
        return 0;
    if (*bytes & 1) {
        read_block(bytes + 1, length - 1);
        return 0;
    }
    if (spb_process_block_read(&stream, &processes) == 0)
        for (size_t i = 0; i < processes.sample_count; i++)
            if (processes.samples[i].identity >= processes.identity_count)
                abort();
    spb_process_block_release(&processes);
    return 0;
}
