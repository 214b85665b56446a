# SPDX-License-Identifier: MIT
"""Drives a headless Chromium through chromedriver: the W3C WebDriver protocol, JSON over HTTP.

    with Browser() as browser:
        browser.open("file:///tmp/report.html")
        browser.click("button.sort")
        assert browser.script("return document.title") == "..."
"""
import base64
import http.client
import json
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import time
import zlib

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ENTER, SPACE, TAB, ESCAPE = "\ue007", " ", "\ue004", "\ue00c"
ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
             "--force-device-scale-factor=1", "--force-color-profile=srgb", "--lang=en"]


class Refused(Exception):
    """What the driver could not do, in its own words."""


class Browser:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="spbench-browser-")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = {**os.environ, "HOME": self.folder, "XDG_CONFIG_HOME": self.folder, "XDG_CACHE_HOME": self.folder}
        # A session of its own, so that the browser's processes end with it.
        self.driver = subprocess.Popen(["chromedriver", f"--port={self.port}"], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL, env=environment, start_new_session=True)
        self.session = None

    def __enter__(self):
        try:
            self.wait_for_driver()
            chromium = shutil.which("chromium") or shutil.which("google-chrome")
            options = {"args": [*ARGUMENTS, f"--user-data-dir={self.folder}/profile"], "binary": chromium}
            wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
            self.session = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.session:
            try:
                self.ask("DELETE", f"/session/{self.session}")
            except (Refused, OSError):
                pass
        self.driver.terminate()
        self.driver.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def wait_for_driver(self):
        for _ in range(300):
            try:
                if self.ask("GET", "/status")["ready"]:
                    return
            except OSError:
                if self.driver.poll() is not None:
                    raise Refused("chromedriver ended") from None
            time.sleep(0.1)
        raise Refused("chromedriver does not answer")

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, None if method == "GET" else json.dumps(body or {}),
                               {"Content-Type": "application/json"})
            answer = json.loads(connection.getresponse().read())["value"]
        finally:
            connection.close()
        if isinstance(answer, dict) and "error" in answer:
            raise Refused(answer["message"].splitlines()[0])
        return answer

    def do(self, command, body=None, method="POST"):
        return self.ask(method, f"/session/{self.session}/{command}", body)

    def devtools(self, command, **parameters):
        return self.do("goog/cdp/execute", {"cmd": command, "params": parameters})

    # ---- what a user does ----

    def open(self, url):
        self.do("url", {"url": url})

    def find(self, selector):
        return self.do("element", {"using": "css selector", "value": selector})[ELEMENT]

    def click(self, selector):
        # Away from the edges, where a bar that stays at the top would be in the way.
        self.script("document.querySelector(arguments[0]).scrollIntoView({block: 'center'})", selector)
        self.do(f"element/{self.find(selector)}/click")

    def write(self, selector, text):
        self.do(f"element/{self.find(selector)}/value", {"text": text})

    def press(self, *keys):
        """On whatever has the focus."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.do("actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def script(self, text, *arguments):
        return self.do("execute/sync", {"script": text, "args": list(arguments)})

    # ---- what a user sees ----

    def look(self, width, height, scheme):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def screenshot(self, whole=False):
        shot = self.devtools("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(shot["data"])

    def pdf(self):
        return base64.b64decode(self.do("print", {"background": True, "orientation": "landscape"}))

    def messages(self):
        """Of the console, since the last time; what the browser complains about is there too."""
        return [f"{entry['level']}: {entry['message']}" for entry in self.do("se/log", {"type": "browser"})]


def read_png(data):
    """Width, height, and rows of bytes, channels beside each other, of an 8-bit PNG without interlacing."""
    at, parts = 8, []
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
        elif kind == b"IDAT":
            parts.append(body)
        at += length + 12
    assert depth == 8 and not interlaced, "a PNG of another kind"
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    return width, height, unfilter(zlib.decompress(b"".join(parts)), width * channels, height, channels), channels


def unfilter(raw, stride, height, channels):
    rows, above = [], bytearray(stride)
    for y in range(height):
        kind, row = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        if kind in (1, 3, 4):
            for x in range(stride):
                left = row[x - channels] if x >= channels else 0
                if kind == 1:
                    row[x] = (row[x] + left) & 255
                elif kind == 3:
                    row[x] = (row[x] + (left + above[x]) // 2) & 255
                else:
                    corner = above[x - channels] if x >= channels else 0
                    row[x] = (row[x] + paeth(left, above[x], corner)) & 255
        elif kind == 2:
            row = bytearray((a + b) & 255 for a, b in zip(row, above))
        rows.append(row)
        above = row
    return rows


def paeth(left, above, corner):
    guess = left + above - corner
    return min((abs(guess - left), 0, left), (abs(guess - above), 1, above), (abs(guess - corner), 2, corner))[2]
