/* SPDX-License-Identifier: MIT
 *
 *     watch PID SECONDS
 *
 * Looks at the machine and at one process twice, SECONDS apart, and prints the values of the second look as JSON: what agree.py compares. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "json_writer.h"
#include "machine_sampler.h"

static void add_means(struct spb_json *json, const struct spb_look *look)
{
    char key[160];
    spb_json_object(json, "means");
    for (size_t i = 0; i < look->count; i++) {
        const struct spb_observation *item = &look->items[i];
        snprintf(key, sizeof(key), "%s%s%s", spb_series_info(item->series)->name, *item->instance ? "/" : "",
                 item->instance);
        if (item->has_value)
            spb_json_double(json, key, item->value);
    }
    spb_json_end(json);
}

static void add_process(struct spb_json *json, const struct spb_process_table *table, pid_t pid)
{
    size_t count;
    const struct spb_process_look *items = spb_process_table_items(table, &count);
    spb_json_object(json, "process");
    for (size_t i = 0; i < count; i++) {
        if (items[i].pid != pid || !items[i].has_cpu)
            continue;
        spb_json_double(json, "cpu", items[i].cpu_pct);
        if (items[i].has_io)
            spb_json_double(json, "written", items[i].written_bytes_per_s);
        else
            spb_json_null(json, "written");
    }
    spb_json_end(json);
}

int main(int argc, char **argv)
{
    struct spb_sampler_options options = {.with_processes = true, .processes = {.with_io = true}};
    struct spb_machine_sampler *sampler;
    struct spb_look look = {0};
    struct spb_error err = {{0}};
    struct spb_strbuf text = {0};
    struct spb_json json;
    if (argc < 3)
        return 2;
    struct timespec wait = {.tv_sec = strtol(argv[2], NULL, 10)};
    if (spb_machine_sampler_create(&options, &sampler, &err) < 0 ||
        spb_machine_sampler_look(sampler, &look, &err) < 0 || nanosleep(&wait, NULL) < 0 ||
        spb_machine_sampler_look(sampler, &look, &err) < 0)
        return fprintf(stderr, "%s\n", err.text), 1;
    spb_json_init(&json, &text, true);
    spb_json_object(&json, NULL);
    add_means(&json, &look);
    add_process(&json, spb_machine_sampler_processes(sampler), (pid_t)strtol(argv[1], NULL, 10));
    spb_json_end(&json);
    puts(spb_strbuf_text(&text));
    spb_strbuf_release(&text);
    spb_look_release(&look);
    spb_machine_sampler_destroy(sampler);
    return 0;
}
