/* SPDX-License-Identifier: MIT */
#include "metrics_server.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "openmetrics.h"
#include "units.h"

#define LIBRARY "libmicrohttpd.so.12"

/* More clients at a time wait in the kernel's queue. */
#define CONNECTIONS_MAX 64
/* For the head of one request, with the answer's. */
#define CONNECTION_BYTES_MAX (16u << 10)
/* A connection on which nothing happens, and one on which no request comes to its end. */
#define IDLE_S_MAX    UINT64_C(5)
#define REQUEST_S_MAX UINT64_C(30)

/* The functions of the library that are used. */
#define FUNCTIONS(USE)                                                                                                 \
    USE(MHD_start_daemon)                                                                                              \
    USE(MHD_stop_daemon)                                                                                               \
    USE(MHD_create_response_from_buffer)                                                                               \
    USE(MHD_add_response_header)                                                                                       \
    USE(MHD_queue_response)                                                                                            \
    USE(MHD_destroy_response)                                                                                          \
    USE(MHD_lookup_connection_value)                                                                                   \
    USE(MHD_get_connection_info)

struct library {
    void *object;
#define MEMBER(name) __typeof__(&name) name;
    FUNCTIONS(MEMBER)
#undef MEMBER
};

/* A copy of a look, alive while anyone reads it. */
struct snapshot {
    unsigned users;
    struct spb_look look;
    struct spb_look_view view;
};

struct client {
    int fd; /* -1: none */
    uint64_t since_s;
};

struct spb_metrics_server {
    struct library library;
    struct MHD_Daemon *daemon;
    int socket;
    bool is_local;
    char url[96];
    pthread_mutex_t lock; /* of what follows; held for a few instructions at a time */
    struct snapshot *snapshot;
    struct client clients[CONNECTIONS_MAX];
};

/* ---- the address ------------------------------------------------------------------------------------------------ */

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* "127.0.0.1" of "127.0.0.1:9464", "::1" of "[::1]:9464"; a port alone is of 127.0.0.1. False: there is no port, or
 * nothing before the colon. */
static bool split_address(const char *text, char host[64], const char **port)
{
    const char *colon = strrchr(text, ':');
    if (!colon) {
        snprintf(host, 64, "127.0.0.1");
        *port = text;
        return true;
    }
    *port = colon + 1;
    size_t length = (size_t)(colon - text);
    if (length > 2 && text[0] == '[' && colon[-1] == ']') {
        text++;
        length -= 2;
    } else if (memchr(text, ':', length)) {
        return false; /* an IPv6 address without its brackets */
    }
    snprintf(host, 64, "%.*s", (int)length, text);
    return length > 0 && length < 64;
}

static int parse_address(const char *text, union address *address, struct spb_error *err)
{
    char host[64];
    const char *port_text;
    uint64_t port = 0;
    *address = (union address){0};
    if (!split_address(text, host, &port_text) || spb_parse_count(port_text, &port, NULL) < 0 || port > 65535)
        return spb_error_set(err, -EINVAL,
                             "--listen=%s: write an address and a port, such as 127.0.0.1:9464, [::1]:9464 or, for all "
                             "to reach, 0.0.0.0:9464",
                             text);
    if (strcmp(host, "localhost") == 0)
        snprintf(host, sizeof(host), "127.0.0.1");
    if (inet_pton(AF_INET, host, &address->v4.sin_addr) == 1) {
        address->v4.sin_family = AF_INET;
        address->v4.sin_port = htons((uint16_t)port);
    } else if (inet_pton(AF_INET6, host, &address->v6.sin6_addr) == 1) {
        address->v6.sin6_family = AF_INET6;
        address->v6.sin6_port = htons((uint16_t)port);
    } else {
        return spb_error_set(err, -EINVAL, "--listen=%s: '%s' is no address; write it in numbers", text, host);
    }
    return 0;
}

static bool is_loopback(const union address *address)
{
    if (address->any.sa_family == AF_INET)
        return ntohl(address->v4.sin_addr.s_addr) >> 24 == 127;
    return IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
}

static socklen_t size_of(const union address *address)
{
    return address->any.sa_family == AF_INET ? sizeof(address->v4) : sizeof(address->v6);
}

