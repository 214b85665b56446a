/* SPDX-License-Identifier: MIT */
typedef int spb_room_counters_is_empty;
