/* SPDX-License-Identifier: MIT
 *
 * A profile as a pprof file: gzipped protobuf, pprof.proto in this room. Threads and processes are labels of samples, facts and timelines are notes in its table of strings (pprof_internal.h), so that
 * `go tool pprof` shows everything that it knows and loses nothing else.
 */
#ifndef SPB_PPROF_FILE_H
#define SPB_PPROF_FILE_H

#include "error.h"
#include "profile.h"
#include "strbuf.h"

/* Appends the gzipped file. 0 or -ENOMEM. */
int spb_pprof_write(const struct spb_profile *profile, struct spb_strbuf *out, struct spb_error *err);
/* Replaces the file at `path`, all or nothing. */
int spb_pprof_save(const struct spb_profile *profile, const char *path, struct spb_error *err);

/* Reads files of any writer, gzipped or not. Hostile input is expected: sizes, counts, references and depths are checked, unpacked size is limited. -EINVAL says what is wrong; *profile is NULL then. */
int spb_pprof_parse(const char *name, const void *bytes, size_t length, struct spb_profile **profile,
                    struct spb_error *err);
int spb_pprof_load(const char *path, struct spb_profile **profile, struct spb_error *err);

#endif
