/* SPDX-License-Identifier: MIT */
#include "cpu_info.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "span.h"

enum { FILE_LIMIT_BYTES = 32 << 20 };

/* arm64 prints numbers only. Arm's "Main ID Register" list as the kernel has it (arch/arm64/include/asm/cputype.h). */
static const struct arm_name {
    const char *implementer;
    const char *part; /* NULL: the implementer itself */
    const char *name;
} arm_names[] = {
    {"0x41", NULL, "Arm"},
    {"0x41", "0xd03", "Cortex-A53"},
    {"0x41", "0xd05", "Cortex-A55"},
    {"0x41", "0xd08", "Cortex-A72"},
    {"0x41", "0xd0b", "Cortex-A76"},
    {"0x41", "0xd0c", "Neoverse-N1"},
    {"0x41", "0xd40", "Neoverse-V1"},
    {"0x41", "0xd49", "Neoverse-N2"},
    {"0x41", "0xd4f", "Neoverse-V2"},
    {"0x41", "0xd83", "Neoverse-V3"},
    {"0x41", "0xd8e", "Neoverse-N3"},
    {"0x42", NULL, "Broadcom"},
    {"0x43", NULL, "Cavium"},
    {"0x43", "0x0af", "ThunderX2"},
    {"0x46", NULL, "Fujitsu"},
    {"0x46", "0x001", "A64FX"},
    {"0x48", NULL, "HiSilicon"},
    {"0x48", "0xd01", "Kunpeng-920"},
    {"0x4e", NULL, "NVIDIA"},
    {"0x51", NULL, "Qualcomm"},
    {"0x61", NULL, "Apple"},
    {"0xc0", NULL, "Ampere"},
    {"0xc0", "0xac3", "Ampere-1"},
    {"0xc0", "0xac4", "Ampere-1a"},
};

static const char *find_arm_name(const char *implementer, const char *part)
{
    for (size_t i = 0; i < sizeof(arm_names) / sizeof(arm_names[0]); i++) {
        const struct arm_name *known = &arm_names[i];
        bool same_part = part ? known->part && strcmp(known->part, part) == 0 : !known->part;
        if (same_part && strcmp(known->implementer, implementer) == 0)
            return known->name;
    }
    return NULL;
}

struct arm_numbers {
    char implementer[16];
    char variant[16];
    char revision[16];
};

static void finish_arm(const struct arm_numbers *arm, struct spb_cpu_info *info)
{
    if (!arm->implementer[0])
        return;
    const char *vendor = find_arm_name(arm->implementer, NULL);
    const char *part = find_arm_name(arm->implementer, info->model);
    uint64_t variant;
    snprintf(info->vendor, sizeof(info->vendor), "%s", vendor ? vendor : arm->implementer);
    if (part && !info->model_name[0])
        snprintf(info->model_name, sizeof(info->model_name), "%s", part);
    if (spb_span_parse_hex((struct spb_span){arm->variant, strlen(arm->variant)}, &variant) == 0 && variant < 16)
        snprintf(info->stepping, sizeof(info->stepping), "r%up%.8s", (unsigned)variant, arm->revision);
}

static void take_flags(struct spb_span flags, struct spb_cpu_info *info)
{
    info->has_flags = true;
    info->hypervisor = spb_span_has_word(flags, "hypervisor");
    info->constant_tsc = spb_span_has_word(flags, "constant_tsc");
}

static void take_pair(struct spb_span key, struct spb_span value, struct arm_numbers *arm, struct spb_cpu_info *info)
{
    const struct {
        const char *key;
        char *text;
        size_t size;
    } texts[] = {
        {"vendor_id", info->vendor, sizeof(info->vendor)},
        {"model name", info->model_name, sizeof(info->model_name)},
        {"cpu family", info->family, sizeof(info->family)},
        {"model", info->model, sizeof(info->model)},
        {"stepping", info->stepping, sizeof(info->stepping)},
        {"microcode", info->microcode, sizeof(info->microcode)},
        {"CPU architecture", info->family, sizeof(info->family)},
        {"CPU part", info->model, sizeof(info->model)},
        {"CPU implementer", arm->implementer, sizeof(arm->implementer)},
        {"CPU variant", arm->variant, sizeof(arm->variant)},
        {"CPU revision", arm->revision, sizeof(arm->revision)},
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (!texts[i].text[0] && spb_span_equals(key, texts[i].key))
            spb_span_copy(value, texts[i].text, texts[i].size);
    if (spb_span_equals(key, "flags") && !info->has_flags)
        take_flags(value, info);
}

/* "model name\t: Intel(R) Xeon(R) Processor", a block a CPU, blank lines between */
int spb_cpu_info_parse(const char *text, size_t length, struct spb_cpu_info *info)
{
    struct spb_span rest = {text, length}, line, key;
    struct arm_numbers arm = {0};
    *info = (struct spb_cpu_info){0};
    while (spb_span_take_line(&rest, &line)) {
        bool is_end = spb_span_trim(line).length == 0 && (info->model[0] || info->vendor[0]);
        if (is_end)
            break;
        if (spb_span_take_until(&line, ':', &key))
            take_pair(spb_span_trim(key), spb_span_trim(line), &arm, info);
    }
    finish_arm(&arm, info);
    return info->vendor[0] || info->model_name[0] ? 0 : -ENODATA;
}

int spb_cpu_info_read(const char *root, struct spb_cpu_info *info)
{
    struct spb_strbuf text = {0};
    int code = spb_file_read(root, "/proc/cpuinfo", FILE_LIMIT_BYTES, &text);
    if (code == 0)
        code = spb_cpu_info_parse(spb_strbuf_text(&text), text.length, info);
    spb_strbuf_release(&text);
    return code;
}
