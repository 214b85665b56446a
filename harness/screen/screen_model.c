/* SPDX-License-Identifier: MIT */
#include "screen_model.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How many rows of a list are put in order: more are never shown. */
#define ORDERED_MAX 32

struct place {
    enum spb_series series;
    enum spb_model_list_kind list;
    int column;
};

/* In the order of the catalogue: the first series of a list brings its rows. */
static const struct place places[] = {
    {SPB_CPU_BUSY, SPB_LIST_CPUS, 0},
    {SPB_CPU_FREQUENCY, SPB_LIST_CPUS, 1},
    {SPB_PRESSURE_SOME, SPB_LIST_PRESSURE, 0},
    {SPB_PRESSURE_FULL, SPB_LIST_PRESSURE, 1},
    {SPB_DISK_READ, SPB_LIST_DISKS, 0},
    {SPB_DISK_WRITTEN, SPB_LIST_DISKS, 1},
    {SPB_DISK_BUSY, SPB_LIST_DISKS, 2},
    {SPB_FILESYSTEM_SIZE, SPB_LIST_FILE_SYSTEMS, 2},
    {SPB_FILESYSTEM_AVAILABLE, SPB_LIST_FILE_SYSTEMS, 1},
    {SPB_FILESYSTEM_USED_SHARE, SPB_LIST_FILE_SYSTEMS, 0},
    {SPB_NETWORK_RECEIVED, SPB_LIST_NETWORK, 0},
    {SPB_NETWORK_SENT, SPB_LIST_NETWORK, 1},
    {SPB_NETWORK_ERRORS, SPB_LIST_NETWORK, 2},
    {SPB_NETWORK_DROPS, SPB_LIST_NETWORK, 2},
    {SPB_TEMPERATURE, SPB_LIST_TEMPERATURES, 0},
    {SPB_TEMPERATURE_LIMIT, SPB_LIST_TEMPERATURES, 1},
};

void spb_model_init(struct spb_model *model)
{
    *model = (struct spb_model){0};
    for (int i = 0; i < SPB_SERIES_COUNT; i++)
        model->values[i].value = (double)NAN;
}

void spb_model_release(struct spb_model *model)
{
    for (int i = 0; i < SPB_LIST_COUNT; i++)
        free(model->lists[i].rows);
    *model = (struct spb_model){0};
}

/* ---- rows ------------------------------------------------------------------------------------------------------ */

static struct spb_model_row *add_row(struct spb_model_list *list, const char *name)
{
    if (list->count == list->capacity) {
        size_t larger = list->capacity ? list->capacity * 2 : 8;
        struct spb_model_row *rows = reallocarray(list->rows, larger, sizeof(*rows));
        if (!rows)
            return NULL;
        list->rows = rows;
        list->capacity = larger;
    }
    struct spb_model_row *row = &list->rows[list->count++];
    memcpy(row->name, name, sizeof(row->name));
    row->total = 0;
    for (int i = 0; i < SPB_MODEL_COLUMNS; i++)
        row->values[i] = (double)NAN;
    return row;
}

/* Instances come in one order in every series, so that the search begins where the last one ended. */
static struct spb_model_row *find_row(struct spb_model_list *list, size_t *hint, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        size_t at = (*hint + i) % list->count;
        if (strcmp(list->rows[at].name, name) == 0) {
            *hint = at + 1;
            return &list->rows[at];
        }
    }
    return NULL;
}

static const struct place *place_of(enum spb_series series)
{
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        if (places[i].series == series)
            return &places[i];
    return NULL;
}

struct taking {
    struct spb_model *model;
    const struct place *place; /* of the series at hand */
    enum spb_series series;
    size_t hint;
    bool failed;
};

static void take_instance(struct taking *taking, const struct spb_observation *item)
{
    struct spb_model_list *list = &taking->model->lists[taking->place->list];
    bool is_first = taking->place == places || taking->place[-1].list != taking->place->list;
    struct spb_model_row *row = is_first ? NULL : find_row(list, &taking->hint, item->instance);
    if (!row)
        row = add_row(list, item->instance);
    if (!row) {
        taking->failed = true;
        return;
    }
    double *value = &row->values[taking->place->column];
    row->total += item->has_total ? item->total : 0;
    if (item->has_value)
        *value = isnan(*value) ? item->value : *value + item->value; /* errors and drops share a column */
    else if (!list->reason)
        list->reason = item->reason;
}

static void take_item(struct taking *taking, const struct spb_observation *item)
{
    if (item->series != taking->series) {
        taking->series = item->series;
        taking->place = place_of(item->series);
        taking->hint = 0;
    }
    if (taking->place && item->instance[0]) {
        take_instance(taking, item);
        return;
    }
    taking->model->values[item->series] =
        (struct spb_model_value){item->has_value ? item->value : (double)NAN, item->has_value ? NULL : item->reason};
    if (taking->place && !item->has_value && !taking->model->lists[taking->place->list].reason)
        taking->model->lists[taking->place->list].reason = item->reason;
}

