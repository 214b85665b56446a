/* SPDX-License-Identifier: MIT */
#include "screen_view.h"

#include <stdio.h>
#include <string.h>

#include "utf8.h"

#define MS UINT64_C(1000000)

void spb_view_init(struct spb_view *view, const struct spb_screen_options *options)
{
    *view = (struct spb_view){.sort = options->sort, .interval_ns = options->interval_ns};
    if (options->filter)
        snprintf(view->filter, sizeof(view->filter), "%s", options->filter);
}

const char *spb_sort_name(enum spb_screen_sort sort)
{
    static const char *const names[] = {
        [SPB_SORT_CPU] = "CPU", [SPB_SORT_MEMORY] = "memory", [SPB_SORT_IO] = "I/O", [SPB_SORT_THREADS] = "threads"};
    return names[sort];
}

/* ---- moving ---------------------------------------------------------------------------------------------------- */

void spb_view_fit(struct spb_view *view, size_t count, size_t page)
{
    view->line_count = count;
    view->page = page;
    if (view->cursor >= count)
        view->cursor = count ? count - 1 : 0;
    if (view->cursor < view->offset)
        view->offset = view->cursor;
    if (page && view->cursor >= view->offset + page)
        view->offset = view->cursor - page + 1;
    if (view->offset && view->offset + page > count)
        view->offset = count > page ? count - page : 0;
}

static bool move(struct spb_view *view, uint32_t key)
{
    size_t last = view->line_count ? view->line_count - 1 : 0;
    size_t page = view->page > 1 ? view->page - 1 : 1;
    size_t at = view->cursor;
    switch (key) {
    case SPB_KEY_UP:
    case 'k':
        at -= at > 0;
        break;
    case SPB_KEY_DOWN:
    case 'j':
        at += at < last;
        break;
    case SPB_KEY_PAGE_UP:
        at = at > page ? at - page : 0;
        break;
    case SPB_KEY_PAGE_DOWN:
        at = at + page < last ? at + page : last;
        break;
    case SPB_KEY_HOME:
        at = 0;
        break;
    case SPB_KEY_END:
        at = last;
        break;
    default:
        return false;
    }
    view->cursor = at;
    return true;
}

/* ---- the filter ------------------------------------------------------------------------------------------------ */

static void append(char *text, size_t size, uint32_t code)
{
    char bytes[5] = {0};
    if (code < 0x80) {
        bytes[0] = (char)code;
    } else if (code < 0x800) {
        bytes[0] = (char)(0xc0 | code >> 6);
        bytes[1] = (char)(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        bytes[0] = (char)(0xe0 | code >> 12);
        bytes[1] = (char)(0x80 | (code >> 6 & 0x3f));
        bytes[2] = (char)(0x80 | (code & 0x3f));
    } else {
        bytes[0] = (char)(0xf0 | code >> 18);
        bytes[1] = (char)(0x80 | (code >> 12 & 0x3f));
        bytes[2] = (char)(0x80 | (code >> 6 & 0x3f));
        bytes[3] = (char)(0x80 | (code & 0x3f));
    }
    if (spb_utf8_is_printable(bytes) && strlen(text) + strlen(bytes) < size)
        strcat(text, bytes);
}

static void erase_last(char *text)
{
    size_t length = strlen(text);
    while (length && ((unsigned char)text[--length] & 0xc0) == 0x80)
        ;
    text[length] = '\0';
}

static bool edit(struct spb_view *view, uint32_t key)
{
    if (key == SPB_KEY_ENTER) {
        view->is_editing = false;
    } else if (key == SPB_KEY_ESCAPE) {
        view->is_editing = false;
        memcpy(view->filter, view->filter_before, sizeof(view->filter));
    } else if (key == SPB_KEY_ERASE) {
        erase_last(view->filter);
    } else if (key < SPB_KEY_UP) {
        append(view->filter, sizeof(view->filter), key);
        view->cursor = view->offset = 0;
    } else {
        return move(view, key);
    }
    return true;
}

static void start_editing(struct spb_view *view)
{
    memcpy(view->filter_before, view->filter, sizeof(view->filter));
    view->filter[0] = '\0';
    view->is_editing = true;
}

/* ---- other keys ------------------------------------------------------------------------------------------------ */

/* The next of the usual intervals, or the one that stands. */
static bool change_interval(struct spb_view *view, bool longer)
{
    static const uint64_t steps[] = {100 * MS,  200 * MS,   500 * MS,   1000 * MS, 2000 * MS,
                                     5000 * MS, 10000 * MS, 30000 * MS, 60000 * MS};
    size_t count = sizeof(steps) / sizeof(steps[0]);
    uint64_t now = view->interval_ns;
    for (size_t i = 0; i < count; i++) {
        uint64_t step = longer ? steps[i] : steps[count - 1 - i];
        if (longer ? step > now : step < now) {
            view->interval_ns = step;
            return true;
        }
    }
    return false;
}

static void sort_by(struct spb_view *view, enum spb_screen_sort sort)
{
    view->sort = sort;
    view->cursor = view->offset = 0;
}

static void show_threads(struct spb_view *view)
{
    if (view->mode != SPB_VIEW_PROCESSES || view->chosen == 0)
        return;
    view->process = view->chosen;
    view->parent_cursor = view->cursor;
    view->cursor = view->offset = 0;
    view->mode = SPB_VIEW_THREADS;
}

static void go_back(struct spb_view *view)
{
    if (view->mode == SPB_VIEW_PROCESSES) {
        view->filter[0] = '\0';
        return;
    }
    view->cursor = view->parent_cursor;
    view->offset = 0;
    view->mode = SPB_VIEW_PROCESSES;
}

static void show_help(struct spb_view *view)
{
    if (view->mode == SPB_VIEW_HELP) {
        go_back(view);
        return;
    }
    if (view->mode == SPB_VIEW_PROCESSES)
        view->parent_cursor = view->cursor;
    view->cursor = view->offset = 0;
    view->mode = SPB_VIEW_HELP;
}

bool spb_view_key(struct spb_view *view, uint32_t key)
{
    if (view->is_editing)
        return edit(view, key);
    switch (key) {
    case 'q':
        if (view->mode == SPB_VIEW_PROCESSES)
            view->wants_quit = true;
        else
            go_back(view);
        return true;
    case 'h':
    case '?':
        show_help(view);
        return true;
    case SPB_KEY_ESCAPE:
        go_back(view);
        return true;
    case SPB_KEY_ENTER:
        if (view->mode == SPB_VIEW_PROCESSES)
            show_threads(view);
        else
            go_back(view);
        return true;
    case ' ':
    case 'p':
        view->is_paused = !view->is_paused;
        return true;
    case '+':
    case '-':
        return change_interval(view, key == '+');
    default:
        break;
    }
    if (view->mode != SPB_VIEW_PROCESSES)
        return move(view, key);
    static const char sort_keys[] = {
        [SPB_SORT_CPU] = 'c', [SPB_SORT_MEMORY] = 'm', [SPB_SORT_IO] = 'i', [SPB_SORT_THREADS] = 't'};
    for (unsigned i = 0; i < sizeof(sort_keys); i++)
        if (key == (unsigned char)sort_keys[i]) {
            sort_by(view, (enum spb_screen_sort)i);
            return true;
        }
    if (key != '/')
        return move(view, key);
    start_editing(view);
    return true;
}
