/* SPDX-License-Identifier: MIT
 *
 * What a plug-in's descriptors say, on its way from the worker that has loaded it. The worker runs foreign code: nothing that
 * comes from it is believed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "job.h"
#include "message.h"
#include "parameter.h"
#include "plugin.h"
#include "registry.h"
#include "utf8.h"
#include "worker_process.h"

#define ANSWER_MAGIC 0x3162004c505053u

enum { TEXT_MAX = 4096 };

/* Loading takes milliseconds; one that hangs must not hang the program. */
#define TIME_LIMIT_NS 10000000000u

/* ---- in the worker ---------------------------------------------------------------------------------------------- */

static void put_params(struct spb_strbuf *out, const struct spb_param_spec *params)
{
    uint64_t count = 0;
    while (params && params[count].name)
        count++;
    spb_message_put_u64(out, count);
    for (uint64_t i = 0; i < count; i++) {
        spb_message_put_text(out, params[i].name);
        spb_message_put_text(out, params[i].summary);
        spb_message_put_text(out, params[i].defaults);
        spb_message_put_text(out, params[i].choices);
        spb_message_put_u64(out, params[i].minimum);
        spb_message_put_u64(out, params[i].maximum);
        spb_message_put_u64(out, params[i].kind);
    }
}

static void put_workload(struct spb_strbuf *out, const struct spb_workload *workload)
{
    spb_message_put_text(out, workload->name);
    spb_message_put_text(out, workload->summary);
    spb_message_put_text(out, workload->meaning);
    spb_message_put_text(out, workload->unit);
    spb_message_put_text(out, workload->unavailable ? workload->unavailable() : NULL);
    spb_message_put_u64(out, workload->measure);
    spb_message_put_u64(out, workload->version);
    spb_message_put_u64(out, workload->threads_min);
    spb_message_put_u64(out, workload->threads_max);
    put_params(out, workload->params);
}

void spb_plugin_description_encode(const struct spb_workload *const *table, const char *wrong, struct spb_strbuf *out)
{
    uint64_t count = 0;
    while (!wrong && table[count])
        count++;
    spb_message_put_u64(out, ANSWER_MAGIC);
    spb_message_put_text(out, wrong);
    spb_message_put_u64(out, count);
    for (uint64_t i = 0; i < count; i++)
        put_workload(out, table[i]);
}

void spb_plugin_answer(const char *path, struct spb_strbuf *out)
{
    struct spb_plugin_table table;
    struct spb_registry registry = {0};
    struct spb_error err = {0};
    int code = spb_plugin_load(path, &table, &err);
    if (code == 0)
        code = spb_registry_add(&registry, table.table, NULL, NULL, &err);
    spb_plugin_description_encode(table.table, code < 0 ? err.text : NULL, out);
    spb_registry_release(&registry);
    spb_plugin_table_release(&table);
}

/* ---- in the program --------------------------------------------------------------------------------------------- */

/* Keeps `memory` until the description is released; NULL and a failed reader when that cannot be. */
static void *keep(struct spb_plugin_description *description, struct spb_message_reader *reader, void *memory)
{
    void **all = memory ? reallocarray(description->memory, description->memory_count + 1, sizeof(*all)) : NULL;
    if (!all) {
        free(memory);
        reader->failed = true;
        return NULL;
    }
    description->memory = all;
    all[description->memory_count++] = memory;
    return memory;
}

/* One line of text; NULL stays NULL. */
static const char *get_text(struct spb_plugin_description *description, struct spb_message_reader *reader)
{
    char *text = spb_message_get_text(reader);
    if (!text)
        return NULL;
    if (strlen(text) > TEXT_MAX || !spb_utf8_is_printable(text))
        reader->failed = true;
    return keep(description, reader, text);
}

static const struct spb_param_spec *get_params(struct spb_plugin_description *description,
                                               struct spb_message_reader *reader)
{
    uint64_t count = spb_message_get_bounded(reader, spb_message_room(reader, 7 * sizeof(uint64_t)));
    if (reader->failed)
        return NULL;
    struct spb_param_spec *params = keep(description, reader, calloc((size_t)count + 1, sizeof(*params)));
    for (uint64_t i = 0; i < count && !reader->failed; i++) {
        params[i].name = get_text(description, reader);
        params[i].summary = get_text(description, reader);
        params[i].defaults = get_text(description, reader);
        params[i].choices = get_text(description, reader);
        params[i].minimum = spb_message_get_u64(reader);
        params[i].maximum = spb_message_get_u64(reader);
        params[i].kind = (enum spb_param_kind)spb_message_get_bounded(reader, SPB_PARAM_KIND_LAST);
        if (!params[i].name)
            reader->failed = true;
    }
    return params;
}

/* The functions of the plug-in are in the workers only. */
static void run_nowhere(struct spb_thread *thread, uint64_t iterations)
{
    (void)iterations;
    spb_fail(thread->bench, "a described workload was run without its plug-in");
}