static void forget_last(struct spb_model *model)
{
    for (int i = 0; i < SPB_SERIES_COUNT; i++)
        model->values[i] = (struct spb_model_value){(double)NAN, NULL};
    for (int i = 0; i < SPB_LIST_COUNT; i++) {
        model->lists[i].count = 0;
        model->lists[i].reason = NULL;
    }
}

/* ---- order ----------------------------------------------------------------------------------------------------- */

static double known(double value)
{
    return isnan(value) ? -1 : value;
}

static double weight_of(enum spb_model_list_kind kind, const struct spb_model_row *row)
{
    bool is_device = kind == SPB_LIST_DISKS || kind == SPB_LIST_NETWORK;
    return known(row->values[0]) + (is_device ? known(row->values[1]) : 0);
}

/* Among those that do nothing now, what has done most stands first, so that the disk and the interface in use do. */
static bool is_heavier(enum spb_model_list_kind kind, const struct spb_model_row *a, const struct spb_model_row *b)
{
    double left = weight_of(kind, a), right = weight_of(kind, b);
    return left > right || (!(left < right) && a->total > b->total);
}

/* The heaviest first, as many as are shown; equal ones stay in the kernel's order. */
static void put_in_order(struct spb_model_list *list, enum spb_model_list_kind kind)
{
    for (size_t i = 0; i + 1 < list->count && i < ORDERED_MAX; i++) {
        size_t best = i;
        for (size_t j = i + 1; j < list->count; j++)
            if (is_heavier(kind, &list->rows[j], &list->rows[best]))
                best = j;
        if (best == i)
            continue;
        struct spb_model_row row = list->rows[best];
        memmove(&list->rows[i + 1], &list->rows[i], (best - i) * sizeof(row));
        list->rows[i] = row;
    }
}

/* ---- totals and history ---------------------------------------------------------------------------------------- */

static bool passes_on(enum spb_model_list_kind kind, const char *name)
{
    if (kind == SPB_LIST_NETWORK)
        return strcmp(name, "lo") == 0;
    return strncmp(name, "dm-", 3) == 0 || strncmp(name, "md", 2) == 0 || strncmp(name, "loop", 4) == 0;
}

double spb_model_total(const struct spb_model *model, enum spb_model_list_kind kind, int column)
{
    const struct spb_model_list *list = &model->lists[kind];
    double total = (double)NAN;
    for (size_t i = 0; i < list->count; i++) {
        double value = list->rows[i].values[column];
        if (!isnan(value) && !passes_on(kind, list->rows[i].name))
            total = isnan(total) ? value : total + value;
    }
    return total;
}

static void remember(struct spb_model *model)
{
    const double now[SPB_HISTORY_COUNT] = {
        [SPB_HISTORY_CPU] = model->values[SPB_CPU_BUSY].value,
        [SPB_HISTORY_MEMORY] = 100 - model->values[SPB_MEMORY_AVAILABLE_SHARE].value,
        [SPB_HISTORY_DISK_READ] = spb_model_total(model, SPB_LIST_DISKS, 0),
        [SPB_HISTORY_DISK_WRITTEN] = spb_model_total(model, SPB_LIST_DISKS, 1),
        [SPB_HISTORY_RECEIVED] = spb_model_total(model, SPB_LIST_NETWORK, 0),
        [SPB_HISTORY_SENT] = spb_model_total(model, SPB_LIST_NETWORK, 1),
    };
    bool is_full = model->history_count == SPB_HISTORY_LENGTH;
    if (!is_full)
        model->history_count++;
    for (int i = 0; i < SPB_HISTORY_COUNT; i++) {
        float *values = model->history[i];
        if (is_full)
            memmove(values, values + 1, (SPB_HISTORY_LENGTH - 1) * sizeof(*values));
        values[model->history_count - 1] = (float)now[i];
    }
}

int spb_model_take(struct spb_model *model, const struct spb_look *look)
{
    struct taking taking = {.model = model, .series = SPB_SERIES_COUNT};
    forget_last(model);
    model->time_ns = look->time_ns;
    model->boot_ns = look->boot_ns;
    model->look_count++;
    for (size_t i = 0; i < look->count; i++)
        take_item(&taking, &look->items[i]);
    put_in_order(&model->lists[SPB_LIST_DISKS], SPB_LIST_DISKS);
    put_in_order(&model->lists[SPB_LIST_FILE_SYSTEMS], SPB_LIST_FILE_SYSTEMS);
    put_in_order(&model->lists[SPB_LIST_NETWORK], SPB_LIST_NETWORK);
    put_in_order(&model->lists[SPB_LIST_TEMPERATURES], SPB_LIST_TEMPERATURES);
    remember(model);
    return taking.failed ? -ENOMEM : 0;
}
