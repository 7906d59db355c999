/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "matrix/kernels.h"

#include "base/errno_names.h"
#include "base/file.h"
#include "base/network.h"
#include "base/text.h"
#include "syntax/keys.h"
#include "types/helper_values.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#define KERNELS_VERSION 1
#define NAME_CHARS	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
#define MEMORY_DEFAULT	(512ull << 20)
#define MEMORY_MAX	(1ull << 40)
#define TIME_DEFAULT	(5 * 60 * 1000000000ull)
#define CPUS_MAX	64

/* What readers of keys are given. */
struct reading {
	struct diags *d;
	struct kernels_file *f;
	struct kernel_spec *kernel; /* that is read; or the defaults */
	struct kernel_spec defaults;
};

const struct kernel_arch kernel_archs[] = {
	{ "amd64", "x86_64" },
	{ "arm64", "aarch64" },
	{ "s390x", "s390x" },
};
const size_t n_kernel_archs = ARRAY_SIZE(kernel_archs);

const char *kernel_arch_here(void)
{
	static struct utsname uts; /* written alike by whoever comes first */

	uname(&uts);
	for (size_t i = 0; i < n_kernel_archs; i++)
		if (!strcmp(uts.machine, kernel_archs[i].machine))
			return kernel_archs[i].name;
	return uts.machine;
}

/* Whether @text is made of letters, digits and @more, which do not come first. */
static bool is_made_of(const char *text, const char *more)
{
	size_t first = strspn(text, NAME_CHARS), len = 0;

	if (!first)
		return false;
	for (len = first; text[len]; len++)
		if (!strchr(NAME_CHARS, text[len]) && !strchr(more, text[len]))
			return false;
	return true;
}

/* Where it comes from */

static void read_package(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;
	const char *pattern;

	(void)key;
	if (!node_text(r->d, value, "package", &pattern))
		return;
	if (!is_made_of(pattern, "+-.*?[]")) {
		diag(r->d, DIAG_ERROR, node_where(value),
		     "'%s' is no name of a package, nor a pattern of one with *, ? or [..]",
		     pattern);
		return;
	}
	r->kernel->package = pattern;
	r->kernel->package_where = node_where(value);
	r->kernel->vmlinuz = r->kernel->modules = NULL;
}

static void add_suite(struct reading *r, const struct node *n)
{
	const char *suite;

	if (!node_text(r->d, n, "suite", &suite))
		return;
	if (!is_made_of(suite, "-._/+~") || strstr(suite, "..")) {
		diag(r->d, DIAG_ERROR, node_where(n),
		     "'%s' is no name of a suite, as bookworm or bookworm-security", suite);
		return;
	}
	*ARENA_PUSH(&r->f->arena, r->kernel->suites, r->kernel->n_suites) = suite;
}

static void read_suite(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;
	const struct node *n;

	(void)key;
	r->kernel->suites = NULL;
	r->kernel->n_suites = 0;
	if (value->kind == NODE_SCALAR)
		add_suite(r, value);
	else
		for_each_child (n, value)
			add_suite(r, n);
	if (value->kind == NODE_SEQUENCE && !value->child)
		diag(r->d, DIAG_ERROR, node_where(value), "no suite is named");
}

static void read_path(struct reading *r, const struct node *n, const char *what, const char **out,
		      struct span *where)
{
	const char *path;

	if (!node_text(r->d, n, what, &path))
		return;
	*out = path_relative_to(&r->f->arena, r->f->src.path, path);
	*where = node_where(n);
}

static void read_vmlinuz(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;

	(void)key;
	read_path(r, value, "vmlinuz", &r->kernel->vmlinuz, &r->kernel->vmlinuz_where);
	r->kernel->package = NULL;
}

static void read_modules(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;

	(void)key;
	read_path(r, value, "modules", &r->kernel->modules, &r->kernel->modules_where);
}

static void read_arch(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;

	(void)key;
	for (size_t i = 0; i < n_kernel_archs; i++)
		if (node_is_word(value, kernel_archs[i].name)) {
			r->kernel->arch = kernel_archs[i].name;
			return;
		}
	unknown_name(r->d, node_where(value), "architecture", value->text, value->len, kernel_archs,
		     n_kernel_archs, sizeof(*kernel_archs));
}

