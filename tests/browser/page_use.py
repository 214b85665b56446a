# SPDX-License-Identifier: MIT
"""The report as its readers use it, in a headless Chromium: by mouse and keyboard, light and dark, wide and narrow, on paper, with
scripts off. What it took is printed and not judged."""
import collections
import os
import shutil
import sys
import unittest

from pages import HOSTILE, ROWS, Pages, options, skip
from webdriver import ENTER, SPACE, TAB, Browser, read_png

if not shutil.which("chromedriver"):
    skip("chromedriver (chromium-driver)")
if not (shutil.which("chromium") or shutil.which("google-chrome")):
    skip("chromium")

KNOWN = options()
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(13, 17, 23)"
BODIES = "[...document.querySelectorAll('table.rows > tbody')].filter(body => !body.hidden)"


def setUpModule():
    PageTest.pages = Pages(KNOWN)
    unittest.addModuleCleanup(PageTest.pages.folder.cleanup)
    PageTest.browser = Browser()
    PageTest.browser.__enter__()
    unittest.addModuleCleanup(PageTest.browser.__exit__)


class PageTest(unittest.TestCase):
    def open(self, page, fragment="", width=1280, height=800, scheme="light"):
        self.browser.look(width, height, scheme)
        self.browser.open("about:blank")
        self.browser.open("file://" + os.path.abspath(page).replace("#", "%23") + fragment)

    def tearDown(self):
        self.browser.script("try { localStorage.clear() } catch { }")
        self.assertEqual(self.browser.messages(), [])

    # ---- what is seen of the table ----

    def script(self, text, *arguments):
        return self.browser.script(text, *arguments)

    def names(self):
        return self.script(f"return {BODIES}.map(body => body.querySelector('.fold').textContent)")

    def keys(self, column):
        """What the rows are sorted by: the number of a cell, or None."""
        return self.script(f"return {BODIES}.map(body => {{ const v = body.rows[0].cells[arguments[0]].dataset.v;"
                           "return v === undefined ? null : Number(v) })", column)

    def sort_by(self, name):
        column = self.script("const heads = [...document.querySelector('table.rows > thead').lastElementChild.cells];"
                             "return heads.findIndex(head => head.textContent === arguments[0])", name)
        self.browser.click(f"table.rows > thead tr:last-child th:nth-child({column + 1}) .sort")
        return column

    def is_open(self, number):
        return self.script(f"const body = {BODIES}[arguments[0]], more = body.querySelector('.more');"
                           "return [more.offsetHeight > 0, body.querySelector('.fold').getAttribute('aria-expanded')]",
                           number)

    def choose(self, name, word):
        """By typing into the list, as the keyboard does."""
        self.script("document.querySelector(`[name=${arguments[0]}]`).focus()", name)
        self.browser.press(*word)

    def status(self):
        return self.script("return document.querySelector('output').textContent")

    def background(self):
        return self.script("return getComputedStyle(document.documentElement).backgroundColor")


