/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "guest/modules.h"

#include "base/errno_names.h"
#include "base/file.h"
#include "base/network.h"
#include "guest/decompress.h"

#include <errno.h>
#include <fts.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>

static const struct span nowhere;

/* By device kind (base/network.h), then what cannot be asked for by a scenario's devices. */
const char *const guest_modules[] = {
	[DEVICE_VETH] = "veth",
	[DEVICE_BRIDGE] = "bridge",
	[DEVICE_DUMMY] = "dummy",
	[DEVICE_IFB] = "ifb",
	[DEVICE_TUN] = "tun",
	[DEVICE_TAP] = "tun",
	[DEVICE_VLAN] = "8021q",
	[DEVICE_VXLAN] = "vxlan",
	[DEVICE_GENEVE] = "geneve",
	[DEVICE_MACVLAN] = "macvlan",
	[DEVICE_IPVLAN] = "ipvlan",
	[DEVICE_VRF] = "vrf",
	[DEVICE_IPIP] = "ipip",
	[DEVICE_GRE] = "ip_gre",
	[DEVICE_GRETAP] = "ip_gre",
	[N_DEVICE_KINDS] = "sch_ingress",
	"cls_bpf",
	"act_bpf",
};
const size_t n_guest_modules = ARRAY_SIZE(guest_modules);

/* Every module of the folder, by name. */
struct index_row {
	const char *name;
	const char *path;
};

enum state {
	STATE_UNSEEN,
	STATE_VISITING, /* what it depends on is being read */
	STATE_TAKEN,
	STATE_MISSING
};

struct visit {
	const char *name;
	enum state state;
};

struct reading {
	struct arena arena;
	struct diags *d;
	struct module_list *list;
	struct index_row *index;
	size_t n_index;
	const char **builtin;
	size_t n_builtin;
	struct visit *visits;
	size_t n_visits;
};

/* "a/b-c.ko.xz" -> "b_c"; NULL where it is no module. */
static char *module_name(struct arena *a, const char *path)
{
	const char *base = path_base(path), *end = strstr(base, ".ko");
	char *name;

	while (end && end[3] && end[3] != '.') /* "x.ko" inside of a longer name */
		end = strstr(end + 1, ".ko");
	if (!end || end == base)
		return NULL;
	name = arena_strndup(a, base, (size_t)(end - base));
	for (char *p = name; *p; p++)
		if (*p == '-')
			*p = '_';
	return name;
}

static struct index_row *find(const struct reading *r, const char *name)
{
	for (size_t i = 0; i < r->n_index; i++)
		if (!strcmp(r->index[i].name, name))
			return &r->index[i];
	return NULL;
}

