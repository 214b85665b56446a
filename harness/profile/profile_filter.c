/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fnmatch.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "profile_view_internal.h"

static const struct spb_profile_function *function_of(const struct spb_profile *profile, uint32_t node)
{
    return &profile->functions[profile->frames[profile->nodes[node].frame].function];
}

/* A node is in focus when it or a caller of it matches: parents have smaller numbers, so that one pass is enough. */
static int find_focus(struct spb_profile_selection *selection, struct spb_error *err)
{
    const struct spb_profile *profile = selection->profile;
    regex_t pattern;
    char text[160];
    int code = regcomp(&pattern, selection->filter->focus, REG_EXTENDED | REG_NOSUB);
    if (code) {
        regerror(code, &pattern, text, sizeof text);
        return spb_error_set(err, -EINVAL, "'%s' is no regular expression: %s", selection->filter->focus, text);
    }
    selection->node_in_focus = calloc(profile->node_count, sizeof(bool));
    signed char *matches = calloc(profile->function_count + 1u, 1); /* by function: 0 not asked yet, 1 yes, -1 no */
    for (uint32_t i = 1; selection->node_in_focus && matches && i < profile->node_count; i++) {
        uint32_t function = profile->frames[profile->nodes[i].frame].function;
        if (!matches[function])
            matches[function] =
                regexec(&pattern, spb_profile_text(profile, function_of(profile, i)->name), 0, NULL, 0) == 0 ? 1 : -1;
        selection->node_in_focus[i] = selection->node_in_focus[profile->nodes[i].parent] || matches[function] > 0;
    }
    code = selection->node_in_focus && matches ? 0 : -ENOMEM;
    free(matches);
    regfree(&pattern);
    return code;
}

static int find_threads(struct spb_profile_selection *selection)
{
    const struct spb_profile *profile = selection->profile;
    const struct spb_profile_filter *filter = selection->filter;
    selection->thread_passes = calloc(profile->thread_count + 1u, sizeof(bool));
    for (uint32_t i = 0; selection->thread_passes && i < profile->thread_count; i++)
        selection->thread_passes[i] =
            (!filter->pid || profile->threads[i].pid == filter->pid) &&
            (!filter->thread || fnmatch(filter->thread, spb_profile_text(profile, profile->threads[i].name), 0) == 0);
    return selection->thread_passes ? 0 : -ENOMEM;
}

/* pprof's convention: "samples", "contentions", "alloc_objects", ... of the unit "count"; the first one. */
static unsigned find_count_type(const struct spb_profile *profile)
{
    unsigned type = 0;
    while (type < profile->type_count && strcmp(spb_profile_text(profile, profile->types[type].unit), "count") != 0)
        type++;
    return type;
}

int spb_profile_select(const struct spb_profile *profile, const struct spb_profile_filter *filter,
                       struct spb_profile_selection *selection, struct spb_error *err)
{
    *selection =
        (struct spb_profile_selection){.profile = profile, .filter = filter, .count_type = find_count_type(profile)};
    if (filter->type >= profile->type_count)
        return spb_error_set(err, -EINVAL, "the profile has %u values, and no number %u", profile->type_count,
                             filter->type + 1);
    int code = filter->focus ? find_focus(selection, err) : 0;
    if (code == 0 && (filter->thread || filter->pid))
        code = find_threads(selection);
    return code == -ENOMEM ? spb_error_system(err, code, "the profile") : code;
}

void spb_profile_selection_release(struct spb_profile_selection *selection)
{
    free(selection->node_in_focus);
    free(selection->thread_passes);
}

bool spb_profile_passes(const struct spb_profile_selection *selection, const struct spb_profile_sample *sample)
{
    if (selection->thread_passes && (sample->thread == SPB_PROFILE_NONE || !selection->thread_passes[sample->thread]))
        return false;
    return !selection->node_in_focus || selection->node_in_focus[sample->node];
}

int64_t spb_profile_events(const struct spb_profile_selection *selection, const struct spb_profile_sample *sample)
{
    unsigned type =
        selection->count_type < selection->profile->type_count ? selection->count_type : selection->filter->type;
    return sample->values[type];
}
