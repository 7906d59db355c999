/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "view/template.h"

#include "base/errno_names.h"
#include "base/text.h"
#include "base/text_stream.h"
#include "syntax/keys.h"

#include <string.h>

#define VIEWS_VERSION 1

/* What readers of keys are given. */
struct reading {
	struct diags *d;
	struct view_file *f;
	struct view *view;
	struct view_row *row;
	struct view_join *join;
	struct flow_row *flow;
	struct view_flag *flag;
};

static void read_into(struct reading *r, const struct node *n, const char *what, const char **out)
{
	if (node_text(r->d, n, what, out))
		*out = arena_strdup(&r->f->arena, *out);
}

static void read_texts(struct reading *r, const struct node *list, const char *what,
		       const char ***out, size_t *n_out)
{
	const struct node *n;

	for_each_child (n, list)
		read_into(r, n, what, ARENA_PUSH(&r->f->arena, *out, *n_out));
}

/* names */

static int read_name_number(struct reading *r, const struct node *key, uint64_t *number)
{
	int64_t value;

	if (!number_parse_signed(key->text, key->len, &value)) {
		*number = (uint64_t)value;
		return 0;
	}
	diag(r->d, DIAG_ERROR, node_where(key), "a number or 'else' is expected here, not '%s'",
	     key->text);
	return -1;
}

static void read_name_table(struct reading *r, const struct node *key)
{
	struct arena *a = &r->f->arena;
	struct view_names *names = ARENA_PUSH(a, r->f->names, r->f->n_names);
	const struct node *k;

	names->name = arena_strdup(a, key->text);
	if (key->value->kind != NODE_MAPPING) {
		diag(r->d, DIAG_ERROR, node_where(key->value),
		     "a table of names is {NUMBER: TEXT, .., else: TEXT}, this is %s",
		     node_kind_name(key->value));
		return;
	}
	for_each_child (k, key->value) {
		uint64_t number;

		if (k->value->kind != NODE_SCALAR)
			diag(r->d, DIAG_ERROR, node_where(k->value), "a name is a text");
		else if (!strcmp(k->text, "else"))
			names->otherwise = arena_strdup(a, k->value->text);
		else if (!read_name_number(r, k, &number))
			*ARENA_PUSH(a, names->items, names->n) =
				(struct view_name){ number, arena_strdup(a, k->value->text) };
	}
}

static void read_names(void *into, const struct node *key, const struct node *value)
{
	const struct node *k;

	(void)key;
	for_each_child (k, value)
		read_name_table(into, k);
}

/* flags */

static void flag_mask(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;

	(void)key;
	node_uint(r->d, value, "mask", UINT64_MAX, &r->flag->mask);
}

static void flag_value(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;

	(void)key;
	node_uint(r->d, value, "value", UINT64_MAX, &r->flag->value);
}

static void flag_text(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;

	(void)key;
	r->flag->text = arena_strdup(&r->f->arena, value->text);
}

static const struct key flag_keys[] = {
	{ "mask", TAKES_SCALAR | KEY_REQUIRED, flag_mask, "NUMBER", "the bits that count" },
	{ "value", TAKES_SCALAR | KEY_REQUIRED, flag_value, "NUMBER", "what they have to be" },
	{ "text", TAKES_SCALAR | KEY_REQUIRED, flag_text, "TEXT", "what is printed then" },
};

static void read_flags(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;
	const struct node *k, *n;

	(void)key;
	for_each_child (k, value) {
		struct view_flags *flags = ARENA_PUSH(&r->f->arena, r->f->flags, r->f->n_flags);

		flags->name = arena_strdup(&r->f->arena, k->text);
		if (k->value->kind != NODE_SEQUENCE)
			diag(r->d, DIAG_ERROR, node_where(k->value),
			     "a table of flags is a list, [{mask: .., value: .., text: ..}, ..]");
		for_each_child (n, k->value) {
			if (k->value->kind != NODE_SEQUENCE)
				break;
			r->flag = ARENA_PUSH(&r->f->arena, flags->items, flags->n);
			r->flag->text = "";
			keys_read(r->d, n, "a flag", flag_keys, ARRAY_SIZE(flag_keys), r);
		}
	}
}

/* maps */

static void row_map(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;

	(void)key;
	read_into(r, value, "map", &r->row->map);
}

static void when_key(void *into, const struct node *key, const struct node *value)
{
	(void)key;
	((struct reading *)into)->row->key = value;
}

static void when_value(void *into, const struct node *key, const struct node *value)
{
	(void)key;
	((struct reading *)into)->row->value = value;
}

static const struct key when_keys[] = {
	{ "key", 0, when_key, "VALUE", "what the key has to be; members left out do not count" },
	{ "value", 0, when_value, "VALUE", "the same of the value" },
};

static void row_when(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;

	(void)key;
	keys_read(r->d, value, "when", when_keys, ARRAY_SIZE(when_keys), r);
}

