/* SPDX-License-Identifier: MIT */
#include "allocator_report.h"

#include <dlfcn.h>
#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* malloc comes from the same object as a function that only the C library has. */
static int is_of_c_library(void)
{
    Dl_info allocator, library;
    void *malloc_address = dlsym(RTLD_DEFAULT, "malloc"),
         *library_address = dlsym(RTLD_DEFAULT, "gnu_get_libc_version");
    return malloc_address && library_address && dladdr(malloc_address, &allocator) &&
           dladdr(library_address, &library) && allocator.dli_fbase == library.dli_fbase;
}

/* malloc_info writes XML with one line for each arena: <heap nr="0"> */
static double count_arenas(void)
{
    char *text = NULL;
    size_t size = 0;
    double arenas = 0;
    FILE *memory = open_memstream(&text, &size);
    if (!memory)
        return (double)NAN;
    int failed = malloc_info(0, memory);
    if (fclose(memory) != 0 || failed) {
        free(text);
        return (double)NAN;
    }
    for (const char *at = strstr(text, "<heap nr="); at; at = strstr(at + 1, "<heap nr="))
        arenas++;
    free(text);
    return arenas;
}

struct heap_state spb_heap_state(void)
{
    if (!is_of_c_library())
        return (struct heap_state){(double)NAN, (double)NAN, (double)NAN};
    struct mallinfo2 info = mallinfo2();
    return (struct heap_state){count_arenas(), (double)(info.uordblks + info.hblkhd), (double)info.fordblks};
}

void spb_set_allocation_rates(struct spb_bench *bench, double allocations, double mean_bytes)
{
    spb_set_rate(bench, "allocations", "allocation", allocations);
    spb_set_rate(bench, "allocated", "byte", allocations * mean_bytes);
}

static double fragmentation_pct(const struct heap_state *heap)
{
    return 100 * heap->free_bytes / (heap->free_bytes + heap->in_use_bytes);
}

void spb_report_allocator(struct spb_bench *bench, double mean_bytes, const struct heap_state *before)
{
    struct heap_state now = spb_heap_state();
    spb_report(bench, "allocation-size-mean", "byte", mean_bytes);
    spb_report(bench, "heap-arenas-before", "arena", before->arenas);
    spb_report(bench, "heap-arenas-after", "arena", now.arenas);
    spb_report(bench, "heap-in-use-before", "byte", before->in_use_bytes);
    spb_report(bench, "heap-in-use-after", "byte", now.in_use_bytes);
    spb_report(bench, "heap-free-before", "byte", before->free_bytes);
    spb_report(bench, "heap-free-after", "byte", now.free_bytes);
    spb_report(bench, "heap-fragmentation-before", "%", fragmentation_pct(before));
    spb_report(bench, "heap-fragmentation-after", "%", fragmentation_pct(&now));
}
