/* SPDX-License-Identifier: MIT */
#include "plugin.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fnv.h"
#include "registry.h"

enum { WORKLOADS_MAX = 10000 };

/* ---- the file --------------------------------------------------------------------------------------------------- */

void spb_plugin_file_release(struct spb_plugin_file *file)
{
    free(file->path);
    *file = (struct spb_plugin_file){0};
}

/* Read, not mapped: a file that is cut off meanwhile must not end this process. */
static int hash_file(int fd, struct spb_plugin_file *file)
{
    char chunk[65536];
    ssize_t got;
    file->hash = SPB_FNV_START;
    while ((got = read(fd, chunk, sizeof(chunk))) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        file->bytes += (uint64_t)got;
        file->hash = spb_fnv(file->hash, chunk, (size_t)got);
    }
    return 0;
}

int spb_plugin_file_find(const char *what, const char *path, struct spb_plugin_file *file, struct spb_error *err)
{
    struct stat status;
    *file = (struct spb_plugin_file){.path = realpath(path, NULL)};
    /* Whatever it is, opening it does not wait. */
    int fd = file->path ? open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
    int code = fd < 0 || fstat(fd, &status) < 0 ? -errno : 0;
    bool regular = code == 0 && S_ISREG(status.st_mode);
    if (regular)
        code = hash_file(fd, file);
    if (fd >= 0)
        close(fd);
    if (regular && code == 0)
        return 0;
    spb_plugin_file_release(file);
    return code < 0 ? spb_error_system(err, code, "%s %s", what, path)
                    : spb_error_set(err, -EINVAL, "%s %s: it is no file", what, path);
}

/* ---- loading ---------------------------------------------------------------------------------------------------- */

static bool is_zero(const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bytes[i])
            return false;
    return true;
}

/* A plug-in of an older spbench.h has shorter descriptors: what they lack is zero, as members are only ever appended. One of a
 * newer header has longer ones, which this program understands as long as they use nothing of what it does not know. */
static int copy_workload(const struct spb_workload *from, struct spb_workload *to, struct spb_error *err)
{
    size_t bytes = from->struct_bytes;
    if (from->abi_version != SPB_ABI_VERSION || bytes < offsetof(struct spb_workload, name) + sizeof(char *))
        bytes = offsetof(struct spb_workload, name); /* enough for the check to say so */
    else if (bytes > sizeof(*to) && !is_zero((const char *)from + sizeof(*to), bytes - sizeof(*to)))
        return spb_error_set(err, -EINVAL,
                             "workload %s was built with a newer spbench.h and uses what this program does not know; "
                             "build it again with this program's spbench.h, or use the newer program",
                             from->name ? from->name : "(no name)");
    *to = (struct spb_workload){0};
    memcpy(to, from, bytes < sizeof(*to) ? bytes : sizeof(*to));
    return spb_workload_check(to, err);
}

/* The version first: in another one nothing behind it need be where it is looked for. */
static int check_plugin(const struct spb_plugin *plugin, struct spb_error *err)
{
    if (!plugin)
        return spb_error_set(err, -EINVAL,
                             "it is no plug-in for spbench: it lacks the symbol spb_plugin; end its source with "
                             "SPB_PLUGIN(table)");
    if (plugin->abi_version != SPB_ABI_VERSION)
        return spb_error_set(
            err, -EINVAL,
            "it was built for version %u of the interface, this program has version %u; build it again "
            "with this program's spbench.h",
            plugin->abi_version, SPB_ABI_VERSION);
    if (plugin->struct_bytes < sizeof(*plugin) || !plugin->workloads)
        return spb_error_set(err, -EINVAL, "it has no table of workloads; end its source with SPB_PLUGIN(table)");
    return 0;
}

static int copy_table(const struct spb_workload *const *from, struct spb_plugin_table *table, struct spb_error *err)
{
    size_t count = 0;
    while (count < WORKLOADS_MAX && from[count])
        count++;
    if (count == WORKLOADS_MAX)
        return spb_error_set(err, -EINVAL, "its table has no end: NULL must stand behind the last workload");
    if (count == 0)
        return spb_error_set(err, -EINVAL, "its table of workloads is empty");
    table->items = calloc(count, sizeof(*table->items));
    table->table = calloc(count + 1, sizeof(void *));
    if (!table->items || !table->table)
        return spb_error_set(err, -ENOMEM, "out of memory");
    int code = 0;
    for (size_t i = 0; i < count && code == 0; i++) {
        code = copy_workload(from[i], &table->items[i], err);
        table->table[i] = &table->items[i];
    }
    return code;
}

int spb_plugin_load(const char *path, struct spb_plugin_table *table, struct spb_error *err)
{
    *table = (struct spb_plugin_table){0};
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!object)
        return spb_error_set(err, -EINVAL, "%s", dlerror());
    const struct spb_plugin *plugin = dlsym(object, "spb_plugin");
    int code = check_plugin(plugin, err);
    if (code == 0)
        code = copy_table(plugin->workloads, table, err);
    /* Not closed: its code is what is measured; and after an error this process ends. */
    if (code < 0)
        spb_plugin_table_release(table);
    return code;
}

void spb_plugin_table_release(struct spb_plugin_table *table)
{
    free(table->table);
    free(table->items);
    *table = (struct spb_plugin_table){0};
}