static void name_url(struct spb_metrics_server *server)
{
    union address bound = {0};
    socklen_t size = sizeof(bound);
    char host[INET6_ADDRSTRLEN] = "?";
    getsockname(server->socket, &bound.any, &size);
    if (bound.any.sa_family == AF_INET) {
        inet_ntop(AF_INET, &bound.v4.sin_addr, host, sizeof(host));
        snprintf(server->url, sizeof(server->url), "http://%s:%u/metrics", host, ntohs(bound.v4.sin_port));
    } else {
        inet_ntop(AF_INET6, &bound.v6.sin6_addr, host, sizeof(host));
        snprintf(server->url, sizeof(server->url), "http://[%s]:%u/metrics", host, ntohs(bound.v6.sin6_port));
    }
}

static int bind_socket(struct spb_metrics_server *server, const char *text, struct spb_error *err)
{
    union address address;
    int code = parse_address(text, &address, err);
    if (code < 0)
        return code;
    server->is_local = is_loopback(&address);
    server->socket = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (server->socket < 0)
        return spb_error_system(err, -errno, "--listen=%s", text);
    setsockopt(server->socket, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(server->socket, &address.any, size_of(&address)) < 0 || listen(server->socket, CONNECTIONS_MAX) < 0) {
        code = -errno;
        return code == -EADDRINUSE
                   ? spb_error_set(err, code, "--listen=%s: another program listens there; port 0 takes a free one",
                                   text)
                   : spb_error_system(err, code, "--listen=%s", text);
    }
    name_url(server);
    return 0;
}

/* ---- the library ------------------------------------------------------------------------------------------------ */

/* A pointer to a function is no pointer to an object in C, and dlsym returns one all the same. */
static bool find_function(void *object, const char *name, void *function, size_t size)
{
    void *symbol = dlsym(object, name);
    memcpy(function, &symbol, size);
    return symbol;
}

static int load_library(struct library *library, struct spb_error *err)
{
    library->object = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!library->object)
        return spb_error_set(
            err, -ENOTSUP, "--listen needs libmicrohttpd (%s), which is not installed: apt-get install libmicrohttpd12",
            LIBRARY);
