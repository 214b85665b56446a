/* SPDX-License-Identifier: MIT */
#include "recorder.h"
