/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "types/helper_values.h"

#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

static const struct type u8_type = { .kind = TYPE_INT, .name = "__u8", .size = 1 };
static const struct type u16_type = { .kind = TYPE_INT, .name = "__u16", .size = 2 };
static const struct type u32_type = { .kind = TYPE_INT, .name = "__u32", .size = 4 };
static const struct type u64_type = { .kind = TYPE_INT, .name = "__u64", .size = 8 };
static const struct type s32_type = {
	.kind = TYPE_INT, .name = "__s32", .size = 4, .is_signed = true
};
static const struct type be16_type = {
	.kind = TYPE_INT, .name = "__be16", .size = 2, .big_endian = true
};
/* Called so that it is written as what it is, whatever its member is called. */
static const struct type ipv4_type = {
	.kind = TYPE_INT, .name = "IPv4 address", .size = 4, .big_endian = true
};
static const struct type ipv6_type = {
	.kind = TYPE_ARRAY, .name = "IPv6 address", .size = 16, .element = &u8_type, .n = 16
};
static const struct type mac_type = {
	.kind = TYPE_ARRAY, .name = "__u8[6]", .size = 6, .element = &u8_type, .n = 6
};

#define MEMBER(of, member, type)                                        \
	{                                                               \
#member, &(type), (uint32_t)offsetof(of, member) * 8, 0 \
	}

/*
 * Members that share bytes are members of a union, whose first is at the offset of @first; each
 * begins there.
 */
#define UNION_OF(name_, members_, size_)   \
	static const struct type name_ = { \
		.kind = TYPE_UNION,        \
		.name = "union",           \
		.size = (size_),           \
		.members = (members_),     \
		.n = ARRAY_SIZE(members_), \
	}
#define UNION_AT(of, first, type)                                   \
	{                                                           \
		NULL, &(type), (uint32_t)offsetof(of, first) * 8, 0 \
	}
#define STRUCT_OF(name_, text, members_, size_) \
	static const struct type name_ = {      \
		.kind = TYPE_STRUCT,            \
		.name = (text),                 \
		.size = (size_),                \
		.members = (members_),          \
		.n = ARRAY_SIZE(members_),      \
	}

static struct type_member fib_length[] = { { "tot_len", &u16_type, 0, 0 },
					   { "mtu_result", &u16_type, 0, 0 } };
static struct type_member fib_tos[] = { { "tos", &u8_type, 0, 0 },
					{ "flowinfo", &u32_type, 0, 0 },
					{ "rt_metric", &u32_type, 0, 0 } };
static struct type_member fib_src[] = { { "ipv4_src", &ipv4_type, 0, 0 },
					{ "ipv6_src", &ipv6_type, 0, 0 } };
static struct type_member fib_dst[] = { { "ipv4_dst", &ipv4_type, 0, 0 },
					{ "ipv6_dst", &ipv6_type, 0, 0 } };
static struct type_member fib_tag[] = { { "h_vlan_proto", &be16_type, 0, 0 },
					{ "h_vlan_TCI", &be16_type, 16, 0 } };
STRUCT_OF(fib_tag_type, "struct", fib_tag, 4);
static struct type_member fib_vlan[] = { { NULL, &fib_tag_type, 0, 0 },
					 { "tbid", &u32_type, 0, 0 } };
UNION_OF(fib_length_type, fib_length, 2);
UNION_OF(fib_tos_type, fib_tos, 4);
UNION_OF(fib_src_type, fib_src, 16);
UNION_OF(fib_dst_type, fib_dst, 16);
UNION_OF(fib_vlan_type, fib_vlan, 4);

static struct type_member fib_members[] = {
	MEMBER(struct bpf_fib_lookup, family, u8_type),
	MEMBER(struct bpf_fib_lookup, l4_protocol, u8_type),
	MEMBER(struct bpf_fib_lookup, sport, be16_type),
	MEMBER(struct bpf_fib_lookup, dport, be16_type),
	UNION_AT(struct bpf_fib_lookup, tot_len, fib_length_type),
	MEMBER(struct bpf_fib_lookup, ifindex, u32_type),
	UNION_AT(struct bpf_fib_lookup, tos, fib_tos_type),
	UNION_AT(struct bpf_fib_lookup, ipv4_src, fib_src_type),
	UNION_AT(struct bpf_fib_lookup, ipv4_dst, fib_dst_type),
	UNION_AT(struct bpf_fib_lookup, h_vlan_proto, fib_vlan_type),
	MEMBER(struct bpf_fib_lookup, smac, mac_type),
	MEMBER(struct bpf_fib_lookup, dmac, mac_type),
};
STRUCT_OF(fib_type, "struct bpf_fib_lookup", fib_members, sizeof(struct bpf_fib_lookup));

