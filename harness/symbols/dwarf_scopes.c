/* SPDX-License-Identifier: MIT
 *
 * Hostile files: the numbers of DIEs must grow while a unit is walked (a sibling may point backwards), depth is limited, and what is not nested is
 * cut so that it is.
 */
#include "dwarf_scopes.h"
#include "grow.h"

#include <dwarf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 256
#define NO_SCOPE  UINT32_MAX

struct scope {
    Dwarf_Off die;
    uint32_t parent; /* the scope around it, in the same unit */
    bool inlined;
};

struct range {
    uint64_t low, high;
    uint32_t scope;
    uint32_t depth;
};

struct segment {
    uint64_t low;   /* up to the next segment's */
    uint32_t scope; /* innermost; NO_SCOPE: a gap */
};

struct unit {
    Dwarf_Off die;
    bool is_read;
    struct scope *scopes;
    size_t scope_count, scope_capacity;
    struct segment *segments;
    size_t segment_count;
};

struct unit_range {
    uint64_t low, high;
    uint32_t unit;
};

struct spb_dwarf_scopes {
    Dwarf *dwarf;
    struct unit *units;
    size_t unit_count, unit_capacity;
    struct unit_range *ranges; /* sorted by low */
    size_t range_count, range_capacity;
};

/* ---- units ------------------------------------------------------------------------------------------------------ */

static int add_unit_range(struct spb_dwarf_scopes *scopes, uint64_t low, uint64_t high, size_t unit)
{
    if (low >= high)
        return 0;
    if (!spb_grow(&scopes->ranges, sizeof *scopes->ranges, scopes->range_count, &scopes->range_capacity))
        return -ENOMEM;
    scopes->ranges[scopes->range_count++] = (struct unit_range){low, high, (uint32_t)unit};
    return 0;
}

/* The ranges of a DIE; the number of them. */
static size_t add_die_ranges(struct spb_dwarf_scopes *scopes, Dwarf_Die *die, size_t unit, int *code)
{
    Dwarf_Addr base, low, high;
    size_t count = 0;
    for (ptrdiff_t at = 0; *code == 0 && (at = dwarf_ranges(die, at, &base, &low, &high)) > 0; count++)
        *code = add_unit_range(scopes, low, high, unit);
    return count;
}

/* Where a unit does not say what it covers, its functions do. */
static int add_function_ranges(struct spb_dwarf_scopes *scopes, Dwarf_Die *unit_die, size_t unit)
{
    Dwarf_Die die;
    Dwarf_Off last = 0;
    int code = 0;
    if (dwarf_child(unit_die, &die) != 0)
        return 0;
    do {
        if (dwarf_dieoffset(&die) <= last)
            break;
        last = dwarf_dieoffset(&die);
        if (dwarf_tag(&die) == DW_TAG_subprogram)
            add_die_ranges(scopes, &die, unit, &code);
    } while (code == 0 && dwarf_siblingof(&die, &die) == 0);
    return code;
}

static int add_unit(struct spb_dwarf_scopes *scopes, Dwarf_Die *die)
{
    int code = 0;
    if (!spb_grow(&scopes->units, sizeof *scopes->units, scopes->unit_count, &scopes->unit_capacity))
        return -ENOMEM;
    size_t unit = scopes->unit_count++;
    scopes->units[unit] = (struct unit){.die = dwarf_dieoffset(die)};
    if (add_die_ranges(scopes, die, unit, &code) == 0 && code == 0)
        code = add_function_ranges(scopes, die, unit);
    return code;
}

static int by_low(const void *a, const void *b)
{
    const struct unit_range *left = a, *right = b;
    return (left->low > right->low) - (left->low < right->low);
}

int spb_dwarf_scopes_create(Dwarf *dwarf, struct spb_dwarf_scopes **result)
{
    struct spb_dwarf_scopes *scopes = calloc(1, sizeof *scopes);
    Dwarf_CU *unit = NULL;
    Dwarf_Die die;
    uint8_t type;
    int code = scopes ? 0 : -ENOMEM;
    *result = NULL;
    if (scopes)
        scopes->dwarf = dwarf;
    while (code == 0 && dwarf_get_units(dwarf, unit, &unit, NULL, &type, &die, NULL) == 0)
        if (type == DW_UT_compile)
            code = add_unit(scopes, &die);
    if (code) {
        spb_dwarf_scopes_destroy(scopes);
        return code;
    }
    if (scopes->range_count)
        qsort(scopes->ranges, scopes->range_count, sizeof *scopes->ranges, by_low);
    *result = scopes;
    return 0;
}

