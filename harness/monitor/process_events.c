/* SPDX-License-Identifier: MIT */
#include "process_events.h"

#include <errno.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "strbuf.h"
#include "utf8.h"

#define RECEIVE_BYTES (4 << 20) /* that the kernel may queue while nobody takes them */

struct spb_process_events {
    int fd;
    struct spb_process_event_list list;
};

/* ---- one datagram ------------------------------------------------------------------------------------------------- */

/* The kernel's numbers of event kinds have moved from an anonymous enum to a named one; they are part of its ABI. */
enum { KERNEL_FORK = 1, KERNEL_EXEC = 2, KERNEL_EXIT = (int)0x80000000u };

/* Threads are told too: a thread's own number is not that of its group. */
static bool fill(const struct proc_event *told, struct spb_process_event *event)
{
    switch ((int)told->what) {
    case KERNEL_FORK:
        event->kind = SPB_PROCESS_STARTED;
        event->pid = told->event_data.fork.child_pid;
        event->parent = told->event_data.fork.parent_tgid;
        return told->event_data.fork.child_pid == told->event_data.fork.child_tgid;
    case KERNEL_EXEC:
        event->kind = SPB_PROCESS_EXECUTED;
        event->pid = told->event_data.exec.process_tgid;
        return true;
    case KERNEL_EXIT:
        event->kind = SPB_PROCESS_ENDED;
        event->pid = told->event_data.exit.process_pid;
        event->exit_status = (int)told->event_data.exit.exit_code;
        return told->event_data.exit.process_pid == told->event_data.exit.process_tgid;
    default:
        return false;
    }
}

static int append(struct spb_process_event_list *list, const struct spb_process_event *event)
{
    if (list->count == SPB_PROCESS_EVENTS_MAX) {
        list->lost++;
        return 0;
    }
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 64;
        struct spb_process_event *grown = reallocarray(list->items, capacity, sizeof(*grown));
        if (!grown)
            return -ENOMEM;
        list->items = grown;
        list->capacity = capacity;
    }
    list->items[list->count++] = *event;
    return 1;
}

/* What stands in a connector's message, `length` bytes from its header on. */
static int parse_message(const uint8_t *bytes, size_t length, uint64_t boot_offset_ns,
                         struct spb_process_event_list *list)
{
    struct cn_msg message;
    struct proc_event told = {0};
    struct spb_process_event event = {0};
    if (length < sizeof(message))
        return 0;
    memcpy(&message, bytes, sizeof(message));
    bytes += sizeof(message);
    length -= sizeof(message);
    if (message.id.idx != CN_IDX_PROC || message.id.val != CN_VAL_PROC || message.len > length)
        return 0;
    /* Kernels make it longer or shorter: what it needs at least is the kind and numbers of four bytes. */
    if (message.len < offsetof(struct proc_event, event_data) + 16)
        return 0;
    memcpy(&told, bytes, message.len < sizeof(told) ? message.len : sizeof(told));
    if (!fill(&told, &event) || event.pid <= 0)
        return 0;
    event.boot_ns = told.timestamp_ns + boot_offset_ns;
    return append(list, &event);
}

int spb_process_events_parse(const void *bytes, size_t length, uint64_t boot_offset_ns,
                             struct spb_process_event_list *list)
{
    const uint8_t *at = bytes;
    int count = 0;
    while (length >= sizeof(struct nlmsghdr)) {
        struct nlmsghdr header;
        memcpy(&header, at, sizeof(header));
        if (header.nlmsg_len < sizeof(header) || header.nlmsg_len > length)
            break;
        if (header.nlmsg_type == NLMSG_OVERRUN)
            list->lost++;
        int code = header.nlmsg_type == NLMSG_DONE
                       ? parse_message(at + NLMSG_HDRLEN, header.nlmsg_len - NLMSG_HDRLEN, boot_offset_ns, list)
                       : 0;
        if (code < 0)
            return code;
        count += code;
        size_t step = NLMSG_ALIGN((size_t)header.nlmsg_len);
        if (step >= length)
            break;
        at += step;
        length -= step;
    }
    return count;
}

/* ---- names -------------------------------------------------------------------------------------------------------- */

static void read_name(pid_t pid, char *name, size_t size)
{
    char path[64], text[64];
    struct spb_strbuf safe = {0};
    snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
    if (spb_file_read_line(NULL, path, text, sizeof(text)) < 0)
        return;
    spb_utf8_append_printable(&safe, text);
    if (safe.length < size)
        memcpy(name, spb_strbuf_text(&safe), safe.length + 1);
    spb_strbuf_release(&safe);
}

