/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/vlan_tag.h"

#include <arpa/inet.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <string.h>

#define MACS	   (2 * ETH_ALEN)
#define VLAN_BYTES 4

/* Tags inside each other that are followed. */
#define TAGS_MAX 8

static uint16_t load(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

/* The tag at @at, which is followed by an EtherType at least. */
static bool tag_at(const uint8_t *data, size_t len, size_t at, struct vlan_tag *tag)
{
	uint16_t type;

	if (len < at + VLAN_BYTES + sizeof(type))
		return false;
	type = load(data + at);
	if (type != ETH_P_8021Q && type != ETH_P_8021AD)
		return false;
	*tag = (struct vlan_tag){ true, type, load(data + at + sizeof(type)) };
	return true;
}

uint16_t vlan_protocol(const uint8_t *data, size_t len)
{
	struct vlan_tag tag;

	return tag_at(data, len, MACS, &tag) ? tag.protocol : 0;
}

void vlan_tag_take(uint8_t *data, size_t *len, struct vlan_tag *tag)
{
	*tag = (struct vlan_tag){};
	if (!tag_at(data, *len, MACS, tag))
		return;
	memmove(data + MACS, data + MACS + VLAN_BYTES, *len - MACS - VLAN_BYTES);
	*len -= VLAN_BYTES;
}

void vlan_tag_put(uint8_t *data, size_t *len, const struct vlan_tag *tag)
{
	const uint16_t bytes[2] = { htons(tag->protocol), htons(tag->tci) };

	if (!tag->there || *len < MACS)
		return;
	memmove(data + MACS + VLAN_BYTES, data + MACS, *len - MACS);
	memcpy(data + MACS, bytes, sizeof(bytes));
	*len += VLAN_BYTES;
}

/* Tags of a frame: the one in the skb, and those among its bytes, the outermost last. */
struct tags {
	struct vlan_tag skb;
	struct vlan_tag bytes[TAGS_MAX];
	size_t n;
};

static size_t count_tags(const uint8_t *data, size_t len, struct vlan_tag *out)
{
	size_t n = 0;

	while (n < TAGS_MAX && tag_at(data, len, MACS + n * VLAN_BYTES, &out[n]))
		n++;
	return n;
}

static void find_tags(struct tags *t, const uint8_t *data, size_t len)
{
	struct vlan_tag found[TAGS_MAX];

	t->n = count_tags(data, len, found);
	for (size_t i = 0; i < t->n; i++)
		t->bytes[i] = found[t->n - 1 - i];
}

/* skb_vlan_push(): the tag that was in the skb goes among the bytes. */
static int push(struct tags *t, const struct vlan_tag *tag)
{
	if (t->skb.there) {
		if (t->n == TAGS_MAX)
			return -1;
		t->bytes[t->n++] = t->skb;
	}
	t->skb = *tag;
	return 0;
}

/* skb_vlan_pop(): the next tag among the bytes takes the place of the one that goes. */
static void pop(struct tags *t)
{
	if (t->skb.there)
		t->skb = (struct vlan_tag){};
	else if (t->n)
		t->n--;
	if (t->n)
		t->skb = t->bytes[--t->n];
}

int vlan_tag_follow(struct vlan_tag *tag, const struct observation *o)
{
	struct tags t = { .skb = *tag };
	struct vlan_tag left[TAGS_MAX];

	if (!o->has_calls || o->calls_lost)
		return tag->there ? -1 : 0;
	find_tags(&t, o->in, o->in_len);
	for (size_t i = 0; i < o->n_calls; i++) {
		const struct observed_call *c = &o->calls[i];
		/* bpf_skb_vlan_push() takes every other protocol for 802.1Q. */
		uint16_t protocol = ntohs((uint16_t)c->args[1]);
		struct vlan_tag pushed = { true,
					   protocol == ETH_P_8021AD ? ETH_P_8021AD : ETH_P_8021Q,
					   (uint16_t)c->args[2] };

		if (c->result || c->scripted)
			continue;
		if (c->helper->id == BPF_FUNC_skb_vlan_push && push(&t, &pushed))
			return -1;
		if (c->helper->id == BPF_FUNC_skb_vlan_pop)
			pop(&t);
	}
	/* A program that wrote tags itself is not followed. */
	if (t.skb.there && count_tags(o->out, o->out_len, left) != t.n)
		return -1;
	*tag = t.skb;
	return 0;
}
