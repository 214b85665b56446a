/* SPDX-License-Identifier: MIT
 *
 * What holds for every foreign format: what is accepted can be written, and spbench reads it back as the same; what is not
 * has a message. What was read can be exported, and that be imported again. */
#ifndef SPB_FUZZ_IMPORT_H
#define SPB_FUZZ_IMPORT_H

#include <stdlib.h>
#include <string.h>

#include "foreign_export.h"
#include "foreign_result.h"
#include "fuzz_target.h"

static int fuzz_read(const char *text, size_t length, enum spb_foreign_format format, struct spb_result *result)
{
    struct spb_foreign_file file = {"fuzz", text, length, 1714564800};
    struct spb_import *import;
    struct spb_error err = {{0}};
    *result = (struct spb_result){0};
    if (spb_import_create(&import) < 0)
        abort();
    int code = spb_import_add(import, &file, format, &err);
    bool has_message = *err.text;
    if (code == 0) {
        if (has_message) /* untouched on success */
            abort();
        code = spb_import_finish(import, result, &err);
    }
    if (code < 0 && !*err.text)
        abort();
    spb_import_destroy(import);
    return code;
}

static void fuzz_write_and_read(const struct spb_result *result)
{
    struct spb_strbuf first = {0}, second = {0};
    struct spb_result back;
    struct spb_error err = {{0}};
    if (spb_result_write(result, &first) < 0 ||
        spb_result_parse("fuzz", spb_strbuf_text(&first), first.length, &back, &err) < 0 ||
        spb_result_write(&back, &second) < 0 || strcmp(spb_strbuf_text(&first), spb_strbuf_text(&second)) != 0)
        abort();
    spb_result_release(&back);
    spb_strbuf_release(&first);
    spb_strbuf_release(&second);
}

static void fuzz_export(const struct spb_result *result)
{
    static const enum spb_foreign_format back_from[] = {[SPB_EXPORT_GBENCH] = SPB_FOREIGN_GBENCH,
                                                        [SPB_EXPORT_GOBENCH] = SPB_FOREIGN_GOBENCH,
                                                        [SPB_EXPORT_PYPERF] = SPB_FOREIGN_PYPERF};
    for (enum spb_export_format format = SPB_EXPORT_GBENCH; format <= SPB_EXPORT_CSV; format++) {
        struct spb_strbuf out = {0};
        struct spb_error err = {{0}};
        struct spb_result back = {0};
        size_t left_out;
        int code = spb_export(result, format, &out, &left_out, &err);
        if (code < 0 && !*err.text)
            abort();
        if (code == 0 && format != SPB_EXPORT_CSV &&
            fuzz_read(spb_strbuf_text(&out), out.length, back_from[format], &back) < 0)
            abort();
        spb_result_release(&back);
        spb_strbuf_release(&out);
    }
}

static int fuzz_import(const uint8_t *bytes, size_t length, enum spb_foreign_format format)
{
    struct spb_result result;
    if (fuzz_read((const char *)bytes, length, format, &result) == 0) {
        fuzz_write_and_read(&result);
        fuzz_export(&result);
    }
    spb_result_release(&result);
    return 0;
}

#endif