/* How it runs */

static void read_cmdline(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;
	const char *text;

	(void)key;
	if (!node_text(r->d, value, "cmdline", &text))
		return;
	if (strchr(text, '\n'))
		diag(r->d, DIAG_ERROR, node_where(value), "a command line is one line");
	else
		r->kernel->cmdline = text;
}

static void read_memory(void *into, const struct node *key, const struct node *value)
{
	static const struct {
		char unit;
		unsigned int shift;
	} units[] = { { 'K', 10 }, { 'M', 20 }, { 'G', 30 } };
	struct reading *r = into;
	uint64_t number = 0, bytes = 0;

	(void)key;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (value->len && value->text[value->len - 1] == units[i].unit &&
		    !number_parse(value->text, value->len - 1, &number) &&
		    number <= MEMORY_MAX >> units[i].shift)
			bytes = number << units[i].shift;
	if (bytes >= KERNEL_MEMORY_MIN)
		r->kernel->memory = bytes;
	else
		diag(r->d, DIAG_ERROR, node_where(value),
		     "'memory' takes a number with a unit from 64M to 1024G, as 512M, not '%s'",
		     value->text);
}

static void read_cpus(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;
	uint64_t n;

	(void)key;
	if (node_uint(r->d, value, "cpus", CPUS_MAX, &n))
		return;
	if (n)
		r->kernel->cpus = (unsigned int)n;
	else
		diag(r->d, DIAG_ERROR, node_where(value), "a machine has one CPU at least");
}

static void read_time_limit(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;
	uint64_t ns = 0;

	(void)key;
	if (duration_parse(value->text, value->len, &ns) || !ns)
		diag(r->d, DIAG_ERROR, node_where(value),
		     "'time_limit' takes a time such as 90s or 5m, not '%s'", value->text);
	else
		r->kernel->time_limit = ns;
}

static void set_sysctl(struct arena *a, struct kernel_spec *k, const struct kernel_sysctl *sysctl)
{
	for (size_t i = 0; i < k->n_sysctls; i++)
		if (!strcmp(k->sysctls[i].path, sysctl->path)) {
			k->sysctls[i] = *sysctl;
			return;
		}
	*ARENA_PUSH(a, k->sysctls, k->n_sysctls) = *sysctl;
}

static void read_sysctls(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;
	const struct node *k;

	(void)key;
	for_each_child (k, value) {
		struct kernel_sysctl sysctl = { .name = k->text };

		sysctl.path = sysctl_path(&r->f->arena, k->text);
		if (k->value->broken)
			continue;
		if (!sysctl.path || !strchr(sysctl.path, '/'))
			diag(r->d, DIAG_ERROR, node_where(k),
			     "'%s' is no sysctl, as net.core.bpf_jit_enable", k->text);
		else if (k->value->kind != NODE_SCALAR || !k->value->len)
			diag(r->d, DIAG_ERROR, node_where(k->value),
			     "a sysctl takes a value, this is %s",
			     k->value->kind == NODE_SCALAR ? "empty" : node_kind_name(k->value));
		else if (strchr(k->value->text, '\n'))
			diag(r->d, DIAG_ERROR, node_where(k->value),
			     "the value of a sysctl is one line");
		else {
			sysctl.value = k->value->text;
			set_sysctl(&r->f->arena, r->kernel, &sysctl);
		}
	}
}

static void read_required(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;

	(void)key;
	node_bool(r->d, value, "required", &r->kernel->required);
}

