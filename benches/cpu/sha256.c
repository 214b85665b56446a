/* SPDX-License-Identifier: MIT
 *
 * SHA-256 (FIPS 180-4) in plain C and by the CPU's instructions for it. Blocks of one message wait for each other, so that
 * it is the latency of 64 rounds that counts.
 */
#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#elif defined(__aarch64__) && (!defined(__clang__) || defined(__ARM_FEATURE_SHA2))
#include <arm_neon.h>
#include <sys/auxv.h>
#ifndef HWCAP_SHA2
#define HWCAP_SHA2 (1 << 6)
#endif
#endif

#include "spbench.h"
#include "splitmix.h"

#define BLOCK_BYTES 64

struct message {
    void (*compress)(uint32_t *state, const unsigned char *blocks, size_t count);
    unsigned char *bytes;
    size_t blocks;
    uint32_t state[8]; /* of the last message */
    uint32_t first[8]; /* of the same, in plain C */
    uint64_t wrong;
};

static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

static const uint32_t constants[64] __attribute__((aligned(64))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* ---- plain C ----------------------------------------------------------------------------------------------------- */

static inline uint32_t rotate(uint32_t value, unsigned bits)
{
    return value >> bits | value << (32 - bits);
}

static inline uint32_t read_big_endian(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void expand(uint32_t *schedule, const unsigned char *block)
{
    for (size_t i = 0; i < 16; i++)
        schedule[i] = read_big_endian(block + 4 * i);
    for (unsigned i = 16; i < 64; i++) {
        uint32_t early = schedule[i - 15], late = schedule[i - 2];
        schedule[i] = schedule[i - 16] + (rotate(early, 7) ^ rotate(early, 18) ^ early >> 3) + schedule[i - 7] +
                      (rotate(late, 17) ^ rotate(late, 19) ^ late >> 10);
    }
}

static void compress_block(uint32_t *state, const unsigned char *block)
{
    uint32_t schedule[64], a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    expand(schedule, block);
    for (unsigned i = 0; i < 64; i++) {
        uint32_t first =
            h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + constants[i] + schedule[i];
        uint32_t second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g;
        g = f;
        f = e;
        e = d + first;
        d = c;
        c = b;
        b = a;
        a = first + second;
    }
    uint32_t ends[8] = {a, b, c, d, e, f, g, h};
    for (unsigned i = 0; i < 8; i++)
        state[i] += ends[i];
}

static __attribute__((noinline, aligned(64))) void compress_plain(uint32_t *state, const unsigned char *blocks,
                                                                  size_t count)
{
    for (; count; count--, blocks += BLOCK_BYTES)
        compress_block(state, blocks);
}

/* ---- by instructions --------------------------------------------------------------------------------------------- */

#if defined(__x86_64__)
#define HARDWARE 1

/* Four rounds; the instruction wants the state as two vectors, abef and cdgh, and does two rounds with the low half. */
#define FOUR_ROUNDS(i, words)                                                                                          \
    do {                                                                                                               \
        __m128i sums = _mm_add_epi32(words, _mm_load_si128((const __m128i *)(const void *)&constants[4 * (i)]));       \
        cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sums);                                                                \
        abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sums, 0x0e));                                       \
    } while (0)

/* The next four words of the schedule, in the place of the oldest. */
#define NEXT_WORDS(oldest, second, third, newest)                                                                      \
    oldest = _mm_sha256msg2_epu32(                                                                                     \
        _mm_add_epi32(_mm_sha256msg1_epu32(oldest, second), _mm_alignr_epi8(newest, third, 4)), newest)

static __attribute__((noinline, aligned(64), target("sha,sse4.1,ssse3"))) void
compress_by_hardware(uint32_t *state, const unsigned char *blocks, size_t count)
{
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i dcba = _mm_loadu_si128((const __m128i *)(const void *)state);
    __m128i hgfe = _mm_loadu_si128((const __m128i *)(const void *)(state + 4));
    __m128i cdab = _mm_shuffle_epi32(dcba, 0xb1), efgh = _mm_shuffle_epi32(hgfe, 0x1b);
    __m128i abef = _mm_alignr_epi8(cdab, efgh, 8), cdgh = _mm_blend_epi16(efgh, cdab, 0xf0);
    for (; count; count--, blocks += BLOCK_BYTES) {
        __m128i words[4], abef_before = abef, cdgh_before = cdgh;
        for (size_t i = 0; i < 4; i++)
            words[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)(blocks + 16 * i)), big_endian);
        for (size_t i = 0; i < 16; i += 4) {
            FOUR_ROUNDS(i, words[0]);
            FOUR_ROUNDS(i + 1, words[1]);
            FOUR_ROUNDS(i + 2, words[2]);
            FOUR_ROUNDS(i + 3, words[3]);
            if (i == 12)
                break;
            NEXT_WORDS(words[0], words[1], words[2], words[3]);
            NEXT_WORDS(words[1], words[2], words[3], words[0]);
            NEXT_WORDS(words[2], words[3], words[0], words[1]);
            NEXT_WORDS(words[3], words[0], words[1], words[2]);
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    __m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);
    _mm_storeu_si128((__m128i *)(void *)state, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128((__m128i *)(void *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

/* SHA: bit 29 of ebx in leaf 7. */
static int has_hardware(void)
{
    unsigned a, b, c, d;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 29 & 1) && __builtin_cpu_supports("sse4.1") &&
           __builtin_cpu_supports("ssse3");
}
#elif defined(HWCAP_SHA2)
#define HARDWARE 1

static __attribute__((noinline, aligned(64), target("+crypto"))) void
compress_by_hardware(uint32_t *state, const unsigned char *blocks, size_t count)
{
    uint32x4_t abcd = vld1q_u32(state), efgh = vld1q_u32(state + 4);
    for (; count; count--, blocks += BLOCK_BYTES) {
        uint32x4_t words[4], abcd_before = abcd, efgh_before = efgh;
        for (size_t i = 0; i < 4; i++)
            words[i] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(blocks + 16 * i)));
        for (size_t i = 0; i < 16; i++) {
            uint32x4_t sums = vaddq_u32(words[i % 4], vld1q_u32(&constants[4 * i])), before = abcd;
            abcd = vsha256hq_u32(abcd, efgh, sums);
            efgh = vsha256h2q_u32(efgh, before, sums);
            words[i % 4] = vsha256su1q_u32(vsha256su0q_u32(words[i % 4], words[(i + 1) % 4]), words[(i + 2) % 4],
                                           words[(i + 3) % 4]);
        }
        abcd = vaddq_u32(abcd, abcd_before);
        efgh = vaddq_u32(efgh, efgh_before);
    }
    vst1q_u32(state, abcd);
    vst1q_u32(state + 4, efgh);
}

