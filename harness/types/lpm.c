/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Keys of LPM tries: struct bpf_lpm_trie_key of linux/bpf.h, and what programs put after it. */
#include "types/encode.h"
#include "types/value_print.h"
#include "types/value_text.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* `__u32 prefixlen` comes first; the kernel matches the bytes after it. */
#define LENGTH_BYTES 4
#define LENGTH_BITS  32

static const struct type length_type = { .kind = TYPE_INT, .name = "__u32", .size = LENGTH_BYTES };
static const struct place length_place = { .type = &length_type, .name = "prefix" };

struct prefix {
	uint8_t bytes[16];
	uint32_t size; /* bytes: 4 or 16 */
	uint32_t len;  /* bits */
};

/* Looking for the address of @size bytes in a key. */
struct search {
	uint32_t size;
	size_t end; /* of the key, in bits */
	struct place named, last;
	bool has_named, has_last;
};

static void search_address(struct search *s, const struct place *p, bool is_direct)
{
	const struct type *t = p->type;
	bool fits = t->size == s->size && p->off >= LENGTH_BITS && !p->bit_size;

	if (s->has_named)
		return;
	if (fits && (is_address_name(p->name) || is_address_name(t->name))) {
		s->named = *p;
		s->has_named = true;
		return;
	}
	if (fits && is_direct && place_end(p) == s->end && !s->has_last) {
		s->last = *p;
		s->has_last = true;
	}
	if (t->kind != TYPE_STRUCT && t->kind != TYPE_UNION)
		return;
	for (size_t i = 0; i < t->n; i++) {
		struct place member = place_member(p, &t->members[i]);

		search_address(s, &member, is_direct && (p->off == 0 || !t->members[i].name));
	}
}

/* The place of an address of @size bytes in key @t. False if it has none. */
static bool find_address(struct arena *arena, const struct type *t, uint32_t size,
			 struct place *found)
{
	struct search s = { .size = size, .end = (size_t)t->size * 8 };
	struct place p = { .type = t };

	if (t->kind == TYPE_BYTES) {
		*found = (struct place){ .type = type_bytes(arena, size), .off = LENGTH_BITS };
		return t->size == LENGTH_BYTES + size;
	}
	search_address(&s, &p, true);
	if (s.has_named)
		*found = s.named;
	else if (s.has_last)
		*found = s.last;
	return s.has_named || s.has_last;
}

static bool has_host_bits(const struct prefix *x)
{
	for (uint32_t bit = x->len; bit < x->size * 8; bit++)
		if (x->bytes[bit / 8] >> (7 - bit % 8) & 1)
			return true;
	return false;
}

static void report_host_bits(struct encoder *e, const struct node *n, const struct prefix *x)
{
	uint8_t net[16] = {};
	char text[INET6_ADDRSTRLEN];

	for (uint32_t bit = 0; bit < x->len; bit++)
		net[bit / 8] |= x->bytes[bit / 8] & (uint8_t)(0x80 >> bit % 8);
	inet_ntop(x->size == 4 ? AF_INET : AF_INET6, net, text, sizeof(text));
	encode_error(e, n, "%s has bits beyond its prefix; %s/%u?", n->text, text, x->len);
}

static int prefix_read(struct encoder *e, const struct node *n, struct prefix *x)
{
	const char *slash = n->kind == NODE_SCALAR ? memchr(n->text, '/', n->len) : NULL;
	size_t len = slash ? (size_t)(slash - n->text) : n->len;
	uint64_t bits;

	if (n->broken) {
		e->failed = true;
		return -1;
	}
	if (n->kind != NODE_SCALAR) {
		encode_error(e, n, "a prefix is an address and its length: 10.0.0.0/8");
		return -1;
	}
	if (!ipv4_parse(n->text, len, x->bytes))
		x->size = 4;
	else if (!ipv6_parse(n->text, len, x->bytes))
		x->size = 16;
	else {
		encode_error_part(e, n, 0, len, "'%.*s' is no IPv4 or IPv6 address", (int)len,
				  n->text);
		return -1;
	}
	if (!slash) {
		encode_error(e, n, "a prefix has a length; %s/%u for just this address", n->text,
			     x->size * 8);
		return -1;
	}
	if (number_parse(slash + 1, n->len - len - 1, &bits) || bits > x->size * 8) {
		encode_error_part(e, n, len + 1, n->len - len - 1,
				  "the length of an IPv%s prefix is 0 to %u",
				  x->size == 4 ? "4" : "6", x->size * 8);
		return -1;
	}
	x->len = (uint32_t)bits;
	if (has_host_bits(x)) {
		report_host_bits(e, n, x);
		return -1;
	}
	return 0;
}

static void encode_prefix(struct encoder *e, const struct type *key, const struct node *n)
{
	struct arena arena = {};
	struct prefix x = {};
	struct place at;

	if (prefix_read(e, n, &x))
		return;
	if (!find_address(&arena, key, x.size, &at)) {
		encode_error(e, n,
			     "%s has no address of %u bytes; give its members, with prefixlen",
			     key->name, x.size);
	} else {
		at.name = length_place.name; /* in messages: what the user wrote */
		if (encode_claim(e, &length_place, n) && encode_claim(e, &at, n)) {
			place_put(&length_place, e->out, at.off - LENGTH_BITS + x.len);
			memcpy(e->out + place_byte(&at), x.bytes, x.size);
		}
	}
	arena_free(&arena);
}

