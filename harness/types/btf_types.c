/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "types/btf_types.h"

#include <bpf/btf.h>
#include <string.h>

/* No value of a map or section is larger: KMALLOC_MAX_SIZE is 4 MiB, vmalloc'ed arrays come close.
 */
#define TYPE_SIZE_MAX (64u << 20)
/* Types spelt out in full; a chain of structs that each hold the next twice doubles per link. */
#define TYPE_WEIGHT_MAX (1u << 16)
#define TYPE_DEPTH_MAX	64

struct btf_slot {
	const struct type *type;
	uint32_t weight; /* members and members of members, as often as they occur */
	bool busy;	 /* being made: who asks now is inside itself */
};

static const struct type *type_make(struct btf_types *b, uint32_t id, unsigned int depth);

void btf_types_init(struct btf_types *b, const struct btf *btf, struct arena *arena)
{
	*b = (struct btf_types){ .btf = btf, .arena = arena, .n = btf__type_cnt(btf) };
	b->slots = arena_alloc(arena, b->n * sizeof(*b->slots));
}

static const char *name_of(const struct btf_types *b, uint32_t off)
{
	const char *name = btf__name_by_offset(b->btf, off);

	return arena_strdup(b->arena, name ? name : "");
}

static struct type *type_new(struct btf_types *b, enum type_kind kind, const char *name,
			     uint32_t size)
{
	struct type *t = arena_alloc(b->arena, sizeof(*t));

	*t = (struct type){ .kind = kind, .name = name, .size = size };
	return t;
}

static const char *tagged_name(struct btf_types *b, const char *tag, const struct btf_type *bt)
{
	const char *name = name_of(b, bt->name_off);

	return *name ? arena_printf(b->arena, "%s %s", tag, name) : tag;
}

static struct type *int_make(struct btf_types *b, const struct btf_type *bt)
{
	struct type *t = type_new(b, TYPE_INT, name_of(b, bt->name_off), bt->size);
	uint8_t encoding = btf_int_encoding(bt);

	/* __int128 has no numbers in the language: bytes. */
	if (bt->size > 8 || !bt->size)
		t->kind = TYPE_BYTES;
	t->is_signed = encoding & BTF_INT_SIGNED;
	t->is_bool = encoding & BTF_INT_BOOL;
	/* clang does not use BTF_INT_CHAR: plain `char` is known by its name. */
	t->is_char = bt->size == 1 && (encoding & BTF_INT_CHAR || !strcmp(t->name, "char"));
	return t;
}

static struct type *float_make(struct btf_types *b, const struct btf_type *bt)
{
	bool known = bt->size == sizeof(float) || bt->size == sizeof(double);

	return type_new(b, known ? TYPE_FLOAT : TYPE_BYTES, name_of(b, bt->name_off), bt->size);
}

static uint64_t enumerator_value(const struct btf_type *bt, uint32_t i, bool is_signed)
{
	if (btf_is_enum64(bt))
		return btf_enum64_value(&btf_enum64(bt)[i]);
	return is_signed ? (uint64_t)(int64_t)btf_enum(bt)[i].val : (uint32_t)btf_enum(bt)[i].val;
}

static struct type *enum_make(struct btf_types *b, const struct btf_type *bt)
{
	struct type *t = type_new(b, TYPE_ENUM, tagged_name(b, "enum", bt), bt->size);
	bool is_64 = btf_is_enum64(bt);

	if (bt->size > 8 || !bt->size) {
		t->kind = TYPE_BYTES;
		return t;
	}
	t->n = btf_vlen(bt);
	/* clang before 15 never sets the flag for signed enums: look at the values. */
	t->is_signed = btf_kflag(bt);
	for (uint32_t i = 0; i < t->n && !is_64; i++)
		t->is_signed |= btf_enum(bt)[i].val < 0;
	t->enumerators = arena_alloc(b->arena, t->n * sizeof(*t->enumerators));
	for (uint32_t i = 0; i < t->n; i++)
		t->enumerators[i] = (struct type_enumerator){
			.name = name_of(b, is_64 ? btf_enum64(bt)[i].name_off
						 : btf_enum(bt)[i].name_off),
			.value = enumerator_value(bt, i, t->is_signed),
		};
	return t;
}

