/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Whether KVM works: /dev/kvm that opens is no answer on a machine that is itself a guest. */
#include "guest/qemu.h"

#include "base/file.h"
#include "guest/outcome.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define PROBE_LIMIT 10000000000ull /* ns */

/* In @a; NULL where the environment names no place for it. */
static const char *answer_path(struct arena *a)
{
	const char *cache = cache_folder(a);

	return cache ? path_join(a, cache, "kvm") : NULL;
}

/* Another boot, perhaps of another kernel, may answer otherwise. */
static void read_boot_id(char id[static 64])
{
	FILE *in = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (!in || !fgets(id, 64, in))
		id[0] = 0;
	if (in)
		fclose(in);
	id[strcspn(id, "\n")] = 0;
}

static bool read_answer(const char *path, const char *boot_id, bool *works)
{
	FILE *in = path ? fopen(path, "re") : NULL;
	char line[128] = "";
	size_t len = strlen(boot_id);
	bool known;

	if (!in)
		return false;
	known = fgets(line, sizeof(line), in) && len && !strncmp(line, boot_id, len);
	fclose(in);
	*works = known && !strcmp(line + len, " works\n");
	return known;
}

/* An answer that cannot be kept is asked for again. */
static void keep_answer(struct arena *a, const char *path, const char *boot_id, bool works)
{
	struct replacement r;

	if (!path || folder_make(path_folder(a, path)) || replace_begin(&r, path))
		return;
	fprintf(r.out, "%s %s\n", boot_id, works ? "works" : "does not");
	replace_commit(&r);
}

/* A guest with no command: process 1 says hello, and that there was nothing to run. */
static bool boot_marker(struct arena *a, const struct qemu_machine *m, const char *program,
			const struct guest_spec *spec, const char *folder)
{
	const struct guest_spec bare = { .name = spec->name,
					 .vmlinuz = spec->vmlinuz,
					 .time_limit = PROBE_LIMIT };
	const struct guest_command nothing = { .folder = "/" };
	const struct qemu_files files = { .initramfs = path_join(a, folder, "kvm.cpio"),
					  .console = path_join(a, folder, "kvm.console"),
					  .results = path_join(a, folder, "kvm.port"),
					  .output = "/dev/null",
					  .errors = "/dev/null",
					  .messages = "/dev/null" };
	struct guest_records records = {};
	struct guest_outcome outcome = {};
	FILE *dropped = fopen("/dev/null", "we");
	struct diags d = {};
	int status, err;

	if (dropped &&
	    !initramfs_write(&d, files.initramfs, &bare, &nothing, &m->ports, &outcome) &&
	    qemu_run(m, program, true, &bare, &files, NULL, &status, &err) == QEMU_ENDED)
		records_read(files.results, dropped, folder, NULL, 0, &records);
	if (dropped)
		fclose(dropped);
	status = records.hello && records.exit;
	unlink(files.initramfs);
	unlink(files.console);
	unlink(files.results);
	records_free(&records);
	guest_outcome_free(&outcome);
	diags_free(&d);
	return status;
}

bool qemu_kvm_works(const struct qemu_machine *m, const char *program,
		    const struct guest_spec *spec, const char *folder)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static bool known, works;
	struct utsname here;
	struct arena a = {};
	char boot_id[64];
	const char *path;

	if (uname(&here) || strcmp(here.machine, m->arch) || access("/dev/kvm", R_OK | W_OK))
		return false;
	pthread_mutex_lock(&lock);
	if (!known) {
		path = answer_path(&a);
		read_boot_id(boot_id);
		if (!read_answer(path, boot_id, &works)) {
			works = boot_marker(&a, m, program, spec, folder);
			keep_answer(&a, path, boot_id, works);
		}
		known = true;
	}
	pthread_mutex_unlock(&lock);
	arena_free(&a);
	return works;
}
