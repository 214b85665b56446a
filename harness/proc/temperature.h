/* SPDX-License-Identifier: MIT
 *
 * Temperatures: /sys/class/hwmon, and /sys/class/thermal where there are none (the kernel shows its thermal zones in both). A sensor may
 * take milliseconds to answer: not for every tick.
 */
#ifndef SPB_TEMPERATURE_H
#define SPB_TEMPERATURE_H

#include <stdbool.h>
#include <stddef.h>

struct spb_temperature {
    char name
        [64]; /* "coretemp/Package id 0", "nvme/Composite 2" for the second of that name; as the kernel has it, not yet printable */
    int code; /* 0; -ERANGE: no temperature that anything here could have (a sensor that is not connected) */
    double celsius;
    bool has_limit;
    double limit_celsius; /* critical */
};

struct spb_temperatures {
    struct spb_temperature *items;
    size_t count;
};

/* "54000" into 54 degrees. 0, -EINVAL; -ERANGE below -60 or above 250. */
int spb_temperature_parse(const char *text, size_t length, double *celsius);
/* 0, -ENOENT when the machine shows none, -ENOMEM. */
int spb_temperatures_read(const char *root, struct spb_temperatures *temperatures);
void spb_temperatures_release(struct spb_temperatures *temperatures);

#endif