class Sorting(PageTest):
    def test_numbers_are_sorted_by_value_and_absent_ones_last(self):
        self.open(self.pages.compared)
        column = self.sort_by("Change")
        for sign in (1, -1):
            keys = self.keys(column)
            values = [key for key in keys if key is not None]
            self.assertGreater(len(values), 5)
            self.assertLess(len(values), len(keys))
            self.assertEqual(keys[:len(values)], sorted(values, key=lambda value: sign * value))
            self.sort_by("Change")

    def test_the_direction_is_told(self):
        self.open(self.pages.single)
        told = "return [...document.querySelectorAll('table.rows > thead th')].map(head => head.getAttribute('aria-sort'))"
        self.assertEqual(set(self.script(told)), {"none"})
        column = self.sort_by("Spread")
        self.assertEqual(self.script(told)[column], "ascending")
        self.sort_by("Spread")
        self.assertEqual([word for word in self.script(told) if word != "none"], ["descending"])

    def test_units_are_not_mixed(self):
        self.open(self.pages.compared)
        column = self.sort_by("New")
        units = self.script(f"return {BODIES}.map(body => body.rows[0].cells[{column}].dataset.u || '')")
        self.assertEqual(len([i for i in range(1, len(units)) if units[i] != units[i - 1]]), len(set(units)) - 1)

    def test_equals_keep_their_order(self):
        self.open(self.pages.hostile)
        self.sort_by("Row")
        self.sort_by("Row")
        before = self.names()
        self.assertEqual(before, sorted(before, key=lambda name: name.encode("utf-16-be"), reverse=True))
        self.sort_by("Processes")
        failed = [i for i, key in enumerate(self.keys(4)) if key is None]
        places = {name: place for place, name in enumerate(before)}
        for group in (self.names()[:failed[0]], self.names()[failed[0]:]):
            self.assertEqual([places[name] for name in group], sorted(places[name] for name in group))

    def test_what_matters_is_first_at_the_start_and_by_verdict(self):
        self.open(self.pages.compared)
        before = self.names()
        self.assertIn("regression", self.script(f"return {BODIES}[0].rows[0].textContent"))
        self.sort_by("Verdict")
        self.assertEqual(self.names(), before)

    def test_a_row_takes_its_details_along(self):
        self.open(self.pages.single)
        self.sort_by("Row")
        self.sort_by("Row")
        for name in self.names():
            owner = self.script(f"const body = {BODIES}.find(b => b.querySelector('.fold').textContent === arguments[0]);"
                                "return body.querySelector('.sketch title').textContent", name)
            self.assertEqual(owner, f"Samples of {name}")


class Filtering(PageTest):
    def test_by_text(self):
        self.open(self.pages.compared)
        everything = self.names()
        self.browser.write("input[type=search]", "MEMORY")
        self.assertEqual(self.names(), [name for name in everything if name.startswith("memory/")])
        self.assertEqual(self.status(), f"{len(self.names())} of {len(everything)} rows")
        self.browser.write("input[type=search]", " random")
        self.assertEqual(self.names(), ["memory/random-update"])

    def test_by_verdict_and_family(self):
        self.open(self.pages.compared)
        choices = self.script("return [...document.querySelector('[name=state]').options].map(o => o.value)")
        self.assertEqual(choices[:2], ["", "regression"])
        self.choose("state", "regression")
        self.assertEqual(self.names(), ["memory/latency", "cpu/prime-sieve"])
        self.choose("family", "cpu")
        self.assertEqual(self.names(), ["cpu/prime-sieve"])

    def test_nothing_is_said_clearly_and_undone(self):
        self.open(self.pages.single)
        self.browser.write("input[type=search]", "no such row")
        self.assertEqual(self.names(), [])
        self.assertTrue(self.script("return document.querySelector('.nothing').offsetHeight > 0"))
        self.assertEqual(self.script("return document.querySelector('output').ariaLive"), "polite")
        self.browser.click(".nothing button")
        self.assertEqual(len(self.names()), 4)
        self.assertFalse(self.script("return document.querySelector('.nothing').offsetHeight > 0"))
        self.assertEqual(self.status(), "4 rows")

    def test_enter_sends_nothing_away(self):
        self.open(self.pages.single)
        self.browser.write("input[type=search]", "cpu" + ENTER)
        self.assertEqual(len(self.names()), 1)


