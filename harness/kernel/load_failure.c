/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * libbpf returns one errno for a whole object; what failed and the verifier's log are only in
 * its messages. It loads without a log first and asks the verifier for one on failure only, growing
 * its buffer until all fits, so the fast path does not pay.
 */
#include "kernel/load_failure.h"

#include "base/errno_names.h"
#include "kernel/descriptors.h"
#include "kernel/privilege.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Lines of the log's end that are shown, and how far back a source line may be looked for. */
#define TAIL_LINES  8u
#define TAIL_SEARCH 24u

void load_failure_free(struct load_failure *f)
{
	free(f->name);
	free(f->log);
	free(f->log_tail);
	*f = (struct load_failure){ 0 };
}

/* The X of "<before>X<after>" within one line of @log, or NULL. */
static char *text_between(const char *log, const char *before, const char *after)
{
	const char *from = log, *to, *end;

	while ((from = strstr(from, before))) {
		from += strlen(before);
		to = strstr(from, after);
		end = strchr(from, '\n');
		if (to && (!end || to < end))
			return xstrndup(from, (size_t)(to - from));
	}
	return NULL;
}

static char *verifier_log(const char *log)
{
	static const char begin[] = "-- BEGIN PROG LOAD LOG --\n",
			  end[] = "-- END PROG LOAD LOG --";
	const char *from = strstr(log, begin), *to;

	if (!from)
		return NULL;
	from += strlen(begin);
	to = strstr(from, end);
	return xstrndup(from, to ? (size_t)(to - from) : strlen(from));
}

/* Lines after the verdict proper: statistics. */
static bool line_is_statistic(const char *line, size_t len)
{
	static const char *const starts[] = { "processed ", "verification time ", "stack depth ",
					      "max_states_per_insn " };

	if (!len)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		if (len >= strlen(starts[i]) && !memcmp(line, starts[i], strlen(starts[i])))
			return true;
	}
	return false;
}

struct line {
	const char *text;
	size_t len;
};

/* The lines of @log without the statistics at its end. The caller frees. */
static struct line *log_lines(const char *log, size_t *n)
{
	struct line *lines = NULL, *l;
	const char *end;

	*n = 0;
	for (; *log; log = *end ? end + 1 : end) {
		end = strchrnul(log, '\n');
		l = ARRAY_PUSH(lines, *n);
		l->text = log;
		l->len = (size_t)(end - log);
	}
	while (*n && line_is_statistic(lines[*n - 1].text, lines[*n - 1].len))
		(*n)--;
	return lines;
}

/* The end of @log, from a source line ("; ...") on where there is one near. */
static char *log_tail(const char *log)
{
	struct line *lines;
	size_t n, from, len;
	char *text;
	FILE *out;

	lines = log_lines(log, &n);
	from = n > TAIL_LINES ? n - TAIL_LINES : 0;
	for (size_t i = from; i > 0 && n - i < TAIL_SEARCH; i--) {
		if (lines[i].len && lines[i].text[0] == ';') {
			from = i;
			break;
		}
	}
	out = xmemstream(&text, &len);
	for (size_t i = from; i < n; i++)
		fprintf(out, "%.*s\n", (int)lines[i].len, lines[i].text);
	fclose(out);
	free(lines);
	return text;
}

/* What the kernel lacks, as libbpf calls it. */
static char *missing_name(const char *log)
{
	static const struct {
		const char *before, *after;
	} messages[] = {
		{ "extern (func ksym) '", "': not found" },
		{ "extern (var ksym) '", "': not found" },
		{ "extern (ksym) '", "' " },
		{ "extern '", "' (strong)" },
		{ "extern (kcfg) '", "': " },
	};
	char *name = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(messages) && !name; i++)
		name = text_between(log, messages[i].before, messages[i].after);
	if (!name && (strstr(log, "Error loading vmlinux BTF") ||
		      strstr(log, "failed to find valid kernel BTF")))
		name = xstrdup("BTF of the kernel (/sys/kernel/btf/vmlinux)");
	return name;
}

