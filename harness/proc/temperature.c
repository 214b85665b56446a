/* SPDX-License-Identifier: MIT */
#include "temperature.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "folder.h"
#include "span.h"

#define HWMON   "/sys/class/hwmon"
#define THERMAL "/sys/class/thermal"

enum { LOWEST = -60, HIGHEST = 250, TRIP_POINTS_MAX = 16, SENSORS_MAX = 1024 };

int spb_temperature_parse(const char *text, size_t length, double *celsius)
{
    int64_t thousandths;
    int code = spb_span_parse_i64(spb_span_trim((struct spb_span){text, length}), &thousandths);
    if (code)
        return code;
    *celsius = (double)thousandths / 1000;
    return *celsius >= LOWEST && *celsius <= HIGHEST ? 0 : -ERANGE;
}

/* One sensor's file: folder/name. */
static int read_text(const char *root, const char *folder, const char *name, char *text, size_t size)
{
    char path[256];
    if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path))
        return -ENAMETOOLONG;
    return spb_file_read_line(root, path, text, size);
}

static int read_celsius(const char *root, const char *folder, const char *name, double *celsius)
{
    char text[32];
    int code = read_text(root, folder, name, text, sizeof(text));
    return code ? code : spb_temperature_parse(text, strlen(text), celsius);
}

static bool has_name(const struct spb_temperatures *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].name, name) == 0)
            return true;
    return false;
}

/* Two disks have sensors of one name: numbers tell them apart. */
static void make_unique(const struct spb_temperatures *list, struct spb_temperature *sensor)
{
    char base[sizeof(sensor->name) - 8];
    spb_span_copy((struct spb_span){sensor->name, strlen(sensor->name)}, base, sizeof(base));
    for (unsigned number = 2; has_name(list, sensor->name) && number < SENSORS_MAX; number++)
        snprintf(sensor->name, sizeof(sensor->name), "%s %u", base, number);
}

static int add(struct spb_temperatures *list, struct spb_temperature *sensor)
{
    if (list->count >= SENSORS_MAX)
        return 0;
    make_unique(list, sensor);
    struct spb_temperature *items = reallocarray(list->items, list->count + 1, sizeof(*items));
    if (!items)
        return -ENOMEM;
    list->items = items;
    items[list->count++] = *sensor;
    return 0;
}

/* ---- hwmon: temp1_input "54000", temp1_label "Package id 0", temp1_crit "100000" --------------------------------- */

static int read_hwmon_sensor(const char *root, const char *folder, const char *input, struct spb_temperatures *list)
{
    struct spb_temperature sensor = {.code = -ENOENT};
    char chip[32] = "hwmon", label[32], file[48];
    int stem = (int)(strlen(input) - strlen("_input"));
    sensor.code = read_celsius(root, folder, input, &sensor.celsius);
    if (sensor.code && sensor.code != -ERANGE)
        return 0; /* many sensors exist and cannot be read */
    read_text(root, folder, "name", chip, sizeof(chip));
    snprintf(file, sizeof(file), "%.*s_label", stem, input);
    if (read_text(root, folder, file, label, sizeof(label)) < 0 || !*label)
        snprintf(label, sizeof(label), "%.*s", stem, input);
    snprintf(sensor.name, sizeof(sensor.name), "%.27s/%.31s", chip, label);
    snprintf(file, sizeof(file), "%.*s_crit", stem, input);
    sensor.has_limit = read_celsius(root, folder, file, &sensor.limit_celsius) == 0 && sensor.limit_celsius > 0;
    return add(list, &sensor);
}

static bool is_input(const char *name)
{
    size_t length = strlen(name);
    return length > 6 && length < 32 && strcmp(name + length - 6, "_input") == 0;
}

static int read_chip(const char *root, const char *chip, struct spb_temperatures *list)
{
    char path[128];
    struct spb_folder files;
    snprintf(path, sizeof(path), "%s/%.64s", HWMON, chip);
    int code = spb_folder_read(root, path, "temp", &files);
    if (code)
        return code == -ENOMEM ? code : 0;
    for (size_t i = 0; i < files.count && code == 0; i++)
        if (is_input(files.names[i]))
            code = read_hwmon_sensor(root, path, files.names[i], list);
    spb_folder_release(&files);
    return code;
}

/* ---- thermal: temp "54000", type "x86_pkg_temp", trip_point_0_type "critical", trip_point_0_temp ----------------- */

static void read_critical(const char *root, const char *folder, struct spb_temperature *sensor)
{
    char name[48], type[32];
    for (int i = 0; i < TRIP_POINTS_MAX && !sensor->has_limit; i++) {
        snprintf(name, sizeof(name), "trip_point_%d_type", i);
        if (read_text(root, folder, name, type, sizeof(type)) < 0)
            return;
        snprintf(name, sizeof(name), "trip_point_%d_temp", i);
        sensor->has_limit = strcmp(type, "critical") == 0 &&
                            read_celsius(root, folder, name, &sensor->limit_celsius) == 0 && sensor->limit_celsius > 0;
    }
}

static int read_zone(const char *root, const char *zone, struct spb_temperatures *list)
{
    struct spb_temperature sensor = {.code = -ENOENT};
    char path[128];
    snprintf(path, sizeof(path), "%s/%.64s", THERMAL, zone);
    sensor.code = read_celsius(root, path, "temp", &sensor.celsius);
    if (sensor.code && sensor.code != -ERANGE)
        return 0;
    if (read_text(root, path, "type", sensor.name, sizeof(sensor.name) - 8) < 0)
        snprintf(sensor.name, sizeof(sensor.name), "%.56s", zone);
    read_critical(root, path, &sensor);
    return add(list, &sensor);
}

/* ---- both ------------------------------------------------------------------------------------------------------ */

static int read_all(const char *root, const char *folder, const char *prefix,
                    int (*read)(const char *, const char *, struct spb_temperatures *), struct spb_temperatures *list)
{
    struct spb_folder names;
    int code = spb_folder_read(root, folder, prefix, &names);
    if (code)
        return code == -ENOMEM ? code : 0;
    for (size_t i = 0; i < names.count && code == 0; i++)
        code = read(root, names.names[i], list);
    spb_folder_release(&names);
    return code;
}

int spb_temperatures_read(const char *root, struct spb_temperatures *temperatures)
{
    *temperatures = (struct spb_temperatures){0};
    int code = read_all(root, HWMON, "hwmon", read_chip, temperatures);
    if (code == 0 && temperatures->count == 0)
        code = read_all(root, THERMAL, "thermal_zone", read_zone, temperatures);
    if (code == 0 && temperatures->count == 0)
        code = -ENOENT;
    if (code)
        spb_temperatures_release(temperatures);
    return code;
}

void spb_temperatures_release(struct spb_temperatures *temperatures)
{
    free(temperatures->items);
    *temperatures = (struct spb_temperatures){0};
}
