/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "matrix/fetch.h"

#include "base/errno_names.h"
#include "base/file.h"
#include "matrix/apt.h"
#include "matrix/store.h"
#include "syntax/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* Older kernels that match are tried where a newer one is in the list, but cannot be had. */
#define CHOICES_TRIED 4

static const struct span nowhere;

/* What became of one question: kernels that ask for the same share it. */
struct answer {
	const struct kernel_spec *asked;
	struct lock_entry entry; /* where it is ready */
	bool ready, cached;
	const char *why; /* it is not */
};

struct fetcher {
	struct diags *d;
	struct lock_file *lock;
	const struct fetch_options *options;
	struct arena arena; /* of entries of @lock too: it is the caller's */
	const char *store;
	struct apt apt;
	bool no_apt;
	struct answer *answers;
	size_t n;
};

/* One kernel on its way. */
struct job {
	struct fetcher *f;
	const struct kernel_spec *kernel;
	struct answer *answer;
	const char *why; /* it cannot be had */
	bool gone;	 /* no mirror has it */
};

static void tell(void *arg, const char *text)
{
	const struct fetcher *f = arg;

	if (f->options->progress)
		fprintf(f->options->progress, "%s\n", text);
}

/* Where @p was found by @suite's list now: it may have moved in the pool. NULL: it is gone. */
static const struct package *find_again(const struct apt_suite *s, const struct package *p)
{
	for (size_t i = 0; i < s->list.n; i++)
		if (!strcmp(s->list.items[i].name, p->name) &&
		    !strcmp(s->list.items[i].sha256, p->sha256))
			return &s->list.items[i];
	return NULL;
}

/* Fetch @p to @path, wherever it is by now. */
static int fetch_package(struct job *job, const struct package *p, const char *path)
{
	struct fetcher *f = job->f;
	struct apt_suite *s = apt_suite(&f->apt, p->suite, job->kernel->arch);
	const struct package *moved;

	if (!apt_fetch(&f->apt, s, p, path, &job->why, &job->gone))
		return 0;
	if (!job->gone || s->updated)
		return -1;
	apt_suite_update(&f->apt, s);
	moved = find_again(s, p);
	if (!moved || !strcmp(moved->path, p->path))
		return -1;
	return apt_fetch(&f->apt, s, moved, path, &job->why, &job->gone);
}

/* All packages of @e, unpacked. Returns 0, or -1 with the reason in job->why. */
static int fetch_entry(struct job *job, const struct lock_entry *e)
{
	struct fetcher *f = job->f;
	const char **debs = NULL, *folder = path_join(&f->arena, f->store, "debs");
	size_t n = 0;
	int err = folder_make(folder);

	if (err)
		job->why = arena_printf(&f->arena, "cannot make folder %s: %s", folder,
					errno_text(err));
	for (size_t i = 0; i < e->n && !err; i++) {
		const struct package *p = &e->packages[i];
		const char *path = arena_printf(&f->arena, "%s/%s.deb", folder, p->sha256);

		*ARENA_PUSH(&f->arena, debs, n) = path;
		tell(f, arena_printf(&f->arena, "%s: fetching %s %s, %.1f MB", job->kernel->name,
				     p->name, p->version, (double)p->size / 1e6));
		err = fetch_package(job, p, path);
	}
	if (!err)
		err = store_unpack(&f->arena, f->store, e, debs, &job->why);
	for (size_t i = 0; i < n; i++)
		unlink(debs[i]);
	return err ? -1 : 0;
}

static int make_ready(struct job *job, const struct lock_entry *e)
{
	struct answer *answer = job->answer;

	answer->cached = store_has(&job->f->arena, job->f->store, e);
	if (!answer->cached && fetch_entry(job, e))
		return -1;
	answer->entry = *e;
	answer->ready = true;
	return 0;
}

/* @choice with @p in the place of its package @i. */
static struct package_choice with_twin(struct arena *a, const struct package_choice *choice,
				       size_t i, const struct package *p)
{
	struct package_choice twin = {};

	for (size_t j = 0; j < choice->n; j++)
		*ARENA_PUSH(a, twin.packages, twin.n) = i == j ? p : choice->packages[j];
	return twin;
}

/* As it is; then with what is not signed in place of a part that is. */
static int try_choice(struct job *job, const struct package_list *list,
		      const struct package_choice *choice)
{
	struct fetcher *f = job->f;
	struct lock_entry e = lock_entry_of(&f->arena, job->kernel, choice);
	int err;

	if (choice->missing) {
		job->why = arena_printf(&f->arena, "it depends on %s, which is not to be had",
					choice->missing);
		return -1;
	}
	err = make_ready(job, &e);
	for (size_t i = 1; i < choice->n && err; i++) {
		const struct package *p = package_unsigned(list, choice->packages[i]);
		struct package_choice twin;

		if (!p)
			continue;
		tell(f, arena_printf(&f->arena, "%s: %s: %s; trying %s", job->kernel->name,
				     choice->packages[i]->name, job->why, p->name));
		twin = with_twin(&f->arena, choice, i, p);
		e = lock_entry_of(&f->arena, job->kernel, &twin);
		err = make_ready(job, &e);
	}
	return err;
}

