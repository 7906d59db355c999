/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* `meta:` of a step and of expect: the bytes in front of an XDP frame. */
#include "scenario/context.h"
#include "scenario/read_context.h"
#include "scenario/read_events.h"

#include "base/text.h"
#include "judge/context.h"
#include "types/type_find.h"

#include <string.h>

/* As BPF_PROG_TEST_RUN takes it: 256 bytes of headroom less the four of an older limit. */
#define META_LONGEST 252
#define META_UNIT    4

/* Metadata as it is written. */
struct meta_text {
	const struct type *type; /* NULL: bytes */
	uint8_t *data, *mask;	 /* mask NULL: all */
	size_t len;
};

static int read_bytes(struct reader *r, const struct node *n, struct meta_text *out)
{
	uint8_t data[META_LONGEST + META_UNIT];
	size_t bad = 0;
	long len = hex_parse(n->text + 4, n->len - 5, data, sizeof(data), &bad);

	if (len < 0) {
		diag(r->d, DIAG_ERROR, node_where(n),
		     "hex(..) takes pairs of hexadecimal digits, metadata %d bytes at most",
		     META_LONGEST);
		return -1;
	}
	out->len = (size_t)len;
	out->data = arena_memdup(r->arena, data, out->len);
	return 0;
}

static const char *near_type(struct reader *r, const char *name)
{
	const struct value_context *values = &r->s->values;
	const char *near = NULL;

	for (size_t i = 0; i < values->n_sets && !near; i++)
		near = type_nearest(values->sets[i], name, r->arena);
	return near ? type_bare_name(near) : NULL;
}

static const struct type *find_type(struct reader *r, const struct node *key)
{
	const struct type *t = event_type_find(r, key->text);
	const char *near = t ? NULL : near_type(r, key->text);

	if (t || r->lacks_object)
		return t;
	if (near)
		diag(r->d, DIAG_ERROR, key->span, "there is no type '%s'; did you mean '%s'?",
		     key->text, near);
	else
		diag(r->d, DIAG_ERROR, key->span,
		     "there is no type '%s' in the object's BTF: clang leaves out what only "
		     "functions use; 'types: FILE' names an object or BTF file that has it",
		     key->text);
	return NULL;
}

static int read_typed(struct reader *r, const struct node *n, bool expected, struct meta_text *out)
{
	const struct node *key = n->child;

	if (!key || key->sibling) {
		diag(r->d, DIAG_ERROR, node_where(n),
		     "'meta' takes one type and its value: {TYPE: {MEMBER: VALUE}}");
		return -1;
	}
	out->type = find_type(r, key);
	if (!out->type)
		return -1;
	out->len = out->type->size;
	out->data = arena_alloc(r->arena, out->len);
	out->mask = expected ? arena_alloc(r->arena, out->len) : NULL;
	if (expected && node_is_word(key->value, "any"))
		return 0;
	return value_encode(r->d, &r->s->values, out->type, key->value, out->data, out->mask);
}

static bool is_hex(const struct node *n)
{
	return n->kind == NODE_SCALAR && n->style == NODE_PLAIN && n->len >= 5 &&
	       !strncmp(n->text, "hex(", 4) && n->text[n->len - 1] == ')';
}

static int read_text(struct reader *r, const struct node *n, bool expected, struct meta_text *out)
{
	int err;

	if (n->kind == NODE_MAPPING) {
		err = read_typed(r, n, expected, out);
	} else if (is_hex(n)) {
		err = read_bytes(r, n, out);
	} else {
		diag(r->d, DIAG_ERROR, node_where(n),
		     "'meta' takes hex(..)%s or {TYPE: {MEMBER: VALUE}}, not '%s'",
		     expected ? ", none" : "", n->text);
		return -1;
	}
	if (err)
		return err;
	if (out->len % META_UNIT == 0 && out->len <= META_LONGEST)
		return 0;
	diag(r->d, DIAG_ERROR, node_where(n),
	     "%s%s%zu bytes: metadata is a multiple of %d bytes, %d at most",
	     out->type ? out->type->name : "", out->type ? " has " : "these are ", out->len,
	     META_UNIT, META_LONGEST);
	return -1;
}

/* tc programs can read what XDP left in front of the frame, but not in a run. */
static bool has_metadata(struct reader *r, const struct node *n, const struct step *step)
{
	if (!step->program.program)
		return false;
	if (step->program.type == BPF_PROG_TYPE_XDP)
		return true;
	diag(r->d, DIAG_ERROR, node_where(n),
	     "BPF_PROG_TEST_RUN gives no metadata to tc programs, nor does it give any back: "
	     "'meta' is for XDP programs");
	return false;
}

void read_meta(struct reader *r, const struct node *n, struct step *step)
{
	struct frame_context *c = step->context;
	struct meta_text text = {};

	if (!has_metadata(r, n, step))
		return;
	c->meta_where = node_where(n);
	if (step->send_last)
		diag(r->d, DIAG_ERROR, node_where(n),
		     "the last frame has the metadata that came out with it");
	if (read_text(r, n, false, &text))
		return;
	c->meta = text.data;
	c->meta_len = (uint32_t)text.len;
}

void read_meta_expectation(struct reader *r, const struct node *n, const struct step *step,
			   struct expectation *e)
{
	struct context_expectation *c = context_expectation_of(r, e);
	struct meta_text text = {};

	if (!has_metadata(r, n, step))
		return;
	if (!node_is_word(n, "none") && read_text(r, n, true, &text))
		return;
	c->meta_where = node_where(n);
	c->meta_type = text.type;
	c->meta = text.data;
	c->mask = text.mask;
	c->meta_len = text.len;
	c->values = &r->node->values;
}
