/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "history.h"
#include "recorder.h"
#include "sample_looks.h"

struct place {
    char folder[64];
    char path[96];
};

static int set_up(void **state)
{
    struct place *place = calloc(1, sizeof(*place));
    /* Where syncing costs nothing. */
    snprintf(place->folder, sizeof(place->folder), "%s/spb-recorder-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->path, sizeof(place->path), "%s/h.db", place->folder);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 3; i++) {
        char path[128];
        snprintf(path, sizeof(path), "%s%s", place->path, ends[i]);
        unlink(path);
    }
    rmdir(place->folder);
    free(place);
    return 0;
}

static struct spb_recorder *open_recorder(const char *path, const struct spb_recorder_options *options)
{
    struct spb_recorder *recorder = NULL;
    struct spb_error err = {0};
    if (spb_recorder_open(path, options, &recorder, &err) < 0)
        fail_msg("%s", err.text);
    return recorder;
}

static struct spb_history *open_history(const char *path)
{
    struct spb_history *history = NULL;
    struct spb_error err = {0};
    if (spb_history_open(path, &history, &err) < 0)
        fail_msg("%s", err.text);
    return history;
}

static void add(struct spb_recorder *recorder, const struct sample_looks *sample)
{
    struct spb_error err = {0};
    if (spb_recorder_add_with(recorder, &sample->look, &sample->listed, &err) < 0)
        fail_msg("%s", err.text);
}

static void record(const char *path, const struct spb_recorder_options *options, uint64_t from, uint64_t to,
                   int64_t interval_s)
{
    struct spb_recorder *recorder = open_recorder(path, options);
    struct sample_looks sample = {0};
    for (uint64_t n = from; n < to; n++) {
        sample_look(&sample, n, interval_s);
        add(recorder, &sample);
    }
    spb_recorder_close(recorder);
    spb_look_release(&sample.look);
}

static size_t read_points(struct spb_history *history, const struct spb_history_query *query,
                          struct spb_history_point **points)
{
    struct spb_error err = {0};
    size_t count = 0;
    if (spb_history_read(history, query, points, &count, &err) < 0)
        fail_msg("%s", err.text);
    return count;
}

/* ---- what was put in comes out ------------------------------------------------------------------------------------ */

static void assert_same_look(const struct spb_look *got, const struct spb_look *want)
{
    assert_int_equal(got->count, want->count);
    assert_int_equal(got->time_ns / 1000, want->time_ns / 1000);
    assert_int_equal(got->boot_ns / 1000, want->boot_ns / 1000);
    assert_int_equal(got->interval_ns / 1000, want->interval_ns / 1000);
    for (size_t i = 0; i < want->count; i++) {
        const struct spb_observation *wanted = &want->items[i];
        const struct spb_observation *found = spb_look_find(got, wanted->series, wanted->instance);
        assert_non_null(found);
        assert_int_equal(found->has_value, wanted->has_value);
        if (wanted->has_value)
            assert_true(fabs(found->value - wanted->value) <= fabs(wanted->value) / 8192);
        else
            assert_string_equal(found->reason, wanted->reason);
    }
}

static void keeps_looks(void **state)
{
    const struct place *place = *state;
    struct sample_looks sample = {0};
    struct spb_error err = {0};
    record(place->path, NULL, 0, 1000, 1);
    struct spb_history *history = open_history(place->path);
    for (uint64_t n = 0; n < 1000; n += 111) {
        struct spb_history_moment moment;
        sample_look(&sample, n, 1);
        assert_int_equal(spb_history_at(history, sample.look.time_ns + 1000, &moment, &err), 0);
        assert_same_look(&moment.look, &sample.look);
        /* The five that work, and the ten largest, which are among them. */
        assert_int_equal(moment.process_count, 10);
        assert_string_equal(moment.processes[0].name, "worker-0");
        assert_string_equal(moment.processes[0].command, "/usr/bin/worker --quietly");
        assert_true(fabs(moment.processes[0].cpu_pct - sample.processes[0].cpu_pct) < 0.006);
        assert_int_equal(moment.processes[3].rss_bytes, sample.processes[3].rss_bytes);
        spb_history_moment_release(&moment);
    }
    spb_history_close(history);
    spb_look_release(&sample.look);
}

