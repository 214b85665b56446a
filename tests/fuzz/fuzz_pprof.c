/* SPDX-License-Identifier: MIT
 *
 * The reader of profiles, gzipped or not. What it accepts can be looked at in every way and be written, and what is written reads back as the
 * same. */
#include <stdlib.h>
#include <string.h>

#include "fuzz_target.h"
#include "pprof_file.h"
#include "profile_report.h"

static struct spb_strbuf written(const struct spb_profile *profile)
{
    struct spb_strbuf file = {0};
    if (spb_pprof_write(profile, &file, NULL) < 0)
        abort();
    return file;
}

static struct spb_profile *parsed(const struct spb_strbuf *file)
{
    struct spb_profile *profile;
    struct spb_error err = {{0}};
    if (spb_pprof_parse("fuzz", file->text, file->length, &profile, &err) < 0)
        abort();
    return profile;
}

static void look_at(const struct spb_profile *profile)
{
    static int (*const views[])(const struct spb_profile_report *, struct spb_strbuf *, struct spb_error *) = {
        spb_profile_report_text, spb_profile_report_tree, spb_profile_report_lines, spb_profile_report_folded,
        spb_profile_report_json};
    const struct spb_profile_report report = {
        .profile = profile, .title = "fuzz", .filter = {.type = profile->default_type}, .how = {.width = 80}};
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        struct spb_strbuf out = {0};
        if (views[i](&report, &out, NULL) < 0 || out.failed)
            abort();
        spb_strbuf_release(&out);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct spb_profile *profile;
    struct spb_error err = {{0}};
    if (spb_pprof_parse("fuzz", bytes, length, &profile, &err) < 0) {
        if (!*err.text || profile)
            abort();
        return 0;
    }
    look_at(profile);
    struct spb_strbuf first = written(profile);
    spb_profile_destroy(profile);
    profile = parsed(&first);
    struct spb_strbuf second = written(profile);
    spb_profile_destroy(profile);
    profile = parsed(&second);
    struct spb_strbuf third = written(profile);
    spb_profile_destroy(profile);
    /* The first writing may put strings in another order than the file had them. */
    if (second.length != third.length || memcmp(second.text, third.text, second.length) != 0)
        abort();
    spb_strbuf_release(&first);
    spb_strbuf_release(&second);
    spb_strbuf_release(&third);
    return 0;
}