static uint32_t weight_of(const struct btf_types *b, uint32_t id)
{
	return id < b->n ? b->slots[id].weight : 1;
}

static struct type *array_make(struct btf_types *b, const struct btf_type *bt, uint32_t *weight,
			       unsigned int depth)
{
	const struct btf_array *a = btf_array(bt);
	const struct type *element = type_make(b, a->type, depth);
	uint64_t size = (uint64_t)element->size * a->nelems;
	struct type *t;

	*weight += weight_of(b, a->type);
	if (size > TYPE_SIZE_MAX || !size)
		return type_new(b, TYPE_BYTES, "array", 0);
	t = type_new(b, TYPE_ARRAY, arena_printf(b->arena, "%s[%u]", element->name, a->nelems),
		     (uint32_t)size);
	t->element = element;
	t->n = a->nelems;
	return t;
}

/* Bit-fields of old: the width is in the integer's own description, not in the struct's. */
static void old_bit_field(const struct btf_types *b, uint32_t id, struct type_member *m)
{
	const struct btf_type *bt = btf__type_by_id(b->btf, id);

	for (int i = 0; bt && i < TYPE_DEPTH_MAX && (btf_is_mod(bt) || btf_is_typedef(bt)); i++)
		bt = btf__type_by_id(b->btf, bt->type);
	if (bt && btf_is_int(bt) && btf_int_bits(bt) && btf_int_bits(bt) < bt->size * 8) {
		m->bit_off += btf_int_offset(bt);
		m->bit_size = btf_int_bits(bt);
	}
}

static bool is_bit_field_type(const struct type_member *m)
{
	if (m->type->kind != TYPE_INT && m->type->kind != TYPE_ENUM)
		return false;
	return m->bit_size <= m->type->size * 8 && (!m->type->is_bool || m->bit_size == 1);
}

/* Add @m to struct or union @t if it is sound and can hold a value. Returns whether it is sound. */
static bool member_add(struct btf_types *b, struct type *t, struct type_member m)
{
	bool aggregate = m.type->kind == TYPE_STRUCT || m.type->kind == TYPE_UNION;
	uint64_t end = (uint64_t)m.bit_off + (m.bit_size ? m.bit_size : (uint64_t)m.type->size * 8);
	const struct type_member *last = t->n ? &t->members[t->n - 1] : NULL;
	uint64_t last_end = 0;

	if (!m.type->size || (!m.name && !aggregate))
		return true;
	if (last)
		last_end = last->bit_off +
			   (last->bit_size ? last->bit_size : (uint64_t)last->type->size * 8);
	if (end > (uint64_t)t->size * 8 || (t->kind == TYPE_STRUCT && m.bit_off < last_end) ||
	    (t->kind == TYPE_UNION && m.bit_off))
		return false;
	if (m.bit_size ? !is_bit_field_type(&m) : m.bit_off % 8)
		return false;
	*ARENA_PUSH(b->arena, t->members, t->n) = m;
	return true;
}

static struct type *struct_make(struct btf_types *b, const struct btf_type *bt, uint32_t *weight,
				unsigned int depth)
{
	bool is_union = btf_is_union(bt), sound = bt->size <= TYPE_SIZE_MAX;
	struct type *t = type_new(b, is_union ? TYPE_UNION : TYPE_STRUCT,
				  tagged_name(b, is_union ? "union" : "struct", bt), bt->size);

	for (uint32_t i = 0; sound && i < btf_vlen(bt); i++) {
		const struct btf_member *bm = &btf_members(bt)[i];
		const char *name = name_of(b, bm->name_off);
		struct type_member m = {
			.name = *name ? name : NULL,
			.type = type_make(b, bm->type, depth),
			.bit_off = btf_member_bit_offset(bt, i),
			.bit_size = btf_member_bitfield_size(bt, i),
		};

		if (!btf_kflag(bt))
			old_bit_field(b, bm->type, &m);
		*weight += weight_of(b, bm->type);
		sound = *weight <= TYPE_WEIGHT_MAX && member_add(b, t, m);
	}
	if (!sound)
		return type_new(b, TYPE_BYTES, t->name, bt->size <= TYPE_SIZE_MAX ? bt->size : 0);
	return t;
}

