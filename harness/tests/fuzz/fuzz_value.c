/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Any text as a value of any type, and any bytes printed and read back. The first byte chooses
 * the type and whether the rest is text or bytes.
 */
#include "types/place.h"
#include "types/type.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct type u8 = { .kind = TYPE_INT, .name = "__u8", .size = 1 };
static struct type text = { .kind = TYPE_INT, .name = "char", .size = 1, .is_char = true };
static struct type boolean = { .kind = TYPE_INT, .name = "_Bool", .size = 1, .is_bool = true };
static struct type be16 = { .kind = TYPE_INT, .name = "__be16", .size = 2, .big_endian = true };
static struct type u32 = { .kind = TYPE_INT, .name = "__u32", .size = 4 };
static struct type s64 = { .kind = TYPE_INT, .name = "__s64", .size = 8, .is_signed = true };
static struct type number = { .kind = TYPE_FLOAT, .name = "double", .size = 8 };
static struct type pointer = { .kind = TYPE_BYTES, .name = "void *", .size = 8 };

static struct type_enumerator protocols[] = { { "TCP", 6 }, { "UDP", 17 }, { "BIT", 64 } };
static struct type protocol = {
	.kind = TYPE_ENUM,
	.name = "enum proto",
	.size = 4,
	.enumerators = protocols,
	.n = 3,
};

static struct type name = {
	.kind = TYPE_ARRAY,
	.name = "char[8]",
	.size = 8,
	.element = &text,
	.n = 8,
};
static struct type mac = { .kind = TYPE_ARRAY, .name = "u8[6]", .size = 6, .element = &u8, .n = 6 };
static struct type bytes16 = {
	.kind = TYPE_ARRAY,
	.name = "__u8[16]",
	.size = 16,
	.element = &u8,
	.n = 16,
};
static struct type table = {
	.kind = TYPE_ARRAY,
	.name = "__be16[40]",
	.size = 80,
	.element = &be16,
	.n = 40,
};

static struct type_member halves_members[] = { { "high", &s64, 0, 0 }, { "low", &s64, 64, 0 } };
static struct type halves = {
	.kind = TYPE_STRUCT,
	.name = "struct",
	.size = 16,
	.members = halves_members,
	.n = 2,
};
static struct type_member words_members[] = { { "ip4", &u32, 0, 0 }, { "pad", &u32, 32, 0 } };
static struct type words = {
	.kind = TYPE_STRUCT,
	.name = "struct",
	.size = 12,
	.members = words_members,
	.n = 2,
};
static struct type_member view_members[] = {
	{ NULL, &words, 0, 0 },
	{ NULL, &halves, 0, 0 },
	{ "addr", &bytes16, 0, 0 },
};
static struct type view = {
	.kind = TYPE_UNION,
	.name = "union v6addr",
	.size = 16,
	.members = view_members,
	.n = 3,
};

static struct type_member all_members[] = {
	{ "prefixlen", &u32, 0, 0 }, { "port", &be16, 32, 0 },	  { "yes", &boolean, 48, 0 },
	{ "narrow", &u32, 64, 5 },   { "wide", &s64, 69, 50 },	  { "proto", &protocol, 128, 0 },
	{ NULL, &view, 160, 0 },     { "mac", &mac, 288, 0 },	  { "name", &name, 336, 0 },
	{ "real", &number, 400, 0 }, { "ptr", &pointer, 464, 0 }, { "table", &table, 528, 0 },
	{ "ip6", &view, 1168, 0 },
};
static struct type all = {
	.kind = TYPE_STRUCT,
	.name = "struct all",
	.size = 164,
	.members = all_members,
	.n = 13,
};

static struct type_member range_members[] = {
	{ "prefixlen", &u32, 0, 0 },
	{ "id", &be16, 32, 0 },
	{ "pad", &be16, 48, 0 },
	{ "addr", &u32, 64, 0 },
};
static struct type range = {
	.kind = TYPE_STRUCT,
	.name = "struct range",
	.size = 12,
	.members = range_members,
	.n = 4,
};

static const struct type *const types[] = {
	&range, &all,	&view,	 &table, &name,	   &protocol, &bytes16,
	&mac,	&words, &number, &be16,	 &pointer, &boolean,
};

/* Encode @s as @t into @out. Returns 0 if the text was accepted. */
static int encode(const struct type *t, const char *s, size_t len, bool is_lpm, uint8_t *out,
		  uint8_t *mask)
{
	struct diags d = {};
	struct arena arena = {};
	struct source src;
	struct node *root;
	int err = -1;

	source_from_text("fuzz", s, len, &src);
	root = node_parse(&d, &src, &arena);
	if (root && is_lpm)
		err = lpm_key_encode(&d, NULL, t, root, out, mask);
	else if (root)
		err = value_encode(&d, NULL, t, root, out, mask);
	if (!err != !d.errors && !(root && d.errors))
		abort();
	if (d.errors)
		err = -1;
	diags_free(&d);
	arena_free(&arena);
	source_free(&src);
	return err;
}

static void round_trip(const struct type *t, const uint8_t *data, bool is_lpm)
{
	uint8_t back[256] = {};
	size_t len;
	char *printed;
	FILE *out = xmemstream(&printed, &len);

	if (is_lpm)
		lpm_key_print(out, NULL, t, data);
	else
		value_print(out, NULL, t, data);
	fclose(out);
	if (encode(t, printed, len, is_lpm, back, NULL) || memcmp(back, data, t->size) != 0)
		abort();
	free(printed);
}

static void compare(const struct type *t, const uint8_t *a, const uint8_t *mask, const uint8_t *b)
{
	struct arena arena = {};
	struct value_difference *rows;
	size_t n = value_diff(NULL, t, a, mask, b, "value", &arena, &rows);

	if (!n != value_matches(t->size, a, mask, b))
		abort();
	arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t value[256] = {}, mask[256] = {};
	const struct type *t;
	bool is_lpm, is_text, expects;

	if (!size)
		return 0;
	t = types[*data % 16 % ARRAY_SIZE(types)];
	is_lpm = *data & 16 && (t == &all || t == &range);
	is_text = *data & 32;
	expects = *data & 64;
	data++;
	size--;
	if (is_text) {
		if (!encode(t, (const char *)data, size, is_lpm, value, expects ? mask : NULL))
			round_trip(t, value, is_lpm);
	} else {
		memcpy(value, data, size < t->size ? size : t->size);
		round_trip(t, value, is_lpm);
		memset(mask, expects ? 0xf0 : 0xff, t->size);
		compare(t, value, mask, value + sizeof(value) - t->size);
	}
	return 0;
}
