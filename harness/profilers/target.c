/* SPDX-License-Identifier: MIT */
#include "target.h"
