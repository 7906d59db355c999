/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "cli/guest_command.h"

#include "base/errno_names.h"
#include "base/file.h"
#include "cli/terminal.h"
#include "scenario/inputs.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct span nowhere;

bool inside_guest(void)
{
	return getenv("VERDICT_GUEST") != NULL;
}

const char *guest_run_path(struct guest_run *r, const char *path)
{
	return path_clean(&r->arena, path_join(&r->arena, r->command.folder, path));
}

static void add_file(struct guest_run *r, const char *path)
{
	*ARENA_PUSH(&r->arena, r->files, r->command.n_files) =
		(struct guest_file){ .path = path, .from = path };
	r->command.files = r->files;
}

void guest_run_give(struct guest_run *r, const char *path)
{
	add_file(r, guest_run_path(r, path));
}

void guest_run_want(struct guest_run *r, const char *path)
{
	*ARENA_PUSH(&r->arena, r->sent, r->command.n_sent) = guest_run_path(r, path);
	r->command.sent = r->sent;
}

static void set(struct guest_run *r, const char *name, const char *value)
{
	*ARENA_PUSH(&r->arena, r->environment, r->command.n_environment) =
		arena_printf(&r->arena, "%s=%s", name, value);
	r->command.environment = r->environment;
}

/* What of this environment a run depends on. */
static void set_environment(struct guest_run *r)
{
	static const char *const passed[] = { "GITHUB_WORKSPACE", "ASAN_OPTIONS", "UBSAN_OPTIONS",
					      "TZ" };

	set(r, "VERDICT_GUEST", "1");
	set(r, "PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
	set(r, "HOME", "/");
	set(r, "LD_LIBRARY_PATH", r->libraries.folders);
	set(r, terminal_wants_color(COLOR_AUTO) ? "CLICOLOR_FORCE" : "NO_COLOR", "1");
	for (size_t i = 0; i < ARRAY_SIZE(passed); i++)
		if (getenv(passed[i]))
			set(r, passed[i], getenv(passed[i]));
}

int guest_run_make(struct diags *d, struct guest_run *r, const struct suite *suite, size_t n,
		   const char *const *words)
{
	char folder[PATH_MAX];
	struct input_list inputs;
	int err;

	*r = (struct guest_run){};
	err = getcwd(folder, sizeof(folder)) ? libraries_of_self(&r->libraries) : -errno;
	if (err) {
		diag(d, DIAG_ERROR, nowhere, "cannot find out where verdict is: %s",
		     errno_text(err));
		return -1;
	}
	r->command.folder = arena_strdup(&r->arena, folder);
	r->command.program = r->libraries.program;
	r->command.writes_results = true;
	for (size_t i = 0; i < n; i++)
		*ARENA_PUSH(&r->arena, r->argv, r->command.n) = words[i];
	r->command.argv = r->argv;
	set_environment(r);
	add_file(r, r->libraries.program);
	for (size_t i = 0; i < r->libraries.n; i++)
		add_file(r, r->libraries.paths[i]);
	inputs = suite_inputs(suite, &r->arena);
	for (size_t i = 0; i < inputs.n; i++)
		guest_run_give(r, inputs.paths[i]);
	return 0;
}

void guest_run_free(struct guest_run *r)
{
	libraries_free(&r->libraries);
	arena_free(&r->arena);
	*r = (struct guest_run){};
}
