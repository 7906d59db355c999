/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "types/object_check.h"

#include <bpf/btf.h>
#include <stdint.h>

/* const volatile typedef typedef ..: no compiler nests this deep, and libbpf follows circles for
 * ever. */
#define MODIFIERS_MAX 64

static bool has_name(const struct btf *btf, uint32_t off)
{
	return btf__str_by_offset(btf, off) != NULL;
}

static bool has_type(const struct btf *btf, uint32_t id)
{
	return id < btf__type_cnt(btf);
}

/* A section holds variables; .ksyms holds functions of the kernel too. */
static bool is_section_entry(const struct btf *btf, uint32_t id)
{
	return has_type(btf, id) &&
	       (btf_is_var(btf__type_by_id(btf, id)) || btf_is_func(btf__type_by_id(btf, id)));
}

/* What follows the common header of a type: names and ids in it. */
static bool parts_are_sound(const struct btf *btf, const struct btf_type *t)
{
	bool sound = true;

	for (uint32_t i = 0; i < btf_vlen(t) && sound; i++) {
		if (btf_is_composite(t))
			sound = has_name(btf, btf_members(t)[i].name_off) &&
				has_type(btf, btf_members(t)[i].type);
		else if (btf_is_enum(t))
			sound = has_name(btf, btf_enum(t)[i].name_off);
		else if (btf_is_enum64(t))
			sound = has_name(btf, btf_enum64(t)[i].name_off);
		else if (btf_is_func_proto(t))
			sound = has_name(btf, btf_params(t)[i].name_off) &&
				has_type(btf, btf_params(t)[i].type);
		else if (btf_is_datasec(t))
			sound = is_section_entry(btf, btf_var_secinfos(t)[i].type);
	}
	return sound;
}

static bool refers_to_type(const struct btf_type *t)
{
	return btf_is_mod(t) || btf_is_typedef(t) || btf_is_ptr(t) || btf_is_func(t) ||
	       btf_is_func_proto(t) || btf_is_var(t) || btf_is_decl_tag(t);
}

static bool chain_ends(const struct btf *btf, const struct btf_type *t)
{
	for (int i = 0; i < MODIFIERS_MAX; i++) {
		if (!btf_is_mod(t) && !btf_is_typedef(t))
			return true;
		if (!has_type(btf, t->type))
			return false;
		t = btf__type_by_id(btf, t->type);
	}
	return false;
}

static bool type_is_sound(const struct btf *btf, const struct btf_type *t)
{
	if (!has_name(btf, t->name_off) || !parts_are_sound(btf, t))
		return false;
	if (refers_to_type(t) && !has_type(btf, t->type))
		return false;
	if (btf_is_array(t) &&
	    (!has_type(btf, btf_array(t)->type) || !has_type(btf, btf_array(t)->index_type)))
		return false;
	if (btf_is_func(t) && !btf_is_func_proto(btf__type_by_id(btf, t->type)))
		return false;
	return chain_ends(btf, t);
}

bool btf_check(struct diags *d, struct span where, const char *path, const struct btf *btf)
{
	for (uint32_t id = 1; id < btf__type_cnt(btf); id++)
		if (!type_is_sound(btf, btf__type_by_id(btf, id))) {
			diag(d, DIAG_ERROR, where,
			     "%s is damaged: type %u of its BTF leads nowhere", path, id);
			return false;
		}
	return true;
}