static struct type_member tunnel_remote[] = { { "remote_ipv4", &ipv4_type, 0, 0 },
					      { "remote_ipv6", &ipv6_type, 0, 0 } };
static struct type_member tunnel_local[] = { { "local_ipv4", &ipv4_type, 0, 0 },
					     { "local_ipv6", &ipv6_type, 0, 0 } };
static struct type_member tunnel_ext[] = { { "tunnel_flags", &be16_type, 0, 0 },
					   { "tunnel_ext", &u16_type, 0, 0 } };
UNION_OF(tunnel_remote_type, tunnel_remote, 16);
UNION_OF(tunnel_local_type, tunnel_local, 16);
UNION_OF(tunnel_ext_type, tunnel_ext, 2);

/* local_ipv4 is newer than some headers: it follows the label. */
#define TUNNEL_LOCAL (offsetof(struct bpf_tunnel_key, tunnel_label) + 4)

static struct type_member tunnel_members[] = {
	MEMBER(struct bpf_tunnel_key, tunnel_id, u32_type),
	UNION_AT(struct bpf_tunnel_key, remote_ipv4, tunnel_remote_type),
	MEMBER(struct bpf_tunnel_key, tunnel_tos, u8_type),
	MEMBER(struct bpf_tunnel_key, tunnel_ttl, u8_type),
	UNION_AT(struct bpf_tunnel_key, tunnel_ext, tunnel_ext_type),
	MEMBER(struct bpf_tunnel_key, tunnel_label, u32_type),
	{ NULL, &tunnel_local_type, TUNNEL_LOCAL * 8, 0 },
};
STRUCT_OF(tunnel_type, "struct bpf_tunnel_key", tunnel_members, TUNNEL_LOCAL + 16);

static struct type_member neigh_hop[] = { { "ipv4_nh", &ipv4_type, 0, 0 },
					  { "ipv6_nh", &ipv6_type, 0, 0 } };
UNION_OF(neigh_hop_type, neigh_hop, 16);
static struct type_member neigh_members[] = {
	MEMBER(struct bpf_redir_neigh, nh_family, u32_type),
	UNION_AT(struct bpf_redir_neigh, ipv4_nh, neigh_hop_type),
};
STRUCT_OF(neigh_type, "struct bpf_redir_neigh", neigh_members, sizeof(struct bpf_redir_neigh));

static struct type_member tuple4[] = { { "saddr", &ipv4_type, 0, 0 },
				       { "daddr", &ipv4_type, 32, 0 },
				       { "sport", &be16_type, 64, 0 },
				       { "dport", &be16_type, 80, 0 } };
static struct type_member tuple6[] = { { "saddr", &ipv6_type, 0, 0 },
				       { "daddr", &ipv6_type, 128, 0 },
				       { "sport", &be16_type, 256, 0 },
				       { "dport", &be16_type, 272, 0 } };
STRUCT_OF(tuple4_type, "struct", tuple4, 12);
STRUCT_OF(tuple6_type, "struct", tuple6, 36);
static struct type_member tuple[] = { { "ipv4", &tuple4_type, 0, 0 },
				      { "ipv6", &tuple6_type, 0, 0 } };
UNION_OF(tuple_ip_type, tuple, 36);
static struct type_member tuple_members[] = { { NULL, &tuple_ip_type, 0, 0 } };
STRUCT_OF(tuple_type, "struct bpf_sock_tuple", tuple_members, 36);
/* Its size says which of the two it is. */
static const struct type tuple_of_ipv4 = { .kind = TYPE_STRUCT,
					   .name = "struct bpf_sock_tuple",
					   .size = 12,
					   .members = &tuple[0],
					   .n = 1 };
static const struct type tuple_of_ipv6 = { .kind = TYPE_STRUCT,
					   .name = "struct bpf_sock_tuple",
					   .size = 36,
					   .members = &tuple[1],
					   .n = 1 };

