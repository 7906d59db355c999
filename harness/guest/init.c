/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Process 1 of a guest: makes the machine ready, runs one command, says on the result port how it
 * ended, sends what it left, and switches off. A static program of its own, embedded in verdict,
 * with nothing in it but the C library; protocol.h is all it shares with the host.
 *
 * Whatever goes wrong here is said on the console, and never keeps the exit record from being
 * written: without that record the host takes the run for a crash.
 */
#include "guest/protocol.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#if defined(__x86_64__) || defined(__i386__)
#include <sys/io.h>
#endif

#define SETTINGS_MAX (1 << 20)	/* bytes of GUEST_SETTINGS */
#define WORDS_MAX    4096	/* arguments, variables, paths: the host's are far fewer */
#define CHUNK	     (48 << 10) /* bytes of a file in one record */

struct words {
	char *items[WORDS_MAX + 1]; /* NULL-terminated */
	size_t n;
};

static const char *program;
static struct words argv, environment, sent;
static int ports[N_GUEST_PORTS] = { -1, -1, -1 };
static unsigned int time_limit; /* s of uptime; 0: none */
static unsigned int modules_failed;

static void complain(const char *what, const char *about)
{
	dprintf(STDERR_FILENO, "init: %s %s: %s\n", what, about, strerror(errno));
}

static uint64_t uptime_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Write @text to an existing file, as echo would. */
static int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return written ? 0 : -1;
}

static void mount_all(void)
{
	static const struct {
		const char *type, *where;
		bool optional; /* not in every kernel, and verdict does without */
	} mounts[] = {
		{ "proc", "/proc", false },
		{ "sysfs", "/sys", false },
		{ "devtmpfs", "/dev", false },
		{ "bpf", "/sys/fs/bpf", true },
		{ "tracefs", "/sys/kernel/tracing", true },
		{ "tmpfs", "/dev/shm", true },
	};

	for (size_t i = 0; i < sizeof(mounts) / sizeof(*mounts); i++) {
		mkdir(mounts[i].where, 0755);
		if (mount(mounts[i].type, mounts[i].where, mounts[i].type, 0, NULL) &&
		    errno != EBUSY && !mounts[i].optional)
			complain("cannot mount", mounts[i].where);
	}
}

static void open_console(void)
{
	int fd = open("/dev/console", O_RDWR);

	for (int i = 0; fd >= 0 && i < 3; i++)
		dup2(fd, i);
	if (fd > 2)
		close(fd);
}

static void load_module(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST)) {
		complain("cannot load module", path);
		modules_failed++;
	}
	if (fd >= 0)
		close(fd);
}

/* PATH=VALUE. */
static void set_sysctl(char *setting)
{
	char path[PATH_MAX];
	char *value = strchr(setting, '=');

	if (!value)
		return;
	*value++ = 0;
	snprintf(path, sizeof(path), "/proc/sys/%s", setting);
	if (write_text(path, value))
		complain("cannot set", setting);
}

/* A port carries bytes as they are: no echo, and a line feed is no carriage return. */
static void open_port(enum guest_port port, const char *path)
{
	struct termios t;
	int fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);

	if (fd < 0) {
		complain("cannot open port", path);
		return;
	}
	if (!tcgetattr(fd, &t)) {
		cfmakeraw(&t);
		cfsetspeed(&t, B115200);
		tcsetattr(fd, TCSANOW, &t);
	}
	ports[port] = fd;
}

static void push(struct words *w, char *word)
{
	if (w->n < WORDS_MAX)
		w->items[w->n++] = word;
}

static void set_working_folder(const char *path)
{
	if (chdir(path))
		complain("cannot enter", path);
}

/* One setting: KEY=VALUE, as protocol.h lists them. Done at once, in the order of the file. */
static void apply(char *setting)
{
	static const char *const port_keys[N_GUEST_PORTS] = GUEST_PORT_KEYS;
	char *value = strchr(setting, '=');

	if (!value)
		return;
	*value++ = 0;
	for (size_t i = 0; i < N_GUEST_PORTS; i++)
		if (!strcmp(setting, port_keys[i]))
			open_port((enum guest_port)i, value);
	if (!strcmp(setting, "module"))
		load_module(value);
	else if (!strcmp(setting, "sysctl"))
		set_sysctl(value);
	else if (!strcmp(setting, "limit"))
		time_limit = (unsigned int)strtoul(value, NULL, 10);
	else if (!strcmp(setting, "folder"))
		set_working_folder(value);
	else if (!strcmp(setting, "environment"))
		push(&environment, value);
	else if (!strcmp(setting, "send"))
		push(&sent, value);
	else if (!strcmp(setting, "program"))
		program = value;
	else if (!strcmp(setting, "argument"))
		push(&argv, value);
}

