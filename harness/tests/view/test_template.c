/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Templates of views: what fields print, and what is wrong in them. */
#include "base/text_stream.h"
#include "view/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const struct type u8 = { .kind = TYPE_INT, .name = "u8", .size = 1 };
static const struct type u32 = { .kind = TYPE_INT, .name = "u32", .size = 4 };
static const struct type s32 = { .kind = TYPE_INT, .name = "s32", .size = 4, .is_signed = true };
static const struct type be16 = {
	.kind = TYPE_INT, .name = "__be16", .size = 2, .big_endian = true
};
static const struct type mac = {
	.kind = TYPE_ARRAY, .name = "u8[6]", .size = 6, .element = &u8, .n = 6
};
static const struct type ip6 = {
	.kind = TYPE_ARRAY, .name = "u8[16]", .size = 16, .element = &u8, .n = 16
};

/* 36 bytes: id, delta, port, mac, address, bits of flags */
static struct type_member members[] = {
	{ "id", &u32, 0, 0 },	{ "delta", &s32, 32, 0 }, { "port", &be16, 64, 0 },
	{ "mac", &mac, 80, 0 }, { "ip", &u32, 128, 0 },	  { "ip6", &ip6, 160, 0 },
	{ "low", &u8, 288, 3 }, { "high", &u8, 291, 5 },
};
static const struct type entry = {
	.kind = TYPE_STRUCT,
	.name = "struct entry",
	.size = 40,
	.members = members,
	.n = 8,
};

/* What is a number of this machine's order is put in later. */
static uint8_t bytes[40] = {
	[8] = 0x1f,  0x90,			 /* port */
	[10] = 2,    0,	       0, 0, 0xab, 0xcd, /* mac */
	[16] = 10,   0,	       0, 1,		 /* ip */
	[20] = 0xfd, [35] = 1,			 /* ip6 */
};

static void put_number(const char *member, int64_t value)
{
	const struct place whole = { .type = &entry };
	struct place p;

	assert_true(place_find(&whole, member, strlen(member), &p));
	place_put(&p, bytes, (uint64_t)value);
}

static const char tables[] =
	"verdict: 1\n"
	"names:\n"
	"  proto: {6: TCP, 42: answer}\n"
	"  id: {1: host, else: \"ID:{}\"}\n"
	"flags:\n"
	"  bits: [{mask: 2, value: 2, text: two}, {mask: 8, value: 8, text: ' eight'}, {mask: 1, value: 1, text: one}]\n"
	"maps:\n"
	"  v:\n"
	"    help: a test\n"
	"    rows: [{map: m, columns: [%s]}]\n";

struct view_test {
	struct diags d;
	struct view_file f;
	char path[32];
	char *column;
};

/* A file of views whose one column is @column, as it stands in YAML. */
static int read_column(struct view_test *t, const char *column)
{
	FILE *out;
	int fd;

	*t = (struct view_test){ .path = "/tmp/test_template.XXXXXX" };
	fd = mkstemp(t->path);
	assert_true(fd >= 0);
	out = fdopen(fd, "w");
	/* the one %s */
	for (const char *c = tables; *c; c++)
		if (c[0] == '%') {
			fputs(column, out);
			c++;
		} else {
			putc(*c, out);
		}
	fclose(out);
	return view_file_read(&t->d, t->path, &t->f);
}

static void end(struct view_test *t)
{
	unlink(t->path);
	diags_free(&t->d);
	view_file_free(&t->f);
}

/* What the template prints of the entry above; NULL: it does not fit, and t->d says why. */
static const char *print(struct view_test *t, struct arena *arena)
{
	const struct template_root roots[] = { { "key", &u32 }, { "value", &entry } };
	static const uint32_t key = 6;
	const uint8_t *data[] = { (const uint8_t *)&key, bytes };
	struct bound_template *b =
		template_bind(&t->d, t->f.views[0].rows[0].columns[0], roots, 2, arena);

	return b ? template_text(b, data, arena) : NULL;
}