void spb_dwarf_scopes_destroy(struct spb_dwarf_scopes *scopes)
{
    if (!scopes)
        return;
    for (size_t i = 0; i < scopes->unit_count; i++) {
        free(scopes->units[i].scopes);
        free(scopes->units[i].segments);
    }
    free(scopes->units);
    free(scopes->ranges);
    free(scopes);
}

/* ---- reading a unit --------------------------------------------------------------------------------------------- */

struct walk {
    struct unit *unit;
    struct range *ranges;
    size_t range_count, range_capacity;
    Dwarf_Off last; /* the DIE that was seen last */
    int code;
};

static uint32_t add_scope(struct walk *walk, Dwarf_Die *die, uint32_t parent, bool inlined)
{
    struct unit *unit = walk->unit;
    if (!spb_grow(&unit->scopes, sizeof *unit->scopes, unit->scope_count, &unit->scope_capacity)) {
        walk->code = -ENOMEM;
        return NO_SCOPE;
    }
    unit->scopes[unit->scope_count] = (struct scope){dwarf_dieoffset(die), parent, inlined};
    return (uint32_t)unit->scope_count++;
}

static void add_ranges(struct walk *walk, Dwarf_Die *die, uint32_t scope, uint32_t depth)
{
    Dwarf_Addr base, low, high;
    for (ptrdiff_t at = 0; walk->code == 0 && (at = dwarf_ranges(die, at, &base, &low, &high)) > 0;) {
        if (low >= high)
            continue;
        if (!spb_grow(&walk->ranges, sizeof *walk->ranges, walk->range_count, &walk->range_capacity)) {
            walk->code = -ENOMEM;
            return;
        }
        walk->ranges[walk->range_count++] = (struct range){low, high, scope, depth};
    }
}

static bool may_hold_functions(int tag)
{
    return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block ||
           tag == DW_TAG_namespace || tag == DW_TAG_structure_type || tag == DW_TAG_class_type ||
           tag == DW_TAG_union_type || tag == DW_TAG_module || tag == DW_TAG_try_block || tag == DW_TAG_catch_block ||
           tag == DW_TAG_compile_unit || tag == DW_TAG_with_stmt;
}

/* The children of `parent`, which are in the scope `around`. */
static void walk_children(struct walk *walk, Dwarf_Die *parent, uint32_t around, uint32_t depth)
{
    Dwarf_Die die;
    if (depth > DEPTH_MAX || dwarf_child(parent, &die) != 0)
        return;
    do {
        int tag = dwarf_tag(&die);
        uint32_t scope = around;
        if (dwarf_dieoffset(&die) <= walk->last)
            return;
        walk->last = dwarf_dieoffset(&die);
        if (tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine) {
            bool inlined = tag == DW_TAG_inlined_subroutine;
            scope = add_scope(walk, &die, inlined ? around : NO_SCOPE, inlined && around != NO_SCOPE);
            add_ranges(walk, &die, scope, depth);
        }
        if (may_hold_functions(tag))
            walk_children(walk, &die, scope, depth + 1);
    } while (walk->code == 0 && dwarf_siblingof(&die, &die) == 0);
}

static int outer_first(const void *a, const void *b)
{
    const struct range *left = a, *right = b;
    if (left->low != right->low)
        return left->low < right->low ? -1 : 1;
    if (left->high != right->high)
        return left->high > right->high ? -1 : 1;
    return (left->depth > right->depth) - (left->depth < right->depth);
}

static void add_segment(struct unit *unit, uint64_t low, uint32_t scope)
{
    if (unit->segment_count && unit->segments[unit->segment_count - 1].low == low)
        unit->segment_count--;
    unit->segments[unit->segment_count++] = (struct segment){low, scope};
}

/* A sweep over the ranges with a stack of those that are open; each ends within the one below it. */
static int flatten(struct walk *walk)
{
    struct range **open = calloc(walk->range_count + 1, sizeof(struct range *));
    size_t depth = 0;
    walk->unit->segments = calloc(2 * walk->range_count + 1, sizeof *walk->unit->segments);
    if (!open || !walk->unit->segments) {
        free(open);
        return -ENOMEM;
    }
    if (walk->range_count)
        qsort(walk->ranges, walk->range_count, sizeof *walk->ranges, outer_first);
    for (size_t i = 0; i <= walk->range_count; i++) {
        struct range *range = i < walk->range_count ? &walk->ranges[i] : NULL;
        for (; depth && (!range || open[depth - 1]->high <= range->low); depth--)
            add_segment(walk->unit, open[depth - 1]->high, depth > 1 ? open[depth - 2]->scope : NO_SCOPE);
        if (!range)
            break;
        if (depth && range->high > open[depth - 1]->high)
            range->high = open[depth - 1]->high;
        add_segment(walk->unit, range->low, range->scope);
        open[depth++] = range;
    }
    free(open);
    return 0;
}

