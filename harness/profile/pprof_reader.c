/* SPDX-License-Identifier: MIT
 *
 * Trusts nothing of a file: it is unpacked to a limit, every number of a string, function, location and mapping is looked up, and what is
 * not there is an error that names it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "gzip.h"
#include "pprof_file.h"
#include "pprof_internal.h"
#include "span.h"
#include "units.h"
#include "utf8.h"
#include <pprof.pb-c.h>

#define FILE_BYTES_MAX     (256u << 20)
#define UNPACKED_BYTES_MAX (512u << 20)
#define TIMELINE_STEPS_MAX 1000000
#define FRAMES_READ_MAX    UINT64_C(200000000)

struct id {
    uint64_t id;
    size_t index;
};

struct ids {
    struct id *items; /* sorted by id */
    size_t count;
};

struct reader {
    const char *name;
    struct spb_error *err;
    const Spb__Pprof__Profile *file;
    struct spb_profile *profile;
    uint32_t *strings;    /* numbers in the profile, by numbers of the file */
    uint64_t frames_read; /* of all stacks together */
    struct ids mapping_ids, function_ids, location_ids;
};

static int complain(const struct reader *reader, const char *what, uint64_t number)
{
    return spb_error_set(reader->err, -EINVAL, "%s: is no sound profile: %s %" PRIu64 " is not there", reader->name,
                         what, number);
}

/* ---- ids -------------------------------------------------------------------------------------------------------- */

static int by_id(const void *a, const void *b)
{
    const struct id *left = a, *right = b;
    return (left->id > right->id) - (left->id < right->id);
}

static int sort_ids(struct reader *reader, struct ids *ids, const char *what)
{
    qsort(ids->items, ids->count, sizeof *ids->items, by_id);
    for (size_t i = 0; i < ids->count; i++)
        if (ids->items[i].id == 0 || (i && ids->items[i].id == ids->items[i - 1].id))
            return spb_error_set(reader->err, -EINVAL,
                                 "%s: is no sound profile: two of its %ss have the id %" PRIu64 ", or one has none",
                                 reader->name, what, ids->items[i].id);
    return 0;
}

static bool find_id(const struct ids *ids, uint64_t id, size_t *index)
{
    const struct id wanted = {.id = id};
    const struct id *found = NULL;
    if (id && id <= ids->count && ids->items[id - 1].id == id) /* as writers number them */
        found = &ids->items[id - 1];
    else if (ids->count)
        found = bsearch(&wanted, ids->items, ids->count, sizeof wanted, by_id);
    if (found)
        *index = found->index;
    return found;
}

static int collect_ids(struct reader *reader)
{
    const Spb__Pprof__Profile *file = reader->file;
    struct ids *mappings = &reader->mapping_ids, *functions = &reader->function_ids, *locations = &reader->location_ids;
    mappings->items = calloc(file->n_mapping + 1, sizeof *mappings->items);
    functions->items = calloc(file->n_function + 1, sizeof *functions->items);
    locations->items = calloc(file->n_location + 1, sizeof *locations->items);
    if (!mappings->items || !functions->items || !locations->items)
        return -ENOMEM;
    for (; mappings->count < file->n_mapping; mappings->count++)
        mappings->items[mappings->count] = (struct id){file->mapping[mappings->count]->id, mappings->count};
    for (; functions->count < file->n_function; functions->count++)
        functions->items[functions->count] = (struct id){file->function[functions->count]->id, functions->count};
    for (; locations->count < file->n_location; locations->count++)
        locations->items[locations->count] = (struct id){file->location[locations->count]->id, locations->count};
    int code = sort_ids(reader, mappings, "mapping");
    if (code == 0)
        code = sort_ids(reader, functions, "function");
    return code ? code : sort_ids(reader, locations, "location");
}

/* ---- strings ---------------------------------------------------------------------------------------------------- */

static bool is_note(const char *text)
{
    return strncmp(text, SPB_NOTE, strlen(SPB_NOTE)) == 0;
}