static int has_hardware(void)
{
    return (getauxval(AT_HWCAP) & HWCAP_SHA2) != 0;
}
#else
static int has_hardware(void)
{
    return 0;
}
#endif

static int choose(struct spb_bench *bench, struct message *message)
{
    const char *isa = spb_param_text(bench, "isa");
    message->compress = compress_plain;
#ifdef HARDWARE
    if (strcmp(isa, "generic") != 0 && has_hardware())
        message->compress = compress_by_hardware;
#endif
    return strcmp(isa, "hardware") == 0 && !has_hardware()
               ? spb_fail(bench, "this CPU has no instructions for SHA-256; use isa=auto")
               : 0;
}

/* The padding of a message of whole blocks is a block of its own; what is measured leaves it out. */
static void digest(const struct message *message, const unsigned char *blocks, size_t count, uint32_t *state)
{
    memcpy(state, initial, sizeof(initial));
    message->compress(state, blocks, count);
}

static int set_up(struct spb_bench *bench)
{
    struct message *message = spb_alloc(bench, sizeof(*message));
    size_t count = spb_param(bench, "size") / BLOCK_BYTES * BLOCK_BYTES;
    unsigned char *bytes = spb_alloc(bench, count);
    uint64_t seed = spb_seed(bench);
    if (!message || !bytes || choose(bench, message) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        bytes[i] = (unsigned char)splitmix_next(&seed);
    message->bytes = bytes;
    message->blocks = count / BLOCK_BYTES;
    memcpy(message->first, initial, sizeof(initial));
    compress_plain(message->first, bytes, message->blocks);
    spb_set_state(bench, message);
    spb_set_work(bench, (double)count);
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct message *message = thread->state;
    for (uint64_t i = 0; i < iterations; i++) {
        digest(message, message->bytes, message->blocks, message->state);
        message->wrong += memcmp(message->state, message->first, sizeof(message->first)) != 0;
        spb_clobber();
    }
}

/* "abc", and 56 letters that need two blocks, with their padding: the examples of the standard. */
static int is_sha256(const struct message *message)
{
    static const char text[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    static const struct {
        size_t length;
        uint32_t first;
        uint32_t last;
    } known[] = {{3, 0xba7816bf, 0xf20015ad}, {56, 0x248d6a61, 0x19db06c1}};
    for (unsigned i = 0; i < 2; i++) {
        unsigned char blocks[2 * BLOCK_BYTES] = {0};
        size_t count = known[i].length < 56 ? 1 : 2;
        uint32_t state[8];
        memcpy(blocks, text, known[i].length);
        blocks[known[i].length] = 0x80;
        blocks[count * BLOCK_BYTES - 2] = (unsigned char)(known[i].length * 8 >> 8);
        blocks[count * BLOCK_BYTES - 1] = (unsigned char)(known[i].length * 8);
        digest(message, blocks, count, state);
        if (state[0] != known[i].first || state[7] != known[i].last)
            return 0;
    }
    return 1;
}

static int verify(struct spb_bench *bench)
{
    const struct message *message = spb_state(bench);
    if (!is_sha256(message))
        return spb_fail(bench, "it does not compute the examples of the standard");
    if (message->wrong)
        return spb_fail(bench, "%llu digests were wrong", (unsigned long long)message->wrong);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "size",
     .summary = "bytes of a message",
     .defaults = "64KiB",
     .minimum = BLOCK_BYTES,
     .maximum = (uint64_t)1 << 28,
     .kind = SPB_PARAM_BYTES},
    {.name = "isa",
     .summary = "the CPU's instructions for it, or plain C; auto: the instructions where there are some",
     .defaults = "auto",
     .choices = "auto,hardware,generic",
     .kind = SPB_PARAM_CHOICE},
    {0},
};

const struct spb_workload spb_cpu_sha256 = {
    SPB_WORKLOAD_HEADER,
    .name = "cpu/sha256",
    .summary = "SHA-256 of a message",
    .meaning = "cryptographic hashing on one core: with the CPU's instructions several times the plain rate",
    .unit = "byte",
    .measure = SPB_UNITS_PER_SECOND,
    .version = 1,
    .params = params,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