/* The variables of a section, as members of a struct. */
static struct type *section_make(struct btf_types *b, const struct btf_type *bt, uint32_t *weight,
				 unsigned int depth)
{
	bool sound = bt->size <= TYPE_SIZE_MAX;
	struct type *t = type_new(b, TYPE_STRUCT, name_of(b, bt->name_off), bt->size);

	for (uint32_t i = 0; sound && i < btf_vlen(bt); i++) {
		const struct btf_var_secinfo *v = &btf_var_secinfos(bt)[i];
		const struct btf_type *var = btf__type_by_id(b->btf, v->type);
		struct type_member m;

		if (!var || !btf_is_var(var) || v->offset > bt->size)
			continue;
		m = (struct type_member){
			.name = name_of(b, var->name_off),
			.type = type_make(b, var->type, depth),
			.bit_off = v->offset * 8,
		};
		*weight += weight_of(b, var->type);
		sound = *weight <= TYPE_WEIGHT_MAX && member_add(b, t, m);
	}
	if (!sound)
		return type_new(b, TYPE_BYTES, t->name, bt->size <= TYPE_SIZE_MAX ? bt->size : 0);
	return t;
}

static struct type *pointer_make(struct btf_types *b, const struct btf_type *bt)
{
	const struct btf_type *to = btf__type_by_id(b->btf, bt->type);
	size_t size = btf__pointer_size(b->btf);
	const char *name = to ? name_of(b, to->name_off) : "";

	if (!*name || (to && btf_is_func_proto(to)))
		name = "void";
	else if (to && (btf_is_composite(to) || btf_is_fwd(to)))
		name = tagged_name(b, btf_is_union(to) ? "union" : "struct", to);
	return type_new(b, TYPE_BYTES, arena_printf(b->arena, "%s *", name),
			size ? (uint32_t)size : 8);
}

static bool is_network_order(const char *name)
{
	return !strcmp(name, "__be16") || !strcmp(name, "__be32") || !strcmp(name, "__be64");
}

/* The type behind it under its own name, which may say more than the type: __be32. */
static struct type *typedef_make(struct btf_types *b, const struct btf_type *bt, uint32_t *weight,
				 unsigned int depth)
{
	const struct type *of = type_make(b, bt->type, depth);
	struct type *t = arena_memdup(b->arena, of, sizeof(*of));

	*weight += weight_of(b, bt->type);
	t->name = name_of(b, bt->name_off);
	if (t->kind == TYPE_INT && is_network_order(t->name))
		t->big_endian = true;
	return t;
}

static const struct type *kind_make(struct btf_types *b, const struct btf_type *bt,
				    uint32_t *weight, unsigned int depth)
{
	switch (btf_kind(bt)) {
	case BTF_KIND_INT:
		return int_make(b, bt);
	case BTF_KIND_FLOAT:
		return float_make(b, bt);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return enum_make(b, bt);
	case BTF_KIND_PTR:
		return pointer_make(b, bt);
	case BTF_KIND_ARRAY:
		return array_make(b, bt, weight, depth);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return struct_make(b, bt, weight, depth);
	case BTF_KIND_DATASEC:
		return section_make(b, bt, weight, depth);
	case BTF_KIND_TYPEDEF:
		return typedef_make(b, bt, weight, depth);
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
	case BTF_KIND_VAR:
		*weight += weight_of(b, bt->type);
		return type_make(b, bt->type, depth);
	}
	return type_new(b, TYPE_BYTES, "void",
			0); /* functions, forward declarations, what is new */
}

static const struct type *type_make(struct btf_types *b, uint32_t id, unsigned int depth)
{
	const struct btf_type *bt = btf__type_by_id(b->btf, id);
	struct btf_slot *slot = id < b->n ? &b->slots[id] : NULL;

	if (slot && slot->type)
		return slot->type;
	if (!bt || !slot || slot->busy || depth > TYPE_DEPTH_MAX)
		return type_new(b, TYPE_BYTES, "void", 0);
	slot->busy = true;
	slot->weight = 1;
	slot->type = kind_make(b, bt, &slot->weight, depth + 1);
	slot->busy = false;
	return slot->type;
}

const struct type *btf_type(struct btf_types *b, uint32_t id)
{
	return type_make(b, id, 0);
}
