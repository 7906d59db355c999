/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The table of features, and the answers that are known. */
#include "kernel/features_internal.h"

#include "base/errno_names.h"
#include "base/text.h"
#include "kernel/sandbox.h"
#include "types/libbpf_log.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static struct feature_list table;

/* By place in the table; under the lock, as is probing. */
static struct feature_answer *answers;
static bool *asked;
static struct arena reasons;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void features_add(struct feature_list *l, const struct feature *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		*ARENA_PUSH(&l->arena, l->items, l->n) = rows[i];
}

static void fill_table(void)
{
	features_add_test_run(&table);
	features_add_test_run_contexts(&table);
	features_add_programs(&table);
	features_add_system(&table);
	features_add_maps(&table);
	features_add_devices(&table);
	features_add_helpers(&table);
	features_add_kfuncs(&table);
	answers = arena_alloc(&table.arena, table.n * sizeof(*answers));
	asked = arena_alloc(&table.arena, table.n * sizeof(*asked));
}

const struct feature *feature_table(size_t *n)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, fill_table);
	*n = table.n;
	return table.items;
}

const struct feature *feature_find(const char *name, size_t len)
{
	size_t n;
	const struct feature *features = feature_table(&n);

	for (size_t i = 0; i < n; i++) {
		if (text_is(name, len, features[i].name))
			return &features[i];
	}
	return NULL;
}

/* "redirect_neigh" for helper.redirect_neigh: the last words agree. */
static bool ends_with(const char *whole, const char *name, size_t len)
{
	size_t n = strlen(whole);

	return n > len && whole[n - len - 1] == '.' && !memcmp(whole + n - len, name, len);
}

static const struct feature *by_last_word(const char *name, size_t len)
{
	size_t n;
	const struct feature *features = feature_table(&n);

	for (size_t i = 0; i < n && len; i++) {
		if (ends_with(features[i].name, name, len))
			return &features[i];
	}
	return NULL;
}

const struct feature *feature_nearest(const char *name, size_t len)
{
	size_t n;
	const struct feature *features = feature_table(&n), *f = by_last_word(name, len);
	const char *near;

	/* As helpers are called. */
	if (!f && len > 4 && !memcmp(name, "bpf_", 4))
		f = by_last_word(name + 4, len - 4);
	if (f)
		return f;
	near = text_nearest(name, len, features, n, sizeof(*features));
	return near ? feature_find(near, strlen(near)) : NULL;
}

const char *feature_support_name(enum feature_support support)
{
	static const char *const names[] = {
		[FEATURE_UNKNOWN] = "unknown",
		[FEATURE_NO] = "no",
		[FEATURE_YES] = "yes",
	};

	return names[support];
}

enum feature_support feature_no(struct feature_probing *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p->reason, sizeof(p->reason), fmt, ap);
	va_end(ap);
	return FEATURE_NO;
}

/* Another moment, or another user, would get another answer. */
static bool is_passing(int err)
{
	switch (-err) {
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case EINTR:
	case EAGAIN:
		return true;
	}
	return false;
}

enum feature_support feature_refused(struct feature_probing *p, int err, const char *fmt, ...)
{
	size_t len;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p->reason, sizeof(p->reason), fmt, ap);
	va_end(ap);
	len = strlen(p->reason);
	snprintf(p->reason + len, sizeof(p->reason) - len, " (%s)", errno_name(err));
	return is_passing(err) ? FEATURE_UNKNOWN : FEATURE_NO;
}

int feature_load(uint32_t prog_type, const struct bpf_insn *insns, size_t n, uint32_t flags,
		 char *log, size_t room)
{
	struct bpf_prog_load_opts opts = { .sz = sizeof(opts),
					   .prog_flags = flags,
					   .log_buf = log,
					   .log_size = log ? (uint32_t)room : 0,
					   .log_level = log ? 1 : 0 };
	int fd;

	if (log)
		*log = '\0';
	fd = bpf_prog_load((enum bpf_prog_type)prog_type, "verdict_probe", "GPL", insns, n, &opts);
	return fd < 0 ? -errno : fd;
}

struct log_line feature_log_reason(const char *log)
{
	struct log_line last = { "", 0 };

	for (const char *line = log; *line;) {
		int len = (int)strcspn(line, "\n");

		if (len && strncmp(line, "processed ", 10) &&
		    strncmp(line, "verification time", 17))
			last = (struct log_line){ line, len };
		line += len + (line[len] == '\n');
	}
	return last;
}

/* In a namespace of its own: what is tried may send, attach and make devices. */
static struct feature_answer ask(const struct feature *f)
{
	struct feature_answer a = { FEATURE_UNKNOWN, NULL };
	struct feature_probing p = {};
	struct diags d = {};

	libbpf_log_begin(); /* its probes say what they try */
	p.sandbox = sandbox_check(&d) ? NULL : sandbox_new(&d);
	if (p.sandbox)
		a.support = f->probe(f, &p);
	else
		snprintf(p.reason, sizeof(p.reason), "%s", d.n ? d.items[0].message : "");
	sandbox_free(p.sandbox);
	diags_free(&d);
	free(libbpf_log_end());
	if (a.support != FEATURE_YES)
		a.reason = arena_strdup(&reasons, p.reason);
	return a;
}

struct feature_answer feature_probe(const struct feature *f)
{
	struct feature_answer a;
	size_t n, i;

	i = (size_t)(f - feature_table(&n));
	pthread_mutex_lock(&lock);
	if (answers[i].support == FEATURE_UNKNOWN)
		answers[i] = ask(f);
	a = answers[i];
	asked[i] = true;
	pthread_mutex_unlock(&lock);
	return a;
}

const struct feature **features_asked(size_t *n)
{
	const struct feature **list = NULL;
	size_t n_all;
	const struct feature *all = feature_table(&n_all);

	*n = 0;
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < n_all; i++) {
		/* An array of pointers. NOLINTNEXTLINE(bugprone-sizeof-expression) */
		if (asked[i])
			*ARRAY_PUSH(list, *n) = &all[i];
	}
	pthread_mutex_unlock(&lock);
	return list;
}
