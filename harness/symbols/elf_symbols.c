/* SPDX-License-Identifier: MIT */
#include "elf_symbols.h"

#include <errno.h>
#include <gelf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct sections {
    Elf_Scn *table;
    GElf_Shdr header;
};

static bool find_table(Elf *elf, unsigned type, struct sections *found)
{
    for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section));)
        if (gelf_getshdr(section, &found->header) && found->header.sh_type == type) {
            found->table = section;
            return true;
        }
    return false;
}

/* Code without a type is written in assembly; it has a name, but in many files also marks like $x and .L1. */
static unsigned rank_of(const GElf_Sym *symbol, const char *name)
{
    unsigned type = GELF_ST_TYPE(symbol->st_info), binding = GELF_ST_BIND(symbol->st_info);
    if (!*name || *name == '$' || strncmp(name, ".L", 2) == 0)
        return 0;
    if (type != STT_FUNC && type != STT_GNU_IFUNC && type != STT_NOTYPE)
        return 0;
    unsigned rank = type == STT_NOTYPE ? 1 : 4;
    rank += binding == STB_GLOBAL ? 2u : binding == STB_WEAK ? 1u : 0u;
    return rank + (symbol->st_size ? 8u : 0u);
}

/* The end of the section that the symbol is in, when that holds code; 0: it is in none. */
static uint64_t code_end(Elf *elf, const GElf_Sym *symbol)
{
    GElf_Shdr header;
    Elf_Scn *section =
        symbol->st_shndx == SHN_UNDEF || symbol->st_shndx >= SHN_LORESERVE ? NULL : elf_getscn(elf, symbol->st_shndx);
    if (!section || !gelf_getshdr(section, &header) || !(header.sh_flags & SHF_EXECINSTR))
        return 0;
    return symbol->st_value - header.sh_addr < header.sh_size ? header.sh_addr + header.sh_size : 0;
}

static int by_start(const void *a, const void *b)
{
    const struct spb_elf_symbol *left = a, *right = b;
    if (left->start != right->start)
        return left->start < right->start ? -1 : 1;
    return (left->rank < right->rank) - (left->rank > right->rank);
}

/* One for each address; each ends where the next begins, at the latest. `end` is that of the section until then where the size is not known. */
static void tidy(struct spb_elf_symbols *symbols)
{
    size_t kept = 0;
    qsort(symbols->items, symbols->count, sizeof *symbols->items, by_start);
    for (size_t i = 0; i < symbols->count; i++)
        if (!kept || symbols->items[i].start != symbols->items[kept - 1].start)
            symbols->items[kept++] = symbols->items[i];
    symbols->count = kept;
    for (size_t i = 0; i + 1 < kept; i++)
        if (symbols->items[i].end > symbols->items[i + 1].start)
            symbols->items[i].end = symbols->items[i + 1].start;
}

int spb_elf_symbols_read(Elf *elf, struct spb_elf_symbols *symbols)
{
    struct sections found;
    *symbols = (struct spb_elf_symbols){0};
    if (!elf || (!find_table(elf, SHT_SYMTAB, &found) && !find_table(elf, SHT_DYNSYM, &found)) ||
        !found.header.sh_entsize)
        return 0;
    Elf_Data *data = elf_getdata(found.table, NULL);
    size_t count = data ? data->d_size / found.header.sh_entsize : 0;
    symbols->items = calloc(count + 1, sizeof *symbols->items);
    if (!symbols->items)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        GElf_Sym symbol;
        const char *name =
            gelf_getsym(data, (int)i, &symbol) ? elf_strptr(elf, found.header.sh_link, symbol.st_name) : NULL;
        unsigned rank = name ? rank_of(&symbol, name) : 0;
        uint64_t limit = rank ? code_end(elf, &symbol) : 0;
        if (!limit)
            continue;
        uint64_t end =
            symbol.st_size && symbol.st_size <= limit - symbol.st_value ? symbol.st_value + symbol.st_size : limit;
        symbols->items[symbols->count++] = (struct spb_elf_symbol){symbol.st_value, end, name, rank};
    }
    tidy(symbols);
    return 0;
}

void spb_elf_symbols_release(struct spb_elf_symbols *symbols)
{
    free(symbols->items);
    *symbols = (struct spb_elf_symbols){0};
}

const struct spb_elf_symbol *spb_elf_symbols_find(const struct spb_elf_symbols *symbols, uint64_t address)
{
    size_t low = 0, high = symbols->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (symbols->items[middle].start <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low && address < symbols->items[low - 1].end ? &symbols->items[low - 1] : NULL;
}
