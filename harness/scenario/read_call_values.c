/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "scenario/read_call_values.h"

#include "base/errno_names.h"
#include "base/text.h"
#include "base/verdict_names.h"
#include "types/helper_values.h"

#include <ctype.h>
#include <linux/bpf.h>
#include <string.h>

const struct helper *read_helper(struct reader *r, struct span where, const char *name, size_t len)
{
	const struct helper *h = helper_find(name, len), *all;
	size_t prefix = len > 4 && !memcmp(name, "bpf_", 4) ? 4 : 0;
	struct helper *recorded = NULL;
	size_t n_all, n = 0;

	if (h && (h->recorded || h->traced))
		return h;
	if (h) {
		diag(r->d, DIAG_ERROR, where,
		     "calls of bpf_%s() are not recorded: 'verdict help helpers' lists those that "
		     "are",
		     h->name);
		return NULL;
	}
	all = helper_table(&n_all);
	for (size_t i = 0; i < n_all; i++)
		if (all[i].recorded || all[i].traced)
			*ARENA_PUSH(r->arena, recorded, n) = all[i];
	if (text_nearest(name + prefix, len - prefix, recorded, n, sizeof(*recorded)))
		unknown_name(r->d, where, "helper", name + prefix, len - prefix, recorded, n,
			     sizeof(*recorded));
	else
		diag(r->d, DIAG_ERROR, where,
		     "'%.*s' is no helper: 'verdict help helpers' lists those there are", (int)len,
		     name);
	return NULL;
}

void record_helper(struct reader *r, const struct helper *h)
{
	struct scenario *s = r->s;

	if (h->recorded)
		return;
	for (size_t i = 0; i < s->n_recorded; i++)
		if (s->recorded[i] == h->id)
			return;
	*ARENA_PUSH(r->arena, s->recorded, s->n_recorded) = h->id;
}

/* "-ENOENT", also without the sign: results below zero are errors whatever helpers return else. */
static bool parse_error(const struct node *n, uint64_t *out)
{
	bool sign = n->len && n->text[0] == '-';
	int error = errno_parse(n->text + sign, n->len - sign);

	if (error <= 0)
		return false;
	*out = (uint64_t) - (int64_t)error;
	return true;
}

static bool parse_number(const struct node *n, uint64_t *out)
{
	bool sign = n->len && n->text[0] == '-';
	uint64_t v;

	if (number_parse(n->text + sign, n->len - sign, &v) || (sign && v > INT32_MAX))
		return false;
	*out = sign ? -v : v;
	return true;
}

static int no_result(struct reader *r, const struct helper *h, const struct node *n,
		     const char *accepted)
{
	diag(r->d, DIAG_ERROR, node_where(n), "'%s' is no result of bpf_%s(), which %s", n->text,
	     h->name, accepted);
	return -1;
}

static int read_time(struct reader *r, const struct helper *h, const struct node *n, uint64_t *out)
{
	return duration_parse(n->text, n->len, out)
		       ? no_result(r, h, n, "gives a time: 100s, 1500ms, 20us, or a number of ns")
		       : 0;
}

static int read_action(struct reader *r, const struct helper *h, uint32_t prog_type,
		       const struct node *n, uint64_t *out)
{
	bool any_type = prog_type == BPF_PROG_TYPE_UNSPEC;
	int32_t verdict = 0;

	/* Of a program that is not known, which has been reported, a verdict of any type will do.
	 */
	if (any_type && !verdict_parse(BPF_PROG_TYPE_SCHED_CLS, n->text, n->len, &verdict))
		prog_type = BPF_PROG_TYPE_SCHED_CLS;
	else if (any_type)
		prog_type = BPF_PROG_TYPE_XDP;
	if (verdict_parse(prog_type, n->text, n->len, &verdict))
		return no_result(r, h, n,
				 any_type ? "gives a verdict: TC_ACT_REDIRECT, XDP_REDIRECT, .."
				 : prog_type == BPF_PROG_TYPE_XDP
					 ? "gives an XDP verdict: XDP_REDIRECT, XDP_ABORTED, .."
					 : "gives a tc verdict: TC_ACT_REDIRECT, TC_ACT_SHOT, ..");
	*out = (uint64_t)(int64_t)verdict;
	return 0;
}