/* A prefix alone; hex(..) and other forms have no '/'. */
static bool is_prefix_scalar(const struct node *n)
{
	uint8_t addr[16];

	return n->kind == NODE_SCALAR &&
	       (memchr(n->text, '/', n->len) || !ipv4_parse(n->text, n->len, addr) ||
		!ipv6_parse(n->text, n->len, addr));
}

static const struct node *prefix_key(const struct type *t, const struct node *n)
{
	const struct place whole = { .type = t };
	const struct node *key;
	struct place found;

	if (n->kind != NODE_MAPPING || place_find(&whole, "prefix", strlen("prefix"), &found))
		return NULL;
	for_each_child (key, n)
		if (text_is(key->text, key->len, "prefix") && key->value)
			return key;
	return NULL;
}

int lpm_key_encode(struct diags *d, const struct value_context *c, const struct type *key,
		   const struct node *n, uint8_t *out, uint8_t *mask)
{
	const struct node *prefix = prefix_key(key, n);
	struct encoder e;

	if (key->size <= LENGTH_BYTES || (!prefix && !is_prefix_scalar(n)))
		return value_encode(d, c, key, n, out, mask);
	encoder_begin(&e, d, c, key, out, mask);
	if (prefix)
		encode_members(&e, &e.whole, n, prefix);
	encode_prefix(&e, key, prefix ? prefix->value : n);
	return encoder_end(&e);
}

/*
 * The prefix that @data holds, if there is just one way to see it: a key that has room for both
 * kinds of address needs more than the bytes to tell them apart.
 */
static bool prefix_find(struct arena *arena, const struct type *key, const uint8_t *data,
			struct prefix *x, struct place *at)
{
	struct place other;
	uint64_t len = place_get(&length_place, data);

	if (find_address(arena, key, 4, at) == find_address(arena, key, 16, &other))
		return false;
	if (!find_address(arena, key, 4, at))
		*at = other;
	if (len < at->off - LENGTH_BITS || len > place_end(at) - LENGTH_BITS)
		return false;
	x->size = at->type->size;
	x->len = (uint32_t)(len - (at->off - LENGTH_BITS));
	memcpy(x->bytes, data + place_byte(at), x->size);
	return !has_host_bits(x);
}

static void prefix_print(FILE *out, const struct prefix *x)
{
	char text[INET6_ADDRSTRLEN];
	const char *quote;

	inet_ntop(x->size == 4 ? AF_INET : AF_INET6, x->bytes, text, sizeof(text));
	/* YAML would take a ':' at the start for a key's. */
	quote = *text == ':' ? "\"" : "";
	fprintf(out, "%s%s/%u%s", quote, text, x->len, quote);
}

/*
 * The members besides length and address, ", name: value" each. False if one of them holds the
 * address among other things, so that `prefix` and members would not go together.
 */
static bool rest_print(FILE *out, const struct value_context *c, const struct place *p,
		       const uint8_t *data, const struct place *at)
{
	for (size_t i = 0; i < p->type->n; i++) {
		const struct type_member *m = &p->type->members[i];
		struct place member = place_member(p, m);
		bool is_address = member.off == at->off && place_end(&member) == place_end(at);

		if (place_end(&member) <= LENGTH_BITS || (m->name && is_address) ||
		    (is_filler_name(m->name) && place_is_zero(&member, data)))
			continue;
		if (!m->name) {
			if (!rest_print(out, c, &member, data, at))
				return false;
			continue;
		}
		if (member.off < LENGTH_BITS ||
		    (member.off < place_end(at) && place_end(&member) > at->off))
			return false;
		fprintf(out, ", %s: ", m->name);
		place_print(out, c, &member, data);
	}
	return true;
}

/* Print as a prefix. False, and nothing printed, where that is not possible. */
static bool key_print(FILE *out, const struct value_context *c, const struct place *p,
		      const uint8_t *data, const struct place *at, const struct prefix *x)
{
	bool is_struct = p->type->kind == TYPE_STRUCT, possible;
	char *text;
	size_t len;
	FILE *rest;

	if (p->type->size == LENGTH_BYTES + x->size) {
		prefix_print(out, x);
		return true;
	}
	if (!is_struct || !members_say_all(p, data))
		return false;
	rest = xmemstream(&text, &len);
	possible = rest_print(rest, c, p, data, at);
	fclose(rest);
	if (possible) {
		fputs("{prefix: ", out);
		prefix_print(out, x);
		fprintf(out, "%s}", text);
	}
	free(text);
	return possible;
}

void lpm_key_print(FILE *out, const struct value_context *c, const struct type *key,
		   const uint8_t *data)
{
	struct place p = { .type = key, .name = c ? c->member : NULL }, at;
	struct arena arena = {};
	struct prefix x = {};

	if (key->size <= LENGTH_BYTES || !prefix_find(&arena, key, data, &x, &at) ||
	    !key_print(out, c, &p, data, &at, &x))
		value_print(out, c, key, data);
	arena_free(&arena);
}
