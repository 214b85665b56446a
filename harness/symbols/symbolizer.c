/* SPDX-License-Identifier: MIT
 *
 * Two levels of memory: files that were opened, by what was mapped; and the frames of each address of a file, since stacks repeat.
 */
#include "symbolizer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "demangle.h"
#include "jit_map.h"
#include "kernel_symbols.h"
#include "module_file.h"
#include "strbuf.h"
#include "utf8.h"

#define MODULES_MAX 65536

struct module {
    struct spb_module_file file;
    struct spb_mapping key; /* what it was opened for */
    uint32_t number;        /* in the profile */
};

/* The frames of an address: `count` of them from `first` in the pool. */
struct known {
    uint64_t address;
    uint32_t module; /* index + 1; 0: an empty place */
    uint32_t first;
    uint32_t count;
};

struct spb_symbolizer {
    struct spb_symbolizer_options options;
    struct spb_demangler *demangler;
    struct spb_kernel_symbols *kernel;
    struct spb_jit_maps *jit;
    struct module *modules;
    size_t module_count, module_capacity;
    struct known *known; /* hash table */
    size_t known_count, known_size;
    uint32_t *pool;
    size_t pool_count, pool_capacity;
    struct spb_profile *profile; /* whose numbers the above holds */
    struct spb_symbolizer_counts counts;
};

/* ---- life ------------------------------------------------------------------------------------------------------- */

static void forget(struct spb_symbolizer *symbolizer)
{
    for (size_t i = 0; i < symbolizer->module_count; i++) {
        spb_module_file_close(&symbolizer->modules[i].file);
        free(symbolizer->modules[i].key.path);
    }
    free(symbolizer->known);
    symbolizer->known = NULL;
    symbolizer->module_count = symbolizer->known_count = symbolizer->known_size = symbolizer->pool_count = 0;
}

int spb_symbolizer_create(const struct spb_symbolizer_options *options, struct spb_symbolizer **result,
                          struct spb_error *err)
{
    struct spb_symbolizer *symbolizer = calloc(1, sizeof *symbolizer);
    *result = symbolizer;
    if (!symbolizer)
        return spb_error_system(err, -ENOMEM, "symbols");
    symbolizer->options = *options;
    if (!symbolizer->options.debug_folder)
        symbolizer->options.debug_folder = "/usr/lib/debug";
    int code = spb_demangler_create(&symbolizer->demangler);
    if (code == 0)
        code = spb_kernel_symbols_create(options->root, &symbolizer->kernel);
    if (code == 0)
        code = spb_jit_maps_create(options->root, &symbolizer->jit);
    if (code == 0)
        return 0;
    spb_symbolizer_destroy(symbolizer);
    *result = NULL;
    return spb_error_system(err, code, "symbols");
}

void spb_symbolizer_destroy(struct spb_symbolizer *symbolizer)
{
    if (!symbolizer)
        return;
    forget(symbolizer);
    free(symbolizer->modules);
    free(symbolizer->pool);
    spb_demangler_destroy(symbolizer->demangler);
    spb_kernel_symbols_destroy(symbolizer->kernel);
    spb_jit_maps_destroy(symbolizer->jit);
    free(symbolizer);
}

/* ---- frames ----------------------------------------------------------------------------------------------------- */

static uint32_t printable_string(struct spb_profile *profile, const char *text)
{
    struct spb_strbuf safe = {0};
    if (!text || !*text)
        return 0;
    if (spb_utf8_is_printable(text))
        return spb_profile_string(profile, text);
    spb_utf8_append_printable(&safe, text);
    uint32_t string = spb_profile_string(profile, spb_strbuf_text(&safe));
    spb_strbuf_release(&safe);
    return string;
}

static uint32_t function_number(struct spb_symbolizer *symbolizer, const char *linkage_name, const char *name,
                                const char *file, unsigned first_line, uint32_t module)
{
    struct spb_profile *profile = symbolizer->profile;
    struct spb_strbuf readable = {0};
    if (linkage_name)
        spb_demangle(symbolizer->demangler, linkage_name, &readable);
    else
        spb_strbuf_append(&readable, name ? name : "[no name]");
    const struct spb_profile_function function = {.name = printable_string(profile, spb_strbuf_text(&readable)),
                                                  .linkage_name =
                                                      printable_string(profile, linkage_name ? linkage_name : name),
                                                  .file = printable_string(profile, file),
                                                  .first_line = first_line,
                                                  .module = module};
    spb_strbuf_release(&readable);
    return spb_profile_function(profile, &function);
}

