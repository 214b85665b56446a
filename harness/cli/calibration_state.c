/* SPDX-License-Identifier: MIT */
#include "calibration_state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "file.h"
#include "fnv.h"
#include "strbuf.h"

static int append_folder(struct spb_strbuf *path, struct spb_error *err)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (state && *state == '/')
        spb_strbuf_printf(path, "%s/spbench", state);
    else if (home && *home == '/')
        spb_strbuf_printf(path, "%s/.local/state/spbench", home);
    else
        return spb_error_set(err, -EINVAL, "no place for what is learnt of the machine: set XDG_STATE_HOME or HOME");
    return 0;
}

/* Owned by the caller. */
static int find_path(const struct spb_stamp *stamp, char **path, struct spb_error *err)
{
    struct spb_strbuf machine = {0}, text = {0};
    *path = NULL;
    spb_calibration_machine(stamp, &machine);
    int code = append_folder(&text, err);
    spb_strbuf_printf(&text, "/calibration-%016" PRIx64 ".json",
                      spb_fnv(SPB_FNV_START, spb_strbuf_text(&machine), machine.length));
    if (code == 0) {
        *path = machine.failed ? NULL : spb_strbuf_detach(&text);
        code = *path ? 0 : spb_error_set(err, -ENOMEM, "out of memory");
    }
    spb_strbuf_release(&machine);
    spb_strbuf_release(&text);
    return code;
}

void spb_calibration_state_load(const struct spb_stamp *stamp, struct spb_calibration *calibration)
{
    struct spb_error err = {0};
    char *path = NULL;
    *calibration = (struct spb_calibration){0};
    if (find_path(stamp, &path, &err) < 0)
        return;
    int code = spb_calibration_load(path, calibration, &err);
    if (code < 0 && code != -ENOENT)
        fprintf(stderr, "spbench: %s; what was learnt of the machine is not used\n", err.text);
    free(path);
}

/* Another `calibrate` that runs at the same time must not lose what this one adds. The descriptor, or a negative errno. */
static int lock(const char *path, struct spb_error *err)
{
    struct spb_strbuf name = {0};
    spb_strbuf_printf(&name, "%s.lock", path);
    int fd = name.failed ? -1 : open(name.text, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    int code = fd < 0 || flock(fd, LOCK_EX) < 0 ? -errno : fd;
    if (code < 0)
        spb_error_system(err, code, "%s cannot be locked", spb_strbuf_text(&name));
    if (code < 0 && fd >= 0)
        close(fd);
    spb_strbuf_release(&name);
    return code;
}

/* What there is so far; none is as good as empty. */
static int load(const char *path, struct spb_calibration *calibration, struct spb_error *err)
{
    struct spb_error why = {0};
    int code = spb_calibration_load(path, calibration, &why);
    if (code < 0 && code != -ENOENT)
        return spb_error_set(err, code, "%s; mend it, or remove it to begin anew", why.text);
    return 0;
}

int spb_calibration_state_check(const struct spb_stamp *stamp, struct spb_error *err)
{
    struct spb_calibration calibration = {0};
    char *path = NULL;
    int code = find_path(stamp, &path, err);
    if (code == 0)
        code = load(path, &calibration, err);
    spb_calibration_release(&calibration);
    free(path);
    return code;
}

static int add_and_save(const struct spb_stamp *stamp, const char *path, struct spb_calibration_session *session,
                        struct spb_calibration *calibration, struct spb_error *err)
{
    struct spb_strbuf machine = {0};
    int code = load(path, calibration, err);
    if (code < 0)
        return code;
    spb_calibration_machine(stamp, &machine);
    if (!calibration->machine)
        calibration->machine = spb_strbuf_detach(&machine);
    spb_strbuf_release(&machine);
    if (!calibration->machine || spb_calibration_add(calibration, session) < 0)
        return spb_error_set(err, -ENOMEM, "out of memory");
    return spb_calibration_save(calibration, path, err);
}

int spb_calibration_state_add(const struct spb_stamp *stamp, struct spb_calibration_session *session,
                              struct spb_calibration *calibration, char **path, struct spb_error *err)
{
    *calibration = (struct spb_calibration){0};
    int code = find_path(stamp, path, err);
    if (code == 0)
        code = spb_file_make_parents(*path, err);
    int fd = code == 0 ? lock(*path, err) : code;
    if (fd < 0)
        return fd;
    code = add_and_save(stamp, *path, session, calibration, err);
    close(fd);
    return code;
}