static const struct type *const structs[] = { &fib_type, &tunnel_type, &neigh_type };

const struct type *helper_struct(const struct helper *h, unsigned int i)
{
	if (h->args[i].value == HELPER_MEMORY && !strcmp(h->args[i].name, "tuple"))
		return &tuple_type;
	if (h->args[i].value != HELPER_STRUCT)
		return NULL;
	for (size_t k = 0; k < ARRAY_SIZE(structs); k++)
		if (!strcmp(structs[k]->name, h->struct_name))
			return structs[k];
	return NULL;
}

const struct type *helper_sized_struct(const struct helper *h, unsigned int i, uint64_t size)
{
	const struct type *t = helper_struct(h, i);

	if (t != &tuple_type)
		return t;
	return size == tuple_of_ipv4.size   ? &tuple_of_ipv4
	       : size == tuple_of_ipv6.size ? &tuple_of_ipv6
					    : t;
}

static void swap4(uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	v = __builtin_bswap32(v);
#endif
	memcpy(p, &v, sizeof(v));
}

void helper_tunnel_swap(uint8_t *key)
{
	swap4(key + offsetof(struct bpf_tunnel_key, remote_ipv4));
	swap4(key + TUNNEL_LOCAL);
}

const struct type *helper_number(const struct helper *h, unsigned int i)
{
	if (h->args[i].value == HELPER_BE16)
		return &be16_type;
	if (h->args[i].value == HELPER_INT)
		return &s32_type;
	return h->args[i].size == 4 ? &u32_type : &u64_type;
}

#define NAMES(table, member_, next_) \
	static const struct value_names table##_names = { member_, table, ARRAY_SIZE(table), next_ }

static struct type_enumerator families[] = { { "AF_INET", AF_INET }, { "AF_INET6", AF_INET6 } };
static struct type_enumerator ether_types[] = {
	{ "ETH_P_IP", ETH_P_IP },
	{ "ETH_P_IPV6", ETH_P_IPV6 },
	{ "ETH_P_8021Q", ETH_P_8021Q },
	{ "ETH_P_8021AD", ETH_P_8021AD },
};
NAMES(families, "family", NULL);
static const struct value_names nh_families_names = { "nh_family", families, ARRAY_SIZE(families),
						      NULL };
NAMES(ether_types, "proto", NULL);
static const struct value_names vlan_names = { "vlan_proto", ether_types, ARRAY_SIZE(ether_types),
					       NULL };

static struct type_enumerator redirect_flags[] = { { "BPF_F_INGRESS", BPF_F_INGRESS } };
static struct type_enumerator redirect_map_flags[] = { { "BPF_F_BROADCAST", 1 << 3 },
						       { "BPF_F_EXCLUDE_INGRESS", 1 << 4 } };
static struct type_enumerator fib_flags[] = {
	{ "BPF_FIB_LOOKUP_DIRECT", 1 << 0 },	 { "BPF_FIB_LOOKUP_OUTPUT", 1 << 1 },
	{ "BPF_FIB_LOOKUP_SKIP_NEIGH", 1 << 2 }, { "BPF_FIB_LOOKUP_TBID", 1 << 3 },
	{ "BPF_FIB_LOOKUP_SRC", 1 << 4 },	 { "BPF_FIB_LOOKUP_MARK", 1 << 5 },
};
static struct type_enumerator get_tunnel_flags[] = { { "BPF_F_TUNINFO_IPV6", 1 << 0 },
						     { "BPF_F_TUNINFO_FLAGS", 1 << 4 } };
static struct type_enumerator set_tunnel_flags[] = {
	{ "BPF_F_TUNINFO_IPV6", 1 << 0 },  { "BPF_F_ZERO_CSUM_TX", 1 << 1 },
	{ "BPF_F_DONT_FRAGMENT", 1 << 2 }, { "BPF_F_SEQ_NUMBER", 1 << 3 },
	{ "BPF_F_NO_TUNNEL_KEY", 1 << 4 },
};
static struct type_enumerator store_flags[] = { { "BPF_F_RECOMPUTE_CSUM", 1 << 0 },
						{ "BPF_F_INVALIDATE_HASH", 1 << 1 } };
