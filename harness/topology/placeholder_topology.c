/* SPDX-License-Identifier: MIT */
typedef int spb_room_topology_is_empty;
