/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "cli/run_vm.h"

#include "base/errno_names.h"
#include "base/file.h"
#include "cli/choose.h"
#include "cli/command.h"
#include "cli/guest_command.h"
#include "cli/guest_reports.h"
#include "cli/kernels_arg.h"
#include "guest/kernel_files.h"
#include "matrix/kernels.h"
#include "run/interrupt.h"
#include "syntax/keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define VM_LIMIT_DEFAULT (1800ull * 1000000000) /* ns */

static const struct span nowhere;

/* All that the steps of a run share. */
struct vm_run {
	struct suite *suite;
	const struct run_options *o;
	struct run_info *info;
	struct arena arena;
	struct kernels_file kernels; /* where --vm names a kernel of it */
	struct lock_file lock;
	struct guest_spec spec;
	struct guest_run guest;
	char *folder;
};

/* The image of a kernel: @o->vm, or that of the kernel that runs here. */
static int find_image(struct diags *d, struct vm_run *run)
{
	struct guest_spec *spec = &run->spec;
	const char *tried;

	spec->vmlinuz = *run->o->vm ? run->o->vm : kernel_running(&run->arena, &tried);
	if (!spec->vmlinuz) {
		diag(d, DIAG_ERROR, nowhere,
		     "--vm: the image of the kernel that runs here is not to be found: %s", tried);
		diag(d, DIAG_NOTE, nowhere, "--vm=VMLINUZ names another one");
		return -1;
	}
	if (access(spec->vmlinuz, R_OK)) {
		diag(d, DIAG_ERROR, nowhere, "--vm: cannot read kernel %s: %s", spec->vmlinuz,
		     errno_text(errno));
		return -1;
	}
	spec->name = spec->vmlinuz;
	spec->modules = kernel_modules(&run->arena, spec->vmlinuz);
	spec->time_limit = VM_LIMIT_DEFAULT;
	return 0;
}

/* A kernel of the file of kernels that is here, as verdict matrix runs it. */
static int find_named(struct diags *d, struct vm_run *run)
{
	const char *name = run->o->vm, *path = kernels_here(), *why;
	const struct kernel_spec *k;

	if (!path) {
		diag(d, DIAG_ERROR, nowhere,
		     "--vm: there is no file '%s', and of kernels that have names neither " KERNELS_HERE,
		     name);
		return -1;
	}
	if (kernels_file_read(d, path, &run->kernels) || lock_file_read(d, path, &run->lock))
		return -1;
	k = kernel_find(&run->kernels, name);
	if (!k) {
		unknown_name(d, nowhere, "kernel", name, strlen(name), run->kernels.kernels,
			     run->kernels.n, sizeof(*run->kernels.kernels));
		diag(d, DIAG_NOTE, nowhere,
		     "--vm takes the path of a vmlinuz (there is no file '%s'), or a kernel of %s",
		     name, path);
		return -1;
	}
	if (kernel_as_guest(&run->arena, k, &run->lock, &run->spec, &why)) {
		diag(d, DIAG_ERROR, nowhere, "--vm: kernel '%s' of %s is unavailable: %s", name,
		     path, why);
		return -1;
	}
	return 0;
}

/* Names of kernels have no '/', and a file goes before. */
static bool is_name(const char *vm)
{
	struct stat st;

	return *vm && !strchr(vm, '/') && (stat(vm, &st) || S_ISDIR(st.st_mode));
}

/* The kernel of --vm. Returns 0, or -1 after a diag. */
static int find_kernel(struct diags *d, struct vm_run *run)
{
	const struct run_options *o = run->o;
	bool named = is_name(o->vm);

	if (named ? find_named(d, run) : find_image(d, run))
		return -1;
	if (o->modules)
		run->spec.modules = o->modules;
	if (o->vm_limit)
		run->spec.time_limit = o->vm_limit;
	/* A file of kernels leaves them out where all is built in. */
	if (!run->spec.modules && !named)
		diag(d, DIAG_WARNING, nowhere,
		     "no modules of %s were found: without them few kernels can make devices; "
		     "--modules DIR says where they are",
		     run->spec.vmlinuz);
	return 0;
}

/* The FILE of FORMAT:FILE, or NULL. */
static const char *report_file(const char *spec)
{
	const char *colon = strchr(spec, ':');

	return colon && strcmp(colon + 1, "-") ? colon + 1 : NULL;
}

/* What the run will write. Returns 0, or -1 after a diag. */
static int want_files(struct diags *d, struct guest_run *r, const struct run_options *o)
{
	for (size_t i = 0; i < o->formats.n; i++) {
		const char *file = report_file(o->formats.items[i]);

		if (!file)
			continue;
		if (path_is_stream(file)) {
			diag(d, DIAG_ERROR, nowhere,
			     "--format %s: a guest writes reports to files and to standard output",
			     o->formats.items[i]);
			return -1;
		}
		guest_run_want(r, file);
	}
	if (o->results)
		guest_run_want(r, o->results);
	if (o->coverage)
		guest_run_want(r, o->coverage);
	return 0;
}

static const char **words_for_guest(struct arena *a, const struct run_options *o, size_t *n)
{
	const char **words = NULL;

	*n = 0;
	*ARENA_PUSH(a, words, *n) = o->common.program;
	*ARENA_PUSH(a, words, *n) = "run";
	for (size_t i = 0; i < o->common.n_words; i++)
		*ARENA_PUSH(a, words, *n) = o->common.words[i];
	return words;
}

static void relay_output(void *arg, const char *text, size_t len)
{
	(void)arg;
	fwrite(text, 1, len, stdout);
	fflush(stdout);
}

static void relay_errors(void *arg, const char *text, size_t len)
{
	(void)arg;
	fwrite(text, 1, len, stderr);
}