/* Names come from programs, which may call themselves anything: they are made printable here, once. */
static int read_strings(struct reader *reader)
{
    const Spb__Pprof__Profile *file = reader->file;
    if (!file->n_string_table || *file->string_table[0])
        return spb_error_set(reader->err, -EINVAL, "%s: is no sound profile: its first string is not empty",
                             reader->name);
    reader->strings = calloc(file->n_string_table, sizeof *reader->strings);
    for (size_t i = 0; reader->strings && i < file->n_string_table; i++) {
        struct spb_strbuf printable = {0};
        bool is_data = is_note(file->string_table[i]);
        if (!is_data && !spb_utf8_is_printable(file->string_table[i]))
            spb_utf8_append_printable(&printable, file->string_table[i]);
        reader->strings[i] =
            is_data ? 0
                    : spb_profile_string(reader->profile, printable.length ? printable.text : file->string_table[i]);
        spb_strbuf_release(&printable);
    }
    return reader->strings && !reader->profile->failed ? 0 : -ENOMEM;
}

static int take_string(const struct reader *reader, int64_t number, uint32_t *string)
{
    if (number < 0 || (uint64_t)number >= reader->file->n_string_table)
        return complain(reader, "string", (uint64_t)number);
    *string = reader->strings[number];
    return 0;
}

/* ---- modules, functions, types ---------------------------------------------------------------------------------- */

static int read_types(struct reader *reader)
{
    const Spb__Pprof__Profile *file = reader->file;
    struct spb_profile *profile = reader->profile;
    if (!file->n_sample_type || file->n_sample_type > SPB_PROFILE_VALUES_MAX)
        return spb_error_set(reader->err, -EINVAL, "%s: has %zu values a sample, where 1 to %d are read", reader->name,
                             file->n_sample_type, SPB_PROFILE_VALUES_MAX);
    int code = 0;
    for (size_t i = 0; i < file->n_sample_type && code == 0; i++) {
        struct spb_profile_value_type *type = &profile->types[i];
        code = take_string(reader, file->sample_type[i]->type, &type->name);
        if (code == 0)
            code = take_string(reader, file->sample_type[i]->unit, &type->unit);
        if (file->default_sample_type && file->sample_type[i]->type == file->default_sample_type)
            profile->default_type = (unsigned)i;
    }
    profile->type_count = (unsigned)file->n_sample_type;
    /* As pprof does: the last one is shown where none is named. */
    if (!file->default_sample_type)
        profile->default_type = profile->type_count - 1;
    if (code == 0 && file->period_type)
        code = take_string(reader, file->period_type->type, &profile->period_type.name);
    if (code == 0 && file->period_type)
        code = take_string(reader, file->period_type->unit, &profile->period_type.unit);
    profile->period = file->period;
    profile->time_ns = file->time_nanos;
    profile->duration_ns = file->duration_nanos > 0 ? (uint64_t)file->duration_nanos : 0;
    return code;
}

/* The modules' numbers in the profile are found anew where they are needed: equal ones become one. */
static int take_module(const struct reader *reader, uint64_t id, uint32_t *number)
{
    size_t index;
    *number = SPB_PROFILE_NONE;
    if (id == 0)
        return 0;
    if (!find_id(&reader->mapping_ids, id, &index))
        return complain(reader, "mapping", id);
    const Spb__Pprof__Mapping *mapping = reader->file->mapping[index];
    struct spb_profile_module module = {.start = mapping->memory_start,
                                        .limit = mapping->memory_limit,
                                        .file_offset = mapping->file_offset,
                                        .has_functions = mapping->has_functions,
                                        .has_lines = mapping->has_line_numbers,
                                        .has_inlines = mapping->has_inline_frames};
    int code = take_string(reader, mapping->filename, &module.path);
    if (code == 0)
        code = take_string(reader, mapping->build_id, &module.build_id);
    if (code == 0)
        *number = spb_profile_module(reader->profile, &module);
    return code;
}