static void says_what_is_nearest(void **state)
{
    const struct place *place = *state;
    struct spb_history_moment moment;
    struct spb_error err = {0};
    record(place->path, NULL, 0, 100, 1);
    struct spb_history *history = open_history(place->path);
    assert_int_equal(spb_history_at(history, SAMPLE_BEGIN_NS + 1000 * SAMPLE_SECOND_NS, &moment, &err), -ENODATA);
    assert_string_equal(err.text, "no look near that time: the nearest is 15 minutes before it");
    spb_history_close(history);
}

/* ---- queries ------------------------------------------------------------------------------------------------------ */

/* The mean, minimum and maximum of any step are those of its looks, whichever tier they came from. */
static void check_steps(struct spb_history *history, uint64_t step_s, uint64_t looks)
{
    const struct spb_history_query query = {.key = {SPB_CONTEXT_SWITCHES, ""}, .step_ns = step_s * 1000000000u};
    struct spb_history_point *points;
    struct sample_looks sample = {0};
    size_t count = read_points(history, &query, &points);
    uint64_t n = 0;
    assert_int_equal(count, (looks * 10 + step_s - 1) / step_s);
    for (size_t i = 0; i < count; i++) {
        double min = (double)INFINITY, max = -min, sum = 0;
        uint64_t number = 0;
        assert_int_equal(points[i].time_ns, SAMPLE_BEGIN_NS + (int64_t)(i * step_s) * SAMPLE_SECOND_NS);
        for (; n < looks && n * 10 < (i + 1) * step_s; n++, number++) {
            sample_look(&sample, n, 10);
            double value = spb_look_find(&sample.look, SPB_CONTEXT_SWITCHES, "")->value;
            min = fmin(min, value);
            max = fmax(max, value);
            sum += value;
        }
        assert_int_equal(points[i].count, number);
        assert_true(fabs(points[i].min - min) <= min / 8192);
        assert_true(fabs(points[i].max - max) <= max / 8192);
        assert_true(fabs(points[i].mean - sum / (double)number) <= max / 4000);
        assert_true(points[i].min <= points[i].mean && points[i].mean <= points[i].max);
    }
    free(points);
    spb_look_release(&sample.look);
}

static void steps_are_those_of_looks(void **state)
{
    const struct place *place = *state;
    record(place->path, NULL, 0, 9000, 10); /* 25 hours */
    struct spb_history *history = open_history(place->path);
    check_steps(history, 10, 9000);
    check_steps(history, 60, 9000);
    check_steps(history, 300, 9000);
    check_steps(history, 3600, 9000);
    check_steps(history, 86400, 9000);
    check_steps(history, 675, 9000);
    spb_history_close(history);
}

static void ends_of_a_range_are_exact(void **state)
{
    const struct place *place = *state;
    record(place->path, NULL, 0, 2000, 10);
    struct spb_history *history = open_history(place->path);
    const struct spb_history_query query = {.key = {SPB_CONTEXT_SWITCHES, ""},
                                            .since_ns = SAMPLE_BEGIN_NS + 95 * SAMPLE_SECOND_NS,
                                            .until_ns = SAMPLE_BEGIN_NS + 15005 * SAMPLE_SECOND_NS,
                                            .step_ns = 3600000000000u};
    struct spb_history_point *points;
    uint64_t looks = 0;
    size_t count = read_points(history, &query, &points);
    for (size_t i = 0; i < count; i++)
        looks += points[i].count;
    assert_int_equal(count, 5);
    assert_int_equal(looks, 1491); /* numbers 10 to 1500 */
    free(points);
    spb_history_close(history);
}

static void gaps_stay_gaps(void **state)
{
    const struct place *place = *state;
    struct spb_error err = {0};
    struct spb_history_gap *gaps;
    struct spb_history_point *points;
    size_t count;
    record(place->path, NULL, 0, 100, 1);
    record(place->path, NULL, 200, 300, 1);
    struct spb_history *history = open_history(place->path);
    assert_int_equal(spb_history_gaps(history, &gaps, &count, &err), 0);
    assert_int_equal(count, 1);
    assert_int_equal((gaps[0].from_ns - SAMPLE_BEGIN_NS) / SAMPLE_SECOND_NS, 99);
    assert_int_equal((gaps[0].to_ns - SAMPLE_BEGIN_NS) / SAMPLE_SECOND_NS, 200);
    free(gaps);
    count =
        read_points(history, &(struct spb_history_query){.key = {SPB_LOAD_1, ""}, .step_ns = 10000000000u}, &points);
    assert_int_equal(count, 20);
    assert_int_equal((points[10].time_ns - SAMPLE_BEGIN_NS) / SAMPLE_SECOND_NS, 200);
    free(points);
    spb_history_close(history);
}

