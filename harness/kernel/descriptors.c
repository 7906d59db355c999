/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel/descriptors.h"

#include "kernel/test_run.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

/* BTF, the namespace, tape, events and captures of a scenario. */
#define OTHERS 24
/* What one step takes at most, about. */
#define SPARE 12
/* With more nobody needs to count. */
#define MANY 65536

void descriptors_raise(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	/* What is found out once per process must not fail for this reason later. */
	if (limit.rlim_max < MANY)
		test_run_limits();
}

bool descriptors_lacking(int err)
{
	return err == -EMFILE || err == -ENFILE;
}

bool descriptors_spare(void)
{
	int fds[SPARE], n = 0;

	if (descriptors_allowed() >= MANY)
		return true;
	while (n < SPARE && (fds[n] = fcntl(0, F_DUPFD_CLOEXEC, 0)) >= 0)
		n++;
	for (int i = 0; i < n; i++)
		close(fds[i]);
	return n == SPARE || errno != EMFILE;
}

uint64_t descriptors_allowed(void)
{
	struct rlimit limit = {};

	getrlimit(RLIMIT_NOFILE, &limit);
	return limit.rlim_cur;
}

/* libbpf has one for each map, and the instance another. */
size_t descriptors_needed(size_t maps, size_t programs)
{
	return OTHERS + 2 * maps + programs;
}
