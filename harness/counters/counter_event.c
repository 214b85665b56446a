/* SPDX-License-Identifier: MIT */
#include "counter_event.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/perf_event.h>
#include <perfmon/pfmlib_perf_event.h>

#include "nearest.h"
#include "strbuf.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define SOFTWARE(text, code) .name = text, .type = PERF_TYPE_SOFTWARE, .config = code, .software = true
#define HARDWARE(text, code) .name = text, .type = PERF_TYPE_HARDWARE, .config = code

static const struct spb_counter_event software_events[] = {
    {SOFTWARE("task-clock", PERF_COUNT_SW_TASK_CLOCK), .mode_is_no_use = true},
    {SOFTWARE("page-faults", PERF_COUNT_SW_PAGE_FAULTS)},
    {SOFTWARE("context-switches", PERF_COUNT_SW_CONTEXT_SWITCHES), .kernel_only = true},
    {SOFTWARE("cpu-migrations", PERF_COUNT_SW_CPU_MIGRATIONS), .kernel_only = true},
};

/* Pairs that a derived metric divides stand together, so that they end up in one group as far as the PMU allows. */
static const struct spb_counter_event auto_events[] = {
    {HARDWARE("instructions", PERF_COUNT_HW_INSTRUCTIONS)},
    {HARDWARE("cycles", PERF_COUNT_HW_CPU_CYCLES)},
    {HARDWARE("branches", PERF_COUNT_HW_BRANCH_INSTRUCTIONS)},
    {HARDWARE("branch-misses", PERF_COUNT_HW_BRANCH_MISSES)},
    {HARDWARE("cache-references", PERF_COUNT_HW_CACHE_REFERENCES)},
    {HARDWARE("cache-misses", PERF_COUNT_HW_CACHE_MISSES)},
};

const struct spb_counter_event *spb_counter_software_events(size_t *count)
{
    *count = COUNT_OF(software_events);
    return software_events;
}

const struct spb_counter_event *spb_counter_auto_events(size_t *count)
{
    *count = COUNT_OF(auto_events);
    return auto_events;
}

/* ---- an unknown name ------------------------------------------------------------------------------------------- */

struct name_list {
    char **lower;       /* what is compared; owned */
    const char **names; /* what is shown */
    size_t count;
    size_t capacity;
};

static char *lower_case(const char *text)
{
    char *copy = strdup(text);
    for (char *c = copy; c && *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return copy;
}

/* Nothing fails here but memory; a shorter list is good enough then. */
static void add_name(struct name_list *list, const char *name, bool shown_lower)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 512;
        char **lower = reallocarray(list->lower, capacity, sizeof(*lower));
        if (lower)
            list->lower = lower;
        const char **names = reallocarray(list->names, capacity, sizeof(*names));
        if (names)
            list->names = names;
        if (!lower || !names)
            return;
        list->capacity = capacity;
    }
    char *lower = lower_case(name);
    if (!lower)
        return;
    list->lower[list->count] = lower;
    list->names[list->count++] = shown_lower ? lower : name;
}

static void add_pmu_names(struct name_list *list, const pfm_pmu_info_t *pmu)
{
    bool generic = pmu->pmu == PFM_PMU_PERF_EVENT;
    for (int i = pmu->first_event; i != -1; i = pfm_get_event_next(i)) {
        pfm_event_info_t info = {.size = sizeof(info)};
        if (pfm_get_event_info(i, PFM_OS_PERF_EVENT, &info) == PFM_SUCCESS)
            add_name(list, info.name, generic);
    }
}

static void list_names(struct name_list *list)
{
    for (size_t i = 0; i < COUNT_OF(auto_events); i++)
        add_name(list, auto_events[i].name, false);
    pfm_pmu_t id;
    pfm_for_all_pmus(id)
    {
        pfm_pmu_info_t pmu = {.size = sizeof(pmu)};
        if (pfm_get_pmu_info(id, &pmu) == PFM_SUCCESS && pmu.is_present && id != PFM_PMU_PERF_EVENT_RAW)
            add_pmu_names(list, &pmu);
    }
}

static bool shown_before(const struct name_list *list, const size_t *found, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(list->lower[found[i]], list->lower[found[at]]) == 0)
            return true;
    return false;
}

static int unknown_event(const char *name, struct spb_error *err)
{
    struct name_list list = {0};
    struct spb_strbuf hint = {0};
    size_t found[6];
    list_names(&list);
    const char *event = strstr(name, "::");
    char *typed = lower_case(event ? event + 2 : name);
    size_t count = typed ? spb_nearest(typed, (const char *const *)list.lower, list.count, found, COUNT_OF(found)) : 0;
    for (size_t i = 0; i < count; i++)
        if (!shown_before(&list, found, i))
            spb_strbuf_printf(&hint, "%s%s", hint.length ? ", " : "; nearest: ", list.names[found[i]]);
    spb_error_set(err, -EINVAL, "unknown event \"%s\"%s", name,
                  hint.length ? spb_strbuf_text(&hint) : "; give a name that libpfm4 knows, or a raw code like r01c2");
    for (size_t i = 0; i < list.count; i++)
        free(list.lower[i]);
    free(list.lower);
    free(list.names);
    free(typed);
    spb_strbuf_release(&hint);
    return -EINVAL;
}

/* ---- a name that libpfm4 knows ---------------------------------------------------------------------------------- */

