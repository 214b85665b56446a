/* SPDX-License-Identifier: MIT */
#include "monitor_output.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "file.h"
#include "look_csv.h"
#include "look_json.h"
#include "look_table.h"
#include "openmetrics.h"

#define PAGE_SIZE_DEFAULT 20

/* A header stays in sight. */
static unsigned page_size(int fd)
{
    struct winsize size;
    if (isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_row > 8)
        return size.ws_row - 3u;
    return PAGE_SIZE_DEFAULT;
}

int spb_monitor_output_open(const struct spb_monitor_options *options, struct spb_monitor_output *output,
                            struct spb_error *err)
{
    *output = (struct spb_monitor_output){.format = options->format, .fd = -1};
    if (options->format == SPB_MONITOR_QUIET || options->format == SPB_MONITOR_TUI)
        return 0;
    if (options->output) {
        output->name = options->output;
        output->fd = open(options->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        output->owns_fd = true;
        if (output->fd < 0)
            return spb_error_system(err, -errno, "%s", options->output);
    } else {
        output->name = options->command ? "standard error" : "standard output";
        output->fd = options->command ? STDERR_FILENO : STDOUT_FILENO;
    }
    output->page_size = page_size(output->fd);
    return 0;
}

static void add_table(struct spb_monitor_output *output, const struct spb_look_view *view)
{
    if (output->lines == 0 || view->with_processes)
        spb_look_table_header(&output->text);
    spb_look_table(view, &output->text);
    output->lines = (output->lines + 1) % output->page_size;
}

static void add_look(struct spb_monitor_output *output, const struct spb_look_view *view)
{
    switch (output->format) {
    case SPB_MONITOR_TABLE:
        add_table(output, view);
        break;
    case SPB_MONITOR_JSON:
        spb_look_json(view, &output->text);
        break;
    case SPB_MONITOR_CSV:
        if (!output->begun)
            spb_look_csv_header(&output->text);
        spb_look_csv(view, &output->text);
        break;
    case SPB_MONITOR_OPENMETRICS:
        spb_openmetrics(view, SPB_EXPOSITION_OPENMETRICS, &output->text);
        break;
    case SPB_MONITOR_QUIET:
    case SPB_MONITOR_TUI:
        break;
    }
    output->begun = true;
}

int spb_monitor_output_look(struct spb_monitor_output *output, const struct spb_look_view *view, struct spb_error *err)
{
    if (output->fd < 0)
        return 0;
    spb_strbuf_reset(&output->text);
    add_look(output, view);
    if (output->text.failed)
        return spb_error_system(err, -ENOMEM, "%s", output->name);
    int code = spb_file_write_all(output->fd, output->text.text, output->text.length);
    if (code < 0)
        spb_error_system(err, code, "%s", output->name);
    if (code == -EPIPE)
        spb_monitor_output_close(output);
    return code;
}

void spb_monitor_output_close(struct spb_monitor_output *output)
{
    if (output->owns_fd && output->fd >= 0)
        close(output->fd);
    output->fd = -1;
    spb_strbuf_release(&output->text);
}