static void reads_while_it_is_written(void **state)
{
    const struct place *place = *state;
    struct spb_recorder *recorder = open_recorder(place->path, NULL);
    struct sample_looks sample = {0};
    struct spb_history *history = NULL;
    for (uint64_t n = 0; n < 700; n++) {
        struct spb_history_point *points;
        sample_look(&sample, n, 1);
        add(recorder, &sample);
        if (!history)
            history = open_history(place->path);
        if (n % 50)
            continue;
        const struct spb_history_query query = {.key = {SPB_LOAD_1, ""}, .step_ns = 1000000000u};
        assert_int_equal(read_points(history, &query, &points), n + 1);
        free(points);
    }
    spb_history_close(history);
    spb_recorder_close(recorder);
    spb_look_release(&sample.look);
}

/* ---- events ------------------------------------------------------------------------------------------------------- */

static size_t count_events(const char *path, enum spb_history_event_kind kind, struct spb_history_event *last)
{
    struct spb_history *history = open_history(path);
    struct spb_history_event *events;
    struct spb_error err = {0};
    size_t count, found = 0;
    assert_int_equal(spb_history_events(history, 0, 0, &events, &count, &err), 0);
    for (size_t i = 0; i < count; i++)
        if (events[i].kind == kind) {
            found++;
            if (last)
                *last = events[i];
        }
    free(events);
    spb_history_close(history);
    return found;
}

static void clock_steps_are_events(void **state)
{
    const struct place *place = *state;
    struct spb_recorder *recorder = open_recorder(place->path, NULL);
    struct sample_looks sample = {0};
    struct spb_history_event event;
    struct spb_history_point *points;
    for (uint64_t n = 0; n < 100; n++) {
        sample_look(&sample, n, 1);
        if (n >= 50)
            sample.look.time_ns -= 30 * SAMPLE_SECOND_NS;
        add(recorder, &sample);
    }
    spb_recorder_close(recorder);
    assert_int_equal(count_events(place->path, SPB_EVENT_CLOCK_STEP, &event), 1);
    assert_true(fabs(event.value + 30) < 0.001);
    /* Seconds 20 to 49 were twice. */
    struct spb_history *history = open_history(place->path);
    size_t count =
        read_points(history, &(struct spb_history_query){.key = {SPB_LOAD_1, ""}, .step_ns = 1000000000u}, &points);
    assert_int_equal(count, 70);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(points[i].time_ns, SAMPLE_BEGIN_NS + (int64_t)i * SAMPLE_SECOND_NS);
        assert_int_equal(points[i].count, i >= 20 && i < 50 ? 2 : 1);
    }
    free(points);
    spb_history_close(history);
    spb_look_release(&sample.look);
}

static void boots_are_told_apart(void **state)
{
    const struct place *place = *state;
    record(place->path, &(struct spb_recorder_options){.boot = "one"}, 0, 10, 1);
    record(place->path, &(struct spb_recorder_options){.boot = "one"}, 20, 30, 1);
    assert_int_equal(count_events(place->path, SPB_EVENT_BOOT, NULL), 0);
    record(place->path, &(struct spb_recorder_options){.boot = "two"}, 40, 50, 1);
    assert_int_equal(count_events(place->path, SPB_EVENT_BOOT, NULL), 1);
    assert_int_equal(count_events(place->path, SPB_EVENT_RECORDER_START, NULL), 3);
    assert_int_equal(count_events(place->path, SPB_EVENT_RECORDER_END, NULL), 3);
    assert_int_equal(count_events(place->path, SPB_EVENT_CLOCK_STEP, NULL), 0);
}

