/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel/descriptors.h"

#include <sys/resource.h>

/* BTF, the namespace, tape, events and captures of a scenario. */
#define OTHERS 24

void descriptors_raise(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur == limit.rlim_max)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

uint64_t descriptors_allowed(void)
{
	struct rlimit limit = {};

	getrlimit(RLIMIT_NOFILE, &limit);
	return limit.rlim_cur;
}

/* libbpf has one for each map, and the instance another. */
size_t descriptors_needed(const struct instance_object objects[], size_t n)
{
	size_t needed = OTHERS;

	for (size_t i = 0; i < n; i++)
		needed += 2 * objects[i].file->n_maps + objects[i].file->n_programs;
	return needed;
}
