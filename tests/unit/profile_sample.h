/* SPDX-License-Identifier: MIT
 *
 * A small profile for tests: main calls parse (with an inlined helper, get_byte) and hash; two threads.
 *
 *     main > parse                    10 samples  100 ns   thread 11 "reader"
 *     main > parse > get_byte inl.    30 samples  300 ns   thread 11
 *     main > hash                     40 samples  400 ns   thread 12 "worker"
 *     main > hash > hash              20 samples  200 ns   thread 12   (it calls itself)
 */
#ifndef SPB_PROFILE_SAMPLE_H
#define SPB_PROFILE_SAMPLE_H

#include "profile.h"

static inline uint32_t sample_function(struct spb_profile *profile, const char *name, uint32_t module)
{
    return spb_profile_function(profile,
                                &(struct spb_profile_function){.name = spb_profile_string(profile, name),
                                                               .linkage_name = spb_profile_string(profile, name),
                                                               .file = spb_profile_string(profile, "src/main.c"),
                                                               .first_line = 10,
                                                               .module = module});
}

static inline uint32_t sample_frame(struct spb_profile *profile, uint32_t function, uint32_t line, uint64_t address,
                                    bool inlined)
{
    return spb_profile_frame(profile, &(struct spb_profile_frame){function, line, address, inlined});
}

static inline struct spb_profile *sample_profile(void)
{
    struct spb_profile *profile = NULL;
    if (spb_profile_create(&profile) < 0)
        return NULL;
    spb_profile_add_value_type(profile, "samples", "count");
    spb_profile_add_value_type(profile, "cpu", "nanoseconds");
    profile->default_type = 1;
    profile->period = 10;
    profile->period_type = profile->types[1];
    profile->time_ns = INT64_C(1760000000000000000);
    profile->duration_ns = 2000;
    uint32_t module =
        spb_profile_module(profile, &(struct spb_profile_module){.path = spb_profile_string(profile, "/usr/bin/demo"),
                                                                 .build_id = spb_profile_string(profile, "00ff"),
                                                                 .start = 0x400000,
                                                                 .limit = 0x500000,
                                                                 .has_functions = true,
                                                                 .has_lines = true,
                                                                 .has_inlines = true});
    uint32_t reader =
        spb_profile_thread(profile, &(struct spb_profile_thread){10, 11, spb_profile_string(profile, "reader"),
                                                                 spb_profile_string(profile, "demo")});
    uint32_t worker =
        spb_profile_thread(profile, &(struct spb_profile_thread){10, 12, spb_profile_string(profile, "worker"),
                                                                 spb_profile_string(profile, "demo")});
    uint32_t f_main = sample_function(profile, "main", module), f_parse = sample_function(profile, "parse", module);
    uint32_t f_byte = sample_function(profile, "get_byte", module), f_hash = sample_function(profile, "hash", module);
    uint32_t main_node = spb_profile_child(profile, SPB_PROFILE_ROOT, sample_frame(profile, f_main, 12, 0x1000, false));
    uint32_t parse = spb_profile_child(profile, main_node, sample_frame(profile, f_parse, 20, 0x2000, false));
    uint32_t parse_inline = spb_profile_child(profile, main_node, sample_frame(profile, f_parse, 21, 0x2010, false));
    uint32_t byte = spb_profile_child(profile, parse_inline, sample_frame(profile, f_byte, 5, 0x2010, true));
    uint32_t hash = spb_profile_child(profile, main_node, sample_frame(profile, f_hash, 40, 0x3000, false));
    uint32_t again = spb_profile_child(profile, hash, sample_frame(profile, f_hash, 41, 0x3010, false));
    spb_profile_add(profile, parse, reader, (const int64_t[]){10, 100});
    spb_profile_add(profile, byte, reader, (const int64_t[]){30, 300});
    spb_profile_add(profile, hash, worker, (const int64_t[]){40, 400});
    spb_profile_add(profile, again, worker, (const int64_t[]){20, 200});
    spb_profile_set_fact(profile, "samples-lost", 3, "count");
    spb_profile_set_fact_text(profile, "event", "cpu-clock");
    for (size_t i = 0; i < 4; i++)
        *spb_profile_timeline_at(profile, "cpu", worker, 500, i) = (int64_t)i * 7;
    return profile;
}

#endif
