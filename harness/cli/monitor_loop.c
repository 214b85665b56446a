/* SPDX-License-Identifier: MIT */
#include "monitor_loop.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "clock.h"

#define NS_PER_S  UINT64_C(1000000000)
#define NS_PER_MS UINT64_C(1000000)

/* How long what the kernel tells of processes may wait while the screen waits for keys. */
#define EVENTS_WAIT_MS_MAX 100

/* The first looks at a command come sooner than the first tick: many commands end before it. */
#define EARLY_LOOK_NS (10 * NS_PER_MS)

enum { TIMER, SIGNALS, READER, PROCESS_EVENTS, SOURCE_COUNT };

/* What is waited for. */
struct waiting {
    struct pollfd sources[SOURCE_COUNT];
    uint64_t ticks_due; /* that have come, left out or not */
};

static int open_timer(uint64_t start_ns, uint64_t interval_ns)
{
    const uint64_t first_ns = start_ns + interval_ns;
    const struct itimerspec times = {.it_interval = {(time_t)(interval_ns / NS_PER_S), (long)(interval_ns % NS_PER_S)},
                                     .it_value = {(time_t)(first_ns / NS_PER_S), (long)(first_ns % NS_PER_S)}};
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (fd >= 0)
        timerfd_settime(fd, TFD_TIMER_ABSTIME, &times, NULL);
    return fd;
}

static int open_waiting(struct spb_monitor *monitor, int signal_fd, struct waiting *waiting, struct spb_error *err)
{
    int timer = open_timer(monitor->start_ns, monitor->options->interval_ns);
    *waiting = (struct waiting){
        .sources = {[TIMER] = {.fd = timer, .events = POLLIN},
                    [SIGNALS] = {.fd = signal_fd, .events = POLLIN},
                    [READER] = {.fd = monitor->output.fd},
                    [PROCESS_EVENTS] = {.fd = spb_monitor_record_fd(&monitor->record), .events = POLLIN}}};
    monitor->code = timer < 0 ? spb_error_system(err, -errno, "a timer") : 0;
    return monitor->code;
}

static void close_waiting(struct waiting *waiting)
{
    if (waiting->sources[TIMER].fd >= 0)
        close(waiting->sources[TIMER].fd);
    waiting->sources[TIMER].fd = -1;
}

static bool has_come(const struct waiting *waiting, int source)
{
    /* The reader's end is an error of ours; events of it were not asked for. */
    return waiting->sources[source].revents & (source == READER ? POLLERR : POLLIN);
}

/* Takes what the kernel tells of processes at once: the names of short-lived ones are to be had only then. */
static void wait_for(struct spb_monitor *monitor, struct waiting *waiting, int timeout_ms)
{
    if (poll(waiting->sources, SOURCE_COUNT, timeout_ms) < 0)
        for (int i = 0; i < SOURCE_COUNT; i++)
            waiting->sources[i].revents = 0;
    if (has_come(waiting, PROCESS_EVENTS))
        spb_monitor_record_take(&monitor->record);
}

/* Takes the ticks that have come: one to be made now, the others left out. False: none. */
static bool take_tick(struct spb_monitor *monitor, struct waiting *waiting)
{
    uint64_t ticks;
    if (read(waiting->sources[TIMER].fd, &ticks, sizeof(ticks)) != (ssize_t)sizeof(ticks))
        return false;
    waiting->ticks_due += ticks;
    monitor->looks_late += ticks - 1;
    return true;
}

static bool is_over(const struct spb_monitor *monitor, uint64_t ticks_due)
{
    const struct spb_monitor_options *options = monitor->options;
    return (options->count && monitor->looks >= options->count) ||
           (options->duration_ns && ticks_due >= options->duration_ns / options->interval_ns);
}

static enum spb_monitor_end look(struct spb_monitor *monitor, uint64_t ticks_due, struct spb_error *err)
{
    monitor->code = spb_monitor_look(monitor, err);
    if (monitor->code == -EPIPE)
        return SPB_MONITOR_READER_LEFT;
    if (monitor->code < 0)
        return SPB_MONITOR_FAILED;
    return is_over(monitor, ticks_due) ? SPB_MONITOR_DONE : SPB_MONITOR_GOES_ON;
}

static enum spb_monitor_end take_signal(struct spb_monitor *monitor)
{
    if (spb_interrupt_take(&monitor->interrupt) == 0)
        return SPB_MONITOR_GOES_ON;
    return monitor->interrupt.signal == SIGTERM ? SPB_MONITOR_TERMINATED : SPB_MONITOR_INTERRUPTED;
}

enum spb_monitor_end spb_monitor_run(struct spb_monitor *monitor, struct spb_error *err)
{
    struct waiting waiting;
    if (open_waiting(monitor, monitor->interrupt.fd, &waiting, err) < 0)
        return SPB_MONITOR_FAILED;
    enum spb_monitor_end end = SPB_MONITOR_GOES_ON;
    while (end == SPB_MONITOR_GOES_ON) {
        wait_for(monitor, &waiting, -1);
        if (has_come(&waiting, READER))
            end = SPB_MONITOR_READER_LEFT;
        else if (has_come(&waiting, SIGNALS))
            end = take_signal(monitor);
        else if (has_come(&waiting, TIMER) && take_tick(monitor, &waiting))
            end = look(monitor, waiting.ticks_due, err);
    }
    close_waiting(&waiting);
    return end;
}