static int read_unit(struct spb_dwarf_scopes *scopes, struct unit *unit)
{
    struct walk walk = {.unit = unit};
    Dwarf_Die die;
    unit->is_read = true;
    if (!dwarf_offdie(scopes->dwarf, unit->die, &die))
        return 0;
    walk.last = unit->die;
    walk_children(&walk, &die, NO_SCOPE, 0);
    int code = walk.code ? walk.code : flatten(&walk);
    free(walk.ranges);
    return code;
}

/* ---- looking up ------------------------------------------------------------------------------------------------- */

static uint32_t find_scope(const struct unit *unit, uint64_t address)
{
    size_t low = 0, high = unit->segment_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (unit->segments[middle].low <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? unit->segments[low - 1].scope : NO_SCOPE;
}

static const char *text_of(Dwarf_Die *die, unsigned attribute)
{
    Dwarf_Attribute found;
    return dwarf_attr_integrate(die, attribute, &found) ? dwarf_formstring(&found) : NULL;
}

static unsigned number_of(Dwarf_Die *die, unsigned attribute, bool integrate)
{
    Dwarf_Attribute found;
    Dwarf_Word value;
    Dwarf_Attribute *there =
        integrate ? dwarf_attr_integrate(die, attribute, &found) : dwarf_attr(die, attribute, &found);
    return there && dwarf_formudata(there, &value) == 0 && value < UINT32_MAX ? (unsigned)value : 0;
}

static const char *source_file(Dwarf_Die *unit_die, unsigned index)
{
    Dwarf_Files *files;
    size_t count;
    return dwarf_getsrcfiles(unit_die, &files, &count) == 0 && index < count ? dwarf_filesrc(files, index, NULL, NULL)
                                                                             : NULL;
}

static void describe(Dwarf_Die *die, struct spb_dwarf_scope *scope)
{
    scope->name = text_of(die, DW_AT_name);
    scope->linkage_name = text_of(die, DW_AT_linkage_name);
    if (!scope->linkage_name)
        scope->linkage_name = text_of(die, DW_AT_MIPS_linkage_name);
    scope->file = dwarf_decl_file(die);
    scope->first_line = number_of(die, DW_AT_decl_line, true);
}

static void find_line(Dwarf_Die *unit_die, uint64_t address, struct spb_dwarf_scope *scope)
{
    Dwarf_Line *line = dwarf_getsrc_die(unit_die, address);
    int number;
    if (line && dwarf_lineno(line, &number) == 0 && number > 0) {
        scope->line = (unsigned)number;
        scope->line_file = dwarf_linesrc(line, NULL, NULL);
    }
}

static size_t find_in_unit(struct spb_dwarf_scopes *scopes, struct unit *unit, uint64_t address,
                           struct spb_dwarf_scope *found, size_t max)
{
    Dwarf_Die unit_die, die;
    size_t count = 0;
    if ((!unit->is_read && read_unit(scopes, unit) < 0) || !unit->segments)
        return 0;
    uint32_t number = find_scope(unit, address);
    if (number == NO_SCOPE || !dwarf_offdie(scopes->dwarf, unit->die, &unit_die))
        return 0;
    struct spb_dwarf_scope where = {0};
    find_line(&unit_die, address, &where);
    for (; number != NO_SCOPE && count < max; number = unit->scopes[number].parent) {
        if (!dwarf_offdie(scopes->dwarf, unit->scopes[number].die, &die))
            break;
        found[count] = (struct spb_dwarf_scope){.line = where.line, .line_file = where.line_file};
        describe(&die, &found[count++]);
        if (!unit->scopes[number].inlined)
            break;
        where.line = number_of(&die, DW_AT_call_line, false);
        where.line_file = source_file(&unit_die, number_of(&die, DW_AT_call_file, false));
    }
    return count;
}

size_t spb_dwarf_scopes_find(struct spb_dwarf_scopes *scopes, uint64_t address, struct spb_dwarf_scope *found,
                             size_t max)
{
    size_t low = 0, high = scopes->range_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (scopes->ranges[middle].low <= address)
            low = middle + 1;
        else
            high = middle;
    }
    /* Ranges of units seldom overlap; where they do, one of the few before it may hold the address. */
    for (size_t i = low, tries = 0; i-- > 0 && tries < 8; tries++) {
        const struct unit_range *range = &scopes->ranges[i];
        size_t count =
            address < range->high ? find_in_unit(scopes, &scopes->units[range->unit], address, found, max) : 0;
        if (count)
            return count;
    }
    return 0;
}