static void starts_and_ends_are_events(void **state)
{
    const struct place *place = *state;
    struct spb_recorder *recorder = open_recorder(place->path, NULL);
    const struct spb_process_end ended = {.pid = 77, .name = "make", .cpu_total_ns = 2500000000u};
    struct sample_looks sample = {0};
    struct spb_history_event event;
    sample_look(&sample, 0, 1);
    add(recorder, &sample);
    sample_look(&sample, 1, 1);
    sample.processes[30].is_new = true;
    sample.processes[30].start_ns = sample.look.boot_ns - 400000000u;
    sample.listed.ended = &ended;
    sample.listed.ended_count = 1;
    add(recorder, &sample);
    spb_recorder_close(recorder);
    assert_int_equal(count_events(place->path, SPB_EVENT_PROCESS_START, &event), 1);
    assert_string_equal(event.text, "worker-30");
    assert_int_equal(event.time_ns / 1000, sample.look.time_ns / 1000 - 400000);
    assert_int_equal(count_events(place->path, SPB_EVENT_PROCESS_END, &event), 1);
    assert_string_equal(event.text, "make");
    assert_true(event.value == 2.5);
    spb_look_release(&sample.look);
}

/* What the kernel tells counts alone then, and more than are kept are counted. */
static void events_of_the_kernel(void **state)
{
    const struct place *place = *state;
    struct spb_recorder *recorder = open_recorder(place->path, NULL);
    static struct spb_process_event items[300];
    struct spb_process_event_list list = {items, 300, 300, 4};
    struct sample_looks sample = {0};
    struct spb_history_event event;
    sample_look(&sample, 0, 1);
    for (size_t i = 0; i < 300; i++)
        items[i] = (struct spb_process_event){.kind = i % 2 ? SPB_PROCESS_ENDED : SPB_PROCESS_STARTED,
                                              .pid = (pid_t)(1000 + i),
                                              .boot_ns = sample.look.boot_ns - 1000000u * (300 - i),
                                              .exit_status = 256,
                                              .name = "short"};
    sample.processes[3].is_new = true;
    sample.listed.events = &list;
    spb_recorder_note_process_source(recorder, "proc connector");
    add(recorder, &sample);
    spb_recorder_close(recorder);
    assert_int_equal(count_events(place->path, SPB_EVENT_PROCESS_START, &event), 128);
    assert_string_equal(event.text, "short");
    assert_int_equal(count_events(place->path, SPB_EVENT_PROCESS_END, &event), 129);
    assert_string_equal(event.text, "and 48 more starts and ends");
    struct spb_history *history = open_history(place->path);
    struct spb_history_extent extent;
    struct spb_error err = {0};
    assert_int_equal(spb_history_extent(history, &extent, &err), 0);
    assert_string_equal(extent.process_source, "proc connector");
    spb_history_close(history);
    spb_look_release(&sample.look);
}

/* ---- what goes wrong ---------------------------------------------------------------------------------------------- */

static void only_one_recorder(void **state)
{
    const struct place *place = *state;
    struct spb_recorder *first = open_recorder(place->path, NULL), *second = NULL;
    struct spb_error err = {0};
    assert_int_equal(spb_recorder_open(place->path, NULL, &second, &err), -EBUSY);
    spb_recorder_close(first);
    spb_recorder_close(open_recorder(place->path, NULL));
}

static void set_limit(rlim_t bytes)
{
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void goes_on_when_there_is_room(void **state)
{
    const struct place *place = *state;
    struct spb_recorder *recorder = open_recorder(place->path, NULL);
    struct sample_looks sample = {0};
    struct spb_history_event event;
    struct spb_error err = {0};
    int refused = 0;
    signal(SIGXFSZ, SIG_IGN);
    for (uint64_t n = 0; n < 900; n++) {
        if (n == 250)
            set_limit(1u << 20);
        if (n == 800)
            set_limit(RLIM_INFINITY);
        sample_look(&sample, n, 1);
        int code = spb_recorder_add_with(recorder, &sample.look, &sample.listed, &err);
        assert_true(code == 0 || code == -ENOSPC);
        refused += code != 0;
        assert_true(code == 0 || (n >= 250 && n < 800));
    }
    spb_recorder_close(recorder);
    assert_true(refused > 10);
    assert_non_null(strstr(err.text, "no room"));
    assert_int_equal(count_events(place->path, SPB_EVENT_DISK_FULL, &event), 1);
    assert_int_equal(event.value, refused);
    struct spb_history *history = open_history(place->path);
    struct spb_history_extent extent;
    assert_int_equal(spb_history_extent(history, &extent, &err), 0);
    assert_int_equal(extent.looks, 900 - refused);
    spb_history_close(history);
    spb_look_release(&sample.look);
}

static void assert_intact(const char *path)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(statement, 0), "ok");
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

