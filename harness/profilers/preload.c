/* SPDX-License-Identifier: MIT */
#include "preload.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "span.h"

#define SCRIPTS_MAX 4 /* as the kernel has it */
#define HEADERS_MAX 64

/* ---- the agent's file ------------------------------------------------------------------------------------------- */

/* ROOT, FOLDER/ and the agent's name; false: there is no such file. */
static bool is_there(struct spb_span root, const char *folder, const char *name, struct spb_strbuf *path)
{
    spb_strbuf_reset(path);
    spb_strbuf_append_bytes(path, root.text, root.length);
    spb_strbuf_printf(path, "/%slibspbench-%s-agent.so", folder, name);
    return !path->failed && access(spb_strbuf_text(path), R_OK) == 0;
}

int spb_agent_path(const char *name, struct spb_strbuf *path, struct spb_error *err)
{
    static const char here = 0;
    Dl_info own;
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (dladdr(&here, &own) && own.dli_fname && strchr(own.dli_fname, '/')) {
        struct spb_span library = {own.dli_fname, (size_t)(strrchr(own.dli_fname, '/') - own.dli_fname)};
        if (is_there(library, "spbench/", name, path) || is_there(library, "", name, path))
            return 0;
    }
    program[length > 0 ? length : 0] = '\0';
    if (strchr(program, '/')) {
        struct spb_span folder = {program, (size_t)(strrchr(program, '/') - program)};
        if (is_there(folder, "", name, path) || is_there(folder, "../lib/spbench/", name, path))
            return 0;
    }
    return spb_error_set(err, -ENOENT,
                         "libspbench-%s-agent.so is neither beside the program nor in lib/spbench; install it again",
                         name);
}

void spb_preload_setting(const char *agent_path, int fd, struct spb_strbuf *setting)
{
    const char *before = getenv("LD_PRELOAD");
    if (strpbrk(agent_path, " :$"))
        spb_strbuf_printf(setting, "LD_PRELOAD=/proc/%d/fd/%d", (int)getpid(), fd);
    else
        spb_strbuf_printf(setting, "LD_PRELOAD=%s", agent_path);
    if (before && *before)
        spb_strbuf_printf(setting, ":%s", before);
}

/* ---- the command ------------------------------------------------------------------------------------------------ */

static bool find_on_path(const char *command, struct spb_strbuf *path)
{
    const char *folders = getenv("PATH");
    struct spb_span rest, folder;
    if (strchr(command, '/')) {
        spb_strbuf_append(path, command);
        return true;
    }
    rest = (struct spb_span){folders ? folders : "/bin:/usr/bin", strlen(folders ? folders : "/bin:/usr/bin")};
    while (rest.length) {
        if (!spb_span_take_until(&rest, ':', &folder)) {
            folder = rest;
            rest.length = 0;
        }
        spb_strbuf_reset(path);
        spb_strbuf_append_bytes(path, folder.text, folder.length);
        spb_strbuf_printf(path, "%s%s", folder.length ? "/" : "./", command);
        if (access(spb_strbuf_text(path), X_OK) == 0)
            return true;
    }
    return false;
}

static int check_privileges(int fd, const char *path, struct spb_error *err)
{
    struct stat file;
    bool gains = fstat(fd, &file) == 0 && (((file.st_mode & S_ISUID) && file.st_uid != geteuid()) ||
                                           ((file.st_mode & S_ISGID) && file.st_gid != getegid()));
    if (geteuid() != 0)
        gains |= fgetxattr(fd, "security.capability", NULL, 0) > 0;
    if (!gains)
        return 0;
    return spb_error_set(err, -ENOTSUP,
                         "%s runs with more privileges than its caller, and nothing is preloaded into such programs; "
                         "profile it with perf events, as root",
                         path);
}

/* The interpreter's name; what is no ELF file of this machine is said. Headers beyond the end are read as nothing. */
static int check_elf(int fd, const Elf64_Ehdr *head, const char *path, struct spb_error *err)
{
    Elf64_Ehdr own;
    int own_fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    bool known = own_fd >= 0 && pread(own_fd, &own, sizeof own, 0) == sizeof own;
    char interpreter[256] = "";
    if (own_fd >= 0)
        close(own_fd);
    if (known && (head->e_ident[EI_CLASS] != own.e_ident[EI_CLASS] || head->e_machine != own.e_machine))
        return spb_error_set(err, -ENOTSUP, "%s is for another kind of machine than the agent", path);
    for (unsigned i = 0; i < head->e_phnum && i < HEADERS_MAX; i++) {
        Elf64_Phdr segment = {0};
        if (pread(fd, &segment, sizeof segment, (off_t)(head->e_phoff + i * sizeof segment)) != sizeof segment)
            break;
        if (segment.p_type == PT_INTERP && pread(fd, interpreter, sizeof interpreter - 1, (off_t)segment.p_offset) < 0)
            return 0;
    }
    if (!*interpreter)
        return spb_error_set(err, -ENOTSUP,
                             "%s is linked statically, and nothing can be preloaded into it; profile it with perf "
                             "events, or link it dynamically",
                             path);
    if (strstr(interpreter, "musl"))
        return spb_error_set(err, -ENOTSUP, "%s runs on another C library (%.200s) than the agent", path, interpreter);
    return 0;
}

/* "#!/usr/bin/env python3": the program of the first line. */
static bool read_script(const char *text, size_t length, struct spb_strbuf *path)
{
    struct spb_span rest = {text, length}, line, program;
    if (length < 2 || memcmp(text, "#!", 2) != 0 || !spb_span_take_line(&rest, &line))
        return false;
    line.text += 2;
    line.length -= 2;
    if (!spb_span_take_word(&line, &program))
        return false;
    spb_strbuf_reset(path);
    spb_strbuf_append_bytes(path, program.text, program.length);
    return !path->failed;
}

/* 1: it is a script, and *path its program. */
static int check_file(struct spb_strbuf *path, struct spb_error *err)
{
    union {
        Elf64_Ehdr head;
        char text[256];
    } begin = {.text = ""};
    int fd = open(spb_strbuf_text(path), O_RDONLY | O_CLOEXEC), code = 0;
    if (fd < 0)
        return 0;
    ssize_t length = read(fd, &begin, sizeof begin);
    if (length >= (ssize_t)sizeof begin.head && memcmp(begin.head.e_ident, ELFMAG, SELFMAG) == 0) {
        code = check_privileges(fd, spb_strbuf_text(path), err);
        if (code == 0)
            code = check_elf(fd, &begin.head, spb_strbuf_text(path), err);
    } else if (length > 0 && read_script(begin.text, (size_t)length, path)) {
        code = 1;
    }
    close(fd);
    return code;
}

int spb_preload_check(const char *command, struct spb_error *err)
{
    struct spb_strbuf path = {0};
    int code = find_on_path(command, &path);
    for (unsigned i = 0; i < SCRIPTS_MAX && code == 1; i++)
        code = check_file(&path, err);
    spb_strbuf_release(&path);
    return code < 0 ? code : 0;
}
