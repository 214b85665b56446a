/* SPDX-License-Identifier: MIT */
#include "screen.h"
