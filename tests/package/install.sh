#!/bin/sh
# SPDX-License-Identifier: MIT
# install.sh BUILD_FOLDER: installs into $PREFIX, which is not where the files were told they would be.
set -e
rm -rf "$PREFIX" "$PREFIX.first"
cmake --install "$1" --prefix "$PREFIX.first"
mv "$PREFIX.first" "$PREFIX"
