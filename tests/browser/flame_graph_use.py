# SPDX-License-Identifier: MIT
"""A flame graph as its readers use it, in a headless Chromium: what is drawn, zoom, search, keyboard, names that want to do harm."""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

from webdriver import ENTER, ESCAPE, TAB, Browser

HOSTILE = "</title><script>window.hacked=1</script><a b='\"&amp;\">"


def skip(what):
    print(f"skipped: {what}; ./bootstrap test installs it")
    sys.exit(77)


if not shutil.which("chromedriver"):
    skip("chromedriver (chromium-driver)")
if not (shutil.which("chromium") or shutil.which("google-chrome")):
    skip("chromium")


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--spbench", required=True)
    parser.add_argument("--root", required=True)
    known, rest = parser.parse_known_args()
    sys.argv[1:] = rest
    return known


KNOWN = options()


# ---- a profile by hand: protobuf ----

def number(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def field(tag, value):
    if isinstance(value, int):
        return number(tag << 3) + number(value)
    return number(tag << 3 | 2) + number(len(value)) + value


def profile(stacks):
    """pprof bytes of stacks: names, outermost first, and their samples."""
    strings, locations, body = ["", "samples", "count"], {}, b""
    for names, count in stacks:
        for name in names:
            if name not in locations:
                strings.append(name)
                locations[name] = len(locations) + 1
        ids = b"".join(field(1, locations[name]) for name in reversed(names))
        body += field(2, ids + field(2, count))
    for name, place in locations.items():
        body += field(4, field(1, place) + field(4, field(1, place)))
        body += field(5, field(1, place) + field(2, strings.index(name)))
    return field(1, field(1, 1) + field(2, 2)) + body + b"".join(field(6, text.encode()) for text in strings)


class FlameGraphTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="spbench-flame-")
        cls.addClassCleanup(cls.folder.cleanup)
        fixtures = os.path.join(KNOWN.root, "tests/fixtures/profiles")
        cls.measured = cls.draw("show", os.path.join(fixtures, "base.pb.gz"))
        cls.difference = cls.draw("diff", os.path.join(fixtures, "base.pb.gz"), os.path.join(fixtures, "new.pb.gz"))
        made = os.path.join(cls.folder.name, "made.pb")
        with open(made, "wb") as file:
            file.write(profile([(["main", "left"], 30), (["main", "right", HOSTILE], 50), (["main", "right", "deep"], 20)]))
        cls.made = cls.draw("show", made)
        cls.browser = Browser()
        cls.browser.__enter__()
        cls.addClassCleanup(cls.browser.__exit__)

    @classmethod
    def draw(cls, *words):
        path = os.path.join(cls.folder.name, f"{words[0]}-{os.path.basename(words[-1])}.svg")
        subprocess.run([KNOWN.spbench, "profile", *words, "--flame", path], check=True, capture_output=True)
        return path

    def open(self, path):
        self.browser.look(1240, 700, "light")
        self.browser.open("file://" + path)

    def tearDown(self):
        self.assertEqual(self.browser.messages(), [])

    def script(self, text, *arguments):
        return self.browser.script(text, *arguments)

    def box(self, name):
        """Where a box is drawn: x, width, label, whether it is shown."""
        return self.script("const g = [...document.querySelectorAll('g.f')].find(g => g.dataset.n === arguments[0]);"
                           "const rect = g.querySelector('rect');"
                           "return {x: Number(rect.getAttribute('x')), width: Number(rect.getAttribute('width')),"
                           " label: g.querySelector('text').textContent, shown: g.style.display !== 'none'}", name)

    def click(self, name):
        self.script("[...document.querySelectorAll('g.f')].find(g => g.dataset.n === arguments[0]).querySelector('rect')"
                    ".dispatchEvent(new MouseEvent('click', {bubbles: true}))", name)

    def text(self, selector):
        return self.script("return document.querySelector(arguments[0]).textContent", selector)

    def search(self, text):
        self.script("window.prompt = () => arguments[0]; document.querySelector('#search')"
                    ".dispatchEvent(new MouseEvent('click', {bubbles: true}))", text)

    # ---- what is drawn ----

    def test_boxes_are_as_wide_as_their_shares(self):
        self.open(self.made)
        whole = self.box("all")["width"]
        self.assertAlmostEqual(self.box("left")["width"] / whole, 0.3, delta=0.002)
        self.assertAlmostEqual(self.box("right")["width"] / whole, 0.7, delta=0.002)
        self.assertAlmostEqual(self.box("deep")["width"] / whole, 0.2, delta=0.002)

    def test_names_do_no_harm(self):
        self.open(self.made)
        self.assertIsNone(self.script("return window.hacked || null"))
        self.assertTrue(self.box(HOSTILE)["label"].startswith("</title><script>"))
        self.assertEqual(self.script("return document.querySelectorAll('script').length"), 1)

    def test_a_measured_one_holds_its_functions(self):
        self.open(self.measured)
        for name in ("all", "main", "build", "parse", "_int_free"):
            self.assertTrue(self.box(name)["shown"], name)
        self.assertEqual(self.text(".title"), "demo 500 2")
        self.assertIn("745 ms of CPU time", self.text(".small"))

    def test_a_difference_is_red_and_blue(self):
        self.open(self.difference)
        fills = self.script("return [...document.querySelectorAll('g.f')].map(g => [g.dataset.n, g.querySelector('rect').getAttribute('fill')])")
        self.assertTrue(any(name == "mix" and fill.startswith("hsl(4,") for name, fill in fills))
        self.assertTrue(any(name == "_int_free" and fill.startswith("hsl(215,") for name, fill in fills))

    # ---- what is done with it ----

    def test_a_click_zooms_and_show_all_goes_back(self):
        self.open(self.made)
        before, whole = self.box("right"), self.box("all")["width"]
        self.click("right")
        self.assertAlmostEqual(self.box("right")["width"], whole, delta=1)
        self.assertFalse(self.box("left")["shown"])
        self.assertAlmostEqual(self.box("deep")["width"] / whole, 2 / 7, delta=0.002)
        self.browser.click("#clear")
        self.assertEqual(self.box("right"), before)
        self.assertTrue(self.box("left")["shown"])

    def test_a_search_marks_and_sums(self):
        self.open(self.made)
        self.search("^(left|deep)$")
        self.assertEqual(self.text("#found"), "matched: 50.00 %")
        self.assertEqual(self.script("return document.querySelectorAll('g.hit').length"), 2)
        self.search("right|deep")  # deep is on top of right and counts once
        self.assertEqual(self.text("#found"), "matched: 70.00 %")
        self.search("(")
        self.assertIn("no regular expression", self.text("#found"))

    def test_the_keyboard_does_the_same(self):
        self.open(self.made)
        self.script("[...document.querySelectorAll('g.f')].find(g => g.dataset.n === 'right').focus()")
        self.assertIn("right: 70.0, 70.00 %", self.text("#status"))
        self.browser.press(ENTER)
        self.assertFalse(self.box("left")["shown"])
        self.browser.press(TAB)
        self.assertNotIn("right: 70", self.text("#status"))
        self.browser.press(ESCAPE)
        self.assertTrue(self.box("left")["shown"])

    def test_the_mouse_tells_what_a_box_is(self):
        self.open(self.made)
        self.script("[...document.querySelectorAll('g.f')].find(g => g.dataset.n === 'left').querySelector('rect')"
                    ".dispatchEvent(new MouseEvent('mouseover', {bubbles: true}))")
        self.assertIn("left: 30.0, 30.00 %", self.text("#status"))


if __name__ == "__main__":
    unittest.main()
