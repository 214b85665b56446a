/* SPDX-License-Identifier: MIT */
#include "profile_quality.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "profile_view_internal.h"
#include "strbuf.h"

/* ---- where code is from ----------------------------------------------------------------------------------------- */

static const char *path_of(const struct spb_profile *profile, uint32_t function)
{
    uint32_t module = profile->functions[function].module;
    return module == SPB_PROFILE_NONE ? "" : spb_profile_text(profile, profile->modules[module].path);
}

/* The kernel calls itself [kernel] or [kernel.kallsyms], and its modules [ext4]; these are no modules of it. */
bool spb_profile_is_kernel(const struct spb_profile *profile, uint32_t function)
{
    static const char *const user[] = {"[vdso]", "[vsyscall]", "[jit]", "[heap]", "[stack]", "[unknown]", "[anon"};
    const char *path = path_of(profile, function);
    bool is_user = *path != '[';
    for (size_t i = 0; i < sizeof user / sizeof user[0] && !is_user; i++)
        is_user = strncmp(path, user[i], strlen(user[i])) == 0;
    return !is_user;
}

const char *spb_profile_module_name(const struct spb_profile *profile, uint32_t function)
{
    const char *path = path_of(profile, function), *slash = *path == '[' ? NULL : strrchr(path, '/');
    return slash ? slash + 1 : path;
}

bool spb_profile_is_library(const struct spb_profile *profile, uint32_t function)
{
    const char *end = strstr(spb_profile_module_name(profile, function), ".so");
    return end && (end[3] == '\0' || end[3] == '.');
}

bool spb_profile_is_unnamed(const struct spb_profile *profile, uint32_t function)
{
    const char *name = spb_profile_text(profile, profile->functions[function].name);
    return *name == '[' && (strstr(name, "+0x") || strcmp(name, "[unknown]") == 0);
}

/* ---- figures ---------------------------------------------------------------------------------------------------- */

static uint32_t function_of(const struct spb_profile *profile, uint32_t node)
{
    return profile->frames[profile->nodes[node].frame].function;
}

/* What a lost frame pointer leads to: an address where no module is. */
static bool is_nowhere(const struct spb_profile *profile, uint32_t function)
{
    return !*path_of(profile, function) && spb_profile_is_unnamed(profile, function);
}

/* Functions that called each other, of the user's part; inlined ones share their caller's frame. Stops at two. */
static unsigned user_depth(const struct spb_profile *profile, uint32_t node)
{
    unsigned depth = 0;
    for (; node != SPB_PROFILE_ROOT && depth < 2; node = profile->nodes[node].parent)
        depth += !profile->frames[profile->nodes[node].frame].inlined &&
                 !spb_profile_is_kernel(profile, function_of(profile, node)) &&
                 !is_nowhere(profile, function_of(profile, node));
    return depth;
}

static void count(const struct spb_profile *profile, uint32_t node, double value, struct spb_profile_quality *quality)
{
    if (node == SPB_PROFILE_ROOT) {
        quality->empty += value;
        return;
    }
    const struct spb_profile_frame *frame = &profile->frames[profile->nodes[node].frame];
    bool is_kernel = spb_profile_is_kernel(profile, frame->function);
    quality->kernel += is_kernel ? value : 0;
    quality->unnamed += spb_profile_is_unnamed(profile, frame->function) ? value : 0;
    quality->lines += frame->line ? value : 0;
    quality->blind += user_depth(profile, node) == 1 ? value : 0;
    quality->has_stacks = quality->has_stacks || profile->nodes[node].depth > 1;
    quality->kernel_known = quality->kernel_known || is_kernel;
}

int spb_profile_quality(const struct spb_profile *profile, const struct spb_profile_filter *filter,
                        struct spb_profile_quality *quality, struct spb_error *err)
{
    struct spb_profile_selection selection;
    *quality = (struct spb_profile_quality){0};
    int code = spb_profile_select(profile, filter, &selection, err);
    for (size_t i = 0; code == 0 && i < profile->sample_count; i++) {
        const struct spb_profile_sample *sample = &profile->samples[i];
        if (!spb_profile_passes(&selection, sample))
            continue;
        quality->samples += spb_profile_events(&selection, sample);
        quality->sum += (double)sample->values[filter->type];
        count(profile, sample->node, (double)sample->values[filter->type], quality);
    }
    double scale = quality->sum > 0 ? 1 / quality->sum : 0;
    quality->kernel *= scale;
    quality->unnamed *= scale;
    quality->blind *= scale;
    quality->empty *= scale;
    quality->lines *= scale;
    spb_profile_selection_release(&selection);
    return code;
}

double spb_profile_share_error(double share, int64_t events)
{
    return events > 0 ? sqrt(fmax(0, share * (1 - share)) / (double)events) : 0;
}

int spb_profile_find_value(const struct spb_profile *profile, const char *name, unsigned *type, struct spb_error *err)
{
    struct spb_strbuf known = {0};
    for (unsigned i = 0; i < profile->type_count; i++) {
        const char *have = spb_profile_text(profile, profile->types[i].name);
        spb_strbuf_printf(&known, "%s%s", i ? ", " : "", have);
        if (strcmp(have, name) == 0) {
            *type = i;
            spb_strbuf_release(&known);
            return 0;
        }
    }
    int code = spb_error_set(err, -ENOENT, "the profile has no value '%s'; it has %s", name, spb_strbuf_text(&known));
    spb_strbuf_release(&known);
    return code;
}
