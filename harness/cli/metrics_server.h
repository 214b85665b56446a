/* SPDX-License-Identifier: MIT
 *
 * Serves the last look to Prometheus over HTTP: /metrics, and / which names it. The server has one thread of its own;
 * whoever looks at the machine only hands over a copy, and waits for no client. libmicrohttpd is loaded here and nowhere
 * else, since it brings twenty other libraries along.
 *
 *     spb_metrics_server_open("127.0.0.1:0", &server, err);
 *     spb_metrics_server_publish(server, &view);
 */
#ifndef SPB_METRICS_SERVER_H
#define SPB_METRICS_SERVER_H

#include <stdbool.h>

#include "error.h"
#include "look_view.h"

struct spb_metrics_server;

/* `address` is "127.0.0.1:9464", "[::1]:9464", "localhost:9464" or "9464" (of 127.0.0.1); port 0 takes a free one. -EINVAL:
 * not such an address; -ENOTSUP: the library is not installed; -EADDRINUSE, -EACCES ... Signals that the program takes
 * itself must be blocked already: the thread inherits that. */
int spb_metrics_server_open(const char *address, struct spb_metrics_server **server, struct spb_error *err);
/* NULL is fine. */
void spb_metrics_server_close(struct spb_metrics_server *server);

/* "http://127.0.0.1:9464/metrics"; the server's. */
const char *spb_metrics_server_url(const struct spb_metrics_server *server);
/* Only programs of this machine reach it. */
bool spb_metrics_server_is_local(const struct spb_metrics_server *server);

/* What is served from now on. Copies; -ENOMEM leaves what was. Also ends clients that have held a connection for too long. */
int spb_metrics_server_publish(struct spb_metrics_server *server, const struct spb_look_view *view);

#endif
