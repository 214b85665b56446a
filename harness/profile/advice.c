/* SPDX-License-Identifier: MIT */
#include "advice.h"
