/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "guest/qemu.h"

#include "base/clock.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define POLL_NS 50000000ull /* between looks at what is going on */

static const struct qemu_machine machines[] = {
	{
		.arch = "x86_64",
		.program = "qemu-system-x86_64",
		.package = "qemu-system-x86",
		.machine = "q35",
		.cpu = "max",
		.console = "ttyS0",
		.ports = { "/dev/ttyS1", "/dev/ttyS2", "/dev/ttyS3" },
		.debug_exit = true,
	},
};

const struct qemu_machine *qemu_machine_find(const char *arch)
{
	struct utsname here;

	if (!arch && !uname(&here))
		arch = here.machine;
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++)
		if (arch && !strcmp(machines[i].arch, arch))
			return &machines[i];
	return NULL;
}

const char *qemu_find(struct arena *a, const struct qemu_machine *m)
{
	const char *path = getenv("PATH");
	char *folders = arena_strdup(a, path ? path : "/usr/bin:/bin");

	for (char *rest = folders, *folder; (folder = strsep(&rest, ":"));) {
		const char *program = arena_printf(a, "%s/%s", *folder ? folder : ".", m->program);

		if (!access(program, X_OK))
			return program;
	}
	return NULL;
}

struct words {
	struct arena arena;
	const char **items;
	size_t n;
};

static void word(struct words *w, const char *text)
{
	*ARENA_PUSH(&w->arena, w->items, w->n) = text;
}

static void option(struct words *w, const char *name, const char *value)
{
	word(w, name);
	word(w, value);
}

/* A comma ends a value in QEMU's options; two are one. */
static const char *quote(struct words *w, const char *path)
{
	size_t n = 0;
	char *quoted = arena_alloc(&w->arena, 2 * strlen(path) + 1);

	for (; *path; path++) {
		if (*path == ',')
			quoted[n++] = ',';
		quoted[n++] = *path;
	}
	return quoted;
}

/* The serial ports of the guest, in the order they are given. */
static void add_port(struct words *w, const char *id, const char *path)
{
	option(w, "-chardev", arena_printf(&w->arena, "file,id=%s,path=%s", id, quote(w, path)));
	option(w, "-serial", arena_printf(&w->arena, "chardev:%s", id));
}

/*
 * Warnings of the kernel reach the console (loglevel), however many lines verdict writes to its
 * log (devkmsg); it ends where it panics, and addresses are the same each time.
 */
static const char *command_line(struct words *w, const struct qemu_machine *m,
				const struct guest_spec *spec)
{
	return arena_printf(&w->arena,
			    "console=%s loglevel=5 printk.devkmsg=on panic=-1 nokaslr "
			    "random.trust_cpu=on%s%s",
			    m->console, spec->cmdline ? " " : "",
			    spec->cmdline ? spec->cmdline : "");
}

static void make_words(struct words *w, const struct qemu_machine *m, const char *program, bool kvm,
		       const struct guest_spec *spec, const struct qemu_files *files)
{
	uint64_t memory = spec->memory ? spec->memory : GUEST_MEMORY;

	word(w, program);
	option(w, "-accel", kvm ? "kvm" : "tcg,thread=multi");
	option(w, "-cpu", kvm ? "host" : m->cpu);
	option(w, "-machine", m->machine);
	option(w, "-m", arena_printf(&w->arena, "%" PRIu64 "M", memory >> 20));
	option(w, "-smp", arena_printf(&w->arena, "%u", spec->cpus ? spec->cpus : 1));
	option(w, "-display", "none");
	word(w, "-nodefaults");
	word(w, "-no-user-config");
	word(w, "-no-reboot");
	add_port(w, "console", files->console);
	add_port(w, "results", files->results);
	add_port(w, "output", files->output);
	add_port(w, "errors", files->errors);
	if (m->debug_exit)
		option(w, "-device", "isa-debug-exit,iobase=0xf4,iosize=0x04");
	option(w, "-kernel", spec->vmlinuz);
	option(w, "-initrd", files->initramfs);
	option(w, "-append", command_line(w, m, spec));
	word(w, NULL);
}

/*
 * In the child: a session of its own, so that Ctrl-C at the terminal is ours to answer; it ends
 * with the thread that waits for it.
 */
static void become_qemu(const struct words *w, const char *messages)
{
	int in = open("/dev/null", O_RDONLY);
	int out = open(messages, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setsid();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (in >= 0)
		dup2(in, STDIN_FILENO);
	if (out >= 0) {
		dup2(out, STDOUT_FILENO);
		dup2(out, STDERR_FILENO);
	}
	execv(w->items[0], (char *const *)(uintptr_t)w->items);
	_exit(127);
}

/* A file that grows while it is read. */
struct tail {
	const char *path;
	void (*tell)(void *arg, const char *text, size_t len);
	int fd;
};

static void follow(struct tail *t, void *arg)
{
	char text[8192];
	ssize_t n;

	if (!t->tell)
		return;
	if (t->fd < 0)
		t->fd = open(t->path, O_RDONLY | O_CLOEXEC);
	while (t->fd >= 0 && (n = read(t->fd, text, sizeof(text))) > 0)
		t->tell(arg, text, (size_t)n);
}

static void nap(void)
{
	const struct timespec t = { .tv_nsec = (long)POLL_NS };

	nanosleep(&t, NULL);
}

static enum qemu_end wait_for(pid_t pid, uint64_t deadline, const struct guest_watch *watch,
			      struct tail tails[static 2], int *status)
{
	enum qemu_end end = QEMU_ENDED;

	while (!waitpid(pid, status, WNOHANG)) {
		for (size_t i = 0; i < 2; i++)
			follow(&tails[i], watch->arg);
		if (end == QEMU_ENDED && clock_now() >= deadline)
			end = QEMU_TIMED_OUT;
		else if (end == QEMU_ENDED && watch->stop && watch->stop(watch->arg))
			end = QEMU_STOPPED;
		if (end != QEMU_ENDED)
			kill(pid, SIGKILL);
		nap();
	}
	for (size_t i = 0; i < 2; i++) {
		follow(&tails[i], watch->arg);
		if (tails[i].fd >= 0)
			close(tails[i].fd);
	}
	return end;
}

enum qemu_end qemu_run(const struct qemu_machine *m, const char *program, bool kvm,
		       const struct guest_spec *spec, const struct qemu_files *files,
		       const struct guest_watch *watch, int *status, int *err)
{
	static const struct guest_watch nobody;
	const struct guest_watch *w = watch ? watch : &nobody;
	struct tail tails[2] = { { files->output, w->output, -1 },
				 { files->errors, w->errors, -1 } };
	uint64_t limit = spec->time_limit ? spec->time_limit : GUEST_TIME_LIMIT;
	struct words words = {};
	enum qemu_end end;
	pid_t pid;

	make_words(&words, m, program, kvm, spec, files);
	pid = fork();
	if (!pid)
		become_qemu(&words, files->messages);
	*err = pid < 0 ? -errno : 0;
	end = pid < 0 ? QEMU_NOT_STARTED : wait_for(pid, clock_now() + limit, w, tails, status);
	arena_free(&words.arena);
	return end;
}
