/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "guest/guest.h"

#include "base/clock.h"
#include "base/errno_names.h"
#include "base/file.h"
#include "guest/outcome.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONSOLE_MAX (16u << 20) /* bytes of a console that are read */

/* One run: the parts that its steps share. */
struct attempt {
	const struct guest_spec *spec;
	const struct guest_command *command;
	const char *folder;
	const struct guest_watch *watch;
	struct guest_outcome *outcome;
	const struct qemu_machine *machine;
	const char *program;
	struct qemu_files files;
};

static void verdict(struct guest_outcome *o, enum guest_verdict v, const char *reason)
{
	o->verdict = v;
	o->reason = reason;
}

static const char *below(struct attempt *t, const char *name)
{
	return path_join(&t->outcome->arena, t->folder, name);
}

static int make_folder(struct attempt *t)
{
	struct arena *a = &t->outcome->arena;
	int err = folder_make(t->folder);

	if (err) {
		verdict(t->outcome, GUEST_UNAVAILABLE,
			arena_printf(a, "cannot make folder %s: %s", t->folder, errno_text(err)));
		return -1;
	}
	t->files = (struct qemu_files){
		.initramfs = below(t, "initramfs.cpio"),
		.console = t->outcome->console = below(t, "console.log"),
		.results = below(t, "port.jsonl"),
		.output = t->outcome->output = below(t, "output.txt"),
		.errors = t->outcome->errors = below(t, "errors.txt"),
		.messages = below(t, "qemu.txt"),
	};
	/* What an earlier run left is not this one's. */
	unlink(t->files.console);
	unlink(t->files.results);
	unlink(t->files.output);
	unlink(t->files.errors);
	return 0;
}

/* QEMU, and something for it to boot. */
static int find_all(struct attempt *t)
{
	struct arena *a = &t->outcome->arena;

	t->machine = qemu_machine_find(t->spec->arch);
	if (!t->machine) {
		verdict(t->outcome, GUEST_UNAVAILABLE,
			arena_printf(a, "guests of architecture %s are not known",
				     t->spec->arch ? t->spec->arch : "of this machine"));
		return -1;
	}
	t->program = qemu_find(a, t->machine);
	if (!t->program) {
		verdict(t->outcome, GUEST_UNAVAILABLE,
			arena_printf(a, "%s is not installed (package %s)", t->machine->program,
				     t->machine->package));
		return -1;
	}
	if (access(t->spec->vmlinuz, R_OK)) {
		verdict(t->outcome, GUEST_UNAVAILABLE,
			arena_printf(a, "cannot read kernel %s: %s", t->spec->vmlinuz,
				     errno_text(errno)));
		return -1;
	}
	return 0;
}

static int write_initramfs(struct attempt *t)
{
	struct arena *a = &t->outcome->arena;
	struct diags d = {};
	int err = initramfs_write(&d, t->files.initramfs, t->spec, t->command, &t->machine->ports,
				  t->outcome);

	if (err)
		verdict(t->outcome, GUEST_UNAVAILABLE,
			arena_strdup(a, d.n ? d.items[0].message : "no initramfs could be made"));
	diags_free(&d);
	return err;
}

static int read_records(struct attempt *t, struct guest_records *records)
{
	struct guest_outcome *o = t->outcome;
	const char *own = below(t, "results.jsonl"), *files = below(t, "files");
	FILE *out = fopen(own, "we");
	int err = out ? records_read(t->files.results, out, files, t->command->sent,
				     t->command->n_sent, records)
		      : -errno;

	if (out)
		fclose(out);
	/* QEMU makes the file before it boots anything. */
	if (err && err != -ENOENT)
		return err;
	o->results = own;
	o->ended = records->exit;
	o->status = records->status;
	o->signal = records->signal;
	o->boot_ns = records->booted_ns;
	o->ready_ns = records->ready_ns;
	o->ran_ns = records->ran_ns;
	o->modules_failed = records->modules_failed;
	return 0;
}

static void read_console(struct attempt *t, struct console_reading *console)
{
	FILE *in = fopen(t->files.console, "re");
	char *text = xcalloc(1, CONSOLE_MAX);
	size_t len = in ? fread(text, 1, CONSOLE_MAX, in) : 0;

	if (in)
		fclose(in);
	console_read(text, len, console);
	free(text);
}

/* What QEMU itself had to say, where it did not even boot. */
static const char *qemu_message(struct attempt *t)
{
	FILE *in = fopen(t->files.messages, "re");
	char line[512] = "";

	if (in && !fgets(line, sizeof(line), in))
		line[0] = 0;
	if (in)
		fclose(in);
	line[strcspn(line, "\n")] = 0;
	return line[0] ? arena_strdup(&t->outcome->arena, line) : NULL;
}

static void judge(struct attempt *t, enum qemu_end end)
{
	struct guest_outcome *o = t->outcome;
	struct guest_records records = {};
	struct console_reading console;
	const char *reason, *message;
	int err = read_records(t, &records);

	read_console(t, &console);
	if (err) {
		verdict(o, GUEST_UNAVAILABLE,
			arena_printf(&o->arena, "cannot keep what the guest wrote in %s: %s",
				     t->folder, errno_text(err)));
	} else {
		struct guest_evidence e = { end, &records, &console, t->command->writes_results };
		enum guest_verdict v = guest_classify(&e, &o->arena, &reason);

		message = v == GUEST_BOOT_FAIL && !console.began ? qemu_message(t) : NULL;
		verdict(o, v,
			message ? arena_printf(&o->arena, "%s: %s", reason, message) : reason);
	}
	if (o->verdict > GUEST_FAIL) {
		o->running = console.running ? arena_strdup(&o->arena, console.running) : NULL;
		o->console_tail = arena_strdup(&o->arena, console.tail);
	}
	console_free(&console);
	records_free(&records);
}

void guest_run(const struct guest_spec *spec, const struct guest_command *command,
	       const char *folder, const struct guest_watch *watch, struct guest_outcome *outcome)
{
	struct attempt t = { .spec = spec,
			     .command = command,
			     .folder = folder,
			     .watch = watch,
			     .outcome = outcome };
	uint64_t began = clock_now();
	enum qemu_end end;
	int status, err;

	*outcome = (struct guest_outcome){};
	if (find_all(&t) || make_folder(&t) || write_initramfs(&t))
		return;
	outcome->kvm = qemu_kvm_works(t.machine, t.program, spec, folder);
	end = qemu_run(t.machine, t.program, outcome->kvm, spec, &t.files, watch, &status, &err);
	outcome->wall_ns = clock_now() - began;
	unlink(t.files.initramfs); /* large, and made anew each time */
	if (end == QEMU_NOT_STARTED)
		verdict(outcome, GUEST_UNAVAILABLE,
			arena_printf(&outcome->arena, "cannot start %s: %s", t.program,
				     errno_text(err)));
	else
		judge(&t, end);
}

void guest_outcome_free(struct guest_outcome *outcome)
{
	arena_free(&outcome->arena);
	*outcome = (struct guest_outcome){};
}