/* The files are read whole: their words stay in use until the end. */
static void read_settings(const char *path)
{
	char *text = malloc(SETTINGS_MAX + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t got = 0;

	while (text && fd >= 0 && len < SETTINGS_MAX &&
	       (got = read(fd, text + len, SETTINGS_MAX - len)) > 0)
		len += (size_t)got;
	if (!text || fd < 0 || got < 0) {
		complain("cannot read", path);
		free(text);
		return;
	}
	close(fd);
	text[len] = 0;
	for (char *p = text, *next; p < text + len; p = next) {
		next = p + strlen(p) + 1;
		apply(p);
	}
}

static void bring_up_loopback(void)
{
	struct ifreq r = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &r)) {
		complain("cannot find", "lo");
	} else {
		r.ifr_flags |= IFF_UP;
		if (ioctl(fd, SIOCSIFFLAGS, &r))
			complain("cannot bring up", "lo");
	}
	if (fd >= 0)
		close(fd);
}

/* All of it, whatever the port takes at a time. */
static void write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		data += n;
		len -= (size_t)n;
	}
}

static bool at_line_start = true; /* of the result port */

static void write_result(const char *data, size_t len)
{
	if (ports[GUEST_PORT_RESULTS] < 0 || !len)
		return;
	write_all(ports[GUEST_PORT_RESULTS], data, len);
	at_line_start = data[len - 1] == '\n';
}

/* A record of init's own; a line that the command did not finish is ended first. */
static void write_record(const char *record)
{
	if (!at_line_start)
		write_result("\n", 1);
	write_result(record, strlen(record));
}

static void say_hello(uint64_t began, uint64_t ready)
{
	char record[256];

	snprintf(record, sizeof(record),
		 "{\"record\":\"guest\",\"protocol\":%d,\"booted_ns\":%llu,\"ready_ns\":%llu,"
		 "\"modules_failed\":%u}\n",
		 GUEST_PROTOCOL, (unsigned long long)began, (unsigned long long)ready,
		 modules_failed);
	write_record(record);
}

/* In the child: the command, with the ports as its output. */
static void run_command(int result_fd)
{
	if (ports[GUEST_PORT_OUTPUT] >= 0)
		dup2(ports[GUEST_PORT_OUTPUT], STDOUT_FILENO);
	if (ports[GUEST_PORT_ERRORS] >= 0)
		dup2(ports[GUEST_PORT_ERRORS], STDERR_FILENO);
	if (result_fd == GUEST_RESULT_FD)
		fcntl(result_fd, F_SETFD, 0);
	else
		dup2(result_fd, GUEST_RESULT_FD);
	setsid();
	execve(program, argv.items, environment.items);
	complain("cannot run", program);
	_exit(127);
}

struct ending {
	int status; /* as wait() has it */
	bool timed_out;
};

/* Hand on what comes through the pipe until it is closed, or @deadline (ns of uptime; 0: none). */
static bool pump(int from, uint64_t deadline)
{
	char data[16384];
	ssize_t n;

	for (;;) {
		struct pollfd p = { .fd = from, .events = POLLIN };
		uint64_t now = uptime_ns();
		int wait = -1;

		if (deadline && now >= deadline)
			return false;
		if (deadline)
			wait = (int)((deadline - now) / 1000000 + 1);
		if (poll(&p, 1, wait) <= 0)
			continue;
		n = read(from, data, sizeof(data));
		if (n == 0 || (n < 0 && errno != EINTR))
			return true;
		if (n > 0)
			write_result(data, (size_t)n);
	}
}

/* The command holds the pipe as long as it lives, unless it closes it: then it is waited for. */
static struct ending run_and_wait(void)
{
	uint64_t deadline = time_limit * (uint64_t)1000000000;
	struct ending ending = {};
	int fds[2];
	pid_t pid, ended;

	if (!program || pipe2(fds, O_CLOEXEC)) {
		complain("no command to run in", GUEST_RUN_SETTINGS);
		return (struct ending){ .status = 127 << 8 };
	}
	pid = fork();
	if (!pid)
		run_command(fds[1]);
	close(fds[1]);
	if (!pump(fds[0], deadline)) {
		ending.timed_out = true;
		kill(-pid, SIGKILL);
	}
	do {
		ended = wait(&ending.status);
	} while (ended != pid && (ended >= 0 || errno == EINTR));
	close(fds[0]);
	return ending;
}