/* What the suites of a kernel have, all together. Texts are those of the suites. */
static void gather(struct job *job, struct package_list *list)
{
	const struct kernel_spec *k = job->kernel;
	struct fetcher *f = job->f;

	job->why = NULL;
	for (size_t i = 0; i < k->n_suites; i++) {
		struct apt_suite *s = apt_suite(&f->apt, k->suites[i], k->arch);

		apt_suite_update(&f->apt, s);
		for (size_t j = 0; j < s->list.n; j++)
			*ARENA_PUSH(&list->arena, list->items, list->n) = s->list.items[j];
		if (s->stale)
			diag(f->d, DIAG_WARNING, k->package_where,
			     "the list of %s cannot be had (%s): the one kept of last time counts",
			     s->name, s->why);
		else if (s->why)
			job->why = arena_printf(&f->arena, "%s%s%s: %s", job->why ? job->why : "",
						job->why ? "; " : "", s->name, s->why);
	}
}

/* Take the best that can be had. Returns 0, or -1 with the reason in job->why. */
static int resolve(struct job *job)
{
	const struct kernel_spec *k = job->kernel;
	struct fetcher *f = job->f;
	struct package_choice *choices;
	struct package_list list = {};
	int err = -1;
	size_t n;

	gather(job, &list);
	n = packages_resolve(&list, k->package, k->arch, &f->arena, &choices);
	if (!n && !job->why)
		job->why = arena_printf(&f->arena, "nothing in %s%s matches '%s'", k->suites[0],
					k->n_suites > 1 ? " and the other suites" : "", k->package);
	for (size_t i = 0; i < n && i < CHOICES_TRIED && err; i++) {
		const struct package *p = choices[i].packages[0];

		err = try_choice(job, &list, &choices[i]);
		if (err && i + 1 < n && i + 1 < CHOICES_TRIED)
			diag(f->d, DIAG_WARNING, k->package_where, "%s %s cannot be had: %s",
			     p->name, p->version, job->why);
	}
	package_list_free(&list);
	return err;
}

/* What is locked while it can be had; else, or where it is asked for, the newest. */
static int answer(struct job *job)
{
	struct fetcher *f = job->f;
	const struct lock_entry *locked = lock_find(f->lock, job->kernel);
	bool update = f->options->update;
	struct lock_entry kept;

	if (locked) {
		kept = *locked;
		locked = &kept;
	}
	if (locked && !update && !make_ready(job, locked))
		return 0;
	if (f->no_apt) {
		job->why = "there is no apt here";
		return -1;
	}
	if (locked && !update && !job->gone)
		return -1;
	if (locked && !update)
		diag(f->d, DIAG_WARNING, job->kernel->package_where,
		     "%s %s, which is locked, is gone from %s: the newest takes its place",
		     locked->packages[0].name, locked->packages[0].version,
		     locked->packages[0].suite);
	if (!resolve(job)) {
		lock_set(f->lock, &job->answer->entry);
		return 0;
	}
	if (!locked || !update || !store_has(&f->arena, f->store, locked))
		return -1;
	diag(f->d, DIAG_WARNING, job->kernel->package_where, "%s: %s %s stays", job->why,
	     locked->packages[0].name, locked->packages[0].version);
	return make_ready(job, locked);
}

static bool asks_same(const struct kernel_spec *a, const struct kernel_spec *b)
{
	if (strcmp(a->package, b->package) != 0 || strcmp(a->arch, b->arch) != 0 ||
	    a->n_suites != b->n_suites)
		return false;
	for (size_t i = 0; i < a->n_suites; i++)
		if (strcmp(a->suites[i], b->suites[i]) != 0)
			return false;
	return true;
}

static const struct answer *answer_for(struct fetcher *f, const struct kernel_spec *k)
{
	struct job job = { .f = f, .kernel = k };

	for (size_t i = 0; i < f->n; i++)
		if (asks_same(f->answers[i].asked, k))
			return &f->answers[i];
	job.answer = ARENA_PUSH(&f->arena, f->answers, f->n);
	job.answer->asked = k;
	if (answer(&job))
		job.answer->why = job.why;
	return job.answer;
}

static bool is_asked_for(const struct fetch_options *o, const struct kernel_spec *k)
{
	for (size_t i = 0; i < o->n_names; i++)
		if (!strcmp(o->names[i], k->name))
			return true;
	return !o->n_names;
}