static uint32_t simple_frame(struct spb_symbolizer *symbolizer, uint32_t function, uint64_t address)
{
    return spb_profile_frame(symbolizer->profile,
                             &(struct spb_profile_frame){.function = function, .address = address});
}

/* [libc.so.6+0x1234] */
static uint32_t unknown_frame(struct spb_symbolizer *symbolizer, const char *path, uint64_t address, uint32_t module)
{
    struct spb_strbuf name = {0};
    const char *slash = path ? strrchr(path, '/') : NULL;
    spb_strbuf_printf(&name, "[%s+0x%" PRIx64 "]", slash ? slash + 1 : path && *path ? path : "unknown", address);
    uint32_t function = function_number(symbolizer, NULL, spb_strbuf_text(&name), NULL, 0, module);
    spb_strbuf_release(&name);
    symbolizer->counts.unknown++;
    return simple_frame(symbolizer, function, address);
}

/* ---- modules ---------------------------------------------------------------------------------------------------- */

static void count_module(struct spb_symbolizer *symbolizer, const struct spb_module_file *file)
{
    struct spb_symbolizer_counts *counts = &symbolizer->counts;
    counts->modules++;
    counts->modules_replaced += file->state == SPB_MODULE_REPLACED;
    counts->modules_without_symbols += !file->symbols.count && !file->scopes;
    counts->modules_without_lines += !file->scopes;
}

static uint32_t module_number(struct spb_profile *profile, const struct spb_mapping *mapping,
                              const struct spb_module_file *file)
{
    char build_id[41] = "";
    const unsigned char *bytes = mapping->build_id_bytes ? mapping->build_id : file->build_id;
    unsigned count = mapping->build_id_bytes ? mapping->build_id_bytes : file->build_id_bytes;
    for (unsigned i = 0; i < count && i < 20; i++)
        snprintf(build_id + (size_t)2 * i, 3, "%02x", bytes[i]);
    return spb_profile_module(profile,
                              &(struct spb_profile_module){.path = printable_string(profile, mapping->path),
                                                           .build_id = spb_profile_string(profile, build_id),
                                                           .start = mapping->start,
                                                           .limit = mapping->end,
                                                           .file_offset = mapping->file_offset,
                                                           .has_functions = file->symbols.count || file->scopes,
                                                           .has_lines = file->scopes,
                                                           .has_inlines = file->scopes});
}

/* The index of the mapping's file, opened when it is new; MODULES_MAX: memory ran out, or there are too many. */
static size_t module_of(struct spb_symbolizer *symbolizer, const struct spb_mapping *mapping, pid_t pid)
{
    for (size_t i = symbolizer->module_count; i-- > 0;)
        if (spb_mapping_is_same_file(&symbolizer->modules[i].key, mapping))
            return i;
    if (symbolizer->module_count == MODULES_MAX)
        return MODULES_MAX;
    if (symbolizer->module_count == symbolizer->module_capacity) {
        size_t capacity = symbolizer->module_capacity ? 2 * symbolizer->module_capacity : 16;
        struct module *larger = reallocarray(symbolizer->modules, capacity, sizeof *larger);
        if (!larger)
            return MODULES_MAX;
        symbolizer->modules = larger;
        symbolizer->module_capacity = capacity;
    }
    const struct spb_module_options options = {.root = symbolizer->options.root,
                                               .debug_folder = symbolizer->options.debug_folder,
                                               .without_lines = symbolizer->options.without_lines,
                                               .pid = pid};
    struct module *module = &symbolizer->modules[symbolizer->module_count];
    module->key = *mapping;
    module->key.path = strdup(mapping->path);
    if (!module->key.path || spb_module_file_open(mapping, &options, &module->file) < 0) {
        free(module->key.path);
        return MODULES_MAX;
    }
    count_module(symbolizer, &module->file);
    module->number = module_number(symbolizer->profile, mapping, &module->file);
    return symbolizer->module_count++;
}