static int read_function(struct reader *reader, const Spb__Pprof__Function *from, uint32_t module, uint32_t *number)
{
    struct spb_profile_function function = {.module = module};
    int code = take_string(reader, from->name, &function.name);
    if (code == 0)
        code = take_string(reader, from->system_name, &function.linkage_name);
    if (code == 0)
        code = take_string(reader, from->filename, &function.file);
    if (!function.name)
        function.name = function.linkage_name;
    if (!function.name)
        function.name = spb_profile_string(reader->profile, "[unknown]");
    function.first_line = from->start_line > 0 && from->start_line < UINT32_MAX ? (uint32_t)from->start_line : 0;
    if (code == 0)
        *number = spb_profile_function(reader->profile, &function);
    return code;
}

/* ---- stacks ----------------------------------------------------------------------------------------------------- */

static int unnamed_frame(struct reader *reader, const Spb__Pprof__Location *location, uint32_t module,
                         struct spb_profile_frame *frame)
{
    struct spb_strbuf name = {0};
    const char *path =
        module == SPB_PROFILE_NONE ? "" : spb_profile_text(reader->profile, reader->profile->modules[module].path);
    const char *base = strrchr(path, '/');
    spb_strbuf_printf(&name, "[%s+0x%" PRIx64 "]", *path ? base ? base + 1 : path : "unknown", location->address);
    const struct spb_profile_function function = {.name = spb_profile_string(reader->profile, spb_strbuf_text(&name)),
                                                  .module = module};
    frame->function = spb_profile_function(reader->profile, &function);
    spb_strbuf_release(&name);
    return 0;
}

/* Puts the frames of a location below *node, outermost first. */
static int descend(struct reader *reader, const Spb__Pprof__Location *location, uint32_t *node, size_t *depth)
{
    uint32_t module;
    int code = take_module(reader, location->mapping_id, &module);
    *depth += location->n_line ? location->n_line : 1;
    reader->frames_read += location->n_line ? location->n_line : 1;
    if (code == 0 && *depth > SPB_PPROF_DEPTH_MAX)
        return spb_error_set(reader->err, -EINVAL, "%s: has a stack of more than %d frames", reader->name,
                             SPB_PPROF_DEPTH_MAX);
    if (code == 0 && reader->frames_read > FRAMES_READ_MAX)
        return spb_error_set(reader->err, -EINVAL, "%s: has more than %" PRIu64 " frames in all its stacks together",
                             reader->name, FRAMES_READ_MAX);
    struct spb_profile_frame frame = {.address = location->address};
    if (code == 0 && location->n_line == 0) {
        code = unnamed_frame(reader, location, module, &frame);
        *node = spb_profile_child(reader->profile, *node, spb_profile_frame(reader->profile, &frame));
    }
    for (size_t i = location->n_line; i-- > 0 && code == 0;) {
        const Spb__Pprof__Line *line = location->line[i];
        size_t index;
        if (!find_id(&reader->function_ids, line->function_id, &index))
            return complain(reader, "function", line->function_id);
        code = read_function(reader, reader->file->function[index], module, &frame.function);
        frame.line = line->line > 0 && line->line < UINT32_MAX ? (uint32_t)line->line : 0;
        frame.inlined = i + 1 < location->n_line;
        if (code == 0)
            *node = spb_profile_child(reader->profile, *node, spb_profile_frame(reader->profile, &frame));
    }
    return code;
}

static bool is_label(const struct reader *reader, const Spb__Pprof__Label *label, const char *name)
{
    return label->key >= 0 && (uint64_t)label->key < reader->file->n_string_table &&
           strcmp(reader->file->string_table[label->key], name) == 0;
}

