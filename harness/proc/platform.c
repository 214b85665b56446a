/* SPDX-License-Identifier: MIT */
#include "platform.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "file.h"
#include "setting.h"

static bool is_live(const char *root)
{
    return !root || !*root || strcmp(root, "/") == 0;
}

static void read_name(const char *root, enum spb_setting_id id, char *text, size_t size)
{
    struct spb_setting setting;
    if (spb_setting_read(root, id, &setting) == 0)
        snprintf(text, size, "%.*s", (int)size - 1, setting.text);
}

void spb_system_name_read(const char *root, struct spb_system_name *name)
{
    struct utsname system;
    *name = (struct spb_system_name){0};
    if (is_live(root) && uname(&system) == 0) {
        snprintf(name->host, sizeof(name->host), "%s", system.nodename);
        snprintf(name->release, sizeof(name->release), "%s", system.release);
        snprintf(name->version, sizeof(name->version), "%s", system.version);
        snprintf(name->machine, sizeof(name->machine), "%.31s", system.machine);
        return;
    }
    read_name(root, SPB_SETTING_HOST_NAME, name->host, sizeof(name->host));
    read_name(root, SPB_SETTING_KERNEL_RELEASE, name->release, sizeof(name->release));
    read_name(root, SPB_SETTING_KERNEL_VERSION, name->version, sizeof(name->version));
    read_name(root, SPB_SETTING_MACHINE, name->machine, sizeof(name->machine));
}

/* ---- hypervisor ------------------------------------------------------------------------------------------------ */

/* What a hypervisor writes into CPUID and firmware tables. "" as name: real hardware of a vendor that also has VMs. */
static const struct {
    const char *pattern; /* the text starts with it */
    const char *name;
} signatures[] = {
    {"KVMKVMKVM", "kvm"},
    {"Microsoft Hv", "microsoft"},
    {"VMwareVMware", "vmware"},
    {"XenVMMXenVMM", "xen"},
    {"TCGTCGTCGTCG", "qemu"},
    {"bhyve bhyve", "bhyve"},
    {"prl hyperv", "parallels"},
    {"ACRNACRNACRN", "acrn"},
    {"QEMU", "qemu"},
    {"KVM", "kvm"},
    {"VMware", "vmware"},
    {"VirtualBox", "virtualbox"},
    {"innotek GmbH", "virtualbox"},
    {"Xen", "xen"},
    {"Bochs", "bochs"},
    {"Parallels", "parallels"},
    {"BHYVE", "bhyve"},
    {"Google Compute Engine", "kvm"},
    {"OpenStack", "kvm"},
    {"Virtual Machine", "microsoft"},
    {"Apple Virtualization", "apple"},
    {"RHEV", "kvm"},
    {"oVirt", "kvm"},
};

static const char *find_signature(const char *text)
{
    for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++)
        if (strncmp(text, signatures[i].pattern, strlen(signatures[i].pattern)) == 0)
            return signatures[i].name;
    return NULL;
}

static void set_vm(struct spb_virtualization *found, const char *name, const char *source, const char *text)
{
    found->kind = SPB_VIRTUALIZATION_VM;
    snprintf(found->name, sizeof(found->name), "%.31s", name ? name : "vm");
    snprintf(found->evidence, sizeof(found->evidence), "%s%s%.60s", source, *text ? " " : "", text);
}

/* Twelve bytes such as "KVMKVMKVM\0\0\0"; "" where there is no such instruction. */
static void read_cpuid_signature(const char *root, char signature[13])
{
    memset(signature, 0, 13);
#if defined(__x86_64__)
    unsigned leaf, words[3];
    if (is_live(root)) {
        __cpuid(0x40000000, leaf, words[0], words[1], words[2]);
        memcpy(signature, words, 12);
    }
#else
    (void)root;
#endif
}

static bool ask_firmware(const char *root, struct spb_virtualization *found)
{
    static const enum spb_setting_id sources[] = {SPB_SETTING_DMI_PRODUCT, SPB_SETTING_DMI_VENDOR,
                                                  SPB_SETTING_DEVICE_TREE_MODEL};
    static const char *const names[] = {"DMI product", "DMI vendor", "device tree"};
    struct spb_setting setting;
    bool seen = false;
    for (size_t i = 0; i < 3; i++) {
        if (spb_setting_read(root, sources[i], &setting) < 0)
            continue;
        seen = true;
        const char *name = find_signature(setting.text);
        if (strstr(setting.text, ".metal"))
            break; /* Amazon's bare-metal instances carry the vendor of the virtual ones */
        if (name || strncmp(setting.text, "Amazon EC2", 10) == 0) {
            set_vm(found, name ? name : "amazon", names[i], setting.text);
            return true;
        }
    }
    return seen;
}

void spb_virtualization_read(const char *root, const struct spb_cpu_info *cpu, struct spb_virtualization *found)
{
    char signature[13];
    struct spb_setting setting;
    *found = (struct spb_virtualization){0};
    bool flag_known = cpu && cpu->has_flags;
    bool firmware_known = ask_firmware(root, found);
    if (flag_known && cpu->hypervisor) {
        read_cpuid_signature(root, signature);
        const char *name = find_signature(signature);
        if (name || found->kind != SPB_VIRTUALIZATION_VM)
            set_vm(found, name, "CPUID hypervisor flag", signature);
    } else if (spb_setting_read(root, SPB_SETTING_HYPERVISOR_TYPE, &setting) == 0) {
        set_vm(found, setting.text, spb_setting_path(SPB_SETTING_HYPERVISOR_TYPE), "");
    } else if (found->kind != SPB_VIRTUALIZATION_VM && (flag_known || firmware_known)) {
        found->kind = SPB_VIRTUALIZATION_NONE;
        snprintf(found->evidence, sizeof(found->evidence), "%s",
                 flag_known ? "no CPUID hypervisor flag" : "the firmware names no hypervisor");
    } else if (found->kind != SPB_VIRTUALIZATION_VM) {
        snprintf(found->evidence, sizeof(found->evidence), "neither CPU flags nor firmware tables can be read");
    }
}

/* ---- container ------------------------------------------------------------------------------------------------- */

/* What the file holds may be long and does not matter. */
static bool exists(const char *root, const char *path)
{
    char text[8];
    int code = spb_file_read_line(root, path, text, sizeof(text));
    return code == 0 || code == -EFBIG;
}

const char *spb_container_find(const char *root, const char *cgroup_path)
{
    static const struct {
        const char *part;
        const char *name;
    } paths[] = {{"kubepods", "kubernetes"}, {"/docker/", "docker"}, {"docker-", "docker"},
                 {"libpod-", "podman"},      {"/lxc/", "lxc"},       {"lxc.payload", "lxc"}};
    for (size_t i = 0; cgroup_path && i < sizeof(paths) / sizeof(paths[0]); i++)
        if (strstr(cgroup_path, paths[i].part))
            return paths[i].name;
    return exists(root, "/.dockerenv") ? "docker" : exists(root, "/run/.containerenv") ? "podman" : "";
}