static struct type_enumerator l4_csum_flags[] = { { "BPF_F_PSEUDO_HDR", 1 << 4 },
						  { "BPF_F_MARK_MANGLED_0", 1 << 5 },
						  { "BPF_F_MARK_ENFORCE", 1 << 6 },
						  { "BPF_F_IPV6", 1 << 7 } };
static struct type_enumerator update_flags[] = {
	{ "BPF_ANY", 0 }, { "BPF_NOEXIST", 1 }, { "BPF_EXIST", 2 }, { "BPF_F_LOCK", 4 }
};
static struct type_enumerator ringbuf_flags[] = { { "BPF_RB_NO_WAKEUP", 1 },
						  { "BPF_RB_FORCE_WAKEUP", 2 } };
static struct type_enumerator query_flags[] = { { "BPF_RB_AVAIL_DATA", 0 },
						{ "BPF_RB_RING_SIZE", 1 },
						{ "BPF_RB_CONS_POS", 2 },
						{ "BPF_RB_PROD_POS", 3 } };
static struct type_enumerator room_modes[] = { { "BPF_ADJ_ROOM_NET", 0 },
					       { "BPF_ADJ_ROOM_MAC", 1 } };
static struct type_enumerator room_flags[] = {
	{ "BPF_F_ADJ_ROOM_FIXED_GSO", 1 << 0 },	    { "BPF_F_ADJ_ROOM_ENCAP_L3_IPV4", 1 << 1 },
	{ "BPF_F_ADJ_ROOM_ENCAP_L3_IPV6", 1 << 2 }, { "BPF_F_ADJ_ROOM_ENCAP_L4_GRE", 1 << 3 },
	{ "BPF_F_ADJ_ROOM_ENCAP_L4_UDP", 1 << 4 },  { "BPF_F_ADJ_ROOM_NO_CSUM_RESET", 1 << 5 },
	{ "BPF_F_ADJ_ROOM_ENCAP_L2_ETH", 1 << 6 },  { "BPF_F_ADJ_ROOM_DECAP_L3_IPV4", 1 << 7 },
	{ "BPF_F_ADJ_ROOM_DECAP_L3_IPV6", 1 << 8 },
};
static struct type_enumerator packet_types[] = {
	{ "PACKET_HOST", PACKET_HOST },
	{ "PACKET_BROADCAST", PACKET_BROADCAST },
	{ "PACKET_MULTICAST", PACKET_MULTICAST },
	{ "PACKET_OTHERHOST", PACKET_OTHERHOST },
};
static struct type_enumerator csum_levels[] = { { "BPF_CSUM_LEVEL_QUERY", 0 },
						{ "BPF_CSUM_LEVEL_INC", 1 },
						{ "BPF_CSUM_LEVEL_DEC", 2 },
						{ "BPF_CSUM_LEVEL_RESET", 3 } };
static struct type_enumerator mtu_flags[] = { { "BPF_MTU_CHK_SEGS", 1 } };

NAMES(redirect_flags, "flags", NULL);
NAMES(redirect_map_flags, "flags", NULL);
NAMES(fib_flags, "flags", &families_names);
NAMES(get_tunnel_flags, "flags", NULL);
NAMES(set_tunnel_flags, "flags", NULL);
NAMES(store_flags, "flags", NULL);
NAMES(l4_csum_flags, "flags", NULL);
NAMES(update_flags, "flags", NULL);
NAMES(ringbuf_flags, "flags", NULL);
NAMES(query_flags, "flags", NULL);
NAMES(room_modes, "mode", NULL);
NAMES(room_flags, "flags", &room_modes_names);
NAMES(packet_types, "type", NULL);
NAMES(csum_levels, "level", NULL);
NAMES(mtu_flags, "flags", NULL);