/* Adds looks and writes the number of each that was taken to a pipe, until it is killed. */
static void record_until_killed(const char *path, uint64_t from, int report)
{
    struct spb_recorder *recorder = open_recorder(path, NULL);
    struct sample_looks sample = {0};
    for (uint64_t n = from;; n++) {
        sample_look(&sample, n, 20); /* so that much is packed */
        add(recorder, &sample);
        if (write(report, &n, sizeof(n)) != sizeof(n))
            _exit(1);
    }
}

static void kills_lose_nothing_that_was_taken(void **state)
{
    const struct place *place = *state;
    struct spb_random random = {11};
    uint64_t next = 0;
    for (unsigned round = 0; round < 12; round++) {
        int report[2];
        uint64_t n = 0, last = next;
        struct spb_error err = {0};
        struct spb_history_moment moment;
        struct sample_looks sample = {0};
        assert_int_equal(pipe(report), 0);
        pid_t pid = fork();
        if (pid == 0)
            record_until_killed(place->path, next, report[1]);
        close(report[1]);
        uint64_t enough = 1 + spb_random_below(&random, 120);
        for (uint64_t i = 0; i < enough && read(report[0], &n, sizeof(n)) == sizeof(n); i++)
            last = n;
        usleep((useconds_t)spb_random_below(&random, 3000));
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        while (read(report[0], &n, sizeof(n)) == sizeof(n))
            last = n;
        close(report[0]);
        assert_intact(place->path);
        struct spb_history *history = open_history(place->path);
        struct spb_history_extent extent;
        assert_int_equal(spb_history_extent(history, &extent, &err), 0);
        /* The one that was being written when it was killed may be there or not. */
        assert_true(extent.looks == last + 1 || extent.looks == last + 2);
        sample_look(&sample, last, 20);
        assert_int_equal(spb_history_at(history, sample.look.time_ns, &moment, &err), 0);
        assert_same_look(&moment.look, &sample.look);
        spb_history_moment_release(&moment);
        spb_history_close(history);
        next = extent.looks;
        spb_look_release(&sample.look);
    }
    struct spb_history_event event;
    assert_int_equal(count_events(place->path, SPB_EVENT_RECORDER_END, &event), 11);
    assert_string_equal(event.text, "without a word: killed, or power was lost");
}

static void is_kept_small(void **state)
{
    const struct place *place = *state;
    struct spb_error err = {0};
    struct spb_history_extent extent;
    record(place->path, &(struct spb_recorder_options){.size_max_bytes = 600 << 10, .seconds_kept_ns = 1}, 0, 12000,
           10);
    struct spb_history *history = open_history(place->path);
    assert_int_equal(spb_history_extent(history, &extent, &err), 0);
    assert_true(extent.file_bytes < 1200 << 10);
    assert_true(extent.looks < 5000);
    /* What is gone as looks is there as minutes. */
    struct spb_history_point *points;
    const struct spb_history_query query = {.key = {SPB_LOAD_1, ""}, .step_ns = 3600000000000u};
    size_t count = read_points(history, &query, &points);
    uint64_t looks = 0;
    for (size_t i = 0; i < count; i++)
        looks += points[i].count;
    assert_int_equal(looks, 12000);
    assert_int_equal(count, 34);
    free(points);
    spb_history_close(history);
}

