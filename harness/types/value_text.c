/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "types/value_text.h"

#include "base/text.h"
#include "types/object_file.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Names listed in a message; who needs more looks at `verdict show`. */
#define NAMES_LISTED 12

static const char *const address_words[] = { "addr",  "address", "ip",	   "ipv",   "saddr",
					     "daddr", "sip",	 "dip",	   "vip",   "nexthop",
					     "gw",    "gateway", "v4addr", "v6addr" };
static const char *const side_words[] = { "src", "dst", "local", "remote", "peer", "be", "orig" };
static const char *const mac_words[] = { "mac", "smac", "dmac", "macaddr", "lladdr", "hwaddr" };
static const char *const filler_words[] = { "pad", "padding", "reserved", "unused" };

static bool is_word_of(const char *s, size_t len, const char *const *words, size_t n)
{
	while (len && isdigit((unsigned char)s[len - 1]))
		len--;
	for (size_t i = 0; i < n; i++)
		if (strlen(words[i]) == len && !strncasecmp(s, words[i], len))
			return true;
	return false;
}

#define IS_WORD_OF(s, len, words) is_word_of(s, len, words, ARRAY_SIZE(words))

/* The words of a name stand between '_'; "struct " before it does not count. */
static const char *last_word(const char *name)
{
	const char *last = strrchr(name, ' ');

	name = last ? last + 1 : name;
	last = strrchr(name, '_');
	return last ? last + 1 : name;
}

/* "addrs", "vips": an array of that name holds several addresses. */
static bool is_plural(const char *name)
{
	const char *last = name ? last_word(name) : "";
	size_t len = strlen(last);

	return len && last[len - 1] == 's' && IS_WORD_OF(last, len - 1, address_words);
}

bool is_address_name(const char *name)
{
	const char *last, *end;

	if (!name)
		return false;
	last = last_word(name);
	if (IS_WORD_OF(last, strlen(last), address_words) || is_plural(name))
		return true;
	end = strchr(name, '_');
	return end && IS_WORD_OF(last, strlen(last), side_words) &&
	       IS_WORD_OF(name, (size_t)(end - name), address_words);
}

static bool is_mac_name(const char *name)
{
	const char *last = name ? last_word(name) : "";

	return IS_WORD_OF(last, strlen(last), mac_words);
}

bool is_filler_name(const char *name)
{
	if (!name)
		return false;
	while (*name == '_')
		name++;
	return IS_WORD_OF(name, strlen(name), filler_words);
}

/* Can these be seen as an array of bytes (all @size of them)? struct in6_addr, union v6addr. */
static bool has_byte_view(const struct type *t, uint32_t size)
{
	if (t->size != size)
		return false;
	if (type_is_byte_array(t))
		return true;
	if (t->kind != TYPE_STRUCT && t->kind != TYPE_UNION)
		return false;
	for (size_t i = 0; i < t->n; i++)
		if (!t->members[i].bit_size && has_byte_view(t->members[i].type, size))
			return true;
	return false;
}

/* Where the name says nothing, four bytes in network order are most likely an address. */
static bool is_plain_address(const struct place *p)
{
	static const char *const plain_words[] = { "key", "value" };
	const char *s = p->name;

	return p->type->big_endian && (!s || IS_WORD_OF(s, strlen(s), side_words) ||
				       IS_WORD_OF(s, strlen(s), plain_words));
}

static bool is_address(const struct place *p)
{
	return is_address_name(p->name) || is_address_name(p->type->name);
}

enum notation place_notation(const struct place *p, const uint8_t *data)
{
	const struct type *t = p->type;
	bool is_uint = t->kind == TYPE_INT && !t->is_signed && !t->is_bool && !p->bit_size;

	if (t->size == 4 && (is_uint || type_is_byte_array(t)) &&
	    (is_address(p) || is_plain_address(p)))
		return NOTATION_IPV4;
	if (t->size == 16 && is_address(p) &&
	    (has_byte_view(t, 16) ||
	     (t->kind == TYPE_ARRAY && t->element->kind == TYPE_INT && !is_plural(p->name))))
		return NOTATION_IPV6;
	if (t->size == 6 && has_byte_view(t, 6) && !type_is_text(t) && !is_filler_name(p->name))
		return NOTATION_MAC;
	if (t->size == 8 && is_uint && is_mac_name(p->name) && !data[place_byte(p) + 6] &&
	    !data[place_byte(p) + 7])
		return NOTATION_MAC;
	return NOTATION_NONE;
}