/* RFC 4648, section 4. Returns the length; @out has room for 4 * (len + 2) / 3. */
static size_t encode_base64(const unsigned char *in, size_t len, char *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789+/";
	size_t n = 0;

	for (size_t i = 0; i < len; i += 3) {
		size_t left = len - i;
		uint32_t three = (uint32_t)in[i] << 16 | (left > 1 ? (uint32_t)in[i + 1] << 8 : 0) |
				 (left > 2 ? (uint32_t)in[i + 2] : 0);

		out[n++] = digits[three >> 18];
		out[n++] = digits[three >> 12 & 63];
		out[n++] = left > 1 ? digits[three >> 6 & 63] : '=';
		out[n++] = left > 2 ? digits[three & 63] : '=';
	}
	return n;
}

/* Names of files are any bytes: in base64 as their contents are. */
static void send_chunk(const char *path, uint64_t size, uint64_t offset, const unsigned char *data,
		       size_t len)
{
	static char record[4 * (CHUNK + PATH_MAX) / 3 + 256];
	size_t n = (size_t)sprintf(record, "{\"record\":\"file\",\"path\":\"");

	n += encode_base64((const unsigned char *)path, strlen(path), record + n);
	n += (size_t)sprintf(record + n, "\",\"size\":%llu,\"offset\":%llu,\"data\":\"",
			     (unsigned long long)size, (unsigned long long)offset);
	n += encode_base64(data, len, record + n);
	sprintf(record + n, "\"}\n");
	write_record(record);
}

static void send_file(const char *path, const struct stat *st)
{
	static unsigned char data[CHUNK];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	uint64_t offset = 0;
	ssize_t n;

	if (fd < 0) {
		complain("cannot read", path);
		return;
	}
	do {
		n = read(fd, data, sizeof(data));
		if (n > 0 || !offset)
			send_chunk(path, (uint64_t)st->st_size, offset, data,
				   n > 0 ? (size_t)n : 0);
		offset += n > 0 ? (uint64_t)n : 0;
	} while (n > 0);
	close(fd);
}

/* A file, or all files below a folder. What is not there was not made: nothing to send. */
static void send_path(const char *path)
{
	char below[PATH_MAX];
	struct dirent *e;
	struct stat st;
	DIR *dir;

	if (lstat(path, &st))
		return;
	if (S_ISREG(st.st_mode)) {
		send_file(path, &st);
		return;
	}
	dir = S_ISDIR(st.st_mode) ? opendir(path) : NULL;
	while (dir && (e = readdir(dir))) {
		int len = snprintf(below, sizeof(below), "%s/%s", path, e->d_name);

		if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..") && len < PATH_MAX)
			send_path(below);
	}
	if (dir)
		closedir(dir);
}

static void say_goodbye(const struct ending *ending, uint64_t ran_ns)
{
	bool killed = WIFSIGNALED(ending->status);
	char record[256];

	snprintf(
		record, sizeof(record),
		"{\"record\":\"exit\",\"status\":%d,\"signal\":%d,\"timed_out\":%s,\"ran_ns\":%llu}\n",
		killed ? 0 : WEXITSTATUS(ending->status), killed ? WTERMSIG(ending->status) : 0,
		ending->timed_out ? "true" : "false", (unsigned long long)ran_ns);
	write_record(record);
}

static void switch_off(bool passed)
{
	for (int i = 0; i < N_GUEST_PORTS; i++)
		if (ports[i] >= 0)
			tcdrain(ports[i]);
	sync();
#if defined(__x86_64__) || defined(__i386__)
	/* isa-debug-exit: QEMU's status becomes (value << 1) | 1. Only ever a cross-check. */
	if (!ioperm(GUEST_DEBUG_EXIT_PORT, 1, 1))
		outb(passed ? GUEST_EXIT_PASSED : GUEST_EXIT_FAILED, GUEST_DEBUG_EXIT_PORT);
#endif
	(void)passed;
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

int main(void)
{
	uint64_t began = uptime_ns(), ready;
	struct ending ending;

	mount_all();
	open_console();
	read_settings(GUEST_BASE_SETTINGS);
	bring_up_loopback();
	read_settings(GUEST_RUN_SETTINGS);
	ready = uptime_ns();
	say_hello(began, ready);
	ending = run_and_wait();
	for (size_t i = 0; i < sent.n; i++)
		send_path(sent.items[i]);
	say_goodbye(&ending, uptime_ns() - ready);
	switch_off(!ending.status);
}