static void get_workload(struct spb_plugin_description *description, struct spb_message_reader *reader, size_t index)
{
    struct spb_workload *workload = keep(description, reader, calloc(1, sizeof(*workload)));
    if (!workload)
        return;
    *workload = (struct spb_workload){SPB_WORKLOAD_HEADER, .run = run_nowhere};
    workload->name = get_text(description, reader);
    workload->summary = get_text(description, reader);
    workload->meaning = get_text(description, reader);
    workload->unit = get_text(description, reader);
    description->reasons[index] = get_text(description, reader);
    workload->measure = (enum spb_measure)spb_message_get_bounded(reader, SPB_UNITS_PER_SECOND);
    workload->version = (unsigned)spb_message_get_bounded(reader, UINT32_MAX);
    workload->threads_min = (unsigned)spb_message_get_bounded(reader, UINT32_MAX);
    workload->threads_max = (unsigned)spb_message_get_bounded(reader, UINT32_MAX);
    workload->params = get_params(description, reader);
    description->table[index] = workload;
}

int spb_plugin_description_decode(const char *bytes, size_t length, struct spb_plugin_description *description,
                                  struct spb_error *err)
{
    struct spb_message_reader reader = {.next = bytes, .end = bytes + length};
    if (spb_message_get_u64(&reader) != ANSWER_MAGIC)
        return -EBADMSG;
    const char *wrong = get_text(description, &reader);
    if (wrong && !reader.failed)
        return spb_error_set(err, -EINVAL, "%s", wrong);
    uint64_t count = spb_message_get_bounded(&reader, spb_message_room(&reader, 10 * sizeof(uint64_t)));
    if (reader.failed)
        return -EBADMSG;
    description->table = keep(description, &reader, calloc((size_t)count + 1, sizeof(void *)));
    description->reasons = keep(description, &reader, calloc((size_t)count + 1, sizeof(void *)));
    for (; description->count < count && !reader.failed; description->count++)
        get_workload(description, &reader, description->count);
    return reader.failed || reader.next != reader.end ? -EBADMSG : 0;
}

void spb_plugin_description_release(struct spb_plugin_description *description)
{
    for (size_t i = 0; i < description->memory_count; i++)
        free(description->memory[i]);
    free(description->memory);
    spb_plugin_file_release(&description->file);
    *description = (struct spb_plugin_description){0};
}

/* What is asked, and how an answer that is none is put into words. */
struct subject {
    const char *what;
    const char *silent;  /* before why there was no answer */
    const char *unusual; /* what an answer that cannot be read shows */
    const char *cure;
};

static const struct subject plugin_subject = {"plug-in", "while it was loaded",
                                              "its descriptors hold texts that are too long or not printable", ""};
static const struct subject program_subject = {
    "program", "it is no spbench program of this version: asked for its workloads, it",
    "it is no spbench program of this version: what it says of its workloads cannot be read",
    "; give one that was built with this version, or a plug-in (.so)"};

/* The file was found; asks a worker about it: this program's with the plug-in loaded, or with program_fd that program's own. */
static int ask(const struct subject *subject, const char *path, int program_fd,
               struct spb_plugin_description *description, struct spb_error *err)
{
    struct spb_strbuf answer = {0};
    struct spb_error why = {0};
    struct spb_job job = {.describe = true, .plugin = program_fd < 0 ? description->file.path : NULL};
    struct spb_worker_process_options how = {.timeout_ns = TIME_LIMIT_NS, .cancel_fd = -1};
    int code = spb_worker_process_ask(&job, program_fd, &how, &answer, &why);
    /* What it did to its worker is its fault. */
    if (code == -ECHILD)
        code = spb_error_set(err, -EINVAL, "%s %s: %s%s %s%s", subject->what, path, subject->silent,
                             program_fd < 0 ? ":" : "", why.text, subject->cure);
    else if (code == -ENOEXEC)
        code = spb_error_set(err, -EINVAL, "%s %s: the system knows it for no program%s", subject->what, path,
                             subject->cure);
    else if (code < 0)
        code = spb_error_set(err, code, "%s %s: %s", subject->what, path, why.text);
    if (code == 0) {
        code = spb_plugin_description_decode(answer.text, answer.length, description, err);
        if (code == -EBADMSG)
            code = spb_error_set(err, -EINVAL, "%s %s: %s%s", subject->what, path, subject->unusual, subject->cure);
        else if (code < 0)
            spb_error_prefix(err, code, "%s %s", subject->what, description->file.path);
    }
    spb_strbuf_release(&answer);
    return code;
}

int spb_plugin_describe(const char *path, struct spb_plugin_description *description, struct spb_error *err)
{
    *description = (struct spb_plugin_description){0};
    int code = spb_plugin_file_find(plugin_subject.what, path, &description->file, err);
    if (code == 0)
        code = ask(&plugin_subject, path, -1, description, err);
    if (code < 0)
        spb_plugin_description_release(description);
    return code;
}

int spb_program_describe(const char *path, struct spb_plugin_description *description, struct spb_error *err)
{
    *description = (struct spb_plugin_description){0};
    int code = spb_plugin_file_find(program_subject.what, path, &description->file, err);
    if (code < 0)
        return code;
    int fd = open(description->file.path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        code = spb_error_system(err, -errno, "program %s", path);
    else if (faccessat(AT_FDCWD, description->file.path, X_OK, AT_EACCESS) < 0)
        code = spb_error_set(err, -EACCES, "program %s: it may not be executed; if it is a program: chmod +x %s", path,
                             path);
    else
        code = ask(&program_subject, path, fd, description, err);
    if (fd >= 0)
        close(fd);
    if (code < 0)
        spb_plugin_description_release(description);
    return code;
}
