/* SPDX-License-Identifier: MIT
 *
 * Writes JSON into a string buffer. Commas, quotes and indentation are kept right here; a misuse (a value where a key
 * is due) is an assertion. Strings that are not valid UTF-8 have the bad bytes replaced by U+FFFD.
 *
 *     struct spb_json json;
 *     spb_json_init(&json, &buf, true);
 *     spb_json_object(&json, NULL);
 *     spb_json_string(&json, "name", "cpu/int-chain");
 *     spb_json_array(&json, "samples");          // key NULL inside an array
 *     spb_json_uint(&json, NULL, 12);
 *     spb_json_end(&json);
 *     spb_json_end(&json);
 */
#ifndef SPB_JSON_WRITER_H
#define SPB_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "strbuf.h"

#define SPB_JSON_DEPTH 24

struct spb_json {
    struct spb_strbuf *out;
    bool indent;
    unsigned depth;
    unsigned inline_depth; /* containers at or below it stay on one line; 0: none */
    struct {
        bool is_array;
        bool has_member;
    } stack[SPB_JSON_DEPTH];
};

/* `indent` false: one line, no spaces (journals, pipes). */
void spb_json_init(struct spb_json *json, struct spb_strbuf *out, bool indent);
void spb_json_object(struct spb_json *json, const char *key);
void spb_json_array(struct spb_json *json, const char *key);
/* As above, and everything inside stays on the line even when indenting: for rows of numbers. */
void spb_json_inline_object(struct spb_json *json, const char *key);
void spb_json_inline_array(struct spb_json *json, const char *key);
void spb_json_end(struct spb_json *json); /* closes the innermost object or array */
void spb_json_string(struct spb_json *json, const char *key, const char *value); /* NULL writes null */
void spb_json_uint(struct spb_json *json, const char *key, uint64_t value);
void spb_json_int(struct spb_json *json, const char *key, int64_t value);
void spb_json_double(struct spb_json *json, const char *key, double value); /* not finite: null */
void spb_json_bool(struct spb_json *json, const char *key, bool value);
void spb_json_null(struct spb_json *json, const char *key);

#endif
