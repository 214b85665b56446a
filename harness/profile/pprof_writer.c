/* SPDX-License-Identifier: MIT
 *
 * Each message of pprof.proto is packed as it is made, so that a profile is never in memory twice. A location is an address with the functions
 * that are inlined there: in a profile a run of frames each of which is inlined into its parent.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "gzip.h"
#include "pprof_file.h"
#include "pprof_internal.h"
#include "units.h"
#include <pprof.pb-c.h>

#define EXTRA_STRINGS 4 /* the labels' names; notes follow */

static const char *const extra_strings[EXTRA_STRINGS] = {SPB_LABEL_THREAD, SPB_LABEL_TID, SPB_LABEL_PROCESS,
                                                         SPB_LABEL_PID};

struct writer {
    const struct spb_profile *profile;
    struct spb_strbuf out;
    uint32_t *locations; /* by the innermost node of a run: its location's number, from 1; 0: not met yet */
    uint32_t *heads;     /* hash table by the frames of a run: its innermost node + 1; 0: empty */
    size_t head_mask;
    uint64_t location_count;
    uint64_t *ids;           /* of the sample that is being written */
    Spb__Pprof__Line *lines; /* of the location that is being written */
    Spb__Pprof__Line **line_list;
};

/* ---- messages --------------------------------------------------------------------------------------------------- */

static void put_varint(struct spb_strbuf *out, uint64_t value)
{
    for (; value > 127; value >>= 7)
        spb_strbuf_append_char(out, (char)(value | 128));
    spb_strbuf_append_char(out, (char)value);
}

static void put_field(struct spb_strbuf *out, unsigned field, const void *bytes, size_t length)
{
    put_varint(out, field << 3 | 2);
    put_varint(out, length);
    spb_strbuf_append_bytes(out, bytes, length);
}

static void put_message(struct writer *writer, unsigned field, const ProtobufCMessage *message)
{
    unsigned char small[4096];
    size_t length = protobuf_c_message_get_packed_size(message);
    unsigned char *bytes = length <= sizeof small ? small : malloc(length);
    if (!bytes) {
        writer->out.failed = true;
        return;
    }
    protobuf_c_message_pack(message, bytes);
    put_field(&writer->out, field, bytes, length);
    if (bytes != small)
        free(bytes);
}

enum { FIELD_SAMPLE = 2, FIELD_MAPPING, FIELD_LOCATION, FIELD_FUNCTION, FIELD_STRING };

static void put_modules(struct writer *writer)
{
    for (uint32_t i = 0; i < writer->profile->module_count; i++) {
        const struct spb_profile_module *module = &writer->profile->modules[i];
        Spb__Pprof__Mapping message = SPB__PPROF__MAPPING__INIT;
        message.id = i + 1;
        message.memory_start = module->start;
        message.memory_limit = module->limit;
        message.file_offset = module->file_offset;
        message.filename = module->path;
        message.build_id = module->build_id;
        message.has_functions = message.has_filenames = module->has_functions;
        message.has_line_numbers = module->has_lines;
        message.has_inline_frames = module->has_inlines;
        put_message(writer, FIELD_MAPPING, &message.base);
    }
}

static void put_functions(struct writer *writer)
{
    for (uint32_t i = 0; i < writer->profile->function_count; i++) {
        const struct spb_profile_function *function = &writer->profile->functions[i];
        Spb__Pprof__Function message = SPB__PPROF__FUNCTION__INIT;
        message.id = i + 1;
        message.name = function->name;
        message.system_name = function->linkage_name;
        message.filename = function->file;
        message.start_line = function->first_line;
        put_message(writer, FIELD_FUNCTION, &message.base);
    }
}

/* ---- locations -------------------------------------------------------------------------------------------------- */

static const struct spb_profile_frame *frame_of(const struct spb_profile *profile, uint32_t node)
{
    return &profile->frames[profile->nodes[node].frame];
}

/* The node of the run's outermost frame. */
static uint32_t run_end(const struct spb_profile *profile, uint32_t node)
{
    while (frame_of(profile, node)->inlined && profile->nodes[node].parent != SPB_PROFILE_ROOT)
        node = profile->nodes[node].parent;
    return node;
}

static uint64_t run_hash(const struct spb_profile *profile, uint32_t node)
{
    uint32_t end = run_end(profile, node);
    uint64_t hash = 0;
    for (;; node = profile->nodes[node].parent) {
        hash = (hash ^ profile->nodes[node].frame) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
        if (node == end)
            return hash;
    }
}

static bool same_run(const struct spb_profile *profile, uint32_t a, uint32_t b)
{
    uint32_t a_end = run_end(profile, a), b_end = run_end(profile, b);
    while (profile->nodes[a].frame == profile->nodes[b].frame) {
        if (a == a_end || b == b_end)
            return a == a_end && b == b_end;
        a = profile->nodes[a].parent;
        b = profile->nodes[b].parent;
    }
    return false;
}