static int read_fib_code(struct reader *r, const struct helper *h, const struct node *n,
			 uint64_t *out)
{
	static const char prefix[] = "BPF_FIB_LKUP_RET_";
	const char *text = n->text;
	const struct fib_code *codes;
	size_t count, len = n->len;

	if (len > strlen(prefix) && !strncmp(text, prefix, strlen(prefix))) {
		text += strlen(prefix);
		len -= strlen(prefix);
	}
	codes = fib_codes(&count);
	for (size_t i = 0; i < count; i++)
		if (strlen(codes[i].name) == len && !memcmp(codes[i].name, text, len)) {
			*out = codes[i].value;
			return 0;
		}
	if (parse_error(n, out) || parse_number(n, out))
		return 0;
	unknown_name(r->d, node_where(n), "result of bpf_fib_lookup()", text, len, codes, count,
		     sizeof(*codes));
	(void)h;
	return -1;
}

static int read_pointer(struct reader *r, const struct helper *h, const struct node *n,
			uint64_t *out)
{
	if (!node_is_word(n, "none") && !node_is_word(n, "some"))
		return no_result(r, h, n, "gives a pointer: none or some");
	*out = node_is_word(n, "some");
	return 0;
}

int read_call_result(struct reader *r, const struct helper *h, uint32_t prog_type,
		     const struct node *n, uint64_t *out)
{
	if (n->broken)
		return -1;
	if (n->kind != NODE_SCALAR) {
		diag(r->d, DIAG_ERROR, node_where(n), "the result of bpf_%s() is one value, not %s",
		     h->name, node_kind_name(n));
		return -1;
	}
	switch (h->result) {
	case HELPER_NOTHING:
		diag(r->d, DIAG_ERROR, node_where(n), "bpf_%s() gives no result", h->name);
		return -1;
	case HELPER_NS:
		return read_time(r, h, n, out);
	case HELPER_ACTION:
		return read_action(r, h, prog_type, n, out);
	case HELPER_FIB:
		return read_fib_code(r, h, n, out);
	case HELPER_POINTER:
		return read_pointer(r, h, n, out);
	case HELPER_HIDDEN:
	case HELPER_UINT:
	case HELPER_INT:
	case HELPER_HEX:
	case HELPER_BE16:
	case HELPER_IFINDEX:
	case HELPER_MAP:
	case HELPER_KEY:
	case HELPER_STRUCT:
	case HELPER_MEMORY:
	case HELPER_ERROR:
		break;
	}
	if (!parse_number(n, out) && !parse_error(n, out))
		return no_result(r, h, n, "gives a number or an error: 0, 42, -ENOENT");
	if (h->result_size != 4 || *out <= UINT32_MAX)
		return 0;
	diag(r->d, DIAG_ERROR, node_where(n), "bpf_%s() gives 32 bits: 0 to %u, not '%s'", h->name,
	     UINT32_MAX, n->text);
	return -1;
}

int read_call_number(struct reader *r, const struct helper *h, unsigned int arg,
		     const struct node *n, uint64_t *out)
{
	const struct type *t = helper_number(h, arg);
	struct value_context context = { .names = helper_names(h), .member = h->args[arg].name };
	uint8_t data[8] = {};
	uint16_t v16;
	uint32_t v32;

	if (h->args[arg].value == HELPER_POINTER)
		return read_pointer(r, h, n, out);
	if (value_encode(r->d, &context, t, n, data, NULL))
		return -1;
	switch (t->size) {
	case 2:
		memcpy(&v16, data, sizeof(v16));
		*out = v16;
		break;
	case 4:
		memcpy(&v32, data, sizeof(v32));
		*out = v32;
		break;
	default:
		memcpy(out, data, sizeof(*out));
	}
	return 0;
}

static bool is_hex(const struct node *n)
{
	return n->kind == NODE_SCALAR && n->style == NODE_PLAIN && n->len >= 5 &&
	       !strncmp(n->text, "hex(", 4) && n->text[n->len - 1] == ')';
}

/* Bytes of what has no type here. */
static int read_bytes(struct reader *r, const struct helper *h, unsigned int arg,
		      const struct node *n, struct recorded_expectation *out)
{
	uint8_t data[HELPER_BYTES];
	size_t bad;
	long len;

	if (!is_hex(n)) {
		diag(r->d, DIAG_ERROR, node_where(n), "'%s' of bpf_%s() takes hex(..)%s",
		     h->args[arg].name, h->name,
		     h->args[arg].value == HELPER_KEY ? ", or members where 'map' is given" : "");
		return -1;
	}
	len = hex_parse(n->text + 4, n->len - 5, data, sizeof(data), &bad);
	if (len <= 0) {
		diag(r->d, DIAG_ERROR, node_where(n),
		     "hex(..) takes pairs of hexadecimal digits: here 1 to %d bytes, as many are "
		     "recorded",
		     HELPER_BYTES);
		return -1;
	}
	out->size = (uint32_t)len;
	out->data = arena_memdup(r->arena, data, out->size);
	out->mask = arena_alloc(r->arena, out->size);
	memset(out->mask, 0xff, out->size);
	return 0;
}

