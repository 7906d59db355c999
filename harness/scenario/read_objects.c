/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "scenario/reader.h"

#include "base/text.h"

#include <linux/bpf.h>
#include <string.h>

int split_alias(struct reader *r, struct span where, const char *text, size_t *object,
		const char **name)
{
	const struct scenario_node *node = r->node;
	const char *slash = strchr(text, '/');

	*object = node->n_objects == 1 ? 0 : node->n_objects;
	*name = text;
	if (!slash)
		return 0;
	for (size_t i = 0; i < node->n_objects; i++)
		if (text_is(text, (size_t)(slash - text), node->objects[i].alias)) {
			*object = i;
			*name = slash + 1;
			return 0;
		}
	/* Section names hold slashes too: only an alias that several objects need is an error. */
	if (node->n_objects == 1)
		return 0;
	if (r->lacks_object)
		return -1;
	unknown_name(r->d, where, "object", text, (size_t)(slash - text), node->objects,
		     node->n_objects, sizeof(*node->objects));
	return -1;
}

/* An object of the scenario's own replaces one of the same alias that a used file brought. */
static void add_object(struct reader *r, const char *alias, const struct node *path)
{
	const struct object_file *file = suite_object(r, path);
	struct scenario_node *node = r->node;
	size_t i = 0;

	r->lacks_object |= !file;
	if (!file)
		return;
	while (i < node->n_objects && strcmp(node->objects[i].alias, alias))
		i++;
	if (i == node->n_objects)
		*ARENA_PUSH(r->arena, node->objects, node->n_objects) = (struct scenario_object){};
	node->objects[i] = (struct scenario_object){ alias, node_where(path), file };
}

void read_objects(struct reader *r, const struct node *root)
{
	const struct node *one = node_get(root, "object"), *many = node_get(root, "objects"), *n;

	/* Keys of the wrong kind have been reported. */
	if ((one && (one->kind != NODE_SCALAR || !one->len)) ||
	    (many && many->kind != NODE_MAPPING)) {
		r->lacks_object = true;
		return;
	}
	if (one && many) {
		diag(r->d, DIAG_ERROR, node_where(one),
		     "give either 'object' or 'objects', not both");
		diag(r->d, DIAG_NOTE, node_where(many), "'objects' is given here");
		r->lacks_object = true;
		return;
	}
	if (one)
		add_object(r, "", one);
	if (!many)
		return;
	for_each_child (n, many)
		add_object(r, n->text, n->value);
}

/* The object that has a thing of this name, where no alias says which. */
static int pick_object(struct reader *r, struct span where, const char *what, const char *name,
		       const void *(*find)(const struct object_file *, const char *),
		       size_t *object)
{
	struct scenario_node *node = r->node;
	size_t found = node->n_objects;

	for (size_t i = 0; i < node->n_objects; i++) {
		if (!find(node->objects[i].file, name))
			continue;
		if (found < node->n_objects) {
			diag(r->d, DIAG_ERROR, where,
			     "objects '%s' and '%s' both have %s '%s': write %s/%s or %s/%s",
			     node->objects[found].alias, node->objects[i].alias, what, name,
			     node->objects[found].alias, name, node->objects[i].alias, name);
			return -1;
		}
		found = i;
	}
	*object = found;
	return 0;
}

static const void *find_program(const struct object_file *f, const char *name)
{
	for (size_t i = 0; i < f->n_programs; i++)
		if (!strcmp(f->programs[i].name, name))
			return &f->programs[i];
	for (size_t i = 0; i < f->n_programs; i++)
		if (!strcmp(f->programs[i].section, name))
			return &f->programs[i];
	return NULL;
}

static const void *find_global(const struct object_file *f, const char *name)
{
	return object_file_global(f, name);
}

int no_object(struct reader *r, struct span where)
{
	if (r->node->n_objects)
		return 0;
	if (!r->lacks_object)
		diag(r->d, DIAG_ERROR, where, "the scenario names no object: add 'object: FILE'");
	r->lacks_object = true;
	return -1;
}

static uint32_t program_type(const struct reader *r, size_t object,
			     const struct object_program *program)
{
	for (size_t i = 0; i < r->node->n_types; i++)
		if (r->node->types[i].object == object && r->node->types[i].program == program)
			return r->node->types[i].type;
	return program->type;
}

