/* SPDX-License-Identifier: MIT */
#include "cpu_list.h"

#include <errno.h>
#include <stdlib.h>

#include "number_list.h"

int spb_cpu_list_parse(const char *text, struct spb_cpu **cpus, unsigned *count, struct spb_error *err)
{
    struct spb_number_list list;
    int code = spb_number_list_parse(&list, text, "CPU", err);
    if (code)
        return code;
    struct spb_cpu *copy = calloc(list.count, sizeof(*copy));
    if (copy) {
        for (unsigned i = 0; i < list.count; i++)
            copy[i].os_index = list.numbers[i];
        *cpus = copy;
        *count = list.count;
    }
    spb_number_list_release(&list);
    return copy ? 0 : spb_error_set(err, -ENOMEM, "out of memory");
}

void spb_cpu_list_format(const struct spb_cpu *cpus, unsigned count, struct spb_strbuf *out)
{
    unsigned *numbers = calloc(count ? count : 1, sizeof(*numbers));
    if (!numbers) {
        out->failed = true;
        return;
    }
    for (unsigned i = 0; i < count; i++)
        numbers[i] = cpus[i].os_index;
    spb_number_list_format(numbers, count, out);
    free(numbers);
}
