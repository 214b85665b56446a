/* SPDX-License-Identifier: MIT */
#include "calibration_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "json_field.h"
#include "result_internal.h"

#define SCHEMA "spbench-calibration"

static const struct spb_json_field row_fields[] = {
    SPB_FIELD(struct spb_calibration_row, key),
    SPB_FIELD(struct spb_calibration_row, workload_version),
    SPB_FIELD(struct spb_calibration_row, pairs),
    SPB_FIELD(struct spb_calibration_row, estimate_ns),
    SPB_FIELD(struct spb_calibration_row, pair_sd),
    SPB_FIELD(struct spb_calibration_row, alarm),
    SPB_FIELDS_END,
};

static const struct spb_json_field session_fields[] = {
    SPB_FIELD(struct spb_calibration_session, created_s),
    SPB_FIELD_SEED(struct spb_calibration_session, seed),
    SPB_FIELDS_END,
};

static const struct spb_json_field file_fields[] = {
    SPB_FIELD(struct spb_calibration, machine),
    SPB_FIELDS_END,
};

/* ---- the structure ---------------------------------------------------------------------------------------------- */

void spb_calibration_session_release(struct spb_calibration_session *session)
{
    for (size_t i = 0; i < session->row_count; i++)
        free(session->rows[i].key);
    free(session->rows);
    *session = (struct spb_calibration_session){0};
}

void spb_calibration_release(struct spb_calibration *calibration)
{
    for (size_t i = 0; i < calibration->session_count; i++)
        spb_calibration_session_release(&calibration->sessions[i]);
    free(calibration->sessions);
    free(calibration->machine);
    *calibration = (struct spb_calibration){0};
}

static void drop_oldest(struct spb_calibration *calibration)
{
    spb_calibration_session_release(&calibration->sessions[0]);
    calibration->session_count--;
    memmove(calibration->sessions, calibration->sessions + 1,
            calibration->session_count * sizeof(*calibration->sessions));
}

int spb_calibration_add(struct spb_calibration *calibration, struct spb_calibration_session *session)
{
    struct spb_calibration_session *sessions =
        reallocarray(calibration->sessions, calibration->session_count + 1, sizeof(*sessions));
    if (!sessions)
        return -ENOMEM;
    calibration->sessions = sessions;
    sessions[calibration->session_count++] = *session;
    *session = (struct spb_calibration_session){0};
    if (calibration->session_count > SPB_CALIBRATION_SESSIONS_MAX)
        drop_oldest(calibration);
    return 0;
}

void spb_calibration_machine(const struct spb_stamp *stamp, struct spb_strbuf *out)
{
    static const char *const facts[] = {"cpu.model",       "cpu.microcode",  "topology.pus", "cpu.smt",
                                        "host.hypervisor", "kernel.release", "cpu.governor"};
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
        const struct spb_fact *fact = spb_stamp_find(stamp, facts[i]);
        spb_strbuf_printf(out, "%s%s=", i ? "; " : "", facts[i]);
        if (fact && fact->kind == SPB_FACT_TEXT)
            spb_strbuf_append(out, fact->text);
        else if (fact && fact->kind == SPB_FACT_NUMBER)
            spb_strbuf_printf(out, "%g", fact->number);
        else if (fact && fact->kind == SPB_FACT_BOOL)
            spb_strbuf_append(out, fact->flag ? "on" : "off");
        else
            spb_strbuf_append(out, "?");
    }
}

/* ---- the file --------------------------------------------------------------------------------------------------- */

static void write_session(struct spb_json *json, const struct spb_calibration_session *session)
{
    spb_json_object(json, NULL);
    spb_json_fields_write(json, session_fields, session);
    spb_json_array(json, "rows");
    for (size_t i = 0; i < session->row_count; i++) {
        spb_json_inline_object(json, NULL);
        spb_json_fields_write(json, row_fields, &session->rows[i]);
        spb_json_end(json);
    }
    spb_json_end(json);
    spb_json_end(json);
}

int spb_calibration_save(const struct spb_calibration *calibration, const char *path, struct spb_error *err)
{
    struct spb_strbuf text = {0};
    struct spb_json json;
    spb_json_init(&json, &text, true);
    spb_json_object(&json, NULL);
    spb_json_string(&json, "schema", SCHEMA);
    spb_json_uint(&json, "schema_version", 1);
    spb_json_fields_write(&json, file_fields, calibration);
    spb_json_array(&json, "sessions");
    for (size_t i = 0; i < calibration->session_count; i++)
        write_session(&json, &calibration->sessions[i]);
    spb_json_end(&json);
    spb_json_end(&json);
    spb_strbuf_append_char(&text, '\n');
    int code = text.failed ? spb_error_set(err, -ENOMEM, "out of memory")
                           : spb_file_replace(path, text.text, text.length, err);
    spb_strbuf_release(&text);
    return code;
}

static int read_session(const struct spb_json_node *node, struct spb_calibration_session *session)
{
    struct spb_json_node rows, row;
    int code = spb_json_fields_read(node, session_fields, session);
    if (code == 0)
        code = spb_json_member(node, "rows", SPB_JSON_ARRAY, &rows);
    if (code == 0)
        code = spb_json_check_items(&rows, SPB_JSON_OBJECT);
    if (code)
        return code;
    session->rows = calloc(spb_json_count(&rows) + 1, sizeof(*session->rows));
    if (!session->rows)
        return -ENOMEM;
    for (size_t i = 0; i < spb_json_count(&rows) && code == 0; i++) {
        code = spb_json_item(&rows, i, SPB_JSON_OBJECT, &row);
        if (code == 0)
            code = spb_json_fields_read(&row, row_fields, &session->rows[session->row_count++]);
    }
    return code;
}

static int read_sessions(const struct spb_json_node *root, struct spb_calibration *calibration)
{
    struct spb_json_node sessions, node;
    int code = spb_json_member(root, "sessions", SPB_JSON_ARRAY, &sessions);
    for (size_t i = 0; code == 0 && i < spb_json_count(&sessions); i++) {
        struct spb_calibration_session session = {0};
        code = spb_json_item(&sessions, i, SPB_JSON_OBJECT, &node);
        if (code == 0)
            code = read_session(&node, &session);
        if (code == 0)
            code = spb_calibration_add(calibration, &session);
        spb_calibration_session_release(&session);
    }
    return code;
}

int spb_calibration_parse(const char *name, const char *text, size_t length, struct spb_calibration *calibration,
                          struct spb_error *err)
{
    struct spb_json_document document = {.name = name, .err = err};
    struct spb_json_node root;
    *calibration = (struct spb_calibration){0};
    int code = spb_json_document_open(&document, text, length, &root);
    if (code)
        return code;
    code = spb_result_check_version(&root, SCHEMA, 1);
    if (code == 0)
        code = spb_json_fields_read(&root, file_fields, calibration);
    if (code == 0)
        code = read_sessions(&root, calibration);
    if (code == -ENOMEM)
        spb_error_set(err, code, "%s: out of memory", name);
    if (code)
        spb_calibration_release(calibration);
    spb_json_document_close(&document);
    return code;
}

int spb_calibration_load(const char *path, struct spb_calibration *calibration, struct spb_error *err)
{
    struct spb_strbuf text = {0};
    *calibration = (struct spb_calibration){0};
    int code = spb_file_read(NULL, path, SPB_JSON_BYTES_MAX, &text);
    if (code < 0)
        spb_error_system(err, code, "%s: cannot be read", path);
    else
        code = spb_calibration_parse(path, spb_strbuf_text(&text), text.length, calibration, err);
    spb_strbuf_release(&text);
    return code;
}