static void put_location(struct writer *writer, uint32_t node)
{
    const struct spb_profile *profile = writer->profile;
    const struct spb_profile_frame *frame = frame_of(profile, node);
    uint32_t module = profile->functions[frame->function].module, end = run_end(profile, node);
    Spb__Pprof__Location message = SPB__PPROF__LOCATION__INIT;
    message.id = writer->location_count;
    message.mapping_id = module == SPB_PROFILE_NONE ? 0 : module + 1;
    message.address = frame->address;
    for (;; node = profile->nodes[node].parent) {
        Spb__Pprof__Line *line = &writer->lines[message.n_line];
        *line = (Spb__Pprof__Line)SPB__PPROF__LINE__INIT;
        line->function_id = frame_of(profile, node)->function + 1;
        line->line = frame_of(profile, node)->line;
        writer->line_list[message.n_line++] = line;
        if (node == end || message.n_line == SPB_PPROF_DEPTH_MAX)
            break;
    }
    message.line = writer->line_list;
    put_message(writer, FIELD_LOCATION, &message.base);
}

/* The number of the run's location, which is written when it is met for the first time. */
static uint64_t location_of(struct writer *writer, uint32_t node)
{
    if (writer->locations[node])
        return writer->locations[node];
    size_t at = run_hash(writer->profile, node) & writer->head_mask;
    while (writer->heads[at] && !same_run(writer->profile, writer->heads[at] - 1, node))
        at = (at + 1) & writer->head_mask;
    if (!writer->heads[at]) {
        writer->heads[at] = node + 1;
        writer->locations[node] = (uint32_t)++writer->location_count;
        put_location(writer, node);
    }
    return writer->locations[node] = writer->locations[writer->heads[at] - 1];
}

/* ---- samples ---------------------------------------------------------------------------------------------------- */

static void put_sample(struct writer *writer, const struct spb_profile_sample *sample)
{
    const struct spb_profile *profile = writer->profile;
    Spb__Pprof__Sample message = SPB__PPROF__SAMPLE__INIT;
    Spb__Pprof__Label labels[EXTRA_STRINGS], *label_list[EXTRA_STRINGS];
    for (uint32_t node = sample->node; node != SPB_PROFILE_ROOT && message.n_location_id < SPB_PPROF_DEPTH_MAX;
         node = profile->nodes[run_end(profile, node)].parent)
        writer->ids[message.n_location_id++] = location_of(writer, node);
    message.location_id = writer->ids;
    message.value = (int64_t *)(uintptr_t)sample->values;
    message.n_value = profile->type_count;
    if (sample->thread < profile->thread_count) {
        const struct spb_profile_thread *thread = &profile->threads[sample->thread];
        for (size_t i = 0; i < EXTRA_STRINGS; i++) {
            labels[i] = (Spb__Pprof__Label)SPB__PPROF__LABEL__INIT;
            labels[i].key = profile->string_count + (int64_t)i;
            label_list[i] = &labels[i];
        }
        labels[0].str = thread->name;
        labels[1].num = thread->tid;
        labels[2].str = thread->process;
        labels[3].num = thread->pid;
        message.label = label_list;
        message.n_label = EXTRA_STRINGS;
    }
    put_message(writer, FIELD_SAMPLE, &message.base);
}

/* ---- notes and strings --------------------------------------------------------------------------------------- */

static void put_string(struct writer *writer, const char *text)
{
    put_field(&writer->out, FIELD_STRING, text, strlen(text));
}

static void put_fact(struct writer *writer, const struct spb_profile_fact *fact)
{
    const struct spb_profile *profile = writer->profile;
    struct spb_strbuf text = {0};
    char number[SPB_UNIT_TEXT_SIZE];
    if (fact->text)
        spb_strbuf_printf(&text, SPB_NOTE SPB_NOTE_TEXT "\t%s\t%s", spb_profile_text(profile, fact->name),
                          spb_profile_text(profile, fact->text));
    else
        spb_strbuf_printf(&text, SPB_NOTE SPB_NOTE_FACT "\t%s\t%s\t%s", spb_profile_text(profile, fact->name),
                          spb_format_double(number, fact->value), spb_profile_text(profile, fact->unit));
    put_string(writer, spb_strbuf_text(&text));
    writer->out.failed = writer->out.failed || text.failed;
    spb_strbuf_release(&text);
}

static void put_timeline(struct writer *writer, const struct spb_profile_timeline *timeline)
{
    const struct spb_profile *profile = writer->profile;
    static const struct spb_profile_thread nobody = {0};
    const struct spb_profile_thread *thread =
        timeline->thread < profile->thread_count ? &profile->threads[timeline->thread] : &nobody;
    struct spb_strbuf text = {0};
    spb_strbuf_printf(&text, SPB_NOTE SPB_NOTE_TIMELINE "\t%s\t%llu\t%d\t%d\t%s\t%s\t",
                      spb_profile_text(profile, timeline->name), (unsigned long long)timeline->step_ns, thread->pid,
                      thread->tid, spb_profile_text(profile, thread->name), spb_profile_text(profile, thread->process));
    for (size_t i = 0; i < timeline->count; i++)
        spb_strbuf_printf(&text, "%s%lld", i ? "," : "", (long long)timeline->values[i]);
    put_string(writer, spb_strbuf_text(&text));
    writer->out.failed = writer->out.failed || text.failed;
    spb_strbuf_release(&text);
}

