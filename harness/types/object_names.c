/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Names of UAPI values (linux/bpf.h). libbpf has the tables, in the spelling of bpftool. */
#include "types/object_file.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <strings.h>

#define PREFIX "BPF_PROG_TYPE_"

/* "type 77": a kernel newer than libbpf. Small numbers only: what is larger is damage. */
static const char *unknown_type(uint32_t type)
{
	static _Thread_local char text[32];

	snprintf(text, sizeof(text), "type %u", type);
	return text;
}

const char *prog_type_name(uint32_t type)
{
	const char *name =
		type <= INT32_MAX ? libbpf_bpf_prog_type_str((enum bpf_prog_type)type) : NULL;

	return name ? name : unknown_type(type);
}

const char *map_type_name(uint32_t type)
{
	const char *name =
		type <= INT32_MAX ? libbpf_bpf_map_type_str((enum bpf_map_type)type) : NULL;

	return name ? name : unknown_type(type);
}

int prog_type_parse(const char *name, uint32_t *type)
{
	const char *known;

	if (!strncmp(name, PREFIX, strlen(PREFIX)))
		name += strlen(PREFIX);
	if (!strcmp(name, "tc")) {
		*type = BPF_PROG_TYPE_SCHED_CLS;
		return 0;
	}
	for (uint32_t i = 1; (known = libbpf_bpf_prog_type_str((enum bpf_prog_type)i)); i++)
		if (!strcasecmp(name, known)) {
			*type = i;
			return 0;
		}
	return -EINVAL;
}
