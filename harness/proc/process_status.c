/* SPDX-License-Identifier: MIT */
#include "process_status.h"

#include <errno.h>
#include <stdio.h>

#include "file.h"
#include "span.h"

/* "Cpus_allowed_list:\t0-1" */
static void take_line(struct spb_span line, struct spb_process_status *status)
{
    struct spb_span key;
    if (!spb_span_take_until(&line, ':', &key))
        return;
    line = spb_span_trim(line);
    if (spb_span_equals(key, "Cpus_allowed_list") && line.length < sizeof(status->allowed_cpus))
        spb_span_copy(line, status->allowed_cpus, sizeof(status->allowed_cpus));
    if (spb_span_equals(key, "CapEff"))
        status->effective_capabilities.code = spb_span_parse_hex(line, &status->effective_capabilities.value);
}

int spb_process_status_parse(const char *text, size_t length, struct spb_process_status *status)
{
    static const char *const keys[] = {"VmHWM"};
    struct spb_span rest = {text, length}, line;
    *status = (struct spb_process_status){.effective_capabilities.code = -ENOENT};
    spb_keyed_parse(text, length, keys, 1, &status->peak_rss_bytes);
    while (spb_span_take_line(&rest, &line))
        take_line(line, status);
    bool found = status->allowed_cpus[0] || !status->peak_rss_bytes.code || !status->effective_capabilities.code;
    return found ? 0 : -ENODATA;
}

int spb_process_status_read(const char *root, pid_t pid, struct spb_process_status *status)
{
    char path[64];
    struct spb_strbuf text = {0};
    if (pid)
        snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    else
        snprintf(path, sizeof(path), "/proc/self/status");
    int code = spb_file_read(root, path, 0, &text);
    if (code == 0)
        code = spb_process_status_parse(spb_strbuf_text(&text), text.length, status);
    spb_strbuf_release(&text);
    return code;
}

/* "916075 1885958 2" */
int spb_schedule_times_parse(const char *text, size_t length, struct spb_schedule_times *times)
{
    struct spb_span rest = {text, length}, line, word;
    uint64_t *const numbers[] = {&times->running_ns, &times->waiting_ns, &times->slices};
    if (!spb_span_take_line(&rest, &line))
        return -EINVAL;
    for (size_t i = 0; i < 3; i++) {
        int code = spb_span_take_word(&line, &word) ? spb_span_parse_u64(word, numbers[i]) : -EINVAL;
        if (code)
            return code;
    }
    return 0;
}
