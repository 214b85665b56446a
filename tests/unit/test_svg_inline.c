/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "svg_inline.h"

#define SVG(content)                                                                                                   \
    "<?xml version=\"1.0\"?><svg viewBox=\"0 0 9 9\" xmlns=\"http://www.w3.org/2000/svg\">" content "</svg>"
#define PAGE_SVG(content)                                                                                              \
    "<svg class=\"picture\" role=\"img\" viewBox=\"0 0 9 9\" aria-labelledby=\"p-title\"><title id=\"p-title\">"       \
    "A &lt; B</title>" content "</svg>"

static const struct spb_svg_inline how = {.prefix = "p", .title = "A < B"};

static void assert_inlined(const char *svg, const char *expected)
{
    struct spb_strbuf out = {0};
    struct spb_error err = {{0}};
    int code = spb_svg_inline(svg, strlen(svg), &how, &out, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(code, 0);
    assert_string_equal(spb_strbuf_text(&out), expected);
    spb_strbuf_release(&out);
}

static void assert_refused(const char *svg, const char *why)
{
    struct spb_strbuf out = {0};
    struct spb_error err = {{0}};
    spb_strbuf_append(&out, "before");
    int code = spb_svg_inline(svg, strlen(svg), &how, &out, &err);
    if (code == 0)
        fail_msg("not refused: %s", svg);
    assert_int_equal(code, -EINVAL);
    if (!strstr(err.text, why))
        fail_msg("%s: '%s' without '%s'", svg, err.text, why);
    assert_string_equal(out.text, "before");
    spb_strbuf_release(&out);
}

static void what_gnuplot_draws_stays(void **state)
{
    (void)state;
    assert_inlined(
        SVG("<g fill='none' stroke-width='0.70' transform=\"translate(1,2)\"><path d='M-1,0 h2'/></g>"),
        PAGE_SVG("<g fill=\"none\" stroke-width=\"0.70\" transform=\"translate(1,2)\"><path d=\"M-1,0 h2\"/></g>"));
    assert_inlined(
        SVG("<g font-family=\"DejaVu Sans\" class='x' text-anchor='end'><text>a &lt; b &amp;&quot;</text></g>"),
        PAGE_SVG("<g text-anchor=\"end\"><text>a &lt; b &amp;&quot;</text></g>"));
}

static void a_size_in_pixels_becomes_a_view_box(void **state)
{
    (void)state;
    assert_inlined("<svg width='9' height='9'><rect x='0'/></svg>", PAGE_SVG("<rect x=\"0\"/>"));
    assert_refused("<svg width='9'><rect/></svg>", "no size");
    assert_refused("<svg viewBox='0 0 \"'/>", "no size");
}

static void what_says_nothing_is_left_out(void **state)
{
    (void)state;
    assert_inlined(SVG("<title>Gnuplot</title><desc>x &unknown;</desc><!-- < --><g fill='none'>\n</g><g><g/></g>"
                       "<defs><filter id='f' x='1'><feFlood flood-color='red'/></filter></defs>"),
                   PAGE_SVG(""));
}

static void colours_are_the_pages(void **state)
{
    (void)state;
    assert_inlined(SVG("<g color='black' stroke='rgb( 89,  99, 110)' fill='#FFFFFF'><path stroke='#0068B5'/></g>"),
                   PAGE_SVG("<g color=\"var(--ink)\" stroke=\"var(--faint)\" fill=\"var(--paper)\">"
                            "<path stroke=\"var(--hue-1)\"/></g>"));
    assert_inlined(SVG("<rect fill='#123456' stroke='currentColor'/>"),
                   PAGE_SVG("<rect fill=\"#123456\" stroke=\"currentColor\"/>"));
}

static void ids_and_references_are_prefixed(void **state)
{
    (void)state;
    assert_inlined(SVG("<defs><circle id='gpPt0' r='1'/></defs><use xlink:href='#gpPt0'/><path fill='url(#gpPt0)'/>"),
                   PAGE_SVG("<defs><circle id=\"p-gpPt0\" r=\"1\"/></defs><use href=\"#p-gpPt0\"/>"
                            "<path fill=\"url(#p-gpPt0)\"/>"));
}

static void what_may_run_or_fetch_is_refused(void **state)
{
    (void)state;
    static const char *const pictures[][2] = {
        {SVG("<script>alert(1)</script>"), "element"},
        {SVG("<SCRIPT/>"), "element"},
        {SVG("<a><path d='M0'/></a>"), "element"},
        {SVG("<image href='#x'/>"), "element"},
        {SVG("<style>*{}</style>"), "element"},
        {SVG("<foreignObject/>"), "element"},
        {SVG("<animate/>"), "element"},
        {SVG("<svg/>"), "element"},
        {SVG("<path onclick='alert(1)'/>"), "attribute"},
        {SVG("<path style='fill:red'/>"), "attribute"},
        {SVG("<use href='http://host/#x'/>"), "value"},
        {SVG("<use xlink:href='data:x'/>"), "value"},
        {SVG("<use href='name'/>"), "value"},
        {SVG("<use href='#a\" onload=\"x'/>"), "value"},
        {SVG("<path fill='url(http://host/)'/>"), "value"},
        {SVG("<path fill='red;x:y'/>"), "value"},
        {SVG("<path d='M0\"><script>'/>"), "value"},
        {SVG("<path d='M0&quot;'/>"), "value"},
        {SVG("<text transform='x:y'>a</text>"), "value"},
        {SVG("<text>&xxe;</text>"), "entity"},
        {SVG("<text>&#60;</text>"), "entity"},
        {"<!DOCTYPE svg [<!ENTITY x 'y'>]>" SVG(""), "element"},
        {"<svg viewBox='0 0 1 1' onload='x'/>", "attribute"},
        {"<g/>", "element"},
    };
    for (size_t i = 0; i < sizeof(pictures) / sizeof(pictures[0]); i++)
        assert_refused(pictures[i][0], pictures[i][1]);
}

static void what_is_no_whole_picture_is_refused(void **state)
{
    (void)state;
    assert_refused("", "no end");
    assert_refused("text", "text where none");
    assert_refused("<svg viewBox='0 0 1 1'><g>", "no end");
    assert_refused("<svg viewBox='0 0 1 1'></g></svg>", "end without its beginning");
    assert_refused(SVG("<g"), "tag that is none");
    assert_refused(SVG("<g x=1/>"), "tag that is none");
    assert_refused(SVG("<path d='1' d='2'/>"), "twice");
    assert_refused(SVG("") SVG(""), "element");
    assert_refused(SVG("<!-- "), "comment");
    assert_refused(SVG("text"), "text where none");
}

static void depth_and_length_have_an_end(void **state)
{
    (void)state;
    struct spb_strbuf svg = {0};
    spb_strbuf_append(&svg, "<svg viewBox='0 0 1 1'>");
    for (int i = 0; i < 100; i++)
        spb_strbuf_append(&svg, "<g>");
    assert_refused(svg.text, "too deep");
    spb_strbuf_reset(&svg);
    spb_strbuf_append(&svg, "<svg viewBox='0 0 1 1'><text>");
    spb_strbuf_append_repeated(&svg, 'x', 5000);
    assert_refused(svg.text, "too long");
    spb_strbuf_release(&svg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_gnuplot_draws_stays),
        cmocka_unit_test(a_size_in_pixels_becomes_a_view_box),
        cmocka_unit_test(what_says_nothing_is_left_out),
        cmocka_unit_test(colours_are_the_pages),
        cmocka_unit_test(ids_and_references_are_prefixed),
        cmocka_unit_test(what_may_run_or_fetch_is_refused),
        cmocka_unit_test(what_is_no_whole_picture_is_refused),
        cmocka_unit_test(depth_and_length_have_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
