#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`spbench monitor --listen` with well-behaved, slow, silent and hostile clients: check_server.py SPBENCH

Looks go on being printed whatever the clients do, and a scrape afterwards is right."""
import json
import re
import select
import signal
import socket
import subprocess
import sys

import check_openmetrics

OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
TEXT = "text/plain; version=0.0.4; charset=utf-8"
TIMEOUT_S = 60  # against a hang; nothing here takes long


class Monitor:
    def __init__(self, program, *arguments):
        self.process = subprocess.Popen([program, "monitor", "--listen", "127.0.0.1:0", "--interval", "50ms", "--format", "json",
                                         *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        found = re.search(r"serving http://127\.0\.0\.1:(\d+)/metrics", line)
        assert found, line
        self.port = int(found.group(1))

    def connect(self):
        client = socket.create_connection(("127.0.0.1", self.port), TIMEOUT_S)
        client.settimeout(TIMEOUT_S)
        return client

    def ask(self, request):
        """The head and the body of the answer, after which the connection is closed."""
        with self.connect() as client:
            client.sendall(request)
            answer = b""
            while piece := client.recv(65536):
                answer += piece
        head, _, body = answer.partition(b"\r\n\r\n")
        return head.decode("latin-1"), body.decode()

    def get(self, path, *headers, method="GET"):
        lines = [f"{method} {path} HTTP/1.1", "Host: x", "Connection: close", *headers]
        return self.ask("\r\n".join(lines).encode() + b"\r\n\r\n")

    def look(self):
        ready, _, _ = select.select([self.process.stdout], [], [], TIMEOUT_S)
        assert ready, "no look any more"
        return json.loads(self.process.stdout.readline())

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=TIMEOUT_S)
        return self.process.returncode


def status(head):
    return int(head.split()[1]) if head else None


def header(head, name):
    return next((line.split(": ", 1)[1] for line in head.split("\r\n")[1:] if line.lower().startswith(name.lower() + ":")), None)


def check_formats(monitor):
    for accept, kind in ((OPENMETRICS, OPENMETRICS), ("*/*", TEXT), ("text/plain", TEXT)):
        head, body = monitor.get("/metrics", f"Accept: {accept}")
        assert status(head) == 200 and header(head, "Content-Type") == kind, head
        assert check_openmetrics.check(body, kind == OPENMETRICS) == [], body
    head, body = monitor.get("/metrics", method="HEAD")
    assert status(head) == 200 and body == "" and int(header(head, "Content-Length")) > 1000, head


def check_paths_and_methods(monitor):
    head, body = monitor.get("/")
    assert status(head) == 200 and "/metrics" in body, head
    for path in ("/metric", "/metrics/", "/../etc/passwd", "/%2e%2e/", "/" + "a" * 5000, "/\x7f\x01"):
        assert status(monitor.get(path)[0]) in (404, 400, 414, 431), path[:20]
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "NONSENSE"):
        head, _ = monitor.get("/metrics", "Content-Length: 3", method=method)
        assert status(head) == 405 and header(head, "Allow") == "GET, HEAD", (method, head)


def check_garbage(monitor):
    for request in (b"\x00\xff" * 3000 + b"\r\n\r\n", b"\r\n\r\n", b"GET\r\n\r\n", b"GET /metrics HTTP/9.9\r\n\r\n",
                    b"GET /metrics HTTP/1.1\r\n" + b"X: " + b"y" * 100000 + b"\r\n\r\n",
                    b"GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
                    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"):
        with monitor.connect() as client:
            try:
                client.sendall(request)
                client.shutdown(socket.SHUT_WR)
                while client.recv(65536):
                    pass
            except OSError:
                pass  # it may be thrown out at any point
        monitor.look()


def check_slow_clients(monitor):
    """More connections than it takes, that send nothing, half a request, or do not read."""
    clients = []
    for i in range(100):
        client = monitor.connect()
        if i % 3:
            client.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n" + (b"\r\n" if i % 3 == 2 else b"X: "))
        clients.append(client)
        if i % 10 == 0:
            monitor.look()
    for client in clients:
        client.close()
    check_formats(monitor)


def check_keep_alive(monitor):
    with monitor.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 3)
        answer = b""
        while answer.count(b"/metrics</a>") < 3:
            piece = client.recv(65536)
            assert piece, "closed between requests"
            answer += piece


def check_counters_move(monitor):
    def total():
        body = monitor.get("/metrics")[1]
        return float(re.search(r"^spbench_kernel_context_switches_total (\S+)$", body, re.M).group(1))

    before = total()
    for _ in range(4):
        monitor.look()
    assert total() >= before > 0


def check_refusals(program, monitor):
    def listen(address):
        done = subprocess.run([program, "monitor", "--listen", address, "--count", "1", "--interval", "10ms"], capture_output=True,
                              text=True, timeout=TIMEOUT_S)
        return done.returncode, done.stderr

    code, complaint = listen(f"127.0.0.1:{monitor.port}")
    assert code == 5 and "another program listens there" in complaint, complaint
    code, complaint = listen("0.0.0.0:0")
    assert code == 0 and "warning: whoever reaches this machine" in complaint, complaint


def main(program):
    monitor = Monitor(program, "--process", "spbench*")
    check_formats(monitor)
    check_paths_and_methods(monitor)
    check_garbage(monitor)
    check_slow_clients(monitor)
    check_keep_alive(monitor)
    check_counters_move(monitor)
    check_refusals(program, monitor)
    assert monitor.end() == 0
    print("fine")


if __name__ == "__main__":
    main(sys.argv[1])