/* Outermost first. */
static unsigned frames_of_scopes(struct spb_symbolizer *symbolizer, const struct module *module,
                                 const struct spb_dwarf_scope *scopes, size_t count, uint64_t address,
                                 uint32_t frames[SPB_INLINE_DEPTH_MAX])
{
    const struct spb_elf_symbol *symbol = spb_elf_symbols_find(&module->file.symbols, address);
    for (size_t i = 0; i < count; i++) {
        const struct spb_dwarf_scope *scope = &scopes[count - 1 - i];
        const char *linkage_name = scope->linkage_name;
        /* Local clones (foo.part.0, foo.constprop.1) have their name in the symbol table only; it begins with the function's. */
        if (!linkage_name && !scope->name && i == 0 && symbol)
            linkage_name = symbol->name;
        const struct spb_profile_frame frame = {.function =
                                                    function_number(symbolizer, linkage_name, scope->name,
                                                                    scope->file ? scope->file : scope->line_file,
                                                                    scope->first_line, module->number),
                                                .line = scope->line,
                                                .address = address,
                                                .inlined = i > 0};
        frames[i] = spb_profile_frame(symbolizer->profile, &frame);
    }
    return (unsigned)count;
}

static unsigned look_up(struct spb_symbolizer *symbolizer, const struct module *module, uint64_t address,
                        uint32_t frames[SPB_INLINE_DEPTH_MAX])
{
    struct spb_dwarf_scope scopes[SPB_INLINE_DEPTH_MAX];
    size_t count =
        module->file.scopes ? spb_dwarf_scopes_find(module->file.scopes, address, scopes, SPB_INLINE_DEPTH_MAX) : 0;
    symbolizer->counts.looked_up++;
    if (count)
        return frames_of_scopes(symbolizer, module, scopes, count, address, frames);
    const struct spb_elf_symbol *symbol = spb_elf_symbols_find(&module->file.symbols, address);
    if (symbol) {
        uint32_t function = function_number(symbolizer, symbol->name, NULL, NULL, 0, module->number);
        frames[0] = simple_frame(symbolizer, function, address);
    } else {
        frames[0] = unknown_frame(symbolizer, module->key.path, address, module->number);
    }
    return 1;
}

/* ---- what is known already -------------------------------------------------------------------------------------- */

static size_t place_of(const struct spb_symbolizer *symbolizer, uint32_t module, uint64_t address)
{
    uint64_t hash = (address ^ (uint64_t)module << 48) * UINT64_C(0x9e3779b97f4a7c15);
    size_t at = (hash >> 20) & (symbolizer->known_size - 1);
    while (symbolizer->known[at].module &&
           (symbolizer->known[at].module != module || symbolizer->known[at].address != address))
        at = (at + 1) & (symbolizer->known_size - 1);
    return at;
}

static bool make_room(struct spb_symbolizer *symbolizer)
{
    if (symbolizer->pool_count + SPB_INLINE_DEPTH_MAX > symbolizer->pool_capacity) {
        size_t capacity = symbolizer->pool_capacity ? 2 * symbolizer->pool_capacity : 4096;
        uint32_t *larger = reallocarray(symbolizer->pool, capacity, sizeof *larger);
        if (!larger)
            return false;
        symbolizer->pool = larger;
        symbolizer->pool_capacity = capacity;
    }
    if (2 * symbolizer->known_count < symbolizer->known_size)
        return true;
    struct known *old = symbolizer->known;
    size_t old_size = symbolizer->known_size;
    symbolizer->known_size = old_size ? 2 * old_size : 1024;
    symbolizer->known = calloc(symbolizer->known_size, sizeof *old);
    if (!symbolizer->known) {
        symbolizer->known = old;
        symbolizer->known_size = old_size;
        return false;
    }
    for (size_t i = 0; i < old_size; i++)
        if (old[i].module)
            symbolizer->known[place_of(symbolizer, old[i].module, old[i].address)] = old[i];
    free(old);
    return true;
}