/* As depmod has it, what is under updates/ comes before all else of that name. */
static void add_to_index(struct reading *r, const char *path)
{
	char *name = module_name(&r->arena, path);
	struct index_row *row = name ? find(r, name) : NULL;

	if (!name || (row && !strstr(path, "/updates/")))
		return;
	if (!row)
		row = ARENA_PUSH(&r->arena, r->index, r->n_index);
	*row = (struct index_row){ name, arena_strdup(&r->arena, path) };
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static int make_index(struct reading *r, const char *folder)
{
	char *paths[] = { arena_strdup(&r->arena, folder), NULL };
	FTS *walk = fts_open(paths, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_name);
	int err = walk ? 0 : -errno;
	FTSENT *e;

	while (walk && (e = fts_read(walk))) {
		if (e->fts_info == FTS_F || e->fts_info == FTS_SL)
			add_to_index(r, e->fts_path);
		else if (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR || e->fts_info == FTS_NS)
			err = -e->fts_errno;
	}
	if (walk)
		fts_close(walk);
	if (!err)
		return 0;
	diag(r->d, DIAG_ERROR, nowhere, "cannot read the modules in %s: %s", folder,
	     errno_text(err));
	return -1;
}

/* modules.builtin: a path a line. A folder without it has nothing but modules. */
static void read_builtin(struct reading *r, const char *folder)
{
	char *path = path_join(&r->arena, folder, "modules.builtin"), *line = NULL;
	FILE *in = fopen(path, "re");
	size_t room = 0;

	while (in && getline(&line, &room, in) > 0) {
		char *name;

		line[strcspn(line, "\n")] = 0;
		name = module_name(&r->arena, line);
		if (name)
			*ARENA_PUSH(&r->arena, r->builtin, r->n_builtin) = name;
	}
	free(line);
	if (in)
		fclose(in);
}

static bool is_builtin(const struct reading *r, const char *name)
{
	for (size_t i = 0; i < r->n_builtin; i++)
		if (!strcmp(r->builtin[i], name))
			return true;
	return false;
}

/* The section .modinfo, texts KEY=VALUE one after the other; NULL where there is none. */
static const Elf_Data *modinfo(Elf *elf)
{
	Elf_Scn *scn = NULL;
	size_t names;

	if (elf_getshdrstrndx(elf, &names))
		return NULL;
	while ((scn = elf_nextscn(elf, scn))) {
		const Elf64_Shdr *h64 = elf64_getshdr(scn);
		const Elf32_Shdr *h32 = h64 ? NULL : elf32_getshdr(scn);
		size_t offset = h64 ? h64->sh_name : h32 ? h32->sh_name : 0;
		const char *name = elf_strptr(elf, names, offset);

		if (name && !strcmp(name, ".modinfo"))
			return elf_getdata(scn, NULL);
	}
	return NULL;
}

/* What follows `depends=`: names parted by commas. Returns 0, or -EBADMSG: this is no module. */
static int read_depends(struct arena *a, struct module *m, char **depends)
{
	static const char key[] = "depends=";
	const Elf_Data *info;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_memory(m->data, m->len);
	info = elf ? modinfo(elf) : NULL;
	*depends = NULL;
	for (size_t at = 0; info && info->d_buf && at < info->d_size;) {
		const char *text = (const char *)info->d_buf + at;
		size_t len = strnlen(text, info->d_size - at);

		if (len >= strlen(key) && !memcmp(text, key, strlen(key)))
			*depends = arena_strndup(a, text + strlen(key), len - strlen(key));
		at += len + 1;
	}
	elf_end(elf);
	return info ? 0 : -EBADMSG;
}

static struct visit *visit_of(struct reading *r, const char *name)
{
	for (size_t i = 0; i < r->n_visits; i++)
		if (!strcmp(r->visits[i].name, name))
			return &r->visits[i];
	*ARENA_PUSH(&r->arena, r->visits, r->n_visits) =
		(struct visit){ .name = arena_strdup(&r->arena, name) };
	return &r->visits[r->n_visits - 1];
}

/* visit_of() moves the rows: they are found anew. */
static enum state finish_visit(struct reading *r, const char *name, enum state state)
{
	struct module_list *list = r->list;

	visit_of(r, name)->state = state;
	if (state == STATE_MISSING)
		*ARENA_PUSH(&list->arena, list->missing, list->n_missing) =
			arena_strdup(&list->arena, name);
	return state;
}

static int take(struct reading *r, const char *name, enum state *state);

static int take_all(struct reading *r, char *names, enum state *worst)
{
	*worst = STATE_TAKEN;
	for (char *rest = names, *name; (name = strsep(&rest, ","));) {
		enum state state;

		if (!*name)
			continue;
		for (char *p = name; *p; p++)
			if (*p == '-')
				*p = '_';
		if (take(r, name, &state))
			return -1;
		if (state == STATE_MISSING)
			*worst = state;
	}
	return 0;
}

/* The module, after what it depends on. */
static int take_module(struct reading *r, const struct index_row *row, enum state *state)
{
	struct module m = { .name = arena_strdup(&r->list->arena, row->name),
			    .path = arena_strdup(&r->list->arena, row->path) };
	char *depends = NULL;
	int err = decompressed_read(row->path, &m.data, &m.len);

	if (!err) {
		err = read_depends(&r->arena, &m, &depends);
		if (!err && depends && take_all(r, depends, state)) {
			free(m.data);
			return -1;
		}
	}
	if (err) {
		free(m.data);
		diag(r->d, DIAG_ERROR, nowhere, "cannot read module %s: %s", row->path,
		     err == -EBADMSG ? "damaged, or no kernel module" : errno_text(err));
		return -1;
	}
	if (depends && *state == STATE_MISSING) {
		free(m.data);
		return 0;
	}
	*state = STATE_TAKEN;
	*ARRAY_PUSH(r->list->items, r->list->n) = m;
	return 0;
}

static int take(struct reading *r, const char *name, enum state *state)
{
	const struct visit *v = visit_of(r, name);
	const struct index_row *row;

	*state = v->state;
	if (v->state == STATE_VISITING) /* a circle: the kernel would not load it */
		*state = STATE_MISSING;
	if (v->state != STATE_UNSEEN)
		return 0;
	row = find(r, name);
	if (is_builtin(r, name)) {
		*state = finish_visit(r, name, STATE_TAKEN);
		return 0;
	}
	if (!row) {
		*state = finish_visit(r, name, STATE_MISSING);
		return 0;
	}
	visit_of(r, name)->state = STATE_VISITING;
	if (take_module(r, row, state))
		return -1;
	finish_visit(r, name, *state);
	return 0;
}

int modules_read(struct diags *d, const char *folder, const char *const *names, size_t n,
		 struct module_list *list)
{
	struct module_list new = {};
	struct reading r = { .d = d, .list = &new };
	enum state state;
	int err = make_index(&r, folder);

	if (!err)
		read_builtin(&r, folder);
	for (size_t i = 0; !err && i < n; i++) {
		char *name = arena_strdup(&r.arena, names[i]);

		err = take_all(&r, name, &state);
	}
	arena_free(&r.arena);
	if (err)
		modules_free(&new);
	else
		*list = new;
	return err;
}

void modules_free(struct module_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->items[i].data);
	free(list->items);
	arena_free(&list->arena);
	*list = (struct module_list){};
}