bool notation_parse(const char *s, size_t len, size_t size, uint8_t *out)
{
	switch (size) {
	case 4:
		return !ipv4_parse(s, len, out);
	case 6:
		return !mac_parse(s, len, out);
	case 8:
		if (mac_parse(s, len, out))
			return false;
		out[6] = out[7] = 0;
		return true;
	case 16:
		return !ipv6_parse(s, len, out);
	default: /* no notation is of this size */
		return false;
	}
}

/* In a YAML flow collection a ':' at either end would be taken for a key's. */
static void ipv6_print(FILE *out, const uint8_t *bytes)
{
	char text[INET6_ADDRSTRLEN];
	const char *quote;

	inet_ntop(AF_INET6, bytes, text, sizeof(text));
	quote = text[0] == ':' || text[strlen(text) - 1] == ':' ? "\"" : "";
	fprintf(out, "%s%s%s", quote, text, quote);
}

void notation_print(FILE *out, enum notation how, const uint8_t *b)
{
	switch (how) {
	case NOTATION_NONE:
		break;
	case NOTATION_IPV4:
		fprintf(out, "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
		break;
	case NOTATION_IPV6:
		ipv6_print(out, b);
		break;
	case NOTATION_MAC:
		fprintf(out, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]);
		break;
	}
}

static const struct type_enumerator *item_find(const struct type_enumerator *items, size_t n,
					       const char *s, size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (text_is(s, len, items[i].name))
			return &items[i];
	return NULL;
}

/* The scenario's next list of names for this place, from @names on. */
static const struct value_names *names_for(const struct value_names *names, const struct place *p)
{
	while (names && (!p->name || strcmp(names->member, p->name) != 0))
		names = names->next;
	return names;
}

static const struct value_names *first_names(const struct value_context *c, const struct place *p)
{
	return c ? names_for(c->names, p) : NULL;
}

const struct type_enumerator *name_find(const struct value_context *c, const struct place *p,
					const char *s, size_t len)
{
	const struct type_enumerator *e = NULL;
	char *name;

	for (const struct value_names *l = first_names(c, p); l && !e; l = names_for(l->next, p))
		e = item_find(l->items, l->n, s, len);
	if (!e && p->type->kind == TYPE_ENUM)
		e = item_find(p->type->enumerators, p->type->n, s, len);
	if (e || !c || !c->n_sets)
		return e;
	name = xstrndup(s, len);
	for (size_t i = 0; i < c->n_sets && !e; i++)
		e = type_set_enumerator(c->sets[i], name);
	free(name);
	return e;
}

const char *name_nearest(const struct value_context *c, const struct place *p, const char *s,
			 size_t len)
{
	const char *near = NULL;

	for (const struct value_names *l = first_names(c, p); l && !near; l = names_for(l->next, p))
		near = text_nearest(s, len, l->items, l->n, sizeof(*l->items));
	if (!near && p->type->kind == TYPE_ENUM)
		near = text_nearest(s, len, p->type->enumerators, p->type->n,
				    sizeof(*p->type->enumerators));
	for (size_t i = 0; c && i < c->n_sets && !near; i++)
		near = type_set_nearest(c->sets[i], s, len);
	return near;
}

/* A name given by the user need not be one word; such a name would not be read back. */
static bool is_plain_name(const char *s)
{
	if (!isalpha((unsigned char)*s) && *s != '_')
		return false;
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && *s != '_')
			return false;
	return true;
}

/* What is read back as something else than this name. */
static bool is_reserved(const char *s)
{
	return !strcmp(s, "any") || !strcmp(s, "true") || !strcmp(s, "false");
}

static uint64_t low_bits(const struct place *p, uint64_t value)
{
	size_t n = place_bits(p);

	return n >= 64 ? value : value & (((uint64_t)1 << n) - 1);
}

/* Is @e printed at @p read back as @e? An earlier list may give the word another meaning. */
static bool is_printable(const struct value_context *c, const struct place *p,
			 const struct type_enumerator *e)
{
	return is_plain_name(e->name) && !is_reserved(e->name) && place_fits(p, e->value) &&
	       name_find(c, p, e->name, strlen(e->name)) == e;
}