static void join_map(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;

	(void)key;
	read_into(r, value, "map", &r->join->map);
}

static void join_key(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;

	(void)key;
	r->join->key = template_read_path(r->d, r->f, value);
}

static const struct key join_keys[] = {
	{ "map", TAKES_SCALAR | KEY_REQUIRED, join_map, "NAME", "where it is looked up" },
	{ "key", TAKES_SCALAR | KEY_REQUIRED, join_key, "PATH", "the key, a member of this entry" },
};

static void row_with(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;
	const struct node *k;

	(void)key;
	for_each_child (k, value) {
		if (r->row->n_joins == JOINS_MAX) {
			diag(r->d, DIAG_ERROR, node_where(k), "a row takes %d values more at most",
			     JOINS_MAX);
			return;
		}
		r->join = &r->row->joins[r->row->n_joins++];
		r->join->name = arena_strdup(&r->f->arena, k->text);
		r->join->where = node_where(k);
		keys_read(r->d, k->value, "a value of `with`", join_keys, ARRAY_SIZE(join_keys), r);
	}
}

static void row_columns(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;
	const struct node *n;

	(void)key;
	for_each_child (n, value)
		*ARENA_PUSH(&r->f->arena, r->row->columns, r->row->n_columns) =
			template_read(r->d, r->f, n);
}

static const struct key row_keys[] = {
	{ "map", TAKES_SCALAR | KEY_REQUIRED, row_map, "NAME", "the map, '*' stands for anything" },
	{ "when", TAKES_MAPPING, row_when, "{key: .., value: ..}", "entries that it is for" },
	{ "with", TAKES_MAPPING, row_with, "{NAME: {map: .., key: ..}}",
	  "values of other maps; what is not there has no such row" },
	{ "columns", TAKES_LIST | KEY_REQUIRED, row_columns, "[TEXT..]",
	  "what is printed, with {fields}" },
};

static void view_help(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;

	(void)key;
	read_into(r, value, "help", &r->view->help);
}

static void view_header(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;

	(void)key;
	read_texts(r, value, "a column", &r->view->header, &r->view->n_header);
}

static void view_rows(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;
	const struct node *n;

	(void)key;
	for_each_child (n, value) {
		r->row = ARENA_PUSH(&r->f->arena, r->view->rows, r->view->n_rows);
		r->row->where = node_where(n);
		keys_read(r->d, n, "a row", row_keys, ARRAY_SIZE(row_keys), r);
	}
}

static const struct key view_keys[] = {
	{ "help", TAKES_SCALAR | KEY_REQUIRED, view_help, "TEXT", "what it shows, in a line" },
	{ "header", TAKES_LIST, view_header, "[TEXT..]", "names of the columns" },
	{ "rows", TAKES_LIST | KEY_REQUIRED, view_rows, "[ROW..]",
	  "of an entry the first row counts that it matches" },
};

static void read_views(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;
	const struct node *k;

	(void)key;
	for_each_child (k, value) {
		r->view = ARENA_PUSH(&r->f->arena, r->f->views, r->f->n_views);
		r->view->name = arena_strdup(&r->f->arena, k->text);
		keys_read(r->d, k->value, "a view", view_keys, ARRAY_SIZE(view_keys), r);
	}
}

/* flows */

static void flow_type(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;

	(void)key;
	read_into(r, value, "event", &r->flow->type);
}

static void flow_when(void *into, const struct node *key, const struct node *value)
{
	(void)key;
	((struct reading *)into)->flow->when = value;
}

static void flow_direction(void *into, const struct node *key, const struct node *value)
{
	static const struct {
		const char *name; /* first: text_nearest() looks here */
		enum flow_direction direction;
	} words[] = {
		{ "unknown", FLOW_UNKNOWN },
		{ "request", FLOW_REQUEST },
		{ "reply", FLOW_REPLY },
	};
	struct reading *r = into;

	(void)key;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (node_is_word(value, words[i].name)) {
			r->flow->direction = words[i].direction;
			return;
		}
	unknown_name(r->d, node_where(value), "direction", value->text, value->len, words,
		     ARRAY_SIZE(words), sizeof(*words));
}

#define FLOW_TEMPLATE(member)                                                                   \
	static void flow_##member(void *into, const struct node *key, const struct node *value) \
	{                                                                                       \
		struct reading *r = into;                                                       \
                                                                                                \
		(void)key;                                                                      \
		r->flow->member = template_read(r->d, r->f, value);                             \
	}
FLOW_TEMPLATE(source)
FLOW_TEMPLATE(destination)
FLOW_TEMPLATE(what)
FLOW_TEMPLATE(verdict)
FLOW_TEMPLATE(reason)
FLOW_TEMPLATE(message)