class Unfolding(PageTest):
    def test_by_mouse(self):
        self.open(self.pages.single)
        self.assertEqual(self.is_open(0), [False, "false"])
        self.browser.click("table.rows tbody .fold")
        self.assertEqual(self.is_open(0), [True, "true"])
        self.browser.click("table.rows tbody .fold")
        self.assertEqual(self.is_open(0), [False, "false"])
        self.browser.click("table.rows tbody tr:first-child td:nth-child(3)")
        self.assertEqual(self.is_open(0), [True, "true"])
        self.assertEqual(self.is_open(1), [False, "false"])

    def test_by_keyboard(self):
        self.open(self.pages.single)
        for key, opened in ((ENTER, "true"), (SPACE, "false"), (SPACE, "true")):
            self.script("document.querySelectorAll('.fold')[1].focus()")
            self.browser.press(key)
            self.assertEqual(self.is_open(1)[1], opened)

    def test_the_keyboard_reaches_everything(self):
        self.open(self.pages.single)
        reached = []
        for _ in range(60):
            self.browser.press(TAB)
            reached.append(self.script("const e = document.activeElement; return e.className || e.name || e.tagName"))
        self.assertEqual(reached[0], "skip")
        for what in ("theme", "text", "state", "family", "unfold", "sort", "fold"):
            self.assertIn(what, reached)

    def test_all_at_once(self):
        self.open(self.pages.single)
        self.browser.click("[name=unfold]")
        self.assertEqual([self.is_open(i)[0] for i in range(4)], [True] * 4)
        self.assertEqual(self.script("return document.querySelector('[name=unfold]').textContent"), "Fold all")
        self.browser.click("[name=unfold]")
        self.assertEqual([self.is_open(i)[0] for i in range(4)], [False] * 4)

    def test_samples_distribution_and_counters_are_there(self):
        self.open(self.pages.single)
        self.browser.click("[name=unfold]")
        for selector in (".sketch .dots, .sketch .marked", ".sketch .shares", ".sketch .median"):
            self.assertGreaterEqual(self.script("return document.querySelectorAll(arguments[0]).length", selector), 4)
        self.assertIn("no performance monitoring unit", self.script("return document.querySelector('.side').textContent"))


class Links(PageTest):
    def assert_shown(self, name):
        place = self.script(f"const body = {BODIES}.find(b => b.querySelector('.fold').textContent === arguments[0]);"
                            "const box = body.getBoundingClientRect();"
                            "return [body.classList.contains('open'), box.top >= 0 && box.top < innerHeight,"
                            "document.activeElement === body.querySelector('.fold')]", name)
        self.assertEqual(place, [True, True, True])

    def test_a_link_opens_its_row(self):
        self.open(self.pages.compared, "#row-cpu/int-chain~operation=add")
        self.assert_shown("cpu/int-chain operation=add")

    def test_from_the_summary_also_when_it_is_filtered_away(self):
        self.open(self.pages.compared)
        self.browser.write("input[type=search]", "hash")
        self.browser.click(".changes a[href='#row-memory/latency']")
        self.assert_shown("memory/latency")

    def test_a_link_to_nothing_does_nothing(self):
        self.open(self.pages.compared, "#row-%zz<b>")
        self.assertEqual(len(self.names()), 12)


