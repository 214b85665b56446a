/* SPDX-License-Identifier: MIT
 *
 * The members of a structure that are plain values, as a table that both the writer and the reader of a file follow, so
 * that the two cannot drift apart.
 *
 *     static const struct spb_json_field load_fields[] = {
 *         SPB_FIELD(struct spb_load, one), SPB_FIELD(struct spb_load, running), SPB_FIELDS_END};
 *
 * Numbers are zero or positive and finite. Integers beyond 2^53 - 1 are written as strings of digits. Text is written
 * without control characters.
 */
#ifndef SPB_JSON_FIELD_H
#define SPB_JSON_FIELD_H

#include "json_reader.h"
#include "json_writer.h"

enum spb_json_field_kind {
    SPB_JSON_FIELD_UNSIGNED,
    SPB_JSON_FIELD_UINT64,
    SPB_JSON_FIELD_SEED, /* uint64_t, always a string: its digits are all there is to it */
    SPB_JSON_FIELD_DOUBLE,
    SPB_JSON_FIELD_BOOL,
    SPB_JSON_FIELD_TEXT, /* char *, owned by the structure */
};

struct spb_json_field {
    const char *key; /* NULL ends the table */
    enum spb_json_field_kind kind;
    size_t offset;
    uint64_t min; /* of integers */
    uint64_t max; /* of integers; 0: what the type holds */
};

#define SPB_FIELD_KIND(type, member)                                                                                   \
    _Generic(((type *)0)->member,                                                                                      \
             unsigned: SPB_JSON_FIELD_UNSIGNED,                                                                        \
             uint64_t: SPB_JSON_FIELD_UINT64,                                                                          \
             double: SPB_JSON_FIELD_DOUBLE,                                                                            \
             bool: SPB_JSON_FIELD_BOOL,                                                                                \
             char *: SPB_JSON_FIELD_TEXT)
#define SPB_FIELD(type, member)                                                                                        \
    {                                                                                                                  \
        .key = #member, .kind = SPB_FIELD_KIND(type, member), .offset = offsetof(type, member)                         \
    }
#define SPB_FIELD_RANGE(type, member, low, high)                                                                       \
    {                                                                                                                  \
        .key = #member, .kind = SPB_FIELD_KIND(type, member), .offset = offsetof(type, member), .min = (low),          \
        .max = (high)                                                                                                  \
    }
#define SPB_FIELD_SEED(type, member)                                                                                   \
    {                                                                                                                  \
        .key = #member, .kind = SPB_JSON_FIELD_SEED, .offset = offsetof(type, member)                                  \
    }
#define SPB_FIELDS_END                                                                                                 \
    {                                                                                                                  \
        .key = NULL                                                                                                    \
    }

void spb_json_fields_write(struct spb_json *json, const struct spb_json_field *fields, const void *structure);
/* All of them must be there. 0, -EINVAL or -ENOMEM; texts that were read are in the structure either way. */
int spb_json_fields_read(const struct spb_json_node *object, const struct spb_json_field *fields, void *structure);

/* As the fields are written. NULL as text is "". */
void spb_json_write_uint64(struct spb_json *json, const char *key, uint64_t value);
void spb_json_write_text(struct spb_json *json, const char *key, const char *text);

#endif