static void set_version(const char *path, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void assert_refused(const char *path, const char *words)
{
    struct spb_history *history;
    struct spb_recorder *recorder;
    struct spb_error err = {0};
    assert_int_equal(spb_history_open(path, &history, &err), -EINVAL);
    assert_non_null(strstr(err.text, words));
    assert_int_equal(spb_recorder_open(path, NULL, &recorder, &err), -EINVAL);
    assert_non_null(strstr(err.text, words));
}

static void refuses_what_it_does_not_know(void **state)
{
    const struct place *place = *state;
    record(place->path, NULL, 0, 10, 1);
    set_version(place->path, "PRAGMA user_version=2");
    assert_refused(place->path, "later spbench");
    set_version(place->path, "PRAGMA user_version=1; CREATE VIEW x AS SELECT 1");
    assert_refused(place->path, "its tables are not those of a history");
    set_version(place->path, "PRAGMA application_id=1");
    assert_refused(place->path, "no history of spbench");
    int fd = open(place->path, O_WRONLY | O_TRUNC);
    assert_int_equal(write(fd, "This is a text, and a longer one than some.\n", 44), 44);
    close(fd);
    assert_refused(place->path, "no history");
}

/* ---- damage ------------------------------------------------------------------------------------------------------- */

/* Everything that a person may ask. */
static void ask_all(const char *path)
{
    struct spb_history *history = NULL;
    struct spb_error err = {0};
    struct spb_history_key *keys = NULL;
    struct spb_history_gap *gaps = NULL;
    struct spb_history_event *events = NULL;
    struct spb_history_extent extent;
    struct spb_history_moment moment = {0};
    size_t count = 0, others;
    int code = spb_history_open(path, &history, &err);
    if (code == 0)
        code = spb_history_extent(history, &extent, &err);
    if (code == 0)
        code = spb_history_keys(history, &keys, &count, &err);
    struct spb_history_points *points = calloc(count + 1, sizeof(*points));
    if (code == 0)
        code = spb_history_read_many(history, &(struct spb_history_query){.step_ns = 1000000000u}, keys, count, points,
                                     &err);
    for (size_t i = 0; i < count && code == 0; i++)
        free(points[i].items);
    if (code == 0)
        code = spb_history_gaps(history, &gaps, &others, &err);
    if (code == 0)
        code = spb_history_events(history, 0, 0, &events, &others, &err);
    if (code == 0) {
        code = spb_history_at(history, extent.last_ns, &moment, &err);
        if (code == 0)
            spb_history_moment_release(&moment);
    }
    if (code != 0 && code != -EINVAL && code != -ENODATA && code != -E2BIG)
        fail_msg("%d: %s", code, err.text);
    assert_true(code == 0 || *err.text);
    free(points);
    free(keys);
    free(gaps);
    free(events);
    spb_history_close(history);
}

static void damage_is_told(void **state)
{
    const struct place *place = *state;
    struct spb_random random = {5};
    struct spb_error err = {0};
    record(place->path, NULL, 0, 700, 1);
    int fd = open(place->path, O_RDWR);
    off_t size = lseek(fd, 0, SEEK_END);
    for (unsigned round = 0; round < 400; round++) {
        unsigned char old[8], bytes[8];
        /* Half of them in the first page of all and the headers of pages, where the structure is. */
        off_t at = (off_t)spb_random_below(&random, (uint64_t)size - 8);
        if (round % 2)
            at = at / 4096 * 4096 + (off_t)spb_random_below(&random, 64);
        size_t length = 1 + spb_random_below(&random, 8);
        assert_int_equal(pread(fd, old, length, at), length);
        for (size_t i = 0; i < length; i++)
            bytes[i] = (unsigned char)spb_random_next(&random);
        assert_int_equal(pwrite(fd, bytes, length, at), length);
        ask_all(place->path);
        assert_int_equal(pwrite(fd, old, length, at), length);
    }
    for (off_t shorter = size - 4096; shorter > 0; shorter -= 4096) {
        assert_int_equal(ftruncate(fd, shorter - 100), 0);
        ask_all(place->path);
    }
    close(fd);
    (void)err;
}

int main(void)
{
#define WITH_FILE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_FILE(keeps_looks),
        WITH_FILE(says_what_is_nearest),
        WITH_FILE(steps_are_those_of_looks),
        WITH_FILE(ends_of_a_range_are_exact),
        WITH_FILE(gaps_stay_gaps),
        WITH_FILE(reads_while_it_is_written),
        WITH_FILE(clock_steps_are_events),
        WITH_FILE(boots_are_told_apart),
        WITH_FILE(starts_and_ends_are_events),
        WITH_FILE(events_of_the_kernel),
        WITH_FILE(only_one_recorder),
        WITH_FILE(goes_on_when_there_is_room),
        WITH_FILE(kills_lose_nothing_that_was_taken),
        WITH_FILE(is_kept_small),
        WITH_FILE(refuses_what_it_does_not_know),
        WITH_FILE(damage_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
