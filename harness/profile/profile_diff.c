/* SPDX-License-Identifier: MIT
 *
 * Two profiles by function. Functions are the same when their names are: addresses and numbers change with every build.
 *
 *     difference = p1 - p0            p: share of the samples whose innermost frame is the function
 *     error^2 = p0 (1 - p0) / n0 + p1 (1 - p1) / n1       n: samples
 *     p value: two-sided, normal, of the pooled share (Newcombe 1998); adjusted over all functions (Holm)
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "distribution.h"
#include "multiplicity.h"
#include "profile_view.h"

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct spb_profile_entry *)a)->name, ((const struct spb_profile_entry *)b)->name);
}

/* Entries of one name become one, in the order of names. */
static void merge_names(struct spb_profile_top *top)
{
    size_t kept = 0;
    qsort(top->entries, top->count, sizeof *top->entries, by_name);
    for (size_t i = 0; i < top->count; i++) {
        struct spb_profile_entry *entry = &top->entries[i];
        if (kept && strcmp(top->entries[kept - 1].name, entry->name) == 0) {
            top->entries[kept - 1].self += entry->self;
            top->entries[kept - 1].total += entry->total;
            top->entries[kept - 1].samples += entry->samples;
            free(entry->name);
        } else {
            top->entries[kept++] = *entry;
        }
    }
    top->count = kept;
}

static double share(double part, double all)
{
    return all > 0 ? part / all : 0;
}

/* `name` goes over to the change. What one of the profiles does not have is all zero there. */
static struct spb_profile_change change_of(char *name, const struct spb_profile_entry *base,
                                           const struct spb_profile_entry *other,
                                           const struct spb_profile_top *base_top,
                                           const struct spb_profile_top *new_top)
{
    struct spb_profile_change change = {.name = name, .p = 1};
    double n0 = (double)base_top->sample_count, n1 = (double)new_top->sample_count;
    change.base_share = share((double)base->self, (double)base_top->sum);
    change.new_share = share((double)other->self, (double)new_top->sum);
    change.base_total_share = fmin(1, share((double)base->total, (double)base_top->sum));
    change.new_total_share = fmin(1, share((double)other->total, (double)new_top->sum));
    change.difference = change.new_share - change.base_share;
    if (n0 > 0 && n1 > 0) {
        double k0 = (double)base->samples, k1 = (double)other->samples;
        double p0 = k0 / n0, p1 = k1 / n1, pooled = (k0 + k1) / (n0 + n1);
        double pooled_error = sqrt(fmax(0, pooled * (1 - pooled)) * (1 / n0 + 1 / n1));
        change.error = sqrt(fmax(0, p0 * (1 - p0)) / n0 + fmax(0, p1 * (1 - p1)) / n1);
        if (pooled_error > 0)
            change.p = fmin(1, 2 * spb_normal_cdf(-fabs(p1 - p0) / pooled_error));
    }
    return change;
}

/* Takes the name out of the entry. */
static char *take_name(struct spb_profile_entry *entry)
{
    char *name = entry->name;
    entry->name = NULL;
    return name;
}

static void join(struct spb_profile_top *base, struct spb_profile_top *other, struct spb_profile_diff *diff)
{
    for (size_t b = 0, n = 0; b < base->count || n < other->count;) {
        int order = b == base->count    ? 1
                    : n == other->count ? -1
                                        : strcmp(base->entries[b].name, other->entries[n].name);
        static const struct spb_profile_entry none = {.name = NULL};
        struct spb_profile_entry *left = order <= 0 ? &base->entries[b++] : NULL;
        struct spb_profile_entry *right = order >= 0 ? &other->entries[n++] : NULL;
        char *name = left ? take_name(left) : right ? take_name(right) : NULL;
        diff->changes[diff->count++] = change_of(name, left ? left : &none, right ? right : &none, base, other);
    }
}

static int adjust(struct spb_profile_diff *diff)
{
    double *p = calloc(2 * diff->count + 1, sizeof *p), *adjusted = p ? p + diff->count : NULL;
    for (size_t i = 0; p && i < diff->count; i++)
        p[i] = diff->changes[i].p;
    int code = p ? diff->count ? spb_holm(p, diff->count, diff->count, adjusted) : 0 : -ENOMEM;
    for (size_t i = 0; code == 0 && i < diff->count; i++)
        diff->changes[i].p = adjusted[i];
    free(p);
    return code;
}

static int by_size(const void *a, const void *b)
{
    const struct spb_profile_change *left = a, *right = b;
    double l = fabs(left->difference), r = fabs(right->difference);
    return l != r ? l > r ? -1 : 1 : strcmp(left->name, right->name);
}

int spb_profile_diff(const struct spb_profile *base, const struct spb_profile *new_profile,
                     const struct spb_profile_filter *filter, struct spb_profile_diff *diff, struct spb_error *err)
{
    struct spb_profile_top before = {0}, after = {0};
    *diff = (struct spb_profile_diff){0};
    int code = spb_profile_top(base, filter, SPB_BY_FUNCTION, &before, err);
    if (code == 0)
        code = spb_profile_top(new_profile, filter, SPB_BY_FUNCTION, &after, err);
    if (code == 0) {
        merge_names(&before);
        merge_names(&after);
        diff->base_sum = (double)before.sum;
        diff->new_sum = (double)after.sum;
        diff->changes = calloc(before.count + after.count + 1, sizeof *diff->changes);
        if (!diff->changes)
            code = spb_error_system(err, -ENOMEM, "the profiles");
    }
    if (code == 0) {
        join(&before, &after, diff);
        code = adjust(diff);
        qsort(diff->changes, diff->count, sizeof *diff->changes, by_size);
        if (code)
            spb_error_system(err, code, "the profiles");
    }
    spb_profile_top_release(&before);
    spb_profile_top_release(&after);
    if (code)
        spb_profile_diff_release(diff);
    return code;
}

void spb_profile_diff_release(struct spb_profile_diff *diff)
{
    for (size_t i = 0; diff->changes && i < diff->count; i++)
        free(diff->changes[i].name);
    free(diff->changes);
    *diff = (struct spb_profile_diff){0};
}
