/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "matrix/process.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* The environment with messages in English, for the caller to free; its texts are not copied. */
static char **environment(void)
{
	static char language[] = "LC_ALL=C";
	size_t n = 0, kept = 0;
	char **list;

	while (environ[n])
		n++;
	list = xcalloc(n + 2, sizeof(*list));
	for (size_t i = 0; i < n; i++)
		if (strncmp(environ[i], "LC_ALL=", 7) != 0 &&
		    strncmp(environ[i], "LANGUAGE=", 9) != 0)
			list[kept++] = environ[i];
	list[kept] = language;
	return list;
}

static int spawn(pid_t *pid, const char *const *argv, int out, bool errors)
{
	posix_spawn_file_actions_t actions;
	char **env = environment();
	int err;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	if (errors)
		posix_spawn_file_actions_adddup2(&actions, out, STDERR_FILENO);
	else
		posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	/* posix_spawn() does not write to what it is given. */
	err = posix_spawnp(pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, env);
	posix_spawn_file_actions_destroy(&actions);
	free(env);
	return -err;
}

int process_start(struct process *p, const char *const *argv, unsigned int flags)
{
	int ends[2], err;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	err = spawn(&p->pid, argv, ends[1], flags & PROCESS_ERRORS);
	close(ends[1]);
	if (err) {
		close(ends[0]);
		return err;
	}
	p->out = fdopen(ends[0], "re");
	return 0;
}

int process_end(struct process *p)
{
	int status;
	pid_t ended;

	fclose(p->out);
	do
		ended = waitpid(p->pid, &status, 0);
	while (ended < 0 && errno == EINTR);
	*p = (struct process){};
	if (ended < 0)
		return 255;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int process_run(const char *const *argv, unsigned int flags, char **text)
{
	struct process p = {};
	char buffer[4096];
	size_t n, len;
	FILE *f;
	int err = process_start(&p, argv, flags);

	*text = NULL;
	if (err || !p.out)
		return err;
	f = xmemstream(text, &len);
	while ((n = fread(buffer, 1, sizeof(buffer), p.out)))
		fwrite(buffer, 1, n, f);
	fclose(f);
	return process_end(&p);
}
