/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a kernel that does not load an object lacks, by the names that `needs:` takes. */
#include "kernel/load_failure.h"

#include "base/text.h"
#include "kernel/features.h"
#include "types/helpers.h"

#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

/* "GROUP.NAME", or NULL. */
static const struct feature *feature_of(const char *group, const char *name, size_t len)
{
	char *whole = xasprintf("%s.%.*s", group, (int)len, name);
	const struct feature *f = feature_find(whole, strlen(whole));

	free(whole);
	return f;
}

static const struct object_program *program_of(const struct instance_object *o, const char *name)
{
	for (size_t i = 0; name && i < o->file->n_programs; i++) {
		if (!strcmp(o->file->programs[i].name, name))
			return &o->file->programs[i];
	}
	return NULL;
}

static uint32_t type_of(const struct instance_object *o, const struct object_program *p)
{
	for (size_t i = 0; i < o->n_types; i++) {
		if (o->types[i].program == p)
			return o->types[i].type;
	}
	return p->type;
}

/* The number behind the first '#' that follows @word in @log: a helper's; 0: there is none. */
static uint32_t helper_after(const char *log, const char *word)
{
	const char *at = strstr(log, word);
	uint64_t id;

	at = at ? strchr(at, '#') : NULL;
	if (!at || number_parse(at + 1, strspn(at + 1, "0123456789"), &id))
		return 0;
	return id <= UINT32_MAX ? (uint32_t)id : 0;
}

/* A helper that the program's type cannot call. */
static const struct feature *missing_helper(const struct instance_object *o,
					    const struct load_failure *f)
{
	static const char *const words[] = { "cannot use helper ", "unknown func ",
					     "invalid func " };
	const struct object_program *p = program_of(o, f->name);
	const struct helper *h = NULL;
	bool xdp = p && type_of(o, p) == BPF_PROG_TYPE_XDP;

	for (size_t i = 0; i < ARRAY_SIZE(words) && !h; i++) {
		uint32_t id = helper_after(f->log, words[i]);

		h = id ? helper_by_id(id) : NULL;
	}
	if (!h)
		return NULL;
	return feature_of(xdp ? "helper.xdp" : "helper.tc", h->name, strlen(h->name));
}

/* "calling kernel function bpf_x is not allowed" */
static const struct feature *missing_kfunc(const struct load_failure *f)
{
	static const char before[] = "calling kernel function ";
	const char *at = strstr(f->log, before);

	if (!at)
		return NULL;
	at += strlen(before);
	return feature_of("kfunc", at, strcspn(at, " \n"));
}

static const struct feature *missing_map(const struct instance_object *o,
					 const struct load_failure *f)
{
	const struct object_map *m = f->name ? object_file_map(o->file, f->name) : NULL;
	const char *name = m ? map_type_name(m->type) : NULL;

	return name ? feature_of("map", name, strlen(name)) : NULL;
}

static const struct feature *missing_program(const struct instance_object *o,
					     const struct load_failure *f)
{
	const struct object_program *p = program_of(o, f->name);

	if (f->has_reason || !p)
		return NULL;
	return p->frags ? feature_find("prog.xdp.frags", strlen("prog.xdp.frags")) : NULL;
}

static const struct feature *missing(const struct instance_object *o, const struct load_failure *f)
{
	const struct feature *found = NULL;

	switch (f->kind) {
	case LOAD_VERIFIER:
		found = missing_helper(o, f);
		if (!found)
			found = missing_kfunc(f);
		return found ? found : missing_program(o, f);
	case LOAD_MAP:
		return missing_map(o, f);
	case LOAD_MISSING:
		found = feature_of("kfunc", f->name, strlen(f->name));
		return found ? found : feature_find("btf", 3);
	case LOAD_PRIVILEGE:
	case LOAD_OTHER:
		break;
	}
	return NULL;
}

void load_failure_hint(struct diags *d, const struct instance_object *o,
		       const struct load_failure *f)
{
	const struct feature *need = missing(o, f);
	struct feature_answer a;

	if (!need)
		return;
	a = feature_probe(need);
	/* Another kernel has it: a scenario that says so is skipped here. */
	if (a.support == FEATURE_NO)
		diag(d, DIAG_NOTE, o->where,
		     "%s: where another kernel has it, 'needs: [%s]' skips this scenario on those "
		     "that have not",
		     a.reason, need->name);
}
