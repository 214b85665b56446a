/* SPDX-License-Identifier: MIT */
#include "pair_environment.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char padding_name[] = "SPBENCH_PADDING=";

/* The padding comes first, so that it is found again to be freed. */
static char *make_padding(size_t bytes)
{
    size_t name_length = strlen(padding_name);
    char *padding = malloc(name_length + bytes + 1);
    if (!padding)
        return NULL;
    memcpy(padding, padding_name, name_length);
    memset(padding + name_length, 'x', bytes);
    padding[name_length + bytes] = '\0';
    return padding;
}

static bool same_name(const char *entry, const char *other)
{
    size_t length = strcspn(other, "=");
    return strncmp(entry, other, length) == 0 && entry[length] == '=';
}

static bool is_replaced(const char *entry, const char *const *entries, size_t entry_count)
{
    for (size_t i = 0; i < entry_count; i++)
        if (same_name(entry, entries[i]))
            return true;
    return same_name(entry, padding_name);
}

/* Of two entries of one name the later one counts, and none is the padding. */
static bool counts(const char *const *entries, size_t entry_count, size_t index)
{
    return !is_replaced(entries[index], entries + index + 1, entry_count - index - 1);
}

size_t spb_pair_environment_bytes(char *const *own, const char *const *entries, size_t entry_count)
{
    size_t bytes = 0;
    for (size_t i = 0; own[i]; i++)
        bytes += is_replaced(own[i], entries, entry_count) ? 0 : strlen(own[i]) + 1 + sizeof(char *);
    for (size_t i = 0; i < entry_count; i++)
        bytes += counts(entries, entry_count, i) ? strlen(entries[i]) + 1 + sizeof(char *) : 0;
    return bytes;
}

char **spb_pair_environment_make(char *const *own, const char *const *entries, size_t entry_count, size_t padding_bytes)
{
    size_t own_count = 0, count = 0;
    while (own[own_count])
        own_count++;
    char **environment = calloc(own_count + entry_count + 2, sizeof(*environment));
    char *padding = make_padding(padding_bytes);
    if (!environment || !padding) {
        free(environment);
        free(padding);
        return NULL;
    }
    environment[count++] = padding;
    for (size_t i = 0; i < own_count; i++)
        if (!is_replaced(own[i], entries, entry_count))
            environment[count++] = own[i];
    for (size_t i = 0; i < entry_count; i++)
        if (counts(entries, entry_count, i))
            environment[count++] = (char *)(uintptr_t)entries[i];
    return environment;
}

void spb_pair_environment_free(char **environment)
{
    if (environment)
        free(environment[0]);
    free(environment);
}
