/* SPDX-License-Identifier: MIT
 *
 * Compression and decompression of text by the system's libzstd, one frame at a time, with contexts that are made once. The
 * rates are in bytes of text in both directions. They change with the library: its version is reported.
 */
#include <string.h>
#include <zstd.h>

#include "spbench.h"
#include "text.h"

struct codec {
    ZSTD_CCtx *compressor;
    ZSTD_DCtx *decompressor;
    char *text;
    size_t text_bytes;
    char *frame;
    size_t frame_room;
    size_t frame_bytes;
    char *output; /* what is decompressed */
    int level;
    int compresses;
    size_t error; /* the first one, as the library encodes it */
};

static size_t compress(struct codec *codec)
{
    return ZSTD_compressCCtx(codec->compressor, codec->frame, codec->frame_room, codec->text, codec->text_bytes,
                             codec->level);
}

static int make_contexts(struct spb_bench *bench, struct codec *codec)
{
    codec->compressor = ZSTD_createCCtx();
    codec->decompressor = ZSTD_createDCtx();
    spb_set_state(bench, codec);
    if (!codec->compressor || !codec->decompressor)
        return spb_fail(bench, "out of memory for a context of libzstd");
    codec->frame_bytes = compress(codec);
    if (ZSTD_isError(codec->frame_bytes))
        return spb_fail(bench, "libzstd: %s", ZSTD_getErrorName(codec->frame_bytes));
    return 0;
}

static int set_up(struct spb_bench *bench)
{
    struct codec *codec = spb_alloc(bench, sizeof(*codec));
    size_t bytes = spb_param(bench, "size");
    char *text = spb_alloc(bench, bytes), *output = spb_alloc(bench, bytes);
    char *frame = spb_alloc(bench, ZSTD_compressBound(bytes));
    if (!codec || !text || !output || !frame)
        return -1;
    *codec = (struct codec){.text = text,
                            .text_bytes = bytes,
                            .frame = frame,
                            .frame_room = ZSTD_compressBound(bytes),
                            .output = output,
                            .level = (int)spb_param(bench, "level"),
                            .compresses = strcmp(spb_param_text(bench, "direction"), "compress") == 0};
    spb_text_fill(text, bytes, spb_seed(bench));
    spb_set_work(bench, (double)bytes);
    return make_contexts(bench, codec);
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct codec *codec = thread->state;
    for (uint64_t i = 0; i < iterations && !codec->error; i++) {
        size_t bytes = codec->compresses ? compress(codec)
                                         : ZSTD_decompressDCtx(codec->decompressor, codec->output, codec->text_bytes,
                                                               codec->frame, codec->frame_bytes);
        if (ZSTD_isError(bytes) || bytes != (codec->compresses ? codec->frame_bytes : codec->text_bytes))
            codec->error = bytes;
    }
}

/* What was compressed last is decompressed, or was. */
static int verify(struct spb_bench *bench)
{
    struct codec *codec = spb_state(bench);
    if (codec->error)
        return spb_fail(bench, "libzstd: %s",
                        ZSTD_isError(codec->error) ? ZSTD_getErrorName(codec->error) : "a result of another size");
    if (codec->compresses)
        ZSTD_decompressDCtx(codec->decompressor, codec->output, codec->text_bytes, codec->frame, codec->frame_bytes);
    if (memcmp(codec->output, codec->text, codec->text_bytes) != 0)
        return spb_fail(bench, "what was decompressed is not the text");
    spb_report(bench, "compression-ratio", "", (double)codec->text_bytes / (double)codec->frame_bytes);
    spb_report(bench, "libzstd-version", "", ZSTD_versionNumber());
    return 0;
}

static void tear_down(struct spb_bench *bench)
{
    struct codec *codec = spb_state(bench);
    ZSTD_freeCCtx(codec->compressor);
    ZSTD_freeDCtx(codec->decompressor);
}

static const struct spb_param_spec params[] = {
    {.name = "direction",
     .summary = "which way",
     .defaults = "compress,decompress",
     .choices = "compress,decompress",
     .kind = SPB_PARAM_CHOICE},
    {.name = "level",
     .summary = "effort of the compression",
     .defaults = "3",
     .minimum = 1,
     .maximum = 19,
     .kind = SPB_PARAM_COUNT},
    {.name = "size",
     .summary = "bytes of generated text",
     .defaults = "1MiB",
     .minimum = 1024,
     .maximum = (uint64_t)1 << 30,
     .kind = SPB_PARAM_BYTES},
    {0},
};

const struct spb_workload spb_cpu_zstd = {
    SPB_WORKLOAD_HEADER,
    .name = "cpu/zstd",
    .summary = "libzstd on generated text",
    .meaning =
        "compression as backups, packages and databases pay for it: tables, branches, cache; and the library's version",
    .unit = "byte",
    .measure = SPB_UNITS_PER_SECOND,
    .version = 1,
    .params = params,
    .set_up = set_up,
    .run = run,
    .verify = verify,
    .tear_down = tear_down,
};
