/* SPDX-License-Identifier: MIT */
#include "nearest.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 63, SUGGESTIONS = 5 };

static unsigned smaller(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

unsigned spb_edit_distance(const char *a, const char *b)
{
    unsigned rows[3][LONGEST + 1];
    size_t a_length = strnlen(a, LONGEST), b_length = strnlen(b, LONGEST);
    for (unsigned j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_length; j++) {
            unsigned cost = a[i - 1] != b[j - 1];
            row[j] = smaller(smaller(above[j] + 1, row[j - 1] + 1), above[j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = smaller(row[j], above2[j - 2] + 1);
        }
    }
    return rows[a_length % 3][b_length];
}

/* UINT_MAX where every letter would have to change: "ab" is at a distance of 2 from any two letters. */
static unsigned distance_to(const char *typed, const char *name)
{
    size_t a = strlen(typed), b = strlen(name);
    unsigned distance = spb_edit_distance(typed, name);
    return distance < (a > b ? a : b) ? distance : UINT_MAX;
}

static unsigned score(const char *typed, const char *name)
{
    size_t length = strlen(typed);
    if (length >= 3 && strstr(name, typed))
        return 0;
    /* A name's last part counts alone too: "latancy" is meant for "memory/latency". */
    unsigned distance = distance_to(typed, name);
    const char *slash = strrchr(name, '/');
    if (slash && !strchr(typed, '/'))
        distance = smaller(distance, distance_to(typed, slash + 1));
    unsigned allowed = (unsigned)length / 3;
    return distance <= (allowed > 2 ? allowed : 2) ? distance : UINT_MAX;
}

size_t spb_nearest(const char *typed, const char *const *names, size_t count, size_t *found, size_t limit)
{
    unsigned scores[16];
    size_t kept = 0;
    if (limit > 16)
        limit = 16;
    for (size_t i = 0; i < count && limit; i++) {
        unsigned s = score(typed, names[i]);
        if (s == UINT_MAX || (kept == limit && s >= scores[kept - 1]))
            continue;
        size_t at = kept < limit ? kept++ : kept - 1;
        for (; at > 0 && scores[at - 1] > s; at--) {
            scores[at] = scores[at - 1];
            found[at] = found[at - 1];
        }
        scores[at] = s;
        found[at] = i;
    }
    return kept;
}

void spb_nearest_append(const char *typed, const char *const *names, size_t count, struct spb_strbuf *out)
{
    size_t found[SUGGESTIONS];
    size_t near = spb_nearest(typed, names, count, found, SUGGESTIONS);
    for (size_t i = 0; i < near; i++)
        spb_strbuf_printf(out, "%s%s", i ? ", " : "; nearest: ", names[found[i]]);
}
