/* SPDX-License-Identifier: MIT */
#include "selection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int add_event(struct spb_counter_selection *selection, const struct spb_counter_event *event,
                     struct spb_error *err)
{
    if (selection->count == SPB_COUNTERS_MAX)
        return spb_error_set(err, -EINVAL, "more than %d events", SPB_COUNTERS_MAX);
    struct spb_counter_event *events = reallocarray(selection->events, selection->count + 1, sizeof(*events));
    if (!events)
        return spb_error_set(err, -ENOMEM, "out of memory");
    selection->events = events;
    events[selection->count++] = *event;
    return 0;
}

static int add_events(struct spb_counter_selection *selection, const struct spb_counter_event *events, size_t count,
                      struct spb_error *err)
{
    int code = 0;
    for (size_t i = 0; i < count && code == 0; i++)
        code = add_event(selection, &events[i], err);
    return code;
}

static bool has_event(const struct spb_counter_selection *selection, const char *name)
{
    for (size_t i = 0; i < selection->count; i++)
        if (strcmp(selection->events[i].name, name) == 0)
            return true;
    return false;
}

/* Software events form one group with those that are always there; hardware events follow. */
static int add_named(struct spb_counter_selection *selection, const char *name, bool software, struct spb_error *err)
{
    struct spb_counter_event event;
    int code = spb_counter_event_parse(name, &event, err);
    if (code < 0 || event.software != software)
        return code;
    size_t always;
    const struct spb_counter_event *events = spb_counter_software_events(&always);
    for (size_t i = 0; i < always; i++)
        if (strcmp(events[i].name, event.name) == 0)
            return 0;
    if (has_event(selection, event.name))
        return spb_error_set(err, -EINVAL, "event \"%s\" is named twice", event.name);
    return add_event(selection, &event, err);
}

static int add_list(struct spb_counter_selection *selection, const char *text, bool software, struct spb_error *err)
{
    char *copy = strdup(text), *rest = copy, *name;
    int code = copy ? 0 : spb_error_set(err, -ENOMEM, "out of memory");
    while (code == 0 && (name = strsep(&rest, ",")))
        code = *name ? add_named(selection, name, software, err)
                     : spb_error_set(err, -EINVAL, "counters \"%s\": an event's name is missing", text);
    free(copy);
    return code;
}

static enum spb_counter_mode parse_mode(const char *text)
{
    if (strcmp(text, "auto") == 0)
        return SPB_COUNTERS_AUTO;
    if (strcmp(text, "off") == 0)
        return SPB_COUNTERS_OFF;
    return strcmp(text, "require") == 0 ? SPB_COUNTERS_REQUIRE : SPB_COUNTERS_LIST;
}

int spb_counter_selection_parse(const char *text, struct spb_counter_selection *selection, struct spb_error *err)
{
    *selection = (struct spb_counter_selection){.mode = parse_mode(text)};
    if (selection->mode == SPB_COUNTERS_OFF)
        return 0;
    size_t count;
    const struct spb_counter_event *events = spb_counter_software_events(&count);
    int code = add_events(selection, events, count, err);
    if (code == 0 && selection->mode == SPB_COUNTERS_LIST) {
        code = add_list(selection, text, true, err);
        code = code == 0 ? add_list(selection, text, false, err) : code;
    } else if (code == 0) {
        events = spb_counter_auto_events(&count);
        code = add_events(selection, events, count, err);
    }
    if (code < 0)
        spb_counter_selection_release(selection);
    return code;
}

void spb_counter_selection_release(struct spb_counter_selection *selection)
{
    free(selection->events);
    *selection = (struct spb_counter_selection){.mode = SPB_COUNTERS_OFF};
}

int spb_counters_check(const struct spb_counter_selection *selection, const struct spb_pmu_options *options,
                       struct spb_error *err)
{
    if (selection->mode != SPB_COUNTERS_REQUIRE)
        return 0;
    struct spb_pmu_status pmu;
    spb_pmu_status_read(options, &pmu);
    if (pmu.state == SPB_PMU_AVAILABLE || pmu.state == SPB_PMU_USER_ONLY)
        return 0;
    return spb_error_set(err, -ENOTSUP, "hardware counters are required, but %s%s%s", pmu.text,
                         pmu.cure[0] ? "; run: " : "", pmu.cure);
}
