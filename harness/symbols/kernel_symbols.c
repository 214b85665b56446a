/* SPDX-License-Identifier: MIT
 *
 *     ffffffff81000000 T _text
 *     ffffffffc0a41000 t ext4_readdir	[ext4]
 *
 * Where kernel.kptr_restrict hides the addresses, all are 0.
 */
#include "kernel_symbols.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "span.h"
#include "strbuf.h"

#define KALLSYMS_BYTES_MAX (64u << 20)

struct symbol {
    uint64_t start;
    uint32_t name, module; /* places in the text; module 0: none */
};

struct spb_kernel_symbols {
    const char *root;
    bool is_read;
    const char *reason;
    char *text; /* names, with a NUL after each */
    struct symbol *items;
    size_t count, capacity;
};

int spb_kernel_symbols_create(const char *root, struct spb_kernel_symbols **symbols)
{
    *symbols = calloc(1, sizeof **symbols);
    if (!*symbols)
        return -ENOMEM;
    (*symbols)->root = root;
    return 0;
}

void spb_kernel_symbols_destroy(struct spb_kernel_symbols *symbols)
{
    if (!symbols)
        return;
    free(symbols->text);
    free(symbols->items);
    free(symbols);
}

static int by_start(const void *a, const void *b)
{
    const struct symbol *left = a, *right = b;
    if (left->start != right->start)
        return left->start < right->start ? -1 : 1;
    return (left->name > right->name) - (left->name < right->name);
}

static bool add(struct spb_kernel_symbols *symbols, const struct symbol *symbol)
{
    if (symbols->count == symbols->capacity) {
        size_t capacity = symbols->capacity ? 2 * symbols->capacity : 4096;
        struct symbol *larger = reallocarray(symbols->items, capacity, sizeof *larger);
        if (!larger)
            return false;
        symbols->items = larger;
        symbols->capacity = capacity;
    }
    symbols->items[symbols->count++] = *symbol;
    return true;
}

/* Only code: T, t, W, w. The words of the line get their NULs in symbols->text, of which it is a part. */
static int take_line(struct spb_kernel_symbols *symbols, struct spb_span line)
{
    struct spb_span address, type, name, module;
    struct symbol symbol = {0};
    if (!spb_span_take_word(&line, &address) || !spb_span_take_word(&line, &type) ||
        !spb_span_take_word(&line, &name) || type.length != 1 || !strchr("TtWw", *type.text) ||
        spb_span_parse_hex(address, &symbol.start) || !symbol.start)
        return 0;
    symbol.name = (uint32_t)(name.text - symbols->text);
    if (spb_span_take_word(&line, &module)) {
        symbol.module = (uint32_t)(module.text - symbols->text);
        symbols->text[symbol.module + module.length] = '\0';
    }
    symbols->text[symbol.name + name.length] = '\0';
    return add(symbols, &symbol) ? 0 : -ENOMEM;
}

int spb_kernel_symbols_parse(struct spb_kernel_symbols *symbols, const char *text, size_t length)
{
    struct spb_span rest, line;
    int code = 0;
    symbols->is_read = true;
    symbols->count = 0;
    free(symbols->text);
    symbols->text = malloc(length + 1);
    if (!symbols->text)
        return -ENOMEM;
    memcpy(symbols->text, text, length);
    symbols->text[length] = '\0';
    rest = (struct spb_span){symbols->text, length};
    while (code == 0 && spb_span_take_line(&rest, &line))
        code = take_line(symbols, line);
    if (symbols->count)
        qsort(symbols->items, symbols->count, sizeof *symbols->items, by_start);
    symbols->reason = symbols->count ? NULL
                                     : "the kernel hides its addresses from this user (kernel.kptr_restrict; as root: "
                                       "sysctl kernel.kptr_restrict=0)";
    return code;
}

static void read_symbols(struct spb_kernel_symbols *symbols)
{
    struct spb_strbuf text = {0};
    symbols->is_read = true;
    if (spb_file_read(symbols->root, "/proc/kallsyms", KALLSYMS_BYTES_MAX, &text) < 0)
        symbols->reason = "/proc/kallsyms cannot be read";
    else if (spb_kernel_symbols_parse(symbols, spb_strbuf_text(&text), text.length) < 0)
        symbols->reason = "memory ran out";
    spb_strbuf_release(&text);
}

const char *spb_kernel_symbols_find(struct spb_kernel_symbols *symbols, uint64_t address, uint64_t *start,
                                    const char **module)
{
    size_t low = 0, high;
    if (!symbols->is_read)
        read_symbols(symbols);
    for (high = symbols->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (symbols->items[middle].start <= address)
            low = middle + 1;
        else
            high = middle;
    }
    if (!low)
        return NULL;
    const struct symbol *symbol = &symbols->items[low - 1];
    *start = symbol->start;
    *module = symbol->module ? symbols->text + symbol->module : NULL;
    return symbols->text + symbol->name;
}

const char *spb_kernel_symbols_reason(const struct spb_kernel_symbols *symbols)
{
    return symbols->reason;
}