/* A start takes the name that its process has now, or had when it executed something; an end that of its start. */
static void name_events(struct spb_process_event_list *list, size_t first)
{
    for (size_t i = first; i < list->count; i++) {
        struct spb_process_event *event = &list->items[i];
        if (event->kind != SPB_PROCESS_ENDED)
            read_name(event->pid, event->name, sizeof(event->name));
        /* Backwards, and not without end: whoever starts thousands between two looks gets fewer names. */
        for (size_t back = 1; back <= i && back < 1000; back++) {
            struct spb_process_event *before = &list->items[i - back];
            if (before->pid != event->pid)
                continue;
            if (event->kind == SPB_PROCESS_ENDED)
                memcpy(event->name, before->name, sizeof(event->name));
            else if (event->kind == SPB_PROCESS_EXECUTED && *event->name)
                memcpy(before->name, event->name, sizeof(before->name));
            break;
        }
    }
}

/* ---- the socket --------------------------------------------------------------------------------------------------- */

static int subscribe(int fd, uint32_t operation)
{
    uint8_t request[NLMSG_LENGTH(sizeof(struct cn_msg) + sizeof(operation))] = {0};
    const struct nlmsghdr header = {.nlmsg_len = sizeof(request), .nlmsg_type = NLMSG_DONE};
    const struct cn_msg message = {.id = {CN_IDX_PROC, CN_VAL_PROC}, .len = sizeof(operation)};
    memcpy(request, &header, sizeof(header));
    memcpy(request + NLMSG_HDRLEN, &message, sizeof(message));
    memcpy(request + NLMSG_HDRLEN + sizeof(message), &operation, sizeof(operation));
    return send(fd, request, sizeof(request), 0) == (ssize_t)sizeof(request) ? 0 : -errno;
}

static int open_socket(void)
{
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC};
    int bytes = RECEIVE_BYTES;
    int fd = socket(PF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR);
    if (fd < 0)
        return -errno;
    int code =
        bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : subscribe(fd, PROC_CN_MCAST_LISTEN);
    if (code) {
        close(fd);
        return code;
    }
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
    return fd;
}

int spb_process_events_open(struct spb_process_events **events, struct spb_error *err)
{
    int fd = open_socket();
    if (fd == -EPERM || fd == -EACCES || fd == -ECONNREFUSED)
        return spb_error_set(err, fd == -ECONNREFUSED ? -ENOTSUP : fd,
                             "the kernel tells starts and ends of processes only to those with CAP_NET_ADMIN "
                             "(root, outside of containers)");
    if (fd < 0)
        return spb_error_system(err, -ENOTSUP, "this kernel does not tell starts and ends of processes (error %d)",
                                -fd);
    struct spb_process_events *made = calloc(1, sizeof(*made));
    if (!made) {
        close(fd);
        return spb_error_system(err, -ENOMEM, "events of processes");
    }
    made->fd = fd;
    *events = made;
    return 0;
}

void spb_process_events_close(struct spb_process_events *events)
{
    if (!events)
        return;
    subscribe(events->fd, PROC_CN_MCAST_IGNORE);
    close(events->fd);
    free(events->list.items);
    free(events);
}

int spb_process_events_fd(const struct spb_process_events *events)
{
    return events->fd;
}

const struct spb_process_event_list *spb_process_events_list(const struct spb_process_events *events)
{
    return &events->list;
}

void spb_process_events_clear(struct spb_process_events *events)
{
    events->list.count = 0;
    events->list.lost = 0;
}

static uint64_t clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int spb_process_events_take(struct spb_process_events *events)
{
    uint8_t bytes[8192];
    struct sockaddr_nl sender;
    uint64_t boot_offset_ns = clock_ns(CLOCK_BOOTTIME) - clock_ns(CLOCK_MONOTONIC);
    size_t first = events->list.count;
    for (;;) {
        socklen_t size = sizeof(sender);
        ssize_t length = recvfrom(events->fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&sender, &size);
        if (length < 0 && errno == ENOBUFS)
            events->list.lost++; /* the queue ran over: at least one is missing */
        else if (length < 0 && errno != EINTR)
            break;
        /* Only the kernel has the number 0; any process may send to this socket. */
        else if (length > 0 && size >= sizeof(sender) && sender.nl_pid == 0) {
            int code = spb_process_events_parse(bytes, (size_t)length, boot_offset_ns, &events->list);
            if (code < 0)
                return code;
        }
    }
    int code = errno == EAGAIN ? 0 : -errno;
    name_events(&events->list, first);
    return code;
}