/* The first row is for kernels only: defaults are like nothing. */
static const struct key kernel_keys[] = {
	{ "like", TAKES_SCALAR, NULL, "NAME",
	  "all that a kernel above says, but for what follows" },
	{ "package", TAKES_SCALAR, read_package, "PATTERN",
	  "the newest package whose name this matches" },
	{ "suite", TAKES_SCALAR | TAKES_LIST, read_suite, "SUITE|[SUITE..]",
	  "where packages are looked for" },
	{ "vmlinuz", TAKES_SCALAR, read_vmlinuz, "FILE", "a kernel that is there already" },
	{ "modules", TAKES_SCALAR, read_modules, "FOLDER", "its modules, lib/modules/VERSION" },
	{ "arch", TAKES_SCALAR, read_arch, "amd64|arm64|s390x",
	  "the architecture (that of this machine)" },
	{ "cmdline", TAKES_SCALAR, read_cmdline, "TEXT", "more for its command line" },
	{ "memory", TAKES_SCALAR, read_memory, "SIZE", "its memory (512M)" },
	{ "cpus", TAKES_SCALAR, read_cpus, "N", "how many CPUs it has (1)" },
	{ "time_limit", TAKES_SCALAR, read_time_limit, "TIME",
	  "from power on to the last result (5m)" },
	{ "sysctls", TAKES_MAPPING, read_sysctls, "{NAME: VALUE}", "set before anything is run" },
	{ "required", TAKES_SCALAR, read_required, "true|false",
	  "a run without this kernel fails (false)" },
};

/* The kernel that `like` names; the defaults without one, or after a message. */
static const struct kernel_spec *find_origin(struct reading *r, const struct node *kernels,
					     const struct node *n)
{
	const struct node *like = n->kind == NODE_MAPPING ? node_get(n, "like") : NULL;
	const struct kernel_spec *origin;

	/* Of a wrong kind, or empty: keys_read() says it. */
	if (!like || like->kind != NODE_SCALAR || like->broken || !like->len)
		return &r->defaults;
	origin = kernel_find(r->f, like->text);
	if (origin)
		return origin;
	if (node_get(kernels, like->text))
		diag(r->d, DIAG_ERROR, node_where(like),
		     "'%s' does not stand above: a kernel is like one that does", like->text);
	else
		unknown_name(r->d, node_where(like), "kernel", like->text, like->len, r->f->kernels,
			     r->f->n, sizeof(*r->f->kernels));
	return &r->defaults;
}

/* "6.12-nojit": it names files, and is typed after --kernel. */
static bool check_name(struct diags *d, const struct node *key)
{
	if (!is_made_of(key->text, "-._+"))
		diag(d, DIAG_ERROR, node_where(key),
		     "the name of a kernel is letters and digits, and '.', '-', '+' or '_' after "
		     "the first");
	else if (key->len > KERNEL_NAME_MAX)
		diag(d, DIAG_ERROR, node_where(key),
		     "the name of a kernel is %d characters at most: it heads a column",
		     KERNEL_NAME_MAX);
	else if (!strcmp(key->text, KERNEL_RUNNING))
		diag(d, DIAG_ERROR, node_where(key),
		     "'%s' is the column of the kernel that runs here: take another name",
		     KERNEL_RUNNING);
	else
		return true;
	return false;
}

/* That it says where it is to be had, in one way. */
static void check_kernel(struct reading *r, const struct node *n)
{
	const struct kernel_spec *k = r->kernel;
	const struct node *package = node_get(n, "package"), *vmlinuz = node_get(n, "vmlinuz");

	if (package && vmlinuz)
		diag(r->d, DIAG_ERROR, node_where(vmlinuz),
		     "a kernel is of a package or of files, not of both");
	else if (!k->package && !k->vmlinuz)
		diag(r->d, DIAG_ERROR, k->where,
		     "kernel '%s' needs 'package: PATTERN' and 'suite: SUITE', or 'vmlinuz: FILE'",
		     k->name);
	else if (k->package && !k->n_suites)
		diag(r->d, DIAG_ERROR, k->where, "kernel '%s' needs 'suite: SUITE|[SUITE..]'",
		     k->name);
	else if (k->package && node_get(n, "modules"))
		diag(r->d, DIAG_ERROR, node_where(node_get(n, "modules")),
		     "the modules of a package come with it: 'modules' is for 'vmlinuz'");
	else if (k->vmlinuz && node_get(n, "suite"))
		diag(r->d, DIAG_ERROR, node_where(node_get(n, "suite")),
		     "files are of no suite: 'suite' is for 'package'");
}

