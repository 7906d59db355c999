/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel/privilege.h"

#include <linux/capability.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NEEDED "CAP_SYS_ADMIN (namespaces, BPF) and CAP_NET_ADMIN (XDP and tc programs, devices)"

static const struct privilege {
	const char *name;
	unsigned int cap;
} privileges[] = {
	{ "CAP_SYS_ADMIN", CAP_SYS_ADMIN },
	{ "CAP_NET_ADMIN", CAP_NET_ADMIN },
};

static uint64_t capabilities(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (syscall(SYS_capget, &head, data))
		return 0;
	return (uint64_t)data[1].effective << 32 | data[0].effective;
}

char *privileges_missing(void)
{
	uint64_t have = capabilities();
	size_t len, n = 0;
	char *text;
	FILE *out = xmemstream(&text, &len);

	for (size_t i = 0; i < ARRAY_SIZE(privileges); i++) {
		if (have >> privileges[i].cap & 1)
			continue;
		fprintf(out, "%s%s", n++ ? ", " : "", privileges[i].name);
	}
	fclose(out);
	if (n)
		return text;
	free(text);
	return NULL;
}

/* As docker, podman and systemd-nspawn mark theirs. */
static bool in_container(void)
{
	return !access("/.dockerenv", F_OK) || !access("/run/.containerenv", F_OK) ||
	       getenv("container");
}

/* The first row of a user_namespaces(7) map, its columns a blank apart. */
static void read_row(FILE *f, char *row, size_t room)
{
	size_t n = 0;
	int c;

	while ((c = fgetc(f)) != EOF && c != '\n' && n + 1 < room) {
		if (c == ' ' && (!n || row[n - 1] == ' '))
			continue;
		row[n++] = (char)c;
	}
	row[n] = '\0';
}

bool privileges_are_real(void)
{
	FILE *f = fopen("/proc/self/uid_map", "re");
	char row[64];

	if (!f) /* a kernel without user namespaces */
		return true;
	read_row(f, row, sizeof(row));
	fclose(f);
	/* All ids as they are: what only the first namespace has, but for one that maps them so. */
	return !strcmp(row, "0 0 4294967295");
}

char *privileges_advice(void)
{
	char *missing = privileges_missing(), *text;

	if (!privileges_are_real())
		text = xasprintf("running programs needs " NEEDED
				 " of the machine: those of a user namespace, as in a rootless "
				 "container or after 'unshare -r', do not count for BPF; use sudo, "
				 "or start the container as root");
	else if (!geteuid() || in_container())
		text = xasprintf("running programs needs " NEEDED
				 "; missing here, as in a container: %s: start it as root with "
				 "--cap-add SYS_ADMIN --cap-add NET_ADMIN --security-opt "
				 "apparmor=unconfined, or with --privileged (docker and podman)",
				 missing ? missing : "none");
	else
		text = xasprintf("running programs needs root, or " NEEDED
				 "; missing here: %s: use sudo",
				 missing ? missing : "none");
	free(missing);
	return text;
}