static int read_thread(struct reader *reader, const Spb__Pprof__Sample *sample, uint32_t *number)
{
    struct spb_profile_thread thread = {0};
    bool is_known = false;
    int code = 0;
    for (size_t i = 0; i < sample->n_label && code == 0; i++) {
        const Spb__Pprof__Label *label = sample->label[i];
        bool is_thread = is_label(reader, label, SPB_LABEL_THREAD), is_tid = is_label(reader, label, SPB_LABEL_TID);
        bool is_process = is_label(reader, label, SPB_LABEL_PROCESS), is_pid = is_label(reader, label, SPB_LABEL_PID);
        if (is_thread || is_process)
            code = take_string(reader, label->str, is_thread ? &thread.name : &thread.process);
        if (is_tid)
            thread.tid = (int32_t)label->num;
        if (is_pid)
            thread.pid = (int32_t)label->num;
        is_known = is_known || is_thread || is_process || is_tid || is_pid;
    }
    *number = is_known ? spb_profile_thread(reader->profile, &thread) : SPB_PROFILE_NONE;
    return code;
}

static int read_sample(struct reader *reader, const Spb__Pprof__Sample *sample)
{
    uint32_t node = SPB_PROFILE_ROOT, thread;
    size_t depth = 0;
    if (sample->n_value != reader->profile->type_count)
        return spb_error_set(reader->err, -EINVAL, "%s: is no sound profile: a sample has %zu values instead of %u",
                             reader->name, sample->n_value, reader->profile->type_count);
    int code = read_thread(reader, sample, &thread);
    for (size_t i = sample->n_location_id; i-- > 0 && code == 0;) {
        size_t index;
        if (!find_id(&reader->location_ids, sample->location_id[i], &index))
            return complain(reader, "location", sample->location_id[i]);
        code = descend(reader, reader->file->location[index], &node, &depth);
    }
    if (code == 0)
        spb_profile_add(reader->profile, node, thread, sample->value);
    return code;
}

/* ---- notes --------------------------------------------------------------------------------------------------- */

static const char *printable(struct spb_strbuf *buf, struct spb_span span)
{
    struct spb_strbuf raw = {0};
    spb_strbuf_append_bytes(&raw, span.text, span.length);
    spb_strbuf_reset(buf);
    spb_utf8_append_printable(buf, spb_strbuf_text(&raw));
    spb_strbuf_release(&raw);
    return spb_strbuf_text(buf);
}

static void read_timeline(struct reader *reader, const char *name, struct spb_span rest)
{
    struct spb_span parts[5], number;
    struct spb_strbuf text = {0};
    uint64_t step_ns, pid, tid;
    for (size_t i = 0; i < 5; i++)
        if (!spb_span_take_until(&rest, '\t', &parts[i]))
            return;
    if (spb_span_parse_u64(parts[0], &step_ns) || !step_ns || spb_span_parse_u64(parts[1], &pid) ||
        spb_span_parse_u64(parts[2], &tid) || pid > INT32_MAX || tid > INT32_MAX)
        return;
    struct spb_profile_thread thread = {.pid = (int32_t)pid, .tid = (int32_t)tid};
    thread.name = spb_profile_string(reader->profile, printable(&text, parts[3]));
    thread.process = spb_profile_string(reader->profile, printable(&text, parts[4]));
    uint32_t thread_number = pid ? spb_profile_thread(reader->profile, &thread) : SPB_PROFILE_NONE;
    for (size_t i = 0; rest.length && i < TIMELINE_STEPS_MAX; i++) {
        int64_t value;
        if (!spb_span_take_until(&rest, ',', &number)) {
            number = rest;
            rest.length = 0;
        }
        int64_t *place = spb_profile_timeline_at(reader->profile, name, thread_number, step_ns, i);
        if (place && spb_span_parse_i64(number, &value) == 0)
            *place = value;
    }
    spb_strbuf_release(&text);
}

