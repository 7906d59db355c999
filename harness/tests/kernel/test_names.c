/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Names of verdicts and errors, against the numbers of the UAPI. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/errno_names.h"
#include "base/mem.h"
#include "base/verdict_names.h"

#include <errno.h>
#include <linux/bpf.h>

#define XDP BPF_PROG_TYPE_XDP
#define TC  BPF_PROG_TYPE_SCHED_CLS

static int parse(uint32_t type, const char *text)
{
	int32_t v = 12345;

	return verdict_parse(type, text, strlen(text), &v) ? 54321 : v;
}

static void verdicts(void **state)
{
	size_t n;
	(void)state;

	assert_int_equal(parse(XDP, "XDP_ABORTED"), 0);
	assert_int_equal(parse(XDP, "XDP_REDIRECT"), 4);
	assert_int_equal(parse(TC, "TC_ACT_UNSPEC"), -1);
	assert_int_equal(parse(TC, "TC_ACT_SHOT"), 2);
	assert_int_equal(parse(BPF_PROG_TYPE_SCHED_ACT, "TC_ACT_TRAP"), 8);
	assert_int_equal(parse(TC, "TCX_DROP"), 2);
	assert_int_equal(parse(TC, "TCX_NEXT"), -1);
	assert_int_equal(parse(TC, "XDP_DROP"), 54321);
	assert_int_equal(parse(XDP, "TC_ACT_OK"), 54321);
	assert_int_equal(parse(TC, "tc_act_ok"), 54321);
	assert_int_equal(parse(TC, "77"), 77);
	assert_int_equal(parse(TC, "-1"), -1);
	assert_int_equal(parse(TC, "0xffffffff"), -1);
	assert_int_equal(parse(TC, "4294967295"), -1);
	assert_int_equal(parse(TC, "4294967296"), 54321);
	assert_int_equal(parse(TC, "-2147483649"), 54321);
	assert_int_equal(parse(TC, ""), 54321);
	assert_string_equal(verdict_name(TC, 2), "TC_ACT_SHOT");
	assert_string_equal(verdict_name(TC, -1), "TC_ACT_UNSPEC");
	assert_string_equal(verdict_name(XDP, 1), "XDP_DROP");
	assert_null(verdict_name(XDP, 9));
	assert_null(verdict_names(BPF_PROG_TYPE_KPROBE, &n));
	assert_int_equal(n, 0);
}

static void printed(void **state)
{
	static const struct {
		uint32_t type;
		int32_t verdict;
		const char *text;
	} rows[] = { { XDP, 3, "XDP_TX" },
		     { TC, 7, "TC_ACT_REDIRECT" },
		     { TC, -5, "-5" },
		     { XDP, 55, "55" } };
	size_t len;
	char *text;
	FILE *out;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		out = xmemstream(&text, &len);
		verdict_print(out, rows[i].type, rows[i].verdict);
		fclose(out);
		assert_string_equal(text, rows[i].text);
		free(text);
	}
}

static void errors(void **state)
{
	const struct errno_entry *e;
	size_t n;
	(void)state;

	assert_int_equal(errno_parse("EINVAL", 6), EINVAL);
	assert_int_equal(errno_parse("ENOTSUPP", 8), 524);
	assert_int_equal(errno_parse("ENOTSUP", 7), ENOTSUP);
	assert_int_equal(errno_parse("EWOULDBLOCK", 11), EAGAIN);
	assert_int_equal(errno_parse("EFOO", 4), -EINVAL);
	assert_string_equal(errno_name(-EINVAL), "EINVAL");
	assert_string_equal(errno_name(EAGAIN), "EAGAIN");
	assert_string_equal(errno_name(-EOPNOTSUPP), "EOPNOTSUPP");
	assert_string_equal(errno_name(524), "ENOTSUPP");
	assert_string_equal(errno_name(4711), "errno 4711");
	assert_string_equal(errno_text(-524), "Operation is not supported");
	e = errno_entries(&n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(errno_parse(e[i].name, strlen(e[i].name)), e[i].number);
}

/* glibc's own list, number by number. */
static void as_libc_knows_them(void **state)
{
	(void)state;
	for (int i = 1; i < 134; i++) {
		if (strerrorname_np(i))
			assert_int_equal(errno_parse(errno_name(i), strlen(errno_name(i))), i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts),
		cmocka_unit_test(printed),
		cmocka_unit_test(errors),
		cmocka_unit_test(as_libc_knows_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