static void unknown_program(struct reader *r, struct span where, const char *name)
{
	struct scenario_node *node = r->node;
	struct object_program *programs = NULL;
	size_t n = 0;

	if (r->lacks_object)
		return; /* it may be there */
	for (size_t i = 0; i < node->n_objects; i++)
		for (size_t j = 0; j < node->objects[i].file->n_programs; j++)
			*ARENA_PUSH(r->arena, programs, n) = node->objects[i].file->programs[j];
	unknown_name(r->d, where, "program of these objects", name, strlen(name), programs, n,
		     sizeof(*programs));
}

static int find_program_ref(struct reader *r, struct span where, const char *text,
			    struct program_ref *out)
{
	const struct object_program *program;
	struct scenario_node *node = r->node;
	const char *name;
	size_t object;

	if (no_object(r, where) || split_alias(r, where, text, &object, &name))
		return -1;
	if (object == node->n_objects &&
	    pick_object(r, where, "a program", name, find_program, &object))
		return -1;
	if (object == node->n_objects ||
	    (r->lacks_object && !find_program(node->objects[object].file, name))) {
		unknown_program(r, where, name);
		return -1;
	}
	program = object_file_program(r->d, where, node->objects[object].file, name);
	if (!program)
		return -1;
	out->object = object;
	out->where = where;
	out->program = program;
	out->type = program_type(r, object, out->program);
	return 0;
}

int read_program(struct reader *r, const struct node *n, struct program_ref *out)
{
	struct span where = node_where(n);

	if (n->broken)
		return -1;
	if (n->kind != NODE_SCALAR) {
		diag(r->d, DIAG_ERROR, where, "the name of a program is a value, this is %s",
		     node_kind_name(n));
		return -1;
	}
	if (find_program_ref(r, where, n->text, out))
		return -1;
	if (out->type == BPF_PROG_TYPE_XDP || out->type == BPF_PROG_TYPE_SCHED_CLS ||
	    out->type == BPF_PROG_TYPE_SCHED_ACT)
		return 0;
	if (out->type == BPF_PROG_TYPE_UNSPEC)
		diag(r->d, DIAG_ERROR, where,
		     "section '%s' does not tell the type of program %s: add 'programs: {%s: {type: "
		     "xdp}}' (or tc)",
		     out->program->section, out->program->name, out->program->name);
	else
		diag(r->d, DIAG_ERROR, where,
		     "program %s is of type %s; packets can be run through xdp and tc programs",
		     out->program->name, prog_type_name(out->type));
	return -1;
}

static void read_type_key(void *into, const struct node *key, const struct node *value)
{
	(void)key;
	*(const struct node **)into = value;
}

static const struct key program_type_keys[] = {
	{ "type", TAKES_SCALAR | KEY_REQUIRED, read_type_key, "xdp|tc", "the program's type" },
};

void read_program_types(struct reader *r, const struct node *n)
{
	const struct node *k;

	for_each_child (k, n) {
		struct program_ref ref = {};
		const struct node *type = NULL;
		uint32_t value;

		keys_read(r->d, k->value, "a program", program_type_keys,
			  ARRAY_SIZE(program_type_keys), &type);
		if (find_program_ref(r, k->span, k->text, &ref) || !type)
			continue;
		if (prog_type_parse(type->text, &value)) {
			diag(r->d, DIAG_ERROR, node_where(type),
			     "'%s' is no program type that can be run: xdp or tc", type->text);
			continue;
		}
		*ARENA_PUSH(r->arena, r->node->types, r->node->n_types) =
			(struct program_type){ ref.object, ref.program, value };
	}
}

static void add_type_set(struct reader *r, const struct type_set *set)
{
	*ARENA_PUSH(r->arena, r->type_sets, r->n_type_sets) = set;
	r->s->values.sets = r->type_sets;
	r->s->values.n_sets = r->n_type_sets;
}

void add_object_types(struct reader *r)
{
	for (size_t i = 0; i < r->node->n_objects; i++)
		if (r->node->objects[i].file->types)
			add_type_set(r, r->node->objects[i].file->types);
}

static void read_type_file(struct reader *r, const struct node *n)
{
	const struct type_set *set;

	if (n->kind != NODE_SCALAR) {
		diag(r->d, DIAG_ERROR, node_where(n), "'types' takes files, this is %s",
		     node_kind_name(n));
		return;
	}
	set = suite_types(r, n);
	if (!set)
		return;
	add_type_set(r, set);
}

