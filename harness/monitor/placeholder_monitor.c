/* SPDX-License-Identifier: MIT */
typedef int spb_room_monitor_is_empty;
