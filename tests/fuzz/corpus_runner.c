/* SPDX-License-Identifier: MIT
 *
 *     corpus_NAME FOLDER [-v]
 *
 * Feeds a fuzz target every file of the folder and then mutations of them, the same ones each time. It stops early on a
 * slow machine, because this runs in every test suite; the search for new inputs is libFuzzer's. -v names every input
 * before it is tried: the last one is the culprit. */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "file.h"
#include "fuzz_target.h"
#include "random.h"

#define MUTATIONS   4000
#define TIME_MAX_NS 10000000000u
#define FILE_MAX    ((size_t)4 << 20)
#define FILES_MAX   1000

struct input {
    uint8_t *bytes;
    size_t length;
};

struct corpus {
    struct dirent **entries;
    struct input *inputs;
    int count;
};

/* The bytes get a block of just their size, so that a sanitizer sees one that is read beyond. */
static void try_input(const struct input *input)
{
    uint8_t *copy = malloc(input->length ? input->length : 1);
    if (!copy)
        abort();
    memcpy(copy, input->bytes, input->length);
    LLVMFuzzerTestOneInput(copy, input->length);
    free(copy);
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int load(const char *folder, struct corpus *corpus)
{
    corpus->count = scandir(folder, &corpus->entries, is_visible, alphasort);
    if (corpus->count <= 0 || corpus->count > FILES_MAX)
        return -1;
    corpus->inputs = calloc((size_t)corpus->count, sizeof(*corpus->inputs));
    for (int i = 0; corpus->inputs && i < corpus->count; i++) {
        struct spb_strbuf buf = {0};
        int code = spb_file_read(folder, corpus->entries[i]->d_name, FILE_MAX, &buf);
        if (code)
            return code;
        corpus->inputs[i].length = buf.length;
        corpus->inputs[i].bytes = (uint8_t *)spb_strbuf_detach(&buf);
    }
    return corpus->inputs ? 0 : -1;
}

static void release(struct corpus *corpus)
{
    for (int i = 0; i < corpus->count; i++) {
        free(corpus->inputs[i].bytes);
        free(corpus->entries[i]);
    }
    free(corpus->inputs);
    free(corpus->entries);
}

static size_t below(struct spb_random *random, size_t bound)
{
    return bound ? (size_t)spb_random_below(random, bound) : 0;
}

static void flip_bit(struct input *input, struct spb_random *random)
{
    if (input->length)
        input->bytes[below(random, input->length)] ^= (uint8_t)(1u << below(random, 8));
}

static void set_byte(struct input *input, struct spb_random *random)
{
    static const char telling[] = "\0\x7f\xff\x80{}[]\",:-0189eE.\\\n \x1b";
    if (input->length)
        input->bytes[below(random, input->length)] = (uint8_t)telling[below(random, sizeof(telling) - 1)];
}

static void cut_end(struct input *input, struct spb_random *random)
{
    input->length = below(random, input->length + 1);
}

static void cut_piece(struct input *input, struct spb_random *random)
{
    size_t at = below(random, input->length + 1);
    size_t length = below(random, input->length - at < 40 ? input->length - at + 1 : 40);
    memmove(input->bytes + at, input->bytes + at + length, input->length - at - length);
    input->length -= length;
}

/* A piece of the input over another place of it. */
static void copy_piece(struct input *input, struct spb_random *random)
{
    size_t from = below(random, input->length + 1);
    size_t to = below(random, input->length + 1);
    size_t room = input->length - (from > to ? from : to);
    memmove(input->bytes + to, input->bytes + from, below(random, room < 40 ? room + 1 : 40));
}

static void mutate(struct input *input, struct spb_random *random)
{
    static void (*const ways[])(struct input *, struct spb_random *) = {flip_bit, set_byte,  set_byte,
                                                                        cut_end,  cut_piece, copy_piece};
    for (size_t left = 1 + below(random, 3); left; left--)
        ways[below(random, sizeof(ways) / sizeof(ways[0]))](input, random);
}

/* Mutation `number` of the corpus: each file in turn. */
static void try_mutation(const struct corpus *corpus, size_t number, bool verbose)
{
    size_t file = number % (size_t)corpus->count;
    struct spb_random random = {spb_random_derive(1, number)};
    struct input input = {malloc(corpus->inputs[file].length + 1), corpus->inputs[file].length};
    if (!input.bytes)
        abort();
    memcpy(input.bytes, corpus->inputs[file].bytes, input.length);
    mutate(&input, &random);
    if (verbose)
        fprintf(stderr, "mutation %zu of %s:\n%.*s\n", number, corpus->entries[file]->d_name, (int)input.length,
                (const char *)input.bytes);
    try_input(&input);
    free(input.bytes);
}

int main(int argc, char **argv)
{
    struct corpus corpus = {.count = 0};
    bool verbose = argc > 2 && strcmp(argv[2], "-v") == 0;
    if (argc < 2 || load(argv[1], &corpus) < 0) {
        fprintf(stderr, "usage: %s FOLDER [-v], the folder holding at least one file\n", argv[0]);
        return 2;
    }
    for (int i = 0; i < corpus.count; i++) {
        if (verbose)
            fprintf(stderr, "%s\n", corpus.entries[i]->d_name);
        try_input(&corpus.inputs[i]);
    }
    uint64_t end_ns = spb_clock_now_ns() + TIME_MAX_NS;
    size_t done = 0;
    while (done < MUTATIONS && spb_clock_now_ns() < end_ns)
        try_mutation(&corpus, done++, verbose);
    printf("%d files, %zu mutations\n", corpus.count, done);
    release(&corpus);
    return 0;
}
