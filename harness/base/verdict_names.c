/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/verdict_names.h"

#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#define NAMED(v)                         \
	{                                \
		.name = #v, .value = (v) \
	}

static const struct verdict_name xdp_names[] = {
	NAMED(XDP_ABORTED), NAMED(XDP_DROP), NAMED(XDP_PASS), NAMED(XDP_TX), NAMED(XDP_REDIRECT),
};

static const struct verdict_name tc_names[] = {
	NAMED(TC_ACT_UNSPEC),
	NAMED(TC_ACT_OK),
	NAMED(TC_ACT_RECLASSIFY),
	NAMED(TC_ACT_SHOT),
	NAMED(TC_ACT_PIPE),
	NAMED(TC_ACT_STOLEN),
	NAMED(TC_ACT_QUEUED),
	NAMED(TC_ACT_REPEAT),
	NAMED(TC_ACT_REDIRECT),
	NAMED(TC_ACT_TRAP),
	/* The same numbers as programs on tcx hooks call them (enum tcx_action_base, Linux 6.6). */
	{ .name = "TCX_NEXT", .value = TC_ACT_UNSPEC },
	{ .name = "TCX_PASS", .value = TC_ACT_OK },
	{ .name = "TCX_DROP", .value = TC_ACT_SHOT },
	{ .name = "TCX_REDIRECT", .value = TC_ACT_REDIRECT },
};

const struct verdict_name *verdict_names(uint32_t prog_type, size_t *n)
{
	if (prog_type == BPF_PROG_TYPE_XDP) {
		*n = ARRAY_SIZE(xdp_names);
		return xdp_names;
	}
	if (prog_type == BPF_PROG_TYPE_SCHED_CLS || prog_type == BPF_PROG_TYPE_SCHED_ACT) {
		*n = ARRAY_SIZE(tc_names);
		return tc_names;
	}
	*n = 0;
	return NULL;
}

const char *verdict_name(uint32_t prog_type, int32_t verdict)
{
	const struct verdict_name *names;
	size_t n;

	names = verdict_names(prog_type, &n);
	for (size_t i = 0; i < n; i++) {
		if (names[i].value == verdict)
			return names[i].name;
	}
	return NULL;
}

void verdict_print(FILE *out, uint32_t prog_type, int32_t verdict)
{
	const char *name = verdict_name(prog_type, verdict);

	if (name)
		fputs(name, out);
	else
		fprintf(out, "%" PRId32, verdict);
}

int verdict_parse(uint32_t prog_type, const char *s, size_t len, int32_t *verdict)
{
	const struct verdict_name *names;
	int64_t number;
	size_t n;

	names = verdict_names(prog_type, &n);
	for (size_t i = 0; i < n; i++) {
		if (text_is(s, len, names[i].name)) {
			*verdict = names[i].value;
			return 0;
		}
	}
	if (number_parse_signed(s, len, &number) || number < INT32_MIN || number > UINT32_MAX)
		return -EINVAL;
	*verdict = (int32_t)(uint32_t)number;
	return 0;
}
