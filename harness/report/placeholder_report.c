/* SPDX-License-Identifier: MIT */
typedef int spb_room_report_is_empty;