static bool was_interrupted(void *arg)
{
	(void)arg;
	return interrupt_seen() != 0;
}

/* One file from there: it takes the place of what is here when it is whole. */
static void bring_file(struct diags *d, const char *from, const char *to)
{
	int err = file_copy(from, to);

	if (err)
		diag(d, DIAG_ERROR, nowhere, "cannot write %s: %s", to, errno_text(err));
}

struct bringing {
	struct diags *d;
	size_t prefix; /* bytes of the folder that the guest's paths are below */
};

static void bring_one(void *arg, const char *path)
{
	const struct bringing *b = arg;

	bring_file(b->d, path, path + b->prefix);
}

static void bring_files(struct diags *d, const char *folder)
{
	struct arena a = {};
	const char *files = path_join(&a, folder, "files");
	struct bringing b = { d, strlen(files) };

	folder_each_file(files, bring_one, &b);
	arena_free(&a);
}

/* What keeps a result from being whole, after what was printed and written of it. */
static void report_end(struct diags *d, const struct run_options *o,
		       const struct guest_outcome *outcome)
{
	for (size_t i = 0; i < outcome->n_modules_missing; i++)
		diag(d, DIAG_WARNING, nowhere, "the guest's kernel has no module '%s'",
		     outcome->modules_missing[i]);
	if (outcome->modules_failed)
		diag(d, DIAG_WARNING, nowhere, "%u modules could not be loaded in the guest",
		     outcome->modules_failed);
	if (outcome->verdict <= GUEST_FAIL)
		return;
	diag(d, DIAG_ERROR, nowhere, "guest: %s: %s", guest_verdict_name(outcome->verdict),
	     outcome->reason);
	if (outcome->running)
		diag(d, DIAG_NOTE, nowhere, "this scenario was running: %s", outcome->running);
	if (outcome->console_tail && *outcome->console_tail)
		diag(d, DIAG_NOTE, nowhere, "the end of its console%s%s%s:\n%s",
		     o->results ? ", which is in " : "", o->results ? o->results : "",
		     o->results ? "/console.log" : "", outcome->console_tail);
}

static int status_of(const struct guest_outcome *outcome, const struct diags *d)
{
	if (interrupt_seen())
		return 128 + interrupt_seen();
	if (outcome->verdict == GUEST_SPLAT && outcome->status <= EXIT_FAILED && d->errors == 1)
		return EXIT_FAILED;
	if (d->errors || outcome->verdict > GUEST_FAIL)
		return EXIT_NOT_JUDGED;
	return outcome->status;
}

static void make_reports(struct diags *d, struct vm_run *run, const struct guest_outcome *outcome)
{
	struct diags said = {}; /* by the one in the guest */
	struct arena a = {};
	struct guest_reports g = {
		.suite = run->suite,
		.options = run->o,
		.info = run->info,
		.outcome = outcome,
		.kernel = run->spec.vmlinuz,
		.files = path_join(&a, run->folder, "files"),
		.status = status_of(outcome, d),
		.interrupted = interrupt_seen() ? interrupt_name(interrupt_seen()) : NULL,
	};

	suite_take_shard(run->suite, run->o, &said, &run->info->shard);
	guest_reports_write(d, &g);
	diags_free(&said);
	arena_free(&a);
}

static int run_and_bring(struct diags *d, struct vm_run *run)
{
	const struct guest_watch watch = { .output =
						   output_is_document(run->o) ? NULL : relay_output,
					   .errors = relay_errors,
					   .stop = was_interrupted };
	struct guest_outcome outcome;
	char *console;
	int status;

	guest_run(&run->spec, &run->guest.command, run->folder, &watch, &outcome);
	bring_files(d, run->folder);
	if (run->o->results && outcome.console) {
		console = xasprintf("%s/console.log", run->o->results);
		bring_file(d, outcome.console, console);
		free(console);
	}
	report_end(d, run->o, &outcome);
	make_reports(d, run, &outcome);
	status = status_of(&outcome, d);
	guest_outcome_free(&outcome);
	return status;
}

/* The files that options name. */
static void give_files(struct guest_run *r, const struct run_options *o)
{
	if (o->baseline)
		guest_run_give(r, o->baseline);
	if (o->times)
		guest_run_give(r, o->times);
	if (!o->common.args.n)
		guest_run_give(r, ".");
	for (size_t i = 0; i < o->common.args.n; i++)
		if (!access(o->common.args.items[i], F_OK))
			guest_run_give(r, o->common.args.items[i]);
}

int run_in_guest(struct suite *suite, const struct run_options *o, struct run_info *info)
{
	const char *tmp = getenv("TMPDIR");
	struct vm_run run = {
		.suite = suite,
		.o = o,
		.info = info,
		.folder = xasprintf("%s/verdict-vm-XXXXXX", tmp && *tmp ? tmp : "/tmp"),
	};
	int status = EXIT_NOT_JUDGED;
	struct diags d = {};
	size_t n;
	const char **words = words_for_guest(&run.arena, o, &n);

	interrupts_catch();
	if (!find_kernel(&d, &run) && !guest_run_make(&d, &run.guest, suite, n, words) &&
	    !want_files(&d, &run.guest, o)) {
		give_files(&run.guest, o);
		if (mkdtemp(run.folder)) {
			status = run_and_bring(&d, &run);
			folder_remove(run.folder);
		} else {
			diag(&d, DIAG_ERROR, nowhere, "cannot make folder %s: %s", run.folder,
			     errno_text(errno));
		}
	}
	fflush(stdout);
	diags_print(stderr, &d);
	guest_run_free(&run.guest);
	diags_free(&d);
	lock_file_free(&run.lock);
	kernels_file_free(&run.kernels);
	arena_free(&run.arena);
	free(run.folder);
	return status;
}