/* A name for all of @value, or (@part) for one of its bits. */
static const struct type_enumerator *name_of(const struct value_context *c,
					     const struct type_enumerator *items, size_t n,
					     const struct place *p, uint64_t value, bool part)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t v = low_bits(p, items[i].value);
		bool is_it = part ? v && !(v & (v - 1)) && v & value : v == value;

		if (is_it && is_printable(c, p, &items[i]))
			return &items[i];
	}
	return NULL;
}

/* Each bit must have a name: half a name and half a number tells nobody anything. */
static bool items_print(FILE *out, const struct value_context *c,
			const struct type_enumerator *items, size_t n, const struct place *p,
			uint64_t value)
{
	const struct type_enumerator *e = name_of(c, items, n, p, value, false);

	if (e) {
		fputs(e->name, out);
		return true;
	}
	for (uint64_t rest = value; rest; rest &= ~low_bits(p, e->value)) {
		e = name_of(c, items, n, p, rest, true);
		if (!e)
			return false;
	}
	for (uint64_t rest = value; rest; rest &= ~low_bits(p, e->value)) {
		e = name_of(c, items, n, p, rest, true);
		fprintf(out, "%s%s", rest == value ? "" : "|", e->name);
	}
	return value;
}

bool name_print(FILE *out, const struct value_context *c, const struct place *p, uint64_t value)
{
	value = low_bits(p, value);
	for (const struct value_names *l = first_names(c, p); l; l = names_for(l->next, p))
		if (items_print(out, c, l->items, l->n, p, value))
			return true;
	return p->type->kind == TYPE_ENUM &&
	       items_print(out, c, p->type->enumerators, p->type->n, p, value);
}

static size_t names_list(FILE *out, const struct type_enumerator *items, size_t n, size_t listed)
{
	for (size_t i = 0; i < n && listed <= NAMES_LISTED; i++, listed++)
		if (listed < NAMES_LISTED)
			fprintf(out, ", %s", items[i].name);
		else
			fputs(", ..", out);
	return listed;
}

static void number_describe(FILE *out, const struct value_context *c, const struct place *p)
{
	const struct type *t = p->type;
	size_t listed = 0;

	if (t->is_bool) {
		fputs(": true or false", out);
		return;
	}
	if (p->bit_size)
		fprintf(out, ", a bit-field of %u bit%s", p->bit_size, p->bit_size == 1 ? "" : "s");
	fprintf(out, ": %jd to %ju", (intmax_t)place_min(p), (uintmax_t)place_max(p));
	if (t->size == 4 && t->kind == TYPE_INT && !t->is_signed && !p->bit_size)
		fputs(", or an IPv4 address", out);
	if (t->size == 8 && t->kind == TYPE_INT && !t->is_signed && !p->bit_size)
		fputs(", or a MAC address", out);
	for (const struct value_names *l = first_names(c, p); l; l = names_for(l->next, p))
		listed = names_list(out, l->items, l->n, listed);
	if (t->kind == TYPE_ENUM)
		names_list(out, t->enumerators, t->n, listed);
}

static const char *notation_described(const struct type *t)
{
	bool is_bytes = t->kind == TYPE_BYTES || type_is_byte_array(t);

	if (t->kind == TYPE_INT || t->kind == TYPE_ENUM || t->kind == TYPE_FLOAT)
		return "";
	if (t->size == 4)
		return ", or an IPv4 address";
	if (t->size == 6 && (is_bytes || has_byte_view(t, 6)))
		return ", or a MAC address";
	return t->size == 16 ? ", or an IPv6 address" : "";
}

char *place_describe(const struct value_context *c, const struct place *p)
{
	const struct type *t = p->type;
	char *text;
	size_t len;
	FILE *out = xmemstream(&text, &len);

	fputs(t->name, out);
	switch (t->kind) {
	case TYPE_INT:
	case TYPE_ENUM:
		number_describe(out, c, p);
		break;
	case TYPE_FLOAT:
		fputs(": a decimal number", out);
		break;
	case TYPE_ARRAY:
		fprintf(out, ": %sa list of %u", type_is_text(t) ? "text in quotes, " : "", t->n);
		break;
	case TYPE_BYTES:
		fprintf(out, ": hex(..) of %u bytes", t->size);
		break;
	case TYPE_STRUCT:
	case TYPE_UNION:
		fputs(": {member: value}", out);
		break;
	}
	fputs(notation_described(t), out);
	fclose(out);
	return text;
}

const char *place_name(const struct place *p)
{
	return p->name ? p->name : "the value";
}
