/* SPDX-License-Identifier: MIT */
#include "module_file.h"

#include <elfutils/libdwelf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "strbuf.h"

/* ---- one ELF file ----------------------------------------------------------------------------------------------- */

/* What may block or has no end is not opened. */
static Elf *open_elf(const char *path, int *fd)
{
    struct stat there;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*fd < 0)
        return NULL;
    Elf *elf = fstat(*fd, &there) == 0 && S_ISREG(there.st_mode) ? elf_begin(*fd, ELF_C_READ_MMAP, NULL) : NULL;
    if (elf && elf_kind(elf) == ELF_K_ELF)
        return elf;
    elf_end(elf);
    close(*fd);
    *fd = -1;
    return NULL;
}

static unsigned build_id_of(Elf *elf, unsigned char build_id[20])
{
    const void *bytes;
    ssize_t length = dwelf_elf_gnu_build_id(elf, &bytes);
    if (length <= 0 || length > 20)
        return 0;
    memcpy(build_id, bytes, (size_t)length);
    return (unsigned)length;
}

static bool is_same_build(const unsigned char *a, unsigned a_bytes, const unsigned char *b, unsigned b_bytes)
{
    return a_bytes == b_bytes && memcmp(a, b, a_bytes) == 0;
}

/* ---- which file ------------------------------------------------------------------------------------------------- */

/* Opens `path` when it is what was mapped: of the same build, or, where that is not known, the same inode. */
static bool try_path(const struct spb_mapping *mapping, const char *path, struct spb_module_file *module)
{
    struct stat there;
    Elf *elf = open_elf(path, &module->fd);
    if (!elf)
        return false;
    module->build_id_bytes = build_id_of(elf, module->build_id);
    bool same =
        mapping->build_id_bytes
            ? is_same_build(mapping->build_id, mapping->build_id_bytes, module->build_id, module->build_id_bytes)
            : !mapping->deleted &&
                  (!mapping->inode || (fstat(module->fd, &there) == 0 && there.st_ino == mapping->inode));
    if (same) {
        module->elf = elf;
        module->state = SPB_MODULE_OPEN;
        return true;
    }
    module->state = SPB_MODULE_REPLACED;
    elf_end(elf);
    close(module->fd);
    module->fd = -1;
    return false;
}

static bool try_format(const struct spb_mapping *mapping, struct spb_module_file *module, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static bool try_format(const struct spb_mapping *mapping, struct spb_module_file *module, const char *format, ...)
{
    char *path = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&path, format, arguments);
    va_end(arguments);
    bool found = length >= 0 && try_path(mapping, path, module);
    if (length >= 0)
        free(path);
    return found;
}

/* The running kernel maps it into this process too. */
static bool open_vdso(struct spb_module_file *module)
{
    char *image = (char *)(uintptr_t)getauxval(AT_SYSINFO_EHDR);
    module->elf = image ? elf_memory(image, (size_t)2 * 4096) : NULL;
    module->state = module->elf ? SPB_MODULE_OPEN : SPB_MODULE_ABSENT;
    return module->elf;
}

/* The file in its place, the process's own view of it, what the process still holds open of a file that is gone. */
static bool find_file(const struct spb_mapping *mapping, const struct spb_module_options *options,
                      struct spb_module_file *module)
{
    const char *root = options->root ? options->root : "";
    int pid = (int)options->pid;
    if (strcmp(mapping->path, "[vdso]") == 0)
        return !options->root && open_vdso(module);
    if (*mapping->path != '/' || strncmp(mapping->path, "//", 2) == 0)
        return false;
    return (pid && try_format(mapping, module, "%s/proc/%d/root%s", root, pid, mapping->path)) ||
           try_format(mapping, module, "%s%s", root, mapping->path) ||
           (pid && try_format(mapping, module, "%s/proc/%d/map_files/%" PRIx64 "-%" PRIx64, root, pid, mapping->start,
                              mapping->end));
}

/* ---- debug information ------------------------------------------------------------------------------------------ */