static void read_kernel(struct reading *r, const struct node *kernels, const struct node *key)
{
	unsigned int errors = r->d->errors;
	const struct kernel_spec *origin = find_origin(r, kernels, key->value);
	struct kernel_spec k = *origin;

	if (!check_name(r->d, key))
		return;
	k.name = key->text;
	k.where = node_where(key);
	/* A list of its own, to which more may come. */
	k.sysctls = NULL;
	k.n_sysctls = 0;
	for (size_t i = 0; i < origin->n_sysctls; i++)
		set_sysctl(&r->f->arena, &k, &origin->sysctls[i]);
	r->kernel = &k;
	keys_read(r->d, key->value, "a kernel", kernel_keys, ARRAY_SIZE(kernel_keys), r);
	if (r->d->errors == errors)
		check_kernel(r, key->value);
	*ARENA_PUSH(&r->f->arena, r->f->kernels, r->f->n) = k;
}

/* The file */

static void read_version(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;
	uint64_t version = KERNELS_VERSION;

	(void)key;
	if (!node_uint(r->d, value, "verdict", UINT32_MAX, &version) && version != KERNELS_VERSION)
		diag(r->d, DIAG_ERROR, node_where(value),
		     "this is a file of version %s; this verdict reads version %d", value->text,
		     KERNELS_VERSION);
}

static void read_defaults(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;

	(void)key;
	keys_read(r->d, value, "defaults", kernel_keys + 1, ARRAY_SIZE(kernel_keys) - 1, r);
}

/* Kernels are read when all defaults are known, wherever these stand. */
static const struct key file_keys[] = {
	{ "verdict", TAKES_SCALAR | KEY_REQUIRED, read_version, "1", "version of the language" },
	{ "defaults", TAKES_MAPPING, read_defaults, "{KEY: VALUE}", "of every kernel" },
	{ "kernels", TAKES_MAPPING | KEY_REQUIRED, NULL, "{NAME: KERNEL}",
	  "the columns, in order" },
};

static void read_file(struct reading *r)
{
	const struct node *kernels, *key;

	r->defaults = (struct kernel_spec){ .arch = kernel_arch_here(),
					    .memory = MEMORY_DEFAULT,
					    .cpus = 1,
					    .time_limit = TIME_DEFAULT };
	r->kernel = &r->defaults;
	keys_read(r->d, r->f->root, "a file of kernels", file_keys, ARRAY_SIZE(file_keys), r);
	if (r->f->root->kind != NODE_MAPPING)
		return;
	kernels = node_get(r->f->root, "kernels");
	if (!kernels || kernels->kind != NODE_MAPPING)
		return;
	if (!kernels->child)
		diag(r->d, DIAG_ERROR, node_where(kernels), "no kernel is named");
	for_each_child (key, kernels)
		read_kernel(r, kernels, key);
}

int kernels_file_read(struct diags *d, const char *path, struct kernels_file *f)
{
	struct reading r = { .d = d, .f = f };
	unsigned int errors = d->errors;
	int err;

	*f = (struct kernels_file){};
	err = source_read(path, &f->src);
	if (err) {
		diag(d, DIAG_ERROR, (struct span){}, "cannot read kernels from %s: %s", path,
		     errno_text(err));
		return -1;
	}
	f->root = node_parse(d, &f->src, &f->arena);
	if (f->root)
		read_file(&r);
	return d->errors == errors ? 0 : -1;
}

void kernels_file_free(struct kernels_file *f)
{
	arena_free(&f->arena);
	source_free(&f->src);
	*f = (struct kernels_file){};
}

bool kernels_file_is(const char *path)
{
	struct source src = {};
	bool is = false;

	if (!path_is_stream(path) && !source_read(path, &src))
		is = !strncmp(src.text, "kernels:", 8) || strstr(src.text, "\nkernels:");
	source_free(&src);
	return is;
}

const struct kernel_spec *kernel_find(const struct kernels_file *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (!strcmp(f->kernels[i].name, name))
			return &f->kernels[i];
	return NULL;
}

void kernel_keys_help(FILE *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(kernel_keys); i++)
		fprintf(out, "  %-10s  %-17s  %s\n", kernel_keys[i].name, kernel_keys[i].argument,
			kernel_keys[i].help);
}
