/* SPDX-License-Identifier: MIT */
typedef int spb_room_store_is_empty;