class Looks(PageTest):
    def test_the_theme_follows_the_system_and_the_choice(self):
        self.open(self.pages.single, scheme="light")
        self.assertEqual(self.background(), LIGHT)
        self.browser.click(".theme label:nth-of-type(3)")
        self.assertEqual(self.background(), DARK)
        self.browser.look(1280, 800, "dark")
        self.browser.click(".theme label:nth-of-type(2)")
        self.assertEqual(self.background(), LIGHT)
        self.browser.click(".theme label:nth-of-type(1)")
        self.assertEqual(self.background(), DARK)

    def test_pictures_follow_the_theme(self):
        paper = "return getComputedStyle(document.querySelector('.picture rect')).fill"
        self.open(self.pages.single, scheme="light")
        if not self.script("return !!document.querySelector('.picture')"):
            print("no gnuplot: there are no pictures whose theme could be looked at")
            return
        self.assertEqual(self.script(paper), LIGHT)
        self.open(self.pages.single, scheme="dark")
        self.assertEqual(self.script(paper), DARK)

    def test_screens_are_not_empty(self):
        for page in (self.pages.single, self.pages.compared, self.pages.several, self.pages.hostile):
            for width, height in ((1280, 800), (390, 844)):
                for scheme in ("light", "dark"):
                    with self.subTest(page=os.path.basename(page), width=width, scheme=scheme):
                        self.open(page, width=width, height=height, scheme=scheme)
                        self.script("document.querySelector('[name=unfold]').click();"
                                    "document.getElementById('rows').scrollIntoView()")
                        self.assert_drawn(self.browser.screenshot(), width, height, scheme)

    def assert_drawn(self, png, width, height, scheme):
        found_width, found_height, rows, channels = read_png(png)
        self.assertEqual((found_width, found_height), (width, height))
        pixels = collections.Counter(bytes(row[x:x + 3]) for row in rows[::2]
                                     for x in range(0, len(row), 2 * channels))
        ground, count = pixels.most_common(1)[0]
        self.assertEqual(ground, bytes((255, 255, 255) if scheme == "light" else (13, 17, 23)))
        share = count / sum(pixels.values())
        self.assertLess(share, 0.98, "hardly anything is drawn")
        self.assertGreater(share, 0.3, "the ground is hardly to be seen")
        self.assertGreater(len(pixels), 20)

    def test_narrow_pages_scroll_in_their_boxes_only(self):
        for page in self.pages.all().values():
            self.open(page, width=390, height=844)
            self.script("document.querySelector('[name=unfold]').click()")
            self.assertLessEqual(self.script("return document.scrollingElement.scrollWidth"), 390, page)

    def test_on_paper_all_is_light_and_without_controls(self):
        self.open(self.pages.single, scheme="dark")
        self.browser.click("[name=unfold]")
        self.browser.devtools("Emulation.setEmulatedMedia", media="print",
                              features=[{"name": "prefers-color-scheme", "value": "dark"}])
        self.assertEqual(self.background(), LIGHT)
        self.assertEqual(self.script("return [...document.querySelectorAll('nav, .theme, .controls')]"
                                     ".filter(e => e.offsetHeight > 0).length"), 0)
        self.assertTrue(self.is_open(0)[0])
        self.browser.devtools("Emulation.setEmulatedMedia", media="")
        pdf = self.browser.pdf()
        self.assertTrue(pdf.startswith(b"%PDF-"))
        self.assertGreaterEqual(pdf.count(b"/Type /Page\n"), 2)

    def test_without_scripts_all_is_there(self):
        self.browser.devtools("Emulation.setScriptExecutionDisabled", value=True)
        try:
            self.open(self.pages.single)
            tree = self.browser.devtools("Accessibility.getFullAXTree")["nodes"]
        finally:
            self.browser.devtools("Emulation.setScriptExecutionDisabled", value=False)
        seen = [node["name"]["value"] for node in tree if not node.get("ignored") and node.get("name")]
        self.assertEqual(len([name for name in seen if str(name).startswith("Samples of ")]), 4)
        self.assertNotIn("Unfold all", seen)


class Safety(PageTest):
    def test_texts_are_texts(self):
        self.open(self.pages.hostile)
        self.assertEqual(len(self.names()), ROWS)
        self.assertEqual(self.status(), f"{ROWS} rows")
        self.assertIsNone(self.script("return window.hacked"))
        self.assertEqual(self.script("return document.querySelectorAll('script, img, iframe, object, embed').length"), 1)
        shown = "\n".join(self.names())
        for text in HOSTILE:
            self.assertIn(text, shown)
        self.assertIn(HOSTILE[0], self.script("return document.querySelector('.card').textContent"))

    def test_rows_of_any_name_are_linked(self):
        self.open(self.pages.hostile)
        for number in range(1, 8):
            link = self.script(f"return '#' + {BODIES}[arguments[0]].id", number)
            name = self.names()[number]
            self.open(self.pages.hostile, link)
            self.assertEqual(self.script("return document.querySelector('tbody.open .fold').textContent"), name)

    def test_nothing_else_may_run_and_nothing_is_fetched(self):
        self.open(self.pages.single)
        self.assertEqual(self.script("return performance.getEntriesByType('resource').length"), 0)
        self.script("const script = document.createElement('script'); script.textContent = 'window.hacked = 1';"
                    "document.body.append(script);"
                    "const image = new Image(); image.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw='; document.body.append(image)")
        self.assertIsNone(self.script("return window.hacked"))
        complaints = self.browser.messages()
        self.assertEqual(len([text for text in complaints if "Content Security Policy" in text]), 2, complaints)


class Costs(PageTest):
    def test_printed_and_not_judged(self):
        for name, page in self.pages.all().items():
            self.open(page)
            times = self.script("const t = performance.getEntriesByType('navigation')[0];"
                                "return [t.domInteractive, t.domContentLoadedEventEnd, t.loadEventEnd].map(Math.round)")
            print(f"{name}: {os.path.getsize(page)} bytes; interactive, ready and loaded after {times} ms")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
