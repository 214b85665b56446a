/* SPDX-License-Identifier: MIT */
typedef int spb_room_proc_is_empty;
