/* SPDX-License-Identifier: MIT
 *
 * Temperatures, clock rates and throttling: read seldom, since the hardware may take its time to answer.
 */
#ifndef SPB_SENSOR_SOURCE_H
#define SPB_SENSOR_SOURCE_H

#include "cpu_source.h"
#include "slow_pace.h"
#include "temperature.h"

struct spb_cpu_rate; /* of one CPU: its number and clock rate */

struct spb_sensor_source {
    const char *root; /* the sampler's */
    struct spb_slow_pace temperature_pace, frequency_pace, throttle_pace;
    struct spb_temperatures temperatures;
    struct spb_cpu_rate *rates;
    size_t rate_count;
    int temperature_code, frequency_code;
    struct spb_reading throttles_before, throttles; /* of all CPUs together */
    struct spb_interval throttle_interval;
    size_t throttle_cpus;
};

void spb_sensor_source_init(struct spb_sensor_source *source, const char *root);
void spb_sensor_source_release(struct spb_sensor_source *source);
/* `cpus`: those that are online now. */
void spb_sensor_source_read(struct spb_sensor_source *source, const struct spb_cpu_list *cpus, uint64_t boot_ns);
void spb_sensor_source_add_frequencies(const struct spb_sensor_source *source, struct spb_look_writer *writer);
/* temperature, temperature.limit, cpu.thermal-throttles. */
void spb_sensor_source_add(const struct spb_sensor_source *source, struct spb_look_writer *writer);

#endif
