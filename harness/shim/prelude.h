/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the prelude sets: shared by the BPF program and the one who loads it. Needs linux/bpf.h. */
#pragma once

/* One bit for each thing that can be set. */
enum {
	PRELUDE_PKT_TYPE = 1 << 0,
	PRELUDE_HASH = 1 << 1,
	PRELUDE_QUEUE_MAPPING = 1 << 2,
	PRELUDE_TC_INDEX = 1 << 3,
	PRELUDE_TC_CLASSID = 1 << 4,
	PRELUDE_VLAN = 1 << 5,
	PRELUDE_TUNNEL_KEY = 1 << 6,
	PRELUDE_TUNNEL_OPT = 1 << 7, /* with PRELUDE_TUNNEL_KEY */
	PRELUDE_ENTER = 1 << 8	     /* in `failed`: the program under test could not be entered */
};

/* struct bpf_tunnel_key, which is longer in newer headers; what all kernels know of it. */
#define PRELUDE_KEY_SIZE  44
#define PRELUDE_KEY_SHORT 28
/* Options of a tunnel, bytes at most. */
#define PRELUDE_OPT_MAX 64

struct prelude_values {
	__u32 set;    /* PRELUDE_*: which of the following */
	__u32 failed; /* PRELUDE_*: the first that the kernel refused */
	__s32 error;  /* -errno of that */
	__u32 pkt_type, hash, queue_mapping, tc_index, tc_classid;
	__u32 vlan_proto, vlan_tci;	   /* host order */
	__u32 tunnel_local;		   /* the key has a local address: Linux 6.0 */
	__u64 tunnel_flags;		   /* of bpf_skb_set_tunnel_key() */
	__u8 tunnel_key[PRELUDE_KEY_SIZE]; /* as that takes it */
	__u32 tunnel_opt_len;		   /* bytes, a multiple of 4 */
	__u8 tunnel_opt[PRELUDE_OPT_MAX];
};