/* ---- a command -------------------------------------------------------------------------------------------------- */

/* Whatever becomes of the monitor's own output, the command is followed to its end. */
static void look_beside(struct spb_monitor *monitor, struct waiting *waiting)
{
    struct spb_error err = {0};
    int code = spb_monitor_look(monitor, &err);
    if (code < 0 && code != -EPIPE)
        spb_monitor_say(monitor, "%s: nothing more is printed or recorded", err.text);
    if (code < 0 && code != -EPIPE)
        close_waiting(waiting);
}

/* Milliseconds until the next of the early looks; -1: there is none any more. */
static int early_timeout_ms(const struct spb_monitor *monitor, uint64_t early_ns, uint64_t begin_ns)
{
    uint64_t passed_ns = spb_clock_now_ns() - begin_ns;
    if (early_ns >= monitor->options->interval_ns)
        return -1;
    return passed_ns >= early_ns ? 0 : (int)((early_ns - passed_ns + NS_PER_MS - 1) / NS_PER_MS);
}

enum spb_monitor_end spb_monitor_run_command(struct spb_monitor *monitor, struct spb_error *err)
{
    struct waiting waiting;
    uint64_t begin_ns = spb_clock_now_ns(), early_ns = EARLY_LOOK_NS;
    if (open_waiting(monitor, spb_follow_fd(monitor->follow), &waiting, err) < 0)
        return SPB_MONITOR_FAILED;
    monitor->code = spb_follow_go(monitor->follow, err);
    if (monitor->code < 0) {
        close_waiting(&waiting);
        return SPB_MONITOR_FAILED;
    }
    while (!spb_follow_step(monitor->follow)) {
        int timeout_ms = early_timeout_ms(monitor, early_ns, begin_ns);
        if (timeout_ms == 0) {
            spb_follow_look(monitor->follow);
            early_ns *= 2;
            continue;
        }
        wait_for(monitor, &waiting, timeout_ms);
        if (has_come(&waiting, READER))
            waiting.sources[READER].fd = -1;
        if (has_come(&waiting, TIMER) && take_tick(monitor, &waiting)) {
            spb_follow_look(monitor->follow);
            look_beside(monitor, &waiting);
        }
    }
    close_waiting(&waiting);
    return SPB_MONITOR_DONE;
}

/* ---- the screen ------------------------------------------------------------------------------------------------- */

/* The times to look at, which keys may change. */
struct schedule {
    uint64_t interval_ns;
    uint64_t next_ns;
    uint64_t ticks_due;
};

static void follow_interval(struct schedule *schedule, uint64_t interval_ns)
{
    if (interval_ns == schedule->interval_ns || interval_ns == 0)
        return;
    schedule->next_ns = schedule->next_ns - schedule->interval_ns + interval_ns;
    schedule->interval_ns = interval_ns;
}

static int wait_ms(const struct spb_monitor *monitor, const struct schedule *schedule, uint64_t now_ns)
{
    const int most_ms = spb_monitor_record_fd(&monitor->record) >= 0 ? EVENTS_WAIT_MS_MAX : INT_MAX;
    uint64_t left_ms = (schedule->next_ns - now_ns + NS_PER_MS - 1) / NS_PER_MS;
    return left_ms < (uint64_t)most_ms ? (int)left_ms : most_ms;
}

static enum spb_monitor_end show_next(struct spb_monitor *monitor, struct schedule *schedule, uint64_t now_ns,
                                      struct spb_error *err)
{
    uint64_t ticks = 1 + (now_ns - schedule->next_ns) / schedule->interval_ns;
    schedule->ticks_due += ticks;
    monitor->looks_late += ticks - 1;
    schedule->next_ns += ticks * schedule->interval_ns;
    enum spb_monitor_end end = look(monitor, schedule->ticks_due, err);
    if (end != SPB_MONITOR_FAILED)
        spb_screen_show(monitor->screen, monitor->sampler, &monitor->look);
    return end;
}

enum spb_monitor_end spb_monitor_run_screen(struct spb_monitor *monitor, struct spb_error *err)
{
    struct schedule schedule = {monitor->options->interval_ns, monitor->start_ns + monitor->options->interval_ns, 0};
    enum spb_monitor_end end = SPB_MONITOR_GOES_ON;
    spb_screen_show(monitor->screen, monitor->sampler, &monitor->look);
    while (end == SPB_MONITOR_GOES_ON) {
        uint64_t now_ns = spb_clock_now_ns();
        if (now_ns >= schedule.next_ns)
            end = show_next(monitor, &schedule, now_ns, err);
        else if (spb_screen_wait(monitor->screen, wait_ms(monitor, &schedule, now_ns)) != 0)
            end = SPB_MONITOR_DONE;
        if (end == SPB_MONITOR_GOES_ON)
            end = take_signal(monitor);
        spb_monitor_record_take(&monitor->record);
        follow_interval(&schedule, spb_screen_interval_ns(monitor->screen));
    }
    return end;
}