static const struct key flow_keys[] = {
	{ "event", TAKES_SCALAR | KEY_REQUIRED, flow_type, "struct NAME",
	  "how the record begins; a packet is what follows" },
	{ "when", TAKES_MAPPING, flow_when, "{MEMBER: VALUE}", "records that it is for" },
	{ "direction", TAKES_SCALAR, flow_direction, "request|reply|unknown",
	  "how the arrow points: -> <- <>" },
	{ "source", TAKES_SCALAR, flow_source, "TEXT", "who sent it, beside the address" },
	{ "destination", TAKES_SCALAR, flow_destination, "TEXT", "who it is for" },
	{ "what", TAKES_SCALAR, flow_what, "TEXT", "what is told of it" },
	{ "verdict", TAKES_SCALAR, flow_verdict, "TEXT", "FORWARDED, DROPPED, .." },
	{ "reason", TAKES_SCALAR, flow_reason, "TEXT", "why it was dropped, to count by" },
	{ "message", TAKES_SCALAR, flow_message, "TEXT", "words instead of a packet" },
};

static void read_events(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;

	(void)key;
	read_texts(r, value, "a map", &r->f->event_maps, &r->f->n_event_maps);
}

static void read_flows(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;
	const struct node *n;

	(void)key;
	for_each_child (n, value) {
		r->flow = ARENA_PUSH(&r->f->arena, r->f->flows, r->f->n_flows);
		r->flow->where = node_where(n);
		keys_read(r->d, n, "a flow", flow_keys, ARRAY_SIZE(flow_keys), r);
	}
}

static void read_version(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;
	uint64_t version = VIEWS_VERSION;

	(void)key;
	if (!node_uint(r->d, value, "verdict", UINT32_MAX, &version) && version != VIEWS_VERSION)
		diag(r->d, DIAG_ERROR, node_where(value),
		     "this is a file of version %s; this verdict reads version %d", value->text,
		     VIEWS_VERSION);
}

/* Names and flags first, whatever the order of the text: templates speak of them. */
static const struct key table_keys[] = {
	{ "verdict", TAKES_SCALAR | KEY_REQUIRED, read_version, "1", "version of the language" },
	{ "names", TAKES_MAPPING, read_names, "{NAME: {NUMBER: TEXT}}", "what numbers are called" },
	{ "flags", TAKES_MAPPING, read_flags, "{NAME: [{mask, value, text}]}", "texts for bits" },
	{ "maps", TAKES_MAPPING, NULL, "{NAME: VIEW}", "the views of maps" },
	{ "events", TAKES_LIST, read_events, "[MAP..]", "maps that tell of flows" },
	{ "flows", TAKES_LIST, NULL, "[FLOW..]",
	  "of a record the first flow counts that it matches" },
};

static void read_file(struct reading *r, const struct node *root)
{
	const struct node *maps, *flows;

	keys_read(r->d, root, "a file of views", table_keys, ARRAY_SIZE(table_keys), r);
	if (root->kind != NODE_MAPPING)
		return;
	maps = node_get(root, "maps");
	flows = node_get(root, "flows");
	if (maps && maps->kind == NODE_MAPPING)
		read_views(r, NULL, maps);
	if (flows && flows->kind == NODE_SEQUENCE)
		read_flows(r, NULL, flows);
}

int view_file_read(struct diags *d, const char *path, struct view_file *f)
{
	struct reading r = { .d = d, .f = f };
	unsigned int errors = d->errors;
	const struct node *root;
	int err;

	*f = (struct view_file){};
	err = source_read(path, &f->src);
	if (err) {
		diag(d, DIAG_ERROR, (struct span){}, "cannot read views from %s: %s", path,
		     errno_text(err));
		return -1;
	}
	root = node_parse(d, &f->src, &f->arena);
	if (root)
		read_file(&r, root);
	return d->errors == errors ? 0 : -1;
}

void view_file_free(struct view_file *f)
{
	arena_free(&f->arena);
	source_free(&f->src);
	*f = (struct view_file){};
}

const struct view *view_find(const struct view_file *f, const char *name)
{
	for (size_t i = 0; i < f->n_views; i++)
		if (!strcmp(f->views[i].name, name))
			return &f->views[i];
	return NULL;
}

const struct view_names *view_names_find(const struct view_file *f, const char *name, size_t len)
{
	for (size_t i = 0; i < f->n_names; i++)
		if (text_is(name, len, f->names[i].name))
			return &f->names[i];
	return NULL;
}

const char *view_name_of(const struct view_names *names, uint64_t number, struct arena *arena)
{
	const char *hole;

	for (size_t i = 0; i < names->n; i++)
		if (names->items[i].number == number)
			return names->items[i].text;
	hole = names->otherwise ? strstr(names->otherwise, "{}") : NULL;
	if (!hole)
		return names->otherwise;
	return arena_printf(arena, "%.*s%lld%s", (int)(hole - names->otherwise), names->otherwise,
			    (long long)number, hole + 2);
}