#define FIND(name)                                                                                                     \
    if (!find_function(library->object, #name, &library->name, sizeof(library->name)))                                 \
        return spb_error_set(err, -ENOTSUP, "%s has no %s; install the package libmicrohttpd12", LIBRARY, #name);
    FUNCTIONS(FIND)
#undef FIND
    return 0;
}

/* ---- clients that hold a connection ------------------------------------------------------------------------------ */

static uint64_t now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec;
}

static int fd_of(struct spb_metrics_server *server, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        server->library.MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

/* `fd` -1 finds a free place. NULL: there is none. */
static struct client *find_client(struct spb_metrics_server *server, int fd)
{
    for (size_t i = 0; i < CONNECTIONS_MAX; i++)
        if (server->clients[i].fd == fd)
            return &server->clients[i];
    return NULL;
}

/* libmicrohttpd ends connections on which nothing happens; one that sends a byte now and then would stay for ever. */
static void note_connection(void *context, struct MHD_Connection *connection, void **state,
                            enum MHD_ConnectionNotificationCode what)
{
    struct spb_metrics_server *server = context;
    int fd = fd_of(server, connection);
    (void)state;
    if (fd < 0)
        return;
    pthread_mutex_lock(&server->lock);
    struct client *client = find_client(server, what == MHD_CONNECTION_NOTIFY_STARTED ? -1 : fd);
    if (client)
        *client = (struct client){what == MHD_CONNECTION_NOTIFY_STARTED ? fd : -1, now_s()};
    pthread_mutex_unlock(&server->lock);
}

/* A request has come to its end: its connection may stay for another one. */
static void note_completed(void *context, struct MHD_Connection *connection, void **state,
                           enum MHD_RequestTerminationCode why)
{
    struct spb_metrics_server *server = context;
    int fd = fd_of(server, connection);
    (void)state;
    (void)why;
    if (fd < 0)
        return;
    pthread_mutex_lock(&server->lock);
    struct client *client = find_client(server, fd);
    if (client)
        client->since_s = now_s();
    pthread_mutex_unlock(&server->lock);
}

/* With the lock held, so that the descriptor is still the client's; libmicrohttpd sees the end and closes it. */
static void end_slow_clients(struct spb_metrics_server *server)
{
    uint64_t now = now_s();
    for (size_t i = 0; i < CONNECTIONS_MAX; i++)
        if (server->clients[i].fd >= 0 && now - server->clients[i].since_s > REQUEST_S_MAX)
            shutdown(server->clients[i].fd, SHUT_RDWR);
}

/* ---- what is served --------------------------------------------------------------------------------------------- */

static void destroy_snapshot(struct snapshot *snapshot)
{
    if (!snapshot)
        return;
    free((void *)snapshot->view.processes);
    spb_look_release(&snapshot->look);
    free(snapshot);
}

static struct snapshot *take_snapshot(struct spb_metrics_server *server)
{
    pthread_mutex_lock(&server->lock);
    struct snapshot *snapshot = server->snapshot;
    if (snapshot)
        snapshot->users++;
    pthread_mutex_unlock(&server->lock);
    return snapshot;
}

static void give_back(struct spb_metrics_server *server, struct snapshot *snapshot)
{
    if (!snapshot)
        return;
    pthread_mutex_lock(&server->lock);
    bool last = --snapshot->users == 0;
    pthread_mutex_unlock(&server->lock);
    if (last)
        destroy_snapshot(snapshot);
}

static void *copy_of(const void *items, size_t count, size_t size)
{
    void *copy = calloc(count ? count : 1, size);
    if (copy && count)
        memcpy(copy, items, count * size);
    return copy;
}

static struct snapshot *copy_view(const struct spb_look_view *view)
{
    struct snapshot *copy = calloc(1, sizeof(*copy));
    if (!copy)
        return NULL;
    copy->users = 1;
    copy->look = *view->look;
    copy->look.items = copy_of(view->look->items, view->look->count, sizeof(*view->look->items));
    copy->look.capacity = view->look->count;
    struct spb_process_look *processes = copy_of(view->processes, view->process_count, sizeof(*processes));
    copy->view = *view;
    copy->view.look = &copy->look;
    copy->view.processes = processes;
    if (!copy->look.items || !processes) {
        destroy_snapshot(copy);
        return NULL;
    }
    for (size_t i = 0; i < view->process_count; i++)
        processes[i].command = NULL; /* belongs to a table that moves on */
    return copy;
}

int spb_metrics_server_publish(struct spb_metrics_server *server, const struct spb_look_view *view)
{
    struct snapshot *fresh = copy_view(view), *old = NULL;
    pthread_mutex_lock(&server->lock);
    if (fresh) {
        old = server->snapshot;
        server->snapshot = fresh;
    }
    end_slow_clients(server);
    pthread_mutex_unlock(&server->lock);
    give_back(server, old);
    return fresh ? 0 : -ENOMEM;
}

struct answer {
    unsigned status;
    const char *type;
    const char *allow; /* NULL: not to be said */
    struct spb_strbuf body;
};

static void write_metrics(struct spb_metrics_server *server, const char *accept, struct answer *answer)
{
    enum spb_exposition exposition = spb_exposition_accepted(accept);
    struct snapshot *snapshot = take_snapshot(server);
    if (!snapshot) {
        answer->status = MHD_HTTP_SERVICE_UNAVAILABLE;
        spb_strbuf_append(&answer->body, "the machine has not been looked at yet\n");
        return;
    }
    answer->type = spb_exposition_content_type(exposition);
    spb_openmetrics(&snapshot->view, exposition, &answer->body);
    give_back(server, snapshot);
}

static bool is_read_only(const char *method)
{
    return strcmp(method, MHD_HTTP_METHOD_GET) == 0 || strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
}

static void compose(struct spb_metrics_server *server, const char *url, const char *method, const char *accept,
                    struct answer *answer)
{
    if (!is_read_only(method)) {
        answer->status = MHD_HTTP_METHOD_NOT_ALLOWED;
        answer->allow = "GET, HEAD";
        spb_strbuf_append(&answer->body, "only GET and HEAD\n");
    } else if (strcmp(url, "/metrics") == 0) {
        write_metrics(server, accept, answer);
    } else if (strcmp(url, "/") == 0) {
        answer->type = "text/html; charset=utf-8";
        spb_strbuf_append(&answer->body, "<!DOCTYPE html><title>spbench monitor</title><h1>spbench monitor</h1>"
                                         "<p>For Prometheus: <a href=\"/metrics\">/metrics</a>\n");
    } else {
        answer->status = MHD_HTTP_NOT_FOUND;
        spb_strbuf_append(&answer->body, "there is /metrics\n");
    }
    if (answer->body.failed) {
        spb_strbuf_release(&answer->body);
        answer->status = MHD_HTTP_INTERNAL_SERVER_ERROR;
    }
}

static enum MHD_Result send_answer(const struct library *mhd, struct MHD_Connection *connection, struct answer *answer)
{
    /* A text that is copied in whole: the buffer may go before the client has read it. */
    struct MHD_Response *response = mhd->MHD_create_response_from_buffer(
        answer->body.length, (void *)spb_strbuf_text(&answer->body), MHD_RESPMEM_MUST_COPY);
    if (!response)
        return MHD_NO;
    mhd->MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->type);
    mhd->MHD_add_response_header(response, MHD_HTTP_HEADER_VARY, "Accept");
    mhd->MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    if (answer->allow)
        mhd->MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, answer->allow);
    enum MHD_Result result = mhd->MHD_queue_response(connection, answer->status, response);
    mhd->MHD_destroy_response(response);
    return result;
}

