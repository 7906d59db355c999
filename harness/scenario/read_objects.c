/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "scenario/reader.h"

#include "base/text.h"

#include <linux/bpf.h>
#include <net/if.h>
#include <string.h>

#define MTU_MIN	    68 /* RFC 791 */
#define MTU_MAX	    65535
#define MTU_DEFAULT 1500

int split_alias(struct reader *r, struct span where, const char *text, size_t *object,
		const char **name)
{
	const struct scenario *s = r->s;
	const char *slash = strchr(text, '/');

	*object = s->n_objects == 1 ? 0 : s->n_objects;
	*name = text;
	if (!slash)
		return 0;
	for (size_t i = 0; i < s->n_objects; i++)
		if (text_is(text, (size_t)(slash - text), s->objects[i].alias)) {
			*object = i;
			*name = slash + 1;
			return 0;
		}
	/* Section names hold slashes too: only an alias that several objects need is an error. */
	if (s->n_objects == 1)
		return 0;
	if (r->lacks_object)
		return -1;
	unknown_name(r->d, where, "object", text, (size_t)(slash - text), s->objects, s->n_objects,
		     sizeof(*s->objects));
	return -1;
}

/* An object of the scenario's own replaces one of the same alias that a used file brought. */
static void add_object(struct reader *r, const char *alias, const struct node *path)
{
	const struct object_file *file = suite_object(r, path);
	struct scenario *s = r->s;
	size_t i = 0;

	r->lacks_object |= !file;
	if (!file)
		return;
	while (i < s->n_objects && strcmp(s->objects[i].alias, alias))
		i++;
	if (i == s->n_objects)
		*ARENA_PUSH(r->arena, s->objects, s->n_objects) = (struct scenario_object){};
	s->objects[i] = (struct scenario_object){ alias, node_where(path), file };
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
	struct scenario *s = r->s;
	size_t found = s->n_objects;

	for (size_t i = 0; i < s->n_objects; i++) {
		if (!find(s->objects[i].file, name))
			continue;
		if (found < s->n_objects) {
			diag(r->d, DIAG_ERROR, where,
			     "objects '%s' and '%s' both have %s '%s': write %s/%s or %s/%s",
			     s->objects[found].alias, s->objects[i].alias, what, name,
			     s->objects[found].alias, name, s->objects[i].alias, name);
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
	if (r->s->n_objects)
		return 0;
	if (!r->lacks_object)
		diag(r->d, DIAG_ERROR, where, "the scenario names no object: add 'object: FILE'");
	r->lacks_object = true;
	return -1;
}

static uint32_t program_type(const struct reader *r, size_t object,
			     const struct object_program *program)
{
	for (size_t i = 0; i < r->s->n_types; i++)
		if (r->s->types[i].object == object && r->s->types[i].program == program)
			return r->s->types[i].type;
	return program->type;
}

static void unknown_program(struct reader *r, struct span where, const char *name)
{
	struct scenario *s = r->s;
	struct object_program *programs = NULL;
	size_t n = 0;

	if (r->lacks_object)
		return; /* it may be there */
	for (size_t i = 0; i < s->n_objects; i++)
		for (size_t j = 0; j < s->objects[i].file->n_programs; j++)
			*ARENA_PUSH(r->arena, programs, n) = s->objects[i].file->programs[j];
	unknown_name(r->d, where, "program of these objects", name, strlen(name), programs, n,
		     sizeof(*programs));
}

static int find_program_ref(struct reader *r, struct span where, const char *text,
			    struct program_ref *out)
{
	const struct object_program *program;
	struct scenario *s = r->s;
	const char *name;
	size_t object;

	if (no_object(r, where) || split_alias(r, where, text, &object, &name))
		return -1;
	if (object == s->n_objects &&
	    pick_object(r, where, "a program", name, find_program, &object))
		return -1;
	if (object == s->n_objects ||
	    (r->lacks_object && !find_program(s->objects[object].file, name))) {
		unknown_program(r, where, name);
		return -1;
	}
	program = object_file_program(r->d, where, s->objects[object].file, name);
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
		*ARENA_PUSH(r->arena, r->s->types, r->s->n_types) =
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
	for (size_t i = 0; i < r->s->n_objects; i++)
		if (r->s->objects[i].file->types)
			add_type_set(r, r->s->objects[i].file->types);
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
		*ARENA_PUSH(r->arena, r->s->limits, r->s->n_limits) =
			(struct map_limit){ r->s->map_refs[map].object, r->s->map_refs[map].map,
					    (uint32_t)value, k->span };
	}
}

static const struct object_global *known_global(struct reader *r, const struct node *k,
						size_t object, const char *name)
{
	struct scenario *s = r->s;
	bool all = object == s->n_objects;
	const struct object_global *g = NULL;
	struct object_global *globals = NULL;
	size_t n = 0;

	if (!all)
		g = object_file_global(s->objects[object].file, name);
	if (g || r->lacks_object)
		return g;
	for (size_t i = all ? 0 : object; i < (all ? s->n_objects : object + 1); i++)
		for (size_t j = 0; j < s->objects[i].file->n_globals; j++)
			*ARENA_PUSH(r->arena, globals, n) = s->objects[i].file->globals[j];
	unknown_name(r->d, k->span, all ? "global of these objects" : "global of the object", name,
		     strlen(name), globals, n, sizeof(*globals));
	return NULL;
}

static void read_global(struct reader *r, const struct node *k, size_t object, const char *name)
{
	struct value_context context = r->s->values;
	const struct object_global *g;
	uint8_t *data;

	if (object == r->s->n_objects &&
	    pick_object(r, k->span, "a global", name, find_global, &object))
		return;
	g = known_global(r, k, object, name);
	if (!g)
		return;
	data = arena_alloc(r->arena, g->type->size);
	context.member = g->name;
	if (value_encode(r->d, &context, g->type, k->value, data, NULL))
		return;
	for (size_t i = 0; i < r->s->n_globals; i++)
		if (r->s->globals[i].global == g && r->s->globals[i].object == object) {
			r->s->globals[i].data = data; /* said again after `use` */
			return;
		}
	*ARENA_PUSH(r->arena, r->s->globals, r->s->n_globals) =
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

		for (object = 0; object < r->s->n_objects; object++)
			if (!strcmp(r->s->objects[object].alias, k->text) &&
			    k->value->kind == NODE_MAPPING)
				break;
		if (object < r->s->n_objects) {
			for_each_child (inner, k->value)
				read_global(r, inner, object, inner->text);
			continue;
		}
		if (!split_alias(r, k->span, k->text, &object, &name))
			read_global(r, k, object, name);
	}
}

