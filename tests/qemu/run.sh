#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs the hardware counters for real, on an emulated arm64 machine with a PMU: fetches arm64 packages (unpacked below
# FOLDER only; the system's own architectures and package lists are not touched), builds for arm64, boots, and checks.
#     tests/qemu/run.sh FOLDER
# FOLDER keeps what was fetched and built: a second run asks the network nothing. Needs no root. Exits with 77, saying
# why, where it cannot run; with SPB_QEMU_REQUIRED=1 in the environment that is a failure.
set -eu

tests=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$tests/../.." && pwd)
mkdir -p "${1:?usage: run.sh FOLDER}"
work=$(cd "$1" && pwd)
# pkg-config and CMake do not agree on how a space in the sysroot is quoted: a name without one.
case $work in
*' '*)
    link=${TMPDIR:-/tmp}/spbench-qemu-$(id -u)-$(printf %s "$work" | cksum | cut -d ' ' -f 1)
    ln -sfn "$work" "$link"
    work=$link
    ;;
esac
sysroot=$work/sysroot
libraries="libpfm4-dev libhwloc-dev libjansson-dev libzstd-dev libsqlite3-dev libncurses-dev libmicrohttpd-dev libdw-dev libelf-dev
    zlib1g-dev libprotobuf-c-dev"
kernel=linux-image-cloud-arm64

skip() {
    echo "skipped: $*"
    [ "${SPB_QEMU_REQUIRED:-0}" = 1 ] && exit 1
    exit 77
}

need_tools() {
    for tool in qemu-system-aarch64:qemu-system-arm aarch64-linux-gnu-gcc:gcc-aarch64-linux-gnu cpio:cpio \
        apt-get:apt dpkg-deb:dpkg cmake:cmake ninja:ninja-build pkg-config:pkg-config; do
        command -v "${tool%%:*}" >/dev/null || skip "no ${tool%%:*}; install the package ${tool#*:}"
    done
}

# The system's package sources, for arm64 alone, with all state of apt's in our folder.
configure_apt() {
    apt=$work/apt
    mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/sources"
    : >"$apt/status"
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
        [ -r "$file" ] || continue
        sed -e 's/arch=[^] ]*/arch=arm64/' -e 's/^Architectures:.*/Architectures: arm64/' "$file" \
            >"$apt/sources/$(basename "$file")"
    done
    cat >"$apt/apt.conf" <<CONF
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
APT::Sandbox::User "";
Acquire::Languages "none";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$apt/sources";
Dir::State "$apt";
Dir::State::status "$apt/status";
Dir::Cache "$apt";
CONF
    export APT_CONFIG="$apt/apt.conf"
}

download() {
    # shellcheck disable=SC2086 # a list of packages
    apt-get -qq update &&
        apt-get -qq -y install --download-only --no-install-recommends $libraries &&
        image=$(apt-cache depends "$kernel" | sed -n 's/.*Depends: \(linux-image-[^ ]*\).*/\1/p' | head -n 1) &&
        (cd "$apt/archives" && apt-get -qq download "$image")
}

# As on an installed system, /lib is /usr/lib; absolute links are made to stay inside.
unpack() {
    rm -rf "$sysroot"
    mkdir -p "$sysroot/usr/lib"
    ln -s usr/lib "$sysroot/lib"
    for package in "$apt"/archives/lib*.deb "$apt"/archives/zlib*.deb "$apt"/archives/linux-*.deb; do
        dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink -C "$sysroot" \
            --exclude='./lib/modules/*' --exclude='./usr/lib/modules/*' --exclude='./usr/share/doc/*'
    done
    find "$sysroot" -type l -lname '/*' | while read -r link; do
        ln -sfn "$sysroot$(readlink "$link")" "$link"
    done
    mv "$sysroot"/boot/vmlinuz-* "$work/kernel"
}

fetch() {
    wanted="$libraries $kernel"
    [ "$(cat "$work/fetched" 2>/dev/null)" = "$wanted" ] && return
    rm -rf "$work/apt" "$work/fetched"
    configure_apt
    if ! download >"$work/fetch.log" 2>&1; then
        cat "$work/fetch.log"
        skip "the arm64 packages cannot be fetched from the configured mirror"
    fi
    unpack
    rm -rf "$work/apt"
    echo "$wanted" >"$work/fetched"
}

build() {
    for part in guest:tests/qemu/guest program:.; do
        folder=$work/${part%%:*}
        [ -f "$folder/build.ninja" ] ||
            cmake -S "$source/${part#*:}" -B "$folder" -G Ninja --toolchain "$tests/aarch64.cmake" \
                -DSPB_SYSROOT="$sysroot" -DCMAKE_BUILD_TYPE=Release >"$folder.log" 2>&1 ||
            { cat "$folder.log" && rm -rf "$folder" && exit 1; }
        ninja -C "$folder" >"$folder.log" 2>&1 || { cat "$folder.log" && exit 1; }
    done
}

# Copies a program or library and, below it, all that it is linked to.
install_into_image() {
    cp -L "$1" "$2"
    for name in $(aarch64-linux-gnu-readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
        [ -e "$work/image/lib/$name" ] && continue
        # The compiler's own libraries, such as OpenMP's, come with the compiler.
        for found in "$work/program/$name" "$sysroot/usr/lib/aarch64-linux-gnu/$name" "$sysroot/usr/lib/$name" \
            "$(aarch64-linux-gnu-gcc -print-file-name="$name")"; do
            [ -e "$found" ] && install_into_image "$found" "$work/image/lib/" && break
        done
    done
}

make_image() {
    rm -rf "$work/image"
    mkdir -p "$work/image/bin" "$work/image/lib"
    cp "$work/guest/init" "$work/image/init"
    install_into_image "$work/program/spbench" "$work/image/bin/spbench"
    (cd "$work/image" && find . | cpio --quiet -o -H newc -R 0:0) >"$work/initrd"
}

# -icount: one instruction a nanosecond; with it and one CPU, counts are exact.
boot() {
    timeout 300 qemu-system-aarch64 -M virt -cpu cortex-a57 -smp 1 -m 512 -icount shift=0 -nographic -nic none \
        -no-reboot -kernel "$work/kernel" -initrd "$work/initrd" \
        -append "console=ttyAMA0 quiet panic=-1" </dev/null >"$work/console.log" 2>&1 ||
        echo "qemu ended with $?"
    tr -d '\r' <"$work/console.log"
    tr -d '\r' <"$work/console.log" | grep -Eq '^[1-9][0-9]* passed, 0 failed$'
}

need_tools
fetch
build
make_image
boot