static void find_cause(struct load_failure *f, const char *log, const char *verifier)
{
	f->name = text_between(log, "map '", "': failed to create");
	if (f->name) {
		f->kind = f->error == -EPERM ? LOAD_PRIVILEGE : LOAD_MAP;
		return;
	}
	f->name = text_between(log, "prog '", "': BPF program load failed");
	if (f->name) {
		f->kind = f->error == -EPERM && !verifier ? LOAD_PRIVILEGE : LOAD_VERIFIER;
		return;
	}
	f->name = missing_name(log);
	if (f->name)
		f->kind = LOAD_MISSING;
	else
		f->kind = f->error == -EPERM ? LOAD_PRIVILEGE : LOAD_OTHER;
}

void load_failure_read(struct load_failure *f, const char *log, int error)
{
	char *verifier = verifier_log(log);

	f->error = error;
	if (verifier && !*verifier) {
		free(verifier);
		verifier = NULL;
	}
	find_cause(f, log, verifier);
	f->has_reason = verifier != NULL;
	f->log = verifier ? verifier : xstrdup(log);
	/* Where the cause is known, libbpf's own messages say it again, less well. */
	if (f->kind == LOAD_VERIFIER || f->kind == LOAD_OTHER)
		f->log_tail = log_tail(f->log);
}

const char *object_base_name(const struct instance_object *o)
{
	const char *slash = strrchr(o->file->path, '/');

	return slash ? slash + 1 : o->file->path;
}

/* The last line of @text: the verifier's reason. */
static struct line last_line(const char *text)
{
	struct line *lines, last = { "", 0 };
	size_t n;

	lines = log_lines(text, &n);
	if (n)
		last = lines[n - 1];
	free(lines);
	return last;
}

static void report_privilege(struct diags *d, const struct instance_object *o,
			     const struct load_failure *f)
{
	char *missing = privileges_missing();

	if (missing)
		diag(d, DIAG_ERROR, o->where,
		     "cannot load %s: no privilege (%s): missing %s; run as root",
		     object_base_name(o), errno_name(f->error), missing);
	else
		diag(d, DIAG_ERROR, o->where,
		     "cannot load %s: the kernel does not permit it (%s), although no capability is "
		     "missing: locked memory (ulimit -l), lockdown, or a security module",
		     object_base_name(o), errno_name(f->error));
	free(missing);
}

static void report_verifier(struct diags *d, const struct instance_object *o,
			    const struct load_failure *f)
{
	struct line why = last_line(f->log_tail);

	/* Before verification (an unknown flag), or after it: dead functions, before Linux 5.13. */
	if (!f->has_reason || !why.len)
		diag(d, DIAG_ERROR, o->where,
		     "cannot load %s: the kernel refused program %s with %s and gave no reason: it "
		     "may ask for what this kernel does not have",
		     object_base_name(o), f->name, errno_name(f->error));
	else
		diag(d, DIAG_ERROR, o->where,
		     "cannot load %s: program %s was refused by the verifier (%s): %.*s",
		     object_base_name(o), f->name, errno_name(f->error), (int)why.len, why.text);
}

void load_failure_report(struct diags *d, const struct instance_object *o,
			 const struct load_failure *f)
{
	const char *name = object_base_name(o);

	if (descriptors_lacking(f->error)) {
		diag(d, DIAG_ERROR, o->where, "cannot load %s: %s (%s)", name, errno_text(f->error),
		     errno_name(f->error));
		return;
	}
	switch (f->kind) {
	case LOAD_PRIVILEGE:
		report_privilege(d, o, f);
		return;
	case LOAD_VERIFIER:
		report_verifier(d, o, f);
		return;
	case LOAD_MAP:
		diag(d, DIAG_ERROR, o->where,
		     "cannot load %s: the kernel refused to make map %s: %s (%s)", name, f->name,
		     errno_text(f->error), errno_name(f->error));
		return;
	case LOAD_MISSING:
		diag(d, DIAG_ERROR, o->where, "cannot load %s: this kernel does not have %s", name,
		     f->name);
		return;
	case LOAD_OTHER:
		diag(d, DIAG_ERROR, o->where, "cannot load %s: %s (%s)", name, errno_text(f->error),
		     errno_name(f->error));
		return;
	}
}