/* In the order of their numbers: the profile's, the labels', facts, timelines. */
static void put_strings(struct writer *writer)
{
    const struct spb_profile *profile = writer->profile;
    for (uint32_t i = 0; i < profile->string_count; i++)
        put_string(writer, profile->strings[i]);
    for (size_t i = 0; i < EXTRA_STRINGS; i++)
        put_string(writer, extra_strings[i]);
    for (size_t i = 0; i < profile->fact_count; i++)
        put_fact(writer, &profile->facts[i]);
    for (size_t i = 0; i < profile->timeline_count; i++)
        put_timeline(writer, &profile->timelines[i]);
}

/* All that is no list of messages. */
static void put_head(struct writer *writer)
{
    const struct spb_profile *profile = writer->profile;
    Spb__Pprof__Profile message = SPB__PPROF__PROFILE__INIT;
    Spb__Pprof__ValueType types[SPB_PROFILE_VALUES_MAX], *type_list[SPB_PROFILE_VALUES_MAX],
        period_type = SPB__PPROF__VALUE_TYPE__INIT;
    for (unsigned i = 0; i < profile->type_count; i++) {
        types[i] = (Spb__Pprof__ValueType)SPB__PPROF__VALUE_TYPE__INIT;
        types[i].type = profile->types[i].name;
        types[i].unit = profile->types[i].unit;
        type_list[i] = &types[i];
    }
    message.sample_type = type_list;
    message.n_sample_type = profile->type_count;
    message.time_nanos = profile->time_ns;
    message.duration_nanos = (int64_t)profile->duration_ns;
    period_type.type = profile->period_type.name;
    period_type.unit = profile->period_type.unit;
    message.period_type = &period_type;
    message.period = profile->period;
    message.default_sample_type = profile->type_count ? profile->types[profile->default_type].name : 0;
    size_t length = protobuf_c_message_get_packed_size(&message.base);
    unsigned char *bytes = malloc(length + 1);
    if (bytes)
        spb_strbuf_append_bytes(&writer->out, bytes, protobuf_c_message_pack(&message.base, bytes));
    writer->out.failed = writer->out.failed || !bytes;
    free(bytes);
}

/* ---- the file --------------------------------------------------------------------------------------------------- */

static int init(struct writer *writer, const struct spb_profile *profile)
{
    size_t heads = 64;
    while (heads < 2 * (size_t)profile->node_count)
        heads *= 2;
    *writer = (struct writer){.profile = profile,
                              .locations = calloc(profile->node_count, sizeof *writer->locations),
                              .heads = calloc(heads, sizeof *writer->heads),
                              .head_mask = heads - 1,
                              .ids = calloc(SPB_PPROF_DEPTH_MAX, sizeof *writer->ids),
                              .lines = calloc(SPB_PPROF_DEPTH_MAX, sizeof *writer->lines),
                              .line_list = calloc(SPB_PPROF_DEPTH_MAX, sizeof(Spb__Pprof__Line *))};
    return writer->locations && writer->heads && writer->ids && writer->lines && writer->line_list ? 0 : -ENOMEM;
}

static void release(struct writer *writer)
{
    spb_strbuf_release(&writer->out);
    free(writer->locations);
    free(writer->heads);
    free(writer->ids);
    free(writer->lines);
    free(writer->line_list);
}

int spb_pprof_write(const struct spb_profile *profile, struct spb_strbuf *out, struct spb_error *err)
{
    struct writer writer;
    int code = profile->failed ? -ENOMEM : init(&writer, profile);
    if (profile->failed)
        return spb_error_system(err, code, "the profile");
    if (code == 0) {
        put_head(&writer);
        put_modules(&writer);
        put_functions(&writer);
        for (size_t i = 0; i < profile->sample_count; i++)
            put_sample(&writer, &profile->samples[i]);
        put_strings(&writer);
        code = writer.out.failed ? -ENOMEM : spb_gzip(spb_strbuf_text(&writer.out), writer.out.length, out);
    }
    release(&writer);
    return code ? spb_error_system(err, code, "the profile") : 0;
}

int spb_pprof_save(const struct spb_profile *profile, const char *path, struct spb_error *err)
{
    struct spb_strbuf bytes = {0};
    int code = spb_pprof_write(profile, &bytes, err);
    if (code == 0)
        code = spb_file_replace(path, bytes.text, bytes.length, err);
    spb_strbuf_release(&bytes);
    return code;
}
