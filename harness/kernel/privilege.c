/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel/privilege.h"

#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* CAP_BPF and CAP_PERFMON were parts of CAP_SYS_ADMIN before Linux 5.8, and still come with it. */
static const struct privilege {
	const char *name;
	unsigned int cap;
	bool with_admin;
} privileges[] = {
	{ "CAP_SYS_ADMIN", CAP_SYS_ADMIN, false }, /* namespaces, ids of programs and maps */
	{ "CAP_NET_ADMIN", CAP_NET_ADMIN, false }, /* XDP and tc programs, devices */
	{ "CAP_BPF", CAP_BPF, true },
	{ "CAP_PERFMON", CAP_PERFMON, true }, /* what tracing-like helpers and pointers need */
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
	bool admin = have >> CAP_SYS_ADMIN & 1;
	size_t len, n = 0;
	char *text;
	FILE *out = xmemstream(&text, &len);

	for (size_t i = 0; i < ARRAY_SIZE(privileges); i++) {
		if (have >> privileges[i].cap & 1 || (privileges[i].with_admin && admin))
			continue;
		fprintf(out, "%s%s", n++ ? ", " : "", privileges[i].name);
	}
	fclose(out);
	if (n)
		return text;
	free(text);
	return NULL;
}