/* What does not follow the pattern is a string like any other. */
static void read_note(struct reader *reader, const char *note)
{
    struct spb_span rest = {note, strlen(note)}, word, name, number;
    struct spb_strbuf text = {0}, unit = {0};
    double value;
    if (!spb_span_take_until(&rest, '\t', &word) || !spb_span_equals(word, "spbench") ||
        !spb_span_take_until(&rest, '\t', &word) || !spb_span_take_until(&rest, '\t', &name))
        return;
    const char *name_text = printable(&text, name);
    if (spb_span_equals(word, SPB_NOTE_TEXT))
        spb_profile_set_fact_text(reader->profile, name_text, printable(&unit, rest));
    else if (spb_span_equals(word, SPB_NOTE_TIMELINE))
        read_timeline(reader, name_text, rest);
    else if (spb_span_equals(word, SPB_NOTE_FACT) && spb_span_take_until(&rest, '\t', &number)) {
        char digits[SPB_UNIT_TEXT_SIZE];
        spb_span_copy(number, digits, sizeof digits);
        if (spb_parse_double(digits, &value, NULL) == 0)
            spb_profile_set_fact(reader->profile, name_text, value, printable(&unit, rest));
    }
    spb_strbuf_release(&text);
    spb_strbuf_release(&unit);
}

/* ---- the file --------------------------------------------------------------------------------------------------- */

static int read_all(struct reader *reader)
{
    const Spb__Pprof__Profile *file = reader->file;
    int code = read_strings(reader);
    if (code == 0)
        code = collect_ids(reader);
    if (code == 0)
        code = read_types(reader);
    for (size_t i = 0; i < file->n_sample && code == 0; i++)
        code = read_sample(reader, file->sample[i]);
    for (size_t i = 0; i < file->n_string_table && code == 0; i++)
        if (is_note(file->string_table[i]))
            read_note(reader, file->string_table[i]);
    if (code == 0 && reader->profile->failed)
        code = -ENOMEM;
    return code;
}

static int parse_unpacked(const char *name, const void *bytes, size_t length, struct spb_profile **profile,
                          struct spb_error *err)
{
    struct reader reader = {.name = name, .err = err};
    Spb__Pprof__Profile *file = spb__pprof__profile__unpack(NULL, length, bytes);
    if (!file)
        return spb_error_set(err, -EINVAL, "%s: is no profile in the format of pprof, or is damaged", name);
    reader.file = file;
    int code = spb_profile_create(&reader.profile);
    if (code == 0)
        code = read_all(&reader);
    if (code == -ENOMEM)
        spb_error_system(err, code, "%s", name);
    free(reader.strings);
    free(reader.mapping_ids.items);
    free(reader.function_ids.items);
    free(reader.location_ids.items);
    spb__pprof__profile__free_unpacked(file, NULL);
    if (code)
        spb_profile_destroy(reader.profile);
    else
        *profile = reader.profile;
    return code;
}

int spb_pprof_parse(const char *name, const void *bytes, size_t length, struct spb_profile **profile,
                    struct spb_error *err)
{
    struct spb_strbuf unpacked = {0};
    *profile = NULL;
    if (!spb_is_gzip(bytes, length))
        return parse_unpacked(name, bytes, length, profile, err);
    int code = spb_gunzip(bytes, length, UNPACKED_BYTES_MAX, &unpacked);
    if (code == -EINVAL)
        spb_error_set(err, code, "%s: is damaged or cut off: it does not unpack", name);
    else if (code == -EFBIG)
        code = spb_error_set(err, -EINVAL, "%s: unpacks to more than %u MiB", name, UNPACKED_BYTES_MAX >> 20);
    else if (code)
        spb_error_system(err, code, "%s", name);
    if (code == 0)
        code = parse_unpacked(name, spb_strbuf_text(&unpacked), unpacked.length, profile, err);
    spb_strbuf_release(&unpacked);
    return code;
}

int spb_pprof_load(const char *path, struct spb_profile **profile, struct spb_error *err)
{
    struct spb_strbuf bytes = {0};
    *profile = NULL;
    int code = spb_file_read(NULL, path, FILE_BYTES_MAX, &bytes);
    code = code ? spb_error_system(err, code, "%s", path)
                : spb_pprof_parse(path, spb_strbuf_text(&bytes), bytes.length, profile, err);
    spb_strbuf_release(&bytes);
    return code;
}
