/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/environment.h"

#include "base/text.h"
#include "types/libbpf_log.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

/* The first that is there, without the line's end; false: none is. */
static bool read_line(const char *path, char *line, size_t size)
{
	FILE *f = fopen(path, "re");
	bool ok = f && fgets(line, (int)size, f);

	if (f)
		fclose(f);
	if (ok)
		line[strcspn(line, "\n")] = '\0';
	return ok;
}

static int read_number(const char *path)
{
	char line[32];
	uint64_t value;

	if (!read_line(path, line, sizeof(line)) || number_parse(line, strlen(line), &value) ||
	    value > INT_MAX)
		return -1;
	return (int)value;
}

/* PRETTY_NAME="Debian GNU/Linux 12 (bookworm)", as os-release(5) says; quotes are optional. */
static const char *os_name(struct arena *arena)
{
	static const char key[] = "PRETTY_NAME=";
	FILE *f = fopen("/etc/os-release", "re");
	const char *name = NULL;
	char line[256];

	if (!f)
		f = fopen("/usr/lib/os-release", "re");
	while (f && !name && fgets(line, sizeof(line), f)) {
		const char *value = line + strlen(key);

		if (strncmp(line, key, strlen(key)) != 0)
			continue;
		value += *value == '"' || *value == '\'';
		name = arena_strndup(arena, value, strcspn(value, "\"'\n"));
	}
	if (f)
		fclose(f);
	return name;
}

/* "none [integrity] confidentiality": the one in brackets. */
static const char *lockdown(struct arena *arena)
{
	char line[128], *from;

	if (!read_line("/sys/kernel/security/lockdown", line, sizeof(line)))
		return NULL;
	from = strchr(line, '[');
	return from ? arena_strndup(arena, from + 1, strcspn(from + 1, "]")) : NULL;
}

void environment_read(struct run_environment *e, struct arena *arena)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	*e = (struct run_environment){
		.os = os_name(arena),
		.libbpf = libbpf_loaded_version(),
		.cpus = cpus > 0 ? (unsigned int)cpus : 1,
		.jit = read_number("/proc/sys/net/core/bpf_jit_enable"),
		.jit_harden = read_number("/proc/sys/net/core/bpf_jit_harden"),
		.lockdown = lockdown(arena),
	};
}