/* Called with the head of a request and again at its end. What a client uploads is refused at its head: libmicrohttpd
 * closes its connection behind the answer. */
static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *upload, size_t *upload_size, void **state)
{
    struct spb_metrics_server *server = context;
    struct answer answer = {.status = MHD_HTTP_OK, .type = "text/plain; charset=utf-8"};
    (void)version;
    (void)upload;
    (void)upload_size;
    if (!*state && is_read_only(method)) {
        *state = server;
        return MHD_YES;
    }
    const char *accept =
        server->library.MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT);
    compose(server, url, method, accept, &answer);
    enum MHD_Result result = send_answer(&server->library, connection, &answer);
    spb_strbuf_release(&answer.body);
    return result;
}

/* ----------------------------------------------------------------------------------------------------------------- */

static int start_daemon(struct spb_metrics_server *server, struct spb_error *err)
{
    const struct MHD_OptionItem items[] = {
        {MHD_OPTION_LISTEN_SOCKET, server->socket, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, IDLE_S_MAX, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_BYTES_MAX, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    server->daemon =
        server->library.MHD_start_daemon(MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, handle, server,
                                         MHD_OPTION_ARRAY, items, MHD_OPTION_NOTIFY_CONNECTION, note_connection, server,
                                         MHD_OPTION_NOTIFY_COMPLETED, note_completed, server, MHD_OPTION_END);
    if (!server->daemon)
        return spb_error_set(err, -EIO, "--listen: libmicrohttpd could not start its thread");
    return 0;
}

int spb_metrics_server_open(const char *address, struct spb_metrics_server **server, struct spb_error *err)
{
    struct spb_metrics_server *s = calloc(1, sizeof(*s));
    if (!s)
        return spb_error_system(err, -ENOMEM, "--listen");
    s->socket = -1;
    for (size_t i = 0; i < CONNECTIONS_MAX; i++)
        s->clients[i].fd = -1;
    pthread_mutex_init(&s->lock, NULL);
    int code = bind_socket(s, address, err);
    if (code == 0)
        code = load_library(&s->library, err);
    if (code == 0)
        code = start_daemon(s, err);
    if (code < 0) {
        spb_metrics_server_close(s);
        s = NULL;
    }
    *server = s;
    return code;
}

void spb_metrics_server_close(struct spb_metrics_server *server)
{
    if (!server)
        return;
    if (server->daemon)
        server->library.MHD_stop_daemon(server->daemon); /* closes the socket too */
    else if (server->socket >= 0)
        close(server->socket);
    give_back(server, server->snapshot);
    pthread_mutex_destroy(&server->lock);
    /* The library stays loaded: its own libraries start threads and exit handlers of theirs. */
    free(server);
}

const char *spb_metrics_server_url(const struct spb_metrics_server *server)
{
    return server->url;
}

bool spb_metrics_server_is_local(const struct spb_metrics_server *server)
{
    return server->is_local;
}