static void hex(const unsigned char *bytes, size_t count, char *text)
{
    for (size_t i = 0; i < count; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

/* /usr/lib/debug/.build-id/ab/cdef.debug */
static void find_debug_file(const struct spb_module_options *options, struct spb_module_file *module)
{
    char name[41], path[4096];
    unsigned char build_id[20];
    if (module->build_id_bytes < 2)
        return;
    hex(module->build_id, module->build_id_bytes, name);
    snprintf(path, sizeof path, "%s%s/.build-id/%.2s/%s.debug", options->root ? options->root : "",
             options->debug_folder, name, name + 2);
    module->debug_elf = open_elf(path, &module->debug_fd);
    if (!module->debug_elf)
        return;
    if (is_same_build(module->build_id, module->build_id_bytes, build_id, build_id_of(module->debug_elf, build_id)))
        return;
    elf_end(module->debug_elf);
    close(module->debug_fd);
    module->debug_elf = NULL;
    module->debug_fd = -1;
}

static bool has_dwarf(Elf *elf)
{
    GElf_Shdr header;
    size_t names;
    if (!elf || elf_getshdrstrndx(elf, &names) != 0)
        return false;
    for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section));) {
        const char *name = gelf_getshdr(section, &header) ? elf_strptr(elf, names, header.sh_name) : NULL;
        if (name && (strcmp(name, ".debug_info") == 0 || strcmp(name, ".zdebug_info") == 0))
            return true;
    }
    return false;
}

static int read_names(const struct spb_module_options *options, struct spb_module_file *module)
{
    if (!has_dwarf(module->elf))
        find_debug_file(options, module);
    int code = options->without_names ? 0 : spb_elf_symbols_read(module->debug_elf, &module->symbols);
    if (code == 0 && module->symbols.count == 0 && !options->without_names) {
        spb_elf_symbols_release(&module->symbols);
        code = spb_elf_symbols_read(module->elf, &module->symbols);
    }
    Elf *with_dwarf = has_dwarf(module->elf) ? module->elf : has_dwarf(module->debug_elf) ? module->debug_elf : NULL;
    if (code == 0 && with_dwarf && !options->without_lines)
        module->dwarf = dwarf_begin_elf(with_dwarf, DWARF_C_READ, NULL);
    if (code == 0 && module->dwarf && !options->without_names)
        code = spb_dwarf_scopes_create(module->dwarf, &module->scopes);
    return code;
}

int spb_module_file_open(const struct spb_mapping *mapping, const struct spb_module_options *options,
                         struct spb_module_file *module)
{
    *module = (struct spb_module_file){.state = SPB_MODULE_ABSENT, .fd = -1, .debug_fd = -1};
    elf_version(EV_CURRENT);
    module->path = strdup(mapping->path);
    int code = module->path ? 0 : -ENOMEM;
    if (code == 0 && find_file(mapping, options, module))
        code = read_names(options, module);
    if (code)
        spb_module_file_close(module);
    return code;
}

void spb_module_file_close(struct spb_module_file *module)
{
    spb_dwarf_scopes_destroy(module->scopes);
    spb_elf_symbols_release(&module->symbols);
    dwarf_end(module->dwarf);
    elf_end(module->debug_elf);
    elf_end(module->elf);
    if (module->fd >= 0)
        close(module->fd);
    if (module->debug_fd >= 0)
        close(module->debug_fd);
    free(module->path);
    *module = (struct spb_module_file){.fd = -1, .debug_fd = -1};
}

bool spb_module_file_address(const struct spb_module_file *module, const struct spb_mapping *mapping, uint64_t address,
                             uint64_t *own)
{
    size_t count = 0;
    uint64_t offset = address - mapping->start + mapping->file_offset;
    if (module->elf && elf_getphdrnum(module->elf, &count) < 0)
        count = 0;
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr segment;
        if (!gelf_getphdr(module->elf, (int)i, &segment) || segment.p_type != PT_LOAD || offset < segment.p_offset ||
            offset - segment.p_offset >= segment.p_filesz)
            continue;
        *own = offset - segment.p_offset + segment.p_vaddr;
        return true;
    }
    return false;
}
