/* SPDX-License-Identifier: MIT */
#include "screen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "screen_model.h"
#include "screen_picture.h"
#include "screen_snapshot.h"
#include "screen_terminal.h"
#include "screen_view.h"

struct spb_screen {
    struct spb_terminal *terminal;
    struct spb_model model;
    struct spb_view view;
    struct spb_grid grid;
    struct spb_process_order order;
    struct spb_user_names *user_names;
    struct spb_machine_sampler *sampler; /* of the last look */
    struct spb_snapshot paused;          /* what stands still */
    struct spb_thread_look *threads;     /* of the last picture */
    int wake_fd;
    char host[64];
};

int spb_screen_open(const struct spb_screen_options *options, struct spb_screen **screen, struct spb_error *err)
{
    struct spb_screen *made = calloc(1, sizeof(*made));
    *screen = NULL;
    if (!made || spb_user_names_create(&made->user_names) < 0) {
        free(made);
        return spb_error_set(err, -ENOMEM, "out of memory");
    }
    spb_model_init(&made->model);
    spb_view_init(&made->view, options);
    made->wake_fd = options->wake_fd;
    snprintf(made->host, sizeof(made->host), "%s", options->host ? options->host : "");
    int code = spb_terminal_open(options->no_color, &made->terminal, err);
    if (code) {
        spb_screen_close(made);
        return code;
    }
    made->grid.ascii = spb_terminal_is_ascii(made->terminal);
    *screen = made;
    return 0;
}

void spb_screen_close(struct spb_screen *screen)
{
    if (!screen)
        return;
    spb_terminal_close(screen->terminal);
    spb_model_release(&screen->model);
    spb_grid_release(&screen->grid);
    spb_process_order_release(&screen->order);
    spb_user_names_destroy(screen->user_names);
    spb_snapshot_release(&screen->paused);
    free(screen->threads);
    free(screen);
}

uint64_t spb_screen_interval_ns(const struct spb_screen *screen)
{
    return screen->view.interval_ns;
}

/* ---- drawing --------------------------------------------------------------------------------------------------- */

static struct spb_processes processes_of(const struct spb_screen *screen)
{
    struct spb_processes processes = {screen->paused.items, screen->paused.count};
    struct spb_process_table *table = screen->sampler ? spb_machine_sampler_processes(screen->sampler) : NULL;
    if (!processes.items && table)
        processes.items = spb_process_table_items(table, &processes.count);
    return processes;
}

static const struct spb_process_look *find_process(const struct spb_processes *processes, pid_t pid)
{
    for (size_t i = 0; i < processes->count; i++)
        if (processes->items[i].pid == pid)
            return &processes->items[i];
    return NULL;
}

static struct spb_threads threads_of(struct spb_screen *screen, const struct spb_processes *processes)
{
    struct spb_threads threads = {.process = find_process(processes, screen->view.process)};
    struct spb_process_table *table = screen->sampler ? spb_machine_sampler_processes(screen->sampler) : NULL;
    free(screen->threads);
    screen->threads = NULL;
    if (!threads.process || !table ||
        spb_process_table_threads(table, screen->view.process, &screen->threads, &threads.count) < 0)
        threads.process = NULL;
    threads.items = screen->threads;
    return threads;
}

static int draw(struct spb_screen *screen)
{
    int width, height;
    spb_terminal_size(screen->terminal, &width, &height);
    int code = spb_grid_resize(&screen->grid, width, height);
    if (code)
        return code;
    struct spb_picture picture = {.model = &screen->model,
                                  .view = &screen->view,
                                  .host = screen->host,
                                  .processes = processes_of(screen),
                                  .order = &screen->order,
                                  .user_names = screen->user_names};
    if (screen->view.mode == SPB_VIEW_THREADS)
        picture.threads = threads_of(screen, &picture.processes);
    spb_picture_draw(&picture, &screen->grid);
    spb_terminal_show(screen->terminal, &screen->grid);
    return 0;
}

int spb_screen_show(struct spb_screen *screen, struct spb_machine_sampler *sampler, const struct spb_look *look)
{
    screen->sampler = sampler;
    if (screen->view.is_paused)
        return 0;
    int code = spb_model_take(&screen->model, look);
    int drawn = draw(screen);
    return code ? code : drawn;
}

/* ---- keys ------------------------------------------------------------------------------------------------------ */

static void pause_or_go_on(struct spb_screen *screen)
{
    struct spb_processes processes = processes_of(screen);
    if (!screen->view.is_paused)
        spb_snapshot_release(&screen->paused);
    else if (!screen->paused.items && processes.items)
        spb_snapshot_take(&screen->paused, processes.items, processes.count);
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* True: the picture is to be drawn anew. */
static bool answer(struct spb_screen *screen, enum spb_terminal_event event, uint32_t key)
{
    if (event == SPB_TERMINAL_GONE)
        screen->view.wants_quit = true;
    if (event == SPB_TERMINAL_RESIZED)
        return true;
    if (event != SPB_TERMINAL_KEY || !spb_view_key(&screen->view, key))
        return false;
    pause_or_go_on(screen);
    return true;
}

int spb_screen_wait(struct spb_screen *screen, int timeout_ms)
{
    int64_t end_ms = now_ms() + timeout_ms;
    uint64_t interval_ns = screen->view.interval_ns;
    for (int64_t left_ms = timeout_ms; left_ms >= 0; left_ms = end_ms - now_ms()) {
        uint32_t key = 0;
        enum spb_terminal_event event = spb_terminal_wait(screen->terminal, screen->wake_fd, (int)left_ms, &key);
        if (answer(screen, event, key))
            draw(screen);
        if (screen->view.wants_quit)
            return 1;
        if (event == SPB_TERMINAL_NOTHING || event == SPB_TERMINAL_WOKEN || screen->view.interval_ns != interval_ns)
            break;
    }
    return 0;
}
