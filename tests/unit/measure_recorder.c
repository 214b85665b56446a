/* SPDX-License-Identifier: MIT
 *
 *     measure_recorder FILE.db LOOKS INTERVAL_MS [sample SECONDS]
 *
 * No test: records looks at this machine (or those of sample_looks.h, SECONDS apart, as fast as it can) and prints what a look costs
 * in CPU time and in bytes, and what thirty days at one a second would be. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "machine_sampler.h"
#include "recorder.h"
#include "sample_looks.h"

#define SECONDS_OF_30_DAYS 2592000.0

static double cpu_s(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void stop(const struct spb_error *err)
{
    fprintf(stderr, "%s\n", err->text);
    exit(1);
}

struct cost {
    double looking_s, recording_s;
    size_t observations;
};

static void record_machine(struct spb_recorder *recorder, unsigned long looks, unsigned interval_ms, struct cost *cost)
{
    const struct spb_sampler_options options = {.with_processes = true,
                                                .processes = {.with_io = true, .with_commands = true}};
    struct spb_machine_sampler *sampler;
    struct spb_look look = {0};
    struct spb_error err = {0};
    if (spb_machine_sampler_create(&options, &sampler, &err) < 0)
        stop(&err);
    for (unsigned long n = 0; n < looks; n++) {
        double begin = cpu_s();
        if (spb_machine_sampler_look(sampler, &look, &err) < 0)
            stop(&err);
        double middle = cpu_s();
        if (spb_recorder_add(recorder, &look, spb_machine_sampler_processes(sampler), &err) < 0)
            stop(&err);
        cost->looking_s += middle - begin;
        cost->recording_s += cpu_s() - middle;
        usleep(interval_ms * 1000);
    }
    cost->observations = look.count;
    spb_machine_sampler_destroy(sampler);
    spb_look_release(&look);
}

static void record_samples(struct spb_recorder *recorder, unsigned long looks, int64_t interval_s, struct cost *cost)
{
    struct sample_looks sample = {0};
    struct spb_error err = {0};
    for (unsigned long n = 0; n < looks; n++) {
        double begin = cpu_s();
        sample_look(&sample, n, interval_s);
        double middle = cpu_s();
        if (spb_recorder_add_with(recorder, &sample.look, &sample.listed, &err) < 0)
            stop(&err);
        cost->looking_s += middle - begin;
        cost->recording_s += cpu_s() - middle;
    }
    cost->observations = sample.look.count;
    spb_look_release(&sample.look);
}

/* What is packed: the file has room of its own besides, which is used again. */
static void print_bytes(const char *path, const char *what, const char *sum, unsigned long looks)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    char sql[128];
    snprintf(sql, sizeof(sql), "SELECT %s FROM looks", sum);
    if (sqlite3_open(path, &db) == SQLITE_OK && sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        double bytes = sqlite3_column_double(statement, 0) / (double)looks;
        printf("%s: %.1f bytes a look, 30 days at one a second: %.0f MB\n", what, bytes,
               bytes * SECONDS_OF_30_DAYS / 1e6);
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

int main(int argc, char **argv)
{
    struct spb_recorder *recorder;
    struct spb_error err = {0};
    struct cost cost = {0};
    if (argc != 4 && argc != 6) {
        fprintf(stderr, "usage: %s FILE.db LOOKS INTERVAL_MS [sample SECONDS]\n", argv[0]);
        return 2;
    }
    unsigned long looks = strtoul(argv[2], NULL, 10);
    if (spb_recorder_open(argv[1], NULL, &recorder, &err) < 0)
        stop(&err);
    if (argc == 6)
        record_samples(recorder, looks, strtol(argv[5], NULL, 10), &cost);
    else
        record_machine(recorder, looks, (unsigned)strtoul(argv[3], NULL, 10), &cost);
    double begin = cpu_s();
    spb_recorder_close(recorder);
    cost.recording_s += cpu_s() - begin;
    printf("%zu observations a look\n", cost.observations);
    printf("CPU a look: %.3f ms looking, %.3f ms recording\n", cost.looking_s / (double)looks * 1e3,
           cost.recording_s / (double)looks * 1e3);
    print_bytes(argv[1], "system metrics", "sum(length(data))", looks);
    print_bytes(argv[1], "processes, starts and ends", "coalesce(sum(length(processes)), 0)", looks);
    return 0;
}
