/* SPDX-License-Identifier: MIT */
#include "address_space.h"