/* "skx::MEM_LOAD_RETIRED:XX" -> the index of MEM_LOAD_RETIRED. */
static int find_base_event(const char *name)
{
    char base[SPB_COUNTER_NAME_SIZE];
    const char *pmu_end = strstr(name, "::");
    const char *event = pmu_end ? pmu_end + 2 : name;
    size_t length = (size_t)(event - name) + strcspn(event, ":");
    snprintf(base, sizeof(base), "%.*s", (int)length, name);
    return pfm_find_event(base);
}

static int bad_attribute(const char *name, int code, struct spb_error *err)
{
    struct spb_strbuf masks = {0};
    pfm_event_info_t info = {.size = sizeof(info)};
    int event = find_base_event(name);
    if (event >= 0 && pfm_get_event_info(event, PFM_OS_PERF_EVENT, &info) == PFM_SUCCESS)
        for (int i = 0; i < info.nattrs; i++) {
            pfm_event_attr_info_t attribute = {.size = sizeof(attribute)};
            if (pfm_get_event_attr_info(event, i, PFM_OS_PERF_EVENT, &attribute) == PFM_SUCCESS &&
                attribute.type == PFM_ATTR_UMASK)
                spb_strbuf_printf(&masks, "%s%s", masks.length ? ", " : "; unit masks: ", attribute.name);
        }
    spb_error_set(err, -EINVAL, "event \"%s\": %s%s", name, pfm_strerror(code), spb_strbuf_text(&masks));
    spb_strbuf_release(&masks);
    return -EINVAL;
}

/* Does the text after the event's name ask for privilege levels (":u", ":k", ":u=1")? */
static bool names_mode(const char *name)
{
    const char *part = strstr(name, "::");
    part = strchr(part ? part + 2 : name, ':');
    for (; part; part = strchr(part + 1, ':')) {
        char mode = (char)tolower((unsigned char)part[1]);
        if ((mode == 'u' || mode == 'k' || mode == 'h') && (strchr(":=", part[2]) || !part[2]))
            return true;
    }
    return false;
}

static const struct spb_counter_event *find_generic(const char *name, const struct perf_event_attr *attr)
{
    const struct spb_counter_event *const tables[] = {auto_events, software_events};
    const size_t counts[] = {COUNT_OF(auto_events), COUNT_OF(software_events)};
    for (size_t t = 0; t < COUNT_OF(tables); t++)
        for (size_t i = 0; i < counts[t]; i++) {
            const struct spb_counter_event *event = &tables[t][i];
            if (attr ? event->type == attr->type && event->config == attr->config : strcasecmp(event->name, name) == 0)
                return event;
        }
    return NULL;
}

/* One event has one name, whatever it was asked for by ("perf::cpu-cycles"), so that results can be compared. */
static void take_generic_name(struct spb_counter_event *event, const struct spb_counter_event *generic)
{
    const char *mode = "";
    if (event->mode_in_name)
        mode = event->exclude_kernel ? ":u" : event->exclude_user ? ":k" : "";
    snprintf(event->name, sizeof(event->name), "%.40s%s", generic->name, mode);
    event->kernel_only = generic->kernel_only;
    event->mode_is_no_use = generic->mode_is_no_use;
}

static int encode(const char *name, struct spb_counter_event *event, struct spb_error *err)
{
    int code = pfm_initialize();
    if (code != PFM_SUCCESS)
        return spb_error_set(err, -ENOTSUP, "libpfm4: %s", pfm_strerror(code));
    struct perf_event_attr attr = {0};
    pfm_perf_encode_arg_t encoding = {.attr = &attr, .size = sizeof(encoding)};
    code = pfm_get_os_event_encoding(name, PFM_PLM0 | PFM_PLM3, PFM_OS_PERF_EVENT_EXT, &encoding);
    if (code == PFM_ERR_NOTFOUND)
        return unknown_event(name, err);
    if (code != PFM_SUCCESS)
        return bad_attribute(name, code, err);
    if (attr.precise_ip || attr.exclusive || attr.pinned)
        return spb_error_set(err, -EINVAL, "event \"%s\": \"precise\", \"excl\" and \"pinned\" are not for counting",
                             name);
    event->type = attr.type;
    event->config = attr.config;
    event->config1 = attr.config1;
    event->config2 = attr.config2;
    event->exclude_user = attr.exclude_user;
    event->exclude_kernel = attr.exclude_kernel;
    event->software = attr.type == PERF_TYPE_SOFTWARE;
    event->mode_in_name = names_mode(name);
    const struct spb_counter_event *generic = find_generic(name, &attr);
    if (generic)
        take_generic_name(event, generic);
    return 0;
}

int spb_counter_event_parse(const char *name, struct spb_counter_event *event, struct spb_error *err)
{
    if (strlen(name) >= sizeof(event->name))
        return spb_error_set(err, -EINVAL, "event \"%.40s...\": a name may have %zu characters; use the raw form r01c2",
                             name, sizeof(event->name) - 1);
    if (strchr(name, '/'))
        return spb_error_set(err, -EINVAL, "event \"%s\": give the code as one number, r01c2 for event=0xc2,umask=0x01",
                             name);
    const struct spb_counter_event *generic = find_generic(name, NULL);
    if (generic) {
        *event = *generic;
        return 0;
    }
    *event = (struct spb_counter_event){0};
    snprintf(event->name, sizeof(event->name), "%s", name);
    return encode(name, event, err);
}