static int read_map_key(struct reader *r, const struct object_map *map, const struct node *n,
			struct recorded_expectation *out)
{
	struct value_context context = r->s->values;
	bool lpm = map->type == BPF_MAP_TYPE_LPM_TRIE;

	if (map->key_size > HELPER_BYTES) {
		diag(r->d, DIAG_ERROR, node_where(n),
		     "keys of map '%s' are longer than the %d bytes that are recorded", map->name,
		     HELPER_BYTES);
		return -1;
	}
	context.member = "the key";
	out->type = map->key;
	out->size = map->key_size;
	out->data = arena_alloc(r->arena, out->size);
	out->mask = arena_alloc(r->arena, out->size);
	return lpm ? lpm_key_encode(r->d, &context, map->key, n, out->data, out->mask)
		   : value_encode(r->d, &context, map->key, n, out->data, out->mask);
}

static bool is_name(const struct node *n)
{
	return n->kind == NODE_SCALAR && n->style == NODE_PLAIN && isalpha((unsigned char)*n->text);
}

/* @n without `ifindex: DEVICE`, which is read: the index is known when the device is there. */
static const struct node *without_device(struct reader *r, const struct node *n,
					 struct recorded_expectation *out, int *err)
{
	struct node *copy = arena_memdup(r->arena, n, sizeof(*n)), **tail = &copy->child;
	const struct node *k;
	size_t device;

	for_each_child (k, n) {
		if (!strcmp(k->text, "ifindex") && is_name(k->value) &&
		    !node_is_word(k->value, "any") && !node_is_word(k->value, "lo")) {
			*err |= read_device(r, k->value, &device);
			if (!*err)
				out->device = r->node->devices[device].name;
			continue;
		}
		*tail = arena_memdup(r->arena, k, sizeof(*k));
		tail = &(*tail)->sibling;
	}
	*tail = NULL;
	return copy;
}

/* {ipv4: ..} or {ipv6: ..}: which of them is part of what is expected. */
static void choose_tuple(const struct helper *h, unsigned int arg, const struct node *n,
			 struct recorded_expectation *out)
{
	static const char *const names[] = { "ipv4", "ipv6" };
	static const uint32_t sizes[] = { 12, 36 };

	if (h->args[arg].value != HELPER_MEMORY || n->kind != NODE_MAPPING || !n->child)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(n->child->text, names[i]) != 0)
			continue;
		out->type = helper_sized_struct(h, arg, sizes[i]);
		out->size = sizes[i];
	}
}

static int read_struct(struct reader *r, const struct helper *h, unsigned int arg,
		       const struct node *n, struct recorded_expectation *out)
{
	const struct type *t = helper_struct(h, arg);
	struct type_enumerator lo = { "lo", 1 };
	const struct value_names names = { "ifindex", &lo, 1, helper_names(h) };
	struct value_context context = { .names = &names };
	int err = 0;

	if (n->kind == NODE_MAPPING && !n->child) {
		diag(r->d, DIAG_ERROR, node_where(n), "this is empty: it takes members of %s",
		     t->name);
		return -1;
	}
	out->type = t;
	out->size = t->size;
	out->data = arena_alloc(r->arena, t->size);
	out->mask = arena_alloc(r->arena, t->size);
	if (n->kind == NODE_MAPPING)
		n = without_device(r, n, out, &err);
	if (n->kind == NODE_MAPPING && !n->child)
		return err;
	err |= value_encode(r->d, &context, t, n, out->data, out->mask);
	choose_tuple(h, arg, n, out);
	return err;
}

int read_call_bytes(struct reader *r, const struct helper *h, unsigned int arg,
		    const struct object_map *map, const struct node *n,
		    struct recorded_expectation *out)
{
	const struct type *t = helper_struct(h, arg);

	if (n->broken)
		return -1;
	out->where = node_where(n);
	if (h->args[arg].value == HELPER_KEY && map && map->key)
		return read_map_key(r, map, n, out);
	/* A tuple's hex(..) is as long as the program says: IPv4 or IPv6. */
	if (t && (h->args[arg].value == HELPER_STRUCT || !is_hex(n)))
		return read_struct(r, h, arg, n, out);
	return read_bytes(r, h, arg, n, out);
}
