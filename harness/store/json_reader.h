/* SPDX-License-Identifier: MIT
 *
 * Reads JSON that nobody vouches for. Size, nesting, memory and duplicate keys are checked before anything is believed;
 * after that each value is fetched with its type and range, and an error names the file and the path of the member.
 *
 *     struct spb_json_document document = {.name = "x.json", .err = err};
 *     struct spb_json_node root, rows, row;
 *     if (spb_json_document_open(&document, text, length, &root) < 0) ...            // "x.json:12:5: ..."
 *     if (spb_json_member(&root, "rows", SPB_JSON_ARRAY, &rows) < 0) ...             // "x.json: lacks 'rows'"
 *     if (spb_json_item(&rows, 3, SPB_JSON_OBJECT, &row) < 0) ...                    // "x.json: rows[3] is not ..."
 *     spb_json_document_close(&document);
 *
 * Functions that return int give 0, -EINVAL with the text set, or -ENOMEM. Nodes live on the caller's stack; a node
 * must not outlive its parent.
 */
#ifndef SPB_JSON_READER_H
#define SPB_JSON_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

/* Larger files are refused; the message says so. */
#define SPB_JSON_BYTES_MAX ((size_t)64 << 20)
/* Deepest nesting; what this program writes needs eight. */
#define SPB_JSON_NESTING_MAX 64
/* What the parsed tree may take, by an estimate that is made before parsing. */
#define SPB_JSON_MEMORY_MAX ((size_t)1 << 30)
/* Longest string that is believed. */
#define SPB_JSON_TEXT_MAX ((size_t)64 << 10)

struct json_t;

struct spb_json_document {
    const char *name; /* for messages */
    size_t line;      /* the document is this one line of the file (a journal); 0: it is the file */
    struct spb_error *err;
    struct json_t *tree;
};

struct spb_json_node {
    struct spb_json_document *document;
    const struct spb_json_node *parent;
    const char *key; /* NULL: item `index` of the parent, or the root */
    size_t index;
    const struct json_t *value;
};

enum spb_json_kind { SPB_JSON_ANY, SPB_JSON_OBJECT, SPB_JSON_ARRAY };

/* Parses; the root is an object. Closing is needed only after success. */
int spb_json_document_open(struct spb_json_document *document, const char *text, size_t length,
                           struct spb_json_node *root);
void spb_json_document_close(struct spb_json_document *document);

/* "NAME: PATH: text" into the document's error; returns -EINVAL. */
int spb_json_fail(const struct spb_json_node *node, const char *format, ...) __attribute__((format(printf, 2, 3)));
#ifdef __clang_analyzer__ /* does not look into variadic functions: what this returns */
#define spb_json_fail(node, ...) ((spb_json_fail)((node), __VA_ARGS__), -1)
#endif

/* A member that must be there, of that kind. */
int spb_json_member(const struct spb_json_node *object, const char *key, enum spb_json_kind kind,
                    struct spb_json_node *child);
/* A member that must be there and is printable text, which the document owns. */
int spb_json_member_text(const struct spb_json_node *object, const char *key, struct spb_json_node *child,
                         const char **text);
/* The same for a word that `parse` turns into a number of 0 or more. */
int spb_json_member_word(const struct spb_json_node *object, const char *key, int (*parse)(const char *), int *value);
/* The node, as spb_json_next() gave it, is an object. */
int spb_json_check_object(const struct spb_json_node *node);
/* False when the member is missing or null. */
bool spb_json_find(const struct spb_json_node *object, const char *key, struct spb_json_node *child);
/* The next member in the order of the file; *iterator starts as NULL. False at the end. */
bool spb_json_next(const struct spb_json_node *object, void **iterator, struct spb_json_node *child);

size_t spb_json_count(const struct spb_json_node *array);
int spb_json_item(const struct spb_json_node *array, size_t index, enum spb_json_kind kind,
                  struct spb_json_node *child);
/* All items are of that kind: asked before room is made for what they describe. */
int spb_json_check_items(const struct spb_json_node *array, enum spb_json_kind kind);

bool spb_json_is_number(const struct spb_json_node *node);
bool spb_json_is_bool(const struct spb_json_node *node);
bool spb_json_is_text(const struct spb_json_node *node);
/* For what may be passed over: the value, or false / NULL without a message. Text may hold control characters. */
bool spb_json_peek_number(const struct spb_json_node *node, double *value);
const char *spb_json_peek_text(const struct spb_json_node *node);
bool spb_json_is_kind(const struct spb_json_node *node, enum spb_json_kind kind);

/* Printable text, owned by the document. */
int spb_json_read_text(const struct spb_json_node *node, const char **text);
/* Any string, owned by the document: control characters are the caller's to deal with. */
int spb_json_read_raw_text(const struct spb_json_node *node, const char **text);
/* Printable text as a copy that the caller frees. */
int spb_json_copy_text(const struct spb_json_node *node, char **text);
/* The same into an array; longer is an error, never cut. */
int spb_json_fill_text(const struct spb_json_node *node, char *text, size_t size);
/* An integer in min .. max, as a number or as a string of digits (beyond 2^53 - 1 many languages lose digits). */
int spb_json_read_uint(const struct spb_json_node *node, uint64_t min, uint64_t max, uint64_t *value);
int spb_json_read_double(const struct spb_json_node *node, double min, double max, double *value);
int spb_json_read_bool(const struct spb_json_node *node, bool *value);

#endif
