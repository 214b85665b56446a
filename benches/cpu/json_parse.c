/* SPDX-License-Identifier: MIT
 *
 * Parsing of a JSON document into a tree by the system's jansson, and freeing of the tree: small allocations are a good part
 * of it, as in most parsers that build trees.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "spbench.h"
#include "splitmix.h"

#define ROOM 192 /* for one record, more than the longest */

struct document {
    char *text;
    size_t bytes;
    size_t records;
    uint64_t sum;    /* of the records' numbers */
    uint64_t parsed; /* records, in all rounds */
    uint64_t wanted;
};

/* {"id": 17, "name": "item \"17\"\u00e9", "price": 3.5, "tags": ["a", "bc"], "stock": true, "next": null} */
static size_t write_record(char *text, uint64_t id, uint64_t *seed)
{
    static const char *const tags[] = {"red", "green", "blue", "large", "small", "new"};
    uint64_t random = splitmix_next(seed);
    int length =
        snprintf(text, ROOM,
                 "{\"id\": %llu, \"name\": \"item \\\"%llu\\\" \\u00e9\", \"price\": %llu.%llu, \"tags\": [\"%s\", "
                 "\"%s\"], \"stock\": %s, \"next\": null}",
                 (unsigned long long)id, (unsigned long long)(random % 100000),
                 (unsigned long long)(random >> 20) % 1000, (unsigned long long)(random >> 32) % 100, tags[random % 6],
                 tags[(random >> 8) % 6], random >> 63 ? "true" : "false");
    return (size_t)length;
}

static int set_up(struct spb_bench *bench)
{
    struct document *document = spb_alloc(bench, sizeof(*document));
    size_t size = spb_param(bench, "size");
    char *text = spb_alloc(bench, size);
    uint64_t seed = spb_seed(bench);
    if (!document || !text)
        return -1;
    *document = (struct document){.text = text};
    for (text[document->bytes++] = '['; document->bytes + ROOM + 2 < size; document->records++) {
        if (document->records)
            text[document->bytes++] = ',';
        document->bytes += write_record(text + document->bytes, document->records, &seed);
        document->sum += document->records;
    }
    /* Records differ in length: white space brings every document to the same size. */
    memset(text + document->bytes, ' ', size - document->bytes - 1);
    text[size - 1] = ']';
    document->bytes = size;
    spb_set_state(bench, document);
    spb_set_work(bench, (double)document->bytes);
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct document *document = thread->state;
    for (uint64_t i = 0; i < iterations; i++) {
        json_t *tree = json_loadb(document->text, document->bytes, 0, NULL);
        document->parsed += json_array_size(tree); /* 0 for none */
        json_decref(tree);
    }
    document->wanted += iterations * document->records;
}

/* The tree holds what was written: six members a record, its number, and strings with their escapes taken away. */
static int verify(struct spb_bench *bench)
{
    const struct document *document = spb_state(bench);
    json_t *tree = json_loadb(document->text, document->bytes, 0, NULL);
    uint64_t sum = 0;
    size_t right = 0;
    for (size_t i = 0; i < json_array_size(tree); i++) {
        const json_t *record = json_array_get(tree, i);
        const char *name = json_string_value(json_object_get(record, "name"));
        sum += (uint64_t)json_integer_value(json_object_get(record, "id"));
        right += json_object_size(record) == 6 && json_array_size(json_object_get(record, "tags")) == 2 && name &&
                 strncmp(name, "item \"", 6) == 0 && strstr(name, "\" \xc3\xa9") != NULL;
    }
    json_decref(tree);
    if (document->parsed != document->wanted || right != document->records || sum != document->sum)
        return spb_fail(bench, "%llu of %llu records were parsed, %zu of %zu are right",
                        (unsigned long long)document->parsed, (unsigned long long)document->wanted, right,
                        document->records);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "size",
     .summary = "bytes of the document",
     .defaults = "64KiB",
     .minimum = 256,
     .maximum = (uint64_t)1 << 30,
     .kind = SPB_PARAM_BYTES},
    {0},
};

const struct spb_workload spb_cpu_json_parse = {
    SPB_WORKLOAD_HEADER,
    .name = "cpu/json-parse",
    .summary = "jansson parses a document of records into a tree and frees it",
    .meaning = "branches on single bytes, hashing and small allocations: a change may come from malloc as well",
    .unit = "byte",
    .measure = SPB_UNITS_PER_SECOND,
    .version = 1,
    .params = params,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
