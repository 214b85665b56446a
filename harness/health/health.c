/* SPDX-License-Identifier: MIT */
#include "health.h"