void read_type_files(struct reader *r, const struct node *n)
{
	const struct node *item;

	if (n->kind == NODE_SCALAR) {
		read_type_file(r, n);
		return;
	}
	for_each_child (item, n)
		read_type_file(r, item);
}

void read_names(struct reader *r, const struct node *n)
{
	const struct node *member, *name;

	for_each_child (member, n) {
		struct value_names *names = arena_alloc(r->arena, sizeof(*names));

		if (member->value->kind != NODE_MAPPING) {
			diag(r->d, DIAG_ERROR, node_where(member->value),
			     "names of '%s' are a mapping {NAME: NUMBER}, this is %s", member->text,
			     node_kind_name(member->value));
			continue;
		}
		names->member = member->text;
		for_each_child (name, member->value) {
			uint64_t value;

			if (!node_uint(r->d, name->value, name->text, UINT64_MAX, &value))
				*ARENA_PUSH(r->arena, names->items, names->n) =
					(struct type_enumerator){ name->text, value };
		}
		names->next = r->s->values.names;
		r->s->values.names = names;
	}
}

void read_max_entries(struct reader *r, const struct node *n)
{
	const struct node *k;

	for_each_child (k, n) {
		uint64_t value;
		size_t map;

		if (read_map_name(r, k, &map) ||
		    node_uint(r->d, k->value, "max_entries", UINT32_MAX, &value))
			continue;
		if (!value) {
			diag(r->d, DIAG_ERROR, node_where(k->value), "max_entries is 1 or more");
			continue;
		}
		*ARENA_PUSH(r->arena, r->node->limits, r->node->n_limits) =
			(struct map_limit){ r->s->map_refs[map].object, r->s->map_refs[map].map,
					    (uint32_t)value, k->span };
	}
}

static const struct object_global *known_global(struct reader *r, const struct node *k,
						size_t object, const char *name)
{
	struct scenario_node *node = r->node;
	bool all = object == node->n_objects;
	const struct object_global *g = NULL;
	struct object_global *globals = NULL;
	size_t n = 0;

	if (!all)
		g = object_file_global(node->objects[object].file, name);
	if (g || r->lacks_object)
		return g;
	for (size_t i = all ? 0 : object; i < (all ? node->n_objects : object + 1); i++)
		for (size_t j = 0; j < node->objects[i].file->n_globals; j++)
			*ARENA_PUSH(r->arena, globals, n) = node->objects[i].file->globals[j];
	unknown_name(r->d, k->span, all ? "global of these objects" : "global of the object", name,
		     strlen(name), globals, n, sizeof(*globals));
	return NULL;
}

static void read_global(struct reader *r, const struct node *k, size_t object, const char *name)
{
	struct value_context context = r->s->values;
	const struct object_global *g;
	uint8_t *data;

	if (object == r->node->n_objects &&
	    pick_object(r, k->span, "a global", name, find_global, &object))
		return;
	g = known_global(r, k, object, name);
	if (!g)
		return;
	data = arena_alloc(r->arena, g->type->size);
	context.member = g->name;
	if (value_encode(r->d, &context, g->type, k->value, data, NULL))
		return;
	for (size_t i = 0; i < r->node->n_globals; i++)
		if (r->node->globals[i].global == g && r->node->globals[i].object == object) {
			r->node->globals[i].data = data; /* said again after `use` */
			return;
		}
	*ARENA_PUSH(r->arena, r->node->globals, r->node->n_globals) =
		(struct global_setting){ object, g, data };
}

void read_globals(struct reader *r, const struct node *n)
{
	const struct node *k, *inner;

	if (no_object(r, node_where(n)))
		return;
	for_each_child (k, n) {
		const char *name;
		size_t object;

		for (object = 0; object < r->node->n_objects; object++)
			if (!strcmp(r->node->objects[object].alias, k->text) &&
			    k->value->kind == NODE_MAPPING)
				break;
		if (object < r->node->n_objects) {
			for_each_child (inner, k->value)
				read_global(r, inner, object, inner->text);
			continue;
		}
		if (!split_alias(r, k->span, k->text, &object, &name))
			read_global(r, k, object, name);
	}
}