struct device_reader {
	struct reader *r;
	struct scenario_device *device;
};

static void read_ifindex(void *into, const struct node *key, const struct node *value)
{
	struct device_reader *dr = into;
	uint64_t n;

	(void)key;
	if (node_uint(dr->r->d, value, "ifindex", INT32_MAX, &n))
		return;
	if (n < 2)
		diag(dr->r->d, DIAG_ERROR, node_where(value),
		     "ifindex is 2 or more: 1 is the loopback device");
	dr->device->ifindex = (uint32_t)n;
}

static void read_mac(void *into, const struct node *key, const struct node *value)
{
	struct device_reader *dr = into;

	(void)key;
	if (mac_parse(value->text, value->len, dr->device->mac))
		diag(dr->r->d, DIAG_ERROR, node_where(value),
		     "'%s' is no MAC address: six bytes like 02:00:00:00:00:01", value->text);
	else if (dr->device->mac[0] & 1)
		diag(dr->r->d, DIAG_ERROR, node_where(value),
		     "a device cannot have the group address %s", value->text);
}

static void read_mtu(void *into, const struct node *key, const struct node *value)
{
	struct device_reader *dr = into;
	uint64_t n;

	(void)key;
	if (node_uint(dr->r->d, value, "mtu", MTU_MAX, &n))
		return;
	if (n < MTU_MIN)
		diag(dr->r->d, DIAG_ERROR, node_where(value), "mtu is %d to %d", MTU_MIN, MTU_MAX);
	dr->device->mtu = (uint32_t)n;
}

const struct key device_keys[] = {
	{ "ifindex", TAKES_SCALAR, read_ifindex, "NUMBER", "its interface index" },
	{ "mac", TAKES_SCALAR, read_mac, "MAC", "its hardware address" },
	{ "mtu", TAKES_SCALAR, read_mtu, "BYTES", "its MTU (1500)" },
};
const size_t n_device_keys = ARRAY_SIZE(device_keys);

/* The scenario's own device replaces one of the same name that a used file brought. */
static struct scenario_device *device_named(struct reader *r, const char *name)
{
	struct scenario *s = r->s;

	for (size_t i = 0; i < s->n_devices; i++)
		if (!strcmp(s->devices[i].name, name))
			return &s->devices[i];
	return ARENA_PUSH(r->arena, s->devices, s->n_devices);
}

void read_devices(struct reader *r, const struct node *n)
{
	struct scenario *s = r->s;
	const struct node *k;

	for_each_child (k, n) {
		struct scenario_device *device;
		struct device_reader dr;

		if (text_is(k->text, k->len, "lo")) {
			diag(r->d, DIAG_ERROR, k->span,
			     "every namespace has its 'lo': frames arrive there without 'on:'");
			continue;
		}
		if (!k->len || k->len >= IFNAMSIZ || strpbrk(k->text, "/ \t:%")) {
			diag(r->d, DIAG_ERROR, k->span,
			     "'%s' is no name of a device: 1 to %d characters without '/', ':', '%%' "
			     "or blanks",
			     k->text, IFNAMSIZ - 1);
			continue;
		}
		device = device_named(r, k->text);
		/* A stable address, so that frames can name it: locally administered. */
		*device = (struct scenario_device){
			.name = k->text,
			.where = k->span,
			.mtu = MTU_DEFAULT,
			.mac = { 2, 0, 0, 0, 0, (uint8_t)(device - s->devices + 1) },
		};
		dr = (struct device_reader){ r, device };
		keys_read(r->d, k->value, "a device", device_keys, n_device_keys, &dr);
	}
}

void check_devices(struct reader *r)
{
	const struct scenario *s = r->s;

	for (size_t i = 0; i < s->n_devices; i++)
		for (size_t j = 0; j < i; j++) {
			const struct scenario_device *a = &s->devices[j], *b = &s->devices[i];

			if (!b->ifindex || a->ifindex != b->ifindex)
				continue;
			diag(r->d, DIAG_ERROR, b->where,
			     "devices '%s' and '%s' both ask for ifindex %u", a->name, b->name,
			     b->ifindex);
			diag(r->d, DIAG_NOTE, a->where, "the other is here");
			break;
		}
}

int read_device(struct reader *r, const struct node *n, size_t *out)
{
	struct scenario *s = r->s;

	for (size_t i = 0; i < s->n_devices; i++)
		if (!strcmp(s->devices[i].name, n->text)) {
			*out = i;
			return 0;
		}
	unknown_name(r->d, node_where(n), "device of this scenario", n->text, n->len, s->devices,
		     s->n_devices, sizeof(*s->devices));
	return -1;
}
