# SPDX-License-Identifier: MIT
"""The report is valid HTML, refers to nothing outside itself, and what refers to a part of it finds that part."""
import re
import sys
import unittest

from pages import Pages, options, skip

try:
    import html5lib
except ImportError:
    skip("html5lib for Python (python3-html5lib)")

KNOWN = options()
REFERRING = ("aria-controls", "aria-labelledby", "for")
FETCHING = ("src", "srcset", "data", "poster", "action", "formaction", "background", "ping", "manifest")


class Valid(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pages = Pages(KNOWN)
        cls.addClassCleanup(cls.pages.folder.cleanup)
        cls.read = {}
        for name, path in cls.pages.all().items():
            with open(path, encoding="utf-8") as file:
                text = file.read()
            parser = html5lib.HTMLParser(namespaceHTMLElements=False)
            cls.read[name] = (name, text, list(parser.parse(text).iter()), parser.errors)

    def each(self):
        for name, text, elements, _ in self.read.values():
            with self.subTest(page=name):
                yield name, text, elements

    def test_parses_without_an_error(self):
        for name, text, _ in self.each():
            self.assertEqual(self.read[name][3], [])
            self.assertTrue(text.startswith("<!DOCTYPE html>"))
            self.assertNotIn("\0", text)

    def test_ids_are_there_once_and_found(self):
        for _, _, elements in self.each():
            ids = [element.get("id") for element in elements if element.get("id")]
            self.assertEqual(len(ids), len(set(ids)), "an id twice")
            for element in elements:
                for attribute in REFERRING:
                    for target in (element.get(attribute) or "").split():
                        self.assertIn(target, set(ids), attribute)

    def test_links_stay_within_the_page(self):
        for _, _, elements in self.each():
            ids = {element.get("id") for element in elements}
            for element in elements:
                for name, value in element.items():
                    self.assertNotIn(name, FETCHING)
                    self.assertFalse(str(name).startswith("on"), f"{name} on {element.tag}")
                    self.assertNotEqual(name, "style")
                    if str(name).endswith("href") or (isinstance(name, tuple) and name[-1] == "href"):
                        self.assertTrue(value.startswith("#") and value[1:] in ids, value)

    def test_has_one_of_what_may_be_once(self):
        for _, _, elements in self.each():
            tags = [element.tag for element in elements]
            for tag in ("main", "h1", "script", "style", "header", "footer"):
                self.assertEqual(tags.count(tag), 1, tag)
            self.assertFalse({"link", "iframe", "object", "embed", "img", "base"} & set(map(str, tags)))

    def test_headings_skip_no_level(self):
        for _, _, elements in self.each():
            level = 0
            for element in elements:
                if re.fullmatch(r"h[1-6]", str(element.tag)):
                    self.assertLessEqual(int(element.tag[1]), level + 1, "".join(element.itertext()))
                    level = int(element.tag[1])

    def test_the_script_ends_where_it_should(self):
        for _, text, _ in self.each():
            self.assertEqual(text.count("</script>"), 1)
            self.assertEqual(text.count("</style>"), 1)

    def test_nothing_is_told_by_colour_alone(self):
        """A verdict is a sign, hidden from readers of the screen, and a word."""
        found = 0
        for _, _, elements in self.each():
            for element in elements:
                if element.tag == "span" and (element.get("class") or "").startswith("verdict "):
                    found += 1
                    self.assertEqual(element[0].get("aria-hidden"), "true")
                    self.assertTrue(element[0].text.strip() and element[0].tail.strip())
        self.assertGreater(found, 10)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