static unsigned frames_of(struct spb_symbolizer *symbolizer, size_t index, uint64_t address,
                          uint32_t frames[SPB_INLINE_DEPTH_MAX])
{
    const struct module *module = &symbolizer->modules[index];
    if (!make_room(symbolizer))
        return look_up(symbolizer, module, address, frames);
    struct known *known = &symbolizer->known[place_of(symbolizer, (uint32_t)index + 1, address)];
    if (!known->module) {
        uint32_t *pool = symbolizer->pool + symbolizer->pool_count;
        *known = (struct known){address, (uint32_t)index + 1, (uint32_t)symbolizer->pool_count, 0};
        known->count = look_up(symbolizer, module, address, pool);
        symbolizer->pool_count += known->count;
        symbolizer->known_count++;
    }
    memcpy(frames, symbolizer->pool + known->first, known->count * sizeof *frames);
    return known->count;
}

/* ---- interface -------------------------------------------------------------------------------------------------- */

static void use_profile(struct spb_symbolizer *symbolizer, struct spb_profile *profile)
{
    if (symbolizer->profile != profile)
        forget(symbolizer);
    symbolizer->profile = profile;
}

/* Code that no file holds: made while the program ran, where it has said what it is called. */
static unsigned anonymous(struct spb_symbolizer *symbolizer, pid_t pid, const struct spb_mapping *mapping,
                          uint64_t address, uint32_t frames[SPB_INLINE_DEPTH_MAX])
{
    const char *name = spb_jit_maps_find(symbolizer->jit, pid, address);
    symbolizer->counts.looked_up++;
    if (!name) {
        frames[0] = unknown_frame(symbolizer, mapping ? mapping->path : NULL, address, SPB_PROFILE_NONE);
        return 1;
    }
    uint32_t jit = spb_profile_module(
        symbolizer->profile,
        &(struct spb_profile_module){.path = spb_profile_string(symbolizer->profile, "[jit]"), .has_functions = true});
    frames[0] = simple_frame(symbolizer, function_number(symbolizer, NULL, name, NULL, 0, jit), address);
    return 1;
}

unsigned spb_symbolizer_user(struct spb_symbolizer *symbolizer, const struct spb_address_space *space, uint64_t address,
                             bool is_return, struct spb_profile *profile, uint32_t frames[SPB_INLINE_DEPTH_MAX])
{
    uint64_t own, meant = is_return && address ? address - 1 : address;
    const struct spb_mapping *mapping = spb_address_space_find(space, meant);
    pid_t pid = spb_address_space_pid(space);
    use_profile(symbolizer, profile);
    if (!mapping || (*mapping->path != '/' && strcmp(mapping->path, "[vdso]") != 0) ||
        strncmp(mapping->path, "//", 2) == 0)
        return anonymous(symbolizer, pid, mapping, meant, frames);
    size_t index = module_of(symbolizer, mapping, pid);
    if (index == MODULES_MAX || !spb_module_file_address(&symbolizer->modules[index].file, mapping, meant, &own)) {
        uint32_t module = index == MODULES_MAX ? SPB_PROFILE_NONE : symbolizer->modules[index].number;
        frames[0] = unknown_frame(symbolizer, mapping->path, meant - mapping->start + mapping->file_offset, module);
        symbolizer->counts.looked_up++;
        return 1;
    }
    return frames_of(symbolizer, index, own, frames);
}

unsigned spb_symbolizer_kernel(struct spb_symbolizer *symbolizer, uint64_t address, struct spb_profile *profile,
                               uint32_t frames[SPB_INLINE_DEPTH_MAX])
{
    const char *module_name;
    uint64_t start = 0;
    use_profile(symbolizer, profile);
    const char *name = spb_kernel_symbols_find(symbolizer->kernel, address, &start, &module_name);
    uint32_t module = spb_profile_module(
        profile,
        &(struct spb_profile_module){.path = printable_string(profile, name && module_name ? module_name : "[kernel]"),
                                     .has_functions = name});
    symbolizer->counts.looked_up++;
    symbolizer->counts.unknown += !name;
    frames[0] =
        simple_frame(symbolizer, function_number(symbolizer, NULL, name ? name : "[kernel]", NULL, 0, module), address);
    return 1;
}

void spb_symbolizer_counts(const struct spb_symbolizer *symbolizer, struct spb_symbolizer_counts *counts)
{
    *counts = symbolizer->counts;
    counts->kernel_reason = spb_kernel_symbols_reason(symbolizer->kernel);
}
