/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "guest/initramfs.h"

#include "base/errno_names.h"
#include "base/file.h"
#include "guest/cpio.h"
#include "guest/init_image.h"
#include "guest/modules.h"
#include "guest/protocol.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SENDING_MAX (30ull * 1000000000) /* ns, of the time limit */

static const struct span nowhere;

/* A file of settings being written: protocol.h. */
struct settings {
	FILE *out;
	char *text;
	size_t len;
};

static void settings_open(struct settings *s)
{
	s->out = xmemstream(&s->text, &s->len);
}

static void setting(struct settings *s, const char *key, const char *value)
{
	fprintf(s->out, "%s=%s", key, value);
	fputc(0, s->out);
}

static void settings_close(struct settings *s, struct cpio *c, const char *path)
{
	fclose(s->out);
	cpio_bytes(c, path, 0644, s->text, s->len);
	free(s->text);
}

static void add_skeleton(struct cpio *c)
{
	static const char *const folders[] = {
		"proc", "sys", "dev", "tmp", "run", "etc", "verdict"
	};

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		cpio_folder(c, folders[i]);
	/* Before devtmpfs is mounted: what the kernel gives process 1 as its output. */
	cpio_device(c, "dev/console", 0600, 5, 1);
	/* cppcheck-suppress comparePointers ; the ends of one file, which is embedded */
	cpio_bytes(c, "init", 0755, guest_init, (size_t)(guest_init_end - guest_init));
}

static void keep_missing(const struct module_list *list, struct guest_outcome *outcome)
{
	for (size_t i = 0; i < list->n_missing; i++)
		*ARENA_PUSH(&outcome->arena, outcome->modules_missing, outcome->n_modules_missing) =
			arena_strdup(&outcome->arena, list->missing[i]);
}

static int add_modules(struct diags *d, struct cpio *c, const struct guest_spec *spec,
		       struct settings *s, struct guest_outcome *outcome)
{
	struct module_list list = {};

	if (!spec->modules)
		return 0;
	if (modules_read(d, spec->modules, guest_modules, n_guest_modules, &list))
		return -1;
	for (size_t i = 0; i < list.n; i++) {
		char *path = xasprintf("%s/%s.ko", GUEST_MODULES, list.items[i].name);

		cpio_bytes(c, path, 0644, list.items[i].data, list.items[i].len);
		setting(s, "module", path);
		free(path);
	}
	keep_missing(&list, outcome);
	modules_free(&list);
	return 0;
}

static void set_sysctl(struct settings *s, const char *path, const char *value)
{
	char *text = xasprintf("%s=%s", path, value);

	setting(s, "sysctl", text);
	free(text);
}

/* What is of the kernel alone. */
static int add_base(struct diags *d, struct cpio *c, const struct guest_spec *spec,
		    struct guest_outcome *outcome)
{
	struct settings s;
	int err;

	add_skeleton(c);
	settings_open(&s);
	/*
	 * Before the modules that make them: else tunl0, gre0 and others stand in each new
	 * namespace, with the numbers that scenarios give to their own devices.
	 */
	set_sysctl(&s, "net/core/fb_tunnels_only_for_init_net", "1");
	err = add_modules(d, c, spec, &s, outcome);
	for (size_t i = 0; i < spec->n_sysctls; i++)
		set_sysctl(&s, spec->sysctls[i].path, spec->sysctls[i].value);
	settings_close(&s, c, GUEST_BASE_SETTINGS);
	return err;
}

static int add_files(struct diags *d, struct cpio *c, const struct guest_command *command)
{
	int status = 0;

	for (size_t i = 0; i < command->n_files; i++) {
		const struct guest_file *f = &command->files[i];
		int err = cpio_file(c, f->path, f->from);

		if (err == -EISDIR)
			cpio_folder(c, f->path);
		if (!err || err == -EISDIR)
			continue;
		diag(d, DIAG_ERROR, nowhere, "cannot give %s to the guest: %s", f->from,
		     errno_text(err));
		status = -1;
	}
	return status;
}

/*
 * The command is ended before the guest is: what it left can be sent then, and the exit record
 * says what happened.
 */
static uint64_t command_limit(const struct guest_spec *spec)
{
	uint64_t limit = spec->time_limit ? spec->time_limit : GUEST_TIME_LIMIT;
	uint64_t sending = limit / 10;

	return limit - (sending < SENDING_MAX ? sending : SENDING_MAX);
}

static void add_run(struct cpio *c, const struct guest_spec *spec,
		    const struct guest_command *command, const struct guest_ports *ports)
{
	struct settings s;
	char limit[24];

	settings_open(&s);
	setting(&s, "results", ports->results);
	setting(&s, "output", ports->output);
	setting(&s, "errors", ports->errors);
	snprintf(limit, sizeof(limit), "%" PRIu64, command_limit(spec) / 1000000000);
	setting(&s, "limit", limit);
	setting(&s, "folder", command->folder);
	for (size_t i = 0; i < command->n_environment; i++)
		setting(&s, "environment", command->environment[i]);
	if (command->program)
		setting(&s, "program", command->program);
	for (size_t i = 0; i < command->n; i++)
		setting(&s, "argument", command->argv[i]);
	for (size_t i = 0; i < command->n_sent; i++)
		setting(&s, "send", command->sent[i]);
	settings_close(&s, c, GUEST_RUN_SETTINGS);
}

int initramfs_write(struct diags *d, const char *path, const struct guest_spec *spec,
		    const struct guest_command *command, const struct guest_ports *ports,
		    struct guest_outcome *outcome)
{
	struct replacement file;
	int err = replace_begin(&file, path), status, write_err;
	struct cpio c;

	if (err) {
		diag(d, DIAG_ERROR, nowhere, "cannot write %s: %s", path, errno_text(err));
		return -1;
	}
	cpio_open(&c, file.out);
	status = add_base(d, &c, spec, outcome);
	if (!status)
		status = add_files(d, &c, command);
	cpio_folder(&c, command->folder);
	add_run(&c, spec, command, ports);
	write_err = cpio_close(&c);
	if (status) {
		replace_abandon(&file);
		return status;
	}
	err = replace_commit(&file);
	if (!err)
		err = write_err;
	if (err)
		diag(d, DIAG_ERROR, nowhere, "cannot write %s: %s", path, errno_text(err));
	return err ? -1 : 0;
}