static void test_formats(void **state)
{
	static const struct {
		const char *column, *text;
	} cases[] = {
		{ "plain", "plain" },
		{ "\"{value.id}\"", "42" },
		{ "\"<{value.id:5}>\"", "<   42>" },
		{ "\"<{value.id:<5}>\"", "<42   >" },
		{ "\"<{value.id:>5}>\"", "<   42>" },
		{ "\"{value.id:x}\"", "2a" },
		{ "\"{value.id:X}\"", "2A" },
		{ "\"{value.id:#06x}\"", "0x002a" },
		{ "\"{value.id:04x}\"", "002a" },
		{ "\"{value.delta}\"", "-2" },
		{ "\"{value.port}\"", "8080" },
		{ "\"{value.mac:mac}\"", "02:00:00:00:ab:cd" },
		{ "\"{value.mac:MAC}\"", "02:00:00:00:AB:CD" },
		{ "\"{value.ip:ip}\"", "10.0.0.1" },
		{ "\"{value.ip6:ip}\"", "fd00::1" },
		{ "\"<{value.ip:<12ip}>\"", "<10.0.0.1    >" },
		{ "\"<{value.ip:>12ip}>\"", "<    10.0.0.1>" },
		{ "\"{value.low} {value.high}\"", "2 1" },
		{ "\"{key}\"", "6" },
		{ "\"{key:proto} {value.id:proto} {value.low:proto}\"", "TCP answer 2" },
		{ "\"{value.id:id}\"", "ID:42" },
		{ "\"<{key:5proto}>\"", "<TCP  >" },
		/* bytes as they are: low and high have their places in it by this machine's order
		 */
		{ "\"{value[36:37]:bits}\"", HOST_IS_BIG_ENDIAN ? "one" : "two eight" },
		{ "\"{value.low:bits}\"", "two" },
		{ "\"{value[8:10]:#06x}\"", HOST_IS_BIG_ENDIAN ? "0x1f90" : "0x901f" },
		{ "\"{value.id + 8} {value.id - 2} {value.id*2} {value.id / 5}\"", "50 40 84 8" },
		{ "\"{{{value.id}}}\"", "{42}" },
		{ "'{value.id:<4}|'", "42  |" },
	};
	struct arena arena = {};

	(void)state;
	put_number("id", 42);
	put_number("delta", -2);
	put_number("low", 2);
	put_number("high", 1);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct view_test t;

		assert_int_equal(read_column(&t, cases[i].column), 0);
		assert_string_equal(print(&t, &arena), cases[i].text);
		end(&t);
	}
	arena_free(&arena);
}

/* The error about @column, at its place in the line: "COLUMN: MESSAGE". */
static char *error_about(const char *column, struct arena *arena)
{
	struct view_test t;
	char *text;

	if (!read_column(&t, column))
		assert_null(print(&t, arena));
	assert_int_equal(t.d.errors, 1);
	/* Columns of the list begin at the 31st character of their line. */
	text = arena_printf(arena, "%u: %s", span_position(t.d.items[0].where).col - 31,
			    t.d.items[0].message);
	end(&t);
	return text;
}

static void test_errors(void **state)
{
	static const struct {
		const char *column, *error;
	} cases[] = {
		{ "\"a {value.id\"",
		  "3: this field has no '}'; a brace of the text is written twice: {{" },
		{ "\"a } b\"",
		  "3: this '}' ends no field; a brace of the text is written twice: }}" },
		{ "\"{}\"", "1: a field names a value and a member, as in {value.flags}" },
		{ "\"{val.id}\"", "1: unknown value 'val'; there are: key, value" },
		{ "\"{value.ids}\"",
		  "1: unknown member of struct entry 'ids'; did you mean 'id'?" },
		{ "\"{value.id.x}\"", "1: u32 has no members: there is no 'x'" },
		{ "\"{value}\"",
		  "1: struct entry is no number; there are also the formats 'ip' and 'mac', "
		  "its members, and slices, as in [0:4]" },
		{ "\"{value.id:mac}\"", "1: 'mac' is for 6 or 8 bytes, u32 is 32 bits" },
		{ "\"{value.port:ip}\"", "1: 'ip' is for 4 or 16 bytes, __be16 is 16 bits" },
		{ "\"{value.ip + 1:ip}\"", "1: 'ip' is for 4 or 16 bytes, u32 is 32 bits" },
		{ "\"{value.id:prto}\"",
		  "11: unknown format or table of names 'prto'; did you mean 'proto'?" },
		{ "\"{value.id:999}\"", "11: a field is 200 characters wide at most" },
		{ "\"{value.id % 2}\"",
		  "11: '%' has no meaning here: after the path comes one of + - * / "
		  "and a number, or ':' and a format" },
		{ "\"{value.id / 0}\"", "1: this divides by 0" },
		{ "\"{value.id + x}\"", "13: a number is expected here, not 'x'" },
		{ "\"{value[1:4]}\"",
		  "1: bytes of struct entry are 1, 2, 4 or 8 of its 40, from 0 on" },
		{ "\"{value[39:41]}\"",
		  "1: bytes of struct entry are 1, 2, 4 or 8 of its 40, from 0 on" },
		{ "\"{value[4:2]}\"",
		  "7: bytes are [FROM:TO], from the first up to the one before TO, "
		  "as in [4:6]" },
		{ "[1]", "0: a text is expected here, this is a list" },
	};
	struct arena arena = {};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(error_about(cases[i].column, &arena), cases[i].error);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