static const struct {
	uint32_t id;
	const struct value_names *names;
} names_by_helper[] = {
	{ BPF_FUNC_redirect, &redirect_flags_names },
	{ BPF_FUNC_clone_redirect, &redirect_flags_names },
	{ BPF_FUNC_redirect_neigh, &nh_families_names },
	{ BPF_FUNC_redirect_map, &redirect_map_flags_names },
	{ BPF_FUNC_fib_lookup, &fib_flags_names },
	{ BPF_FUNC_skb_get_tunnel_key, &get_tunnel_flags_names },
	{ BPF_FUNC_skb_set_tunnel_key, &set_tunnel_flags_names },
	{ BPF_FUNC_skb_store_bytes, &store_flags_names },
	{ BPF_FUNC_l4_csum_replace, &l4_csum_flags_names },
	{ BPF_FUNC_map_update_elem, &update_flags_names },
	{ BPF_FUNC_map_push_elem, &update_flags_names },
	{ BPF_FUNC_ringbuf_output, &ringbuf_flags_names },
	{ BPF_FUNC_ringbuf_submit, &ringbuf_flags_names },
	{ BPF_FUNC_ringbuf_discard, &ringbuf_flags_names },
	{ BPF_FUNC_ringbuf_query, &query_flags_names },
	{ BPF_FUNC_skb_adjust_room, &room_flags_names },
	{ BPF_FUNC_skb_change_type, &packet_types_names },
	{ BPF_FUNC_skb_change_proto, &ether_types_names },
	{ BPF_FUNC_skb_vlan_push, &vlan_names },
	{ BPF_FUNC_csum_level, &csum_levels_names },
	{ BPF_FUNC_check_mtu, &mtu_flags_names },
};

const struct value_names *helper_names(const struct helper *h)
{
	for (size_t i = 0; i < ARRAY_SIZE(names_by_helper); i++)
		if (names_by_helper[i].id == h->id)
			return names_by_helper[i].names;
	return NULL;
}

unsigned int helper_arg_find(const struct helper *h, const char *name, size_t len)
{
	unsigned int i = 0;

	while (i < HELPER_ARGS && !(h->args[i].name && text_is(name, len, h->args[i].name)))
		i++;
	return i;
}

unsigned int helper_arg_of(const struct helper *h, enum helper_value value)
{
	unsigned int i = 0;

	while (i < HELPER_ARGS && h->args[i].value != value)
		i++;
	return i;
}

unsigned int helper_bytes_arg(const struct helper *h)
{
	for (unsigned int i = 0; i < HELPER_ARGS; i++)
		if (h->args[i].value == HELPER_STRUCT || h->args[i].value == HELPER_KEY ||
		    h->args[i].value == HELPER_MEMORY)
			return i;
	return HELPER_ARGS;
}

/* enum in include/uapi/linux/bpf.h, from "lookup successful" on. */
static const struct fib_code codes[] = {
	{ "SUCCESS", 0 },     { "BLACKHOLE", 1 },    { "UNREACHABLE", 2 }, { "PROHIBIT", 3 },
	{ "NOT_FWDED", 4 },   { "FWD_DISABLED", 5 }, { "UNSUPP_LWT", 6 },  { "NO_NEIGH", 7 },
	{ "FRAG_NEEDED", 8 }, { "NO_SRC_ADDR", 9 },
};

const struct fib_code *fib_codes(size_t *n)
{
	*n = ARRAY_SIZE(codes);
	return codes;
}

const char *fib_code_name(uint64_t code)
{
	return code < ARRAY_SIZE(codes) ? codes[code].name : NULL;
}

/* Largest first. */
static const struct {
	const char *name;
	uint64_t ns;
} units[] = {
	{ "d", 86400000000000 }, { "h", 3600000000000 }, { "m", 60000000000 }, { "s", 1000000000 },
	{ "ms", 1000000 },	 { "us", 1000 },	 { "ns", 1 },
};

int duration_parse(const char *s, size_t len, uint64_t *ns)
{
	size_t digits = 0;
	uint64_t n;
	int err;

	while (digits < len && s[digits] >= '0' && s[digits] <= '9')
		digits++;
	err = number_parse(s, digits, &n);
	if (err)
		return err;
	if (digits == len) {
		*ns = n;
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (text_is(s + digits, len - digits, units[i].name))
			return __builtin_mul_overflow(n, units[i].ns, ns) ? -ERANGE : 0;
	return -EINVAL;
}

/* Days and hours are exact but rare; people read 100s rather than 1m 40s. */
void duration_write(FILE *out, uint64_t ns)
{
	size_t i = 3;

	while (ns % units[i].ns)
		i++;
	if (!ns)
		fputc('0', out);
	else
		fprintf(out, "%" PRIu64 "%s", ns / units[i].ns, units[i].name);
}