static int check_names(struct diags *d, const struct kernels_file *f, const struct fetch_options *o)
{
	unsigned int errors = d->errors;

	for (size_t i = 0; i < o->n_names; i++)
		if (!kernel_find(f, o->names[i]))
			unknown_name(d, nowhere, "kernel", o->names[i], strlen(o->names[i]),
				     f->kernels, f->n, sizeof(*f->kernels));
	return d->errors == errors ? 0 : -1;
}

/* Where there is no apt: what to put where. */
static void tell_placing(const struct fetcher *f, const struct kernel_spec *k)
{
	const char *suites = k->suites[0];
	struct arena a = {};

	for (size_t i = 1; i < k->n_suites; i++)
		suites = arena_printf(&a, "%s or %s", suites, k->suites[i]);
	diag(f->d, DIAG_NOTE, nowhere,
	     "unpack the newest %s of %s (and the linux-binary and linux-modules it depends on), "
	     "and place its vmlinuz as %s/kernels/placed/%s/vmlinuz and its lib/modules/VERSION as "
	     "%s/kernels/placed/%s/modules; or name files that are there with `vmlinuz` and "
	     "`modules`",
	     k->package, suites, f->store, k->name, f->store, k->name);
	arena_free(&a);
}

/* Returns 0, or 1 where the kernel cannot be had and has to be. */
static int missing(struct fetcher *f, const struct kernel_spec *k, const char *why)
{
	bool has_to_be = k->required || f->options->n_names;

	diag(f->d, has_to_be ? DIAG_ERROR : DIAG_WARNING, k->where, "kernel %s cannot be had: %s",
	     k->name, why);
	if (k->package && f->no_apt)
		tell_placing(f, k);
	return has_to_be;
}

static int fetch_files(struct fetcher *f, const struct kernel_spec *k)
{
	struct kernel_image image;
	const char *why;

	if (kernel_locate(&f->arena, k, f->lock, &image, &why))
		return missing(f, k, why);
	fprintf(f->options->out, "%-16s %s\n", k->name, image.vmlinuz);
	return 0;
}

static int fetch_kernel(struct fetcher *f, const struct kernel_spec *k)
{
	const struct answer *answer = answer_for(f, k);
	const struct package *p;
	struct kernel_image image;

	if (!answer->ready && store_placed(&f->arena, f->store, k, &image)) {
		fprintf(f->options->out, "%-16s %s (placed)\n", k->name, image.vmlinuz);
		return 0;
	}
	if (!answer->ready)
		return missing(f, k, answer->why);
	p = &answer->entry.packages[0];
	fprintf(f->options->out, "%-16s %s %s, %s%s\n", k->name, p->name, p->version, p->suite,
		answer->cached ? " (cached)" : "");
	return 0;
}

/* One at a time: a lock that the process holds until it ends. */
static int lock_store(struct fetcher *f)
{
	int err = folder_make(f->store), fd = -1;

	if (!err) {
		fd = open(path_join(&f->arena, f->store, "lock"), O_CREAT | O_RDWR | O_CLOEXEC,
			  0644);
		err = fd < 0 ? -errno : 0;
	}
	if (err) {
		diag(f->d, DIAG_ERROR, nowhere, "cannot write in %s: %s", f->store,
		     errno_text(err));
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		tell(f, "waiting for another `verdict matrix fetch`");
		while (flock(fd, LOCK_EX) && errno == EINTR)
			;
	}
	return fd;
}

int kernels_fetch(struct diags *d, const struct kernels_file *file, struct lock_file *lock,
		  const struct fetch_options *options)
{
	struct fetcher f = { .d = d, .lock = lock, .options = options };
	int fd, err, status = 0;

	f.store = cache_folder(&f.arena);
	if (check_names(d, file, options))
		return -1;
	if (!f.store) {
		diag(d, DIAG_ERROR, nowhere,
		     "neither XDG_CACHE_HOME nor HOME says where kernels are kept");
		return -1;
	}
	fd = lock_store(&f);
	if (fd < 0)
		return -1;
	f.no_apt = apt_open(&f.apt, f.store) != 0;
	f.apt.note = tell;
	f.apt.arg = &f;
	for (size_t i = 0; i < file->n; i++) {
		const struct kernel_spec *k = &file->kernels[i];

		if (is_asked_for(options, k))
			status |= k->package ? fetch_kernel(&f, k) : fetch_files(&f, k);
	}
	err = lock_file_write(lock, file);
	if (err)
		diag(d, DIAG_ERROR, nowhere, "cannot write %s: %s", lock->path, errno_text(err));
	if (!f.no_apt)
		apt_close(&f.apt);
	arena_free(&f.arena);
	close(fd);
	return err ? -1 : status;
}
