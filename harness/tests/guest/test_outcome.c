/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What became of a guest, from recorded consoles and result ports. */
#include "base/diag.h"
#include "base/file.h"
#include "guest/outcome.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define HELLO \
	"{\"record\":\"guest\",\"protocol\":1,\"booted_ns\":7,\"ready_ns\":9,\"modules_failed\":0}\n"
#define RUN(n)	 "{\"record\":\"run\",\"verdict_result\":1,\"scenarios\":" #n "}\n"
#define SCENARIO "{\"record\":\"scenario\",\"id\":\"a.yaml\",\"outcome\":\"pass\"}\n"
#define SUMMARY(passed, failed, status)                                                        \
	"{\"record\":\"summary\",\"passed\":" #passed ",\"failed\":" #failed ",\"skipped\":0," \
	"\"xfailed\":0,\"errors\":0,\"stopped\":false,\"status\":" #status "}\n"
#define EXIT(status, signal, timed_out)                                   \
	"{\"record\":\"exit\",\"status\":" #status ",\"signal\":" #signal \
	",\"timed_out\":" #timed_out ",\"ran_ns\":5}\n"

/* As a 6.1 kernel has it. */
#define BOOT   "[    0.000000] Linux version 6.1.0\r\n"
#define BEGINS "[    2.900000] verdict: scenario begins: s/b.yaml[one]\r\n"
#define ENDED  "[    3.000000] verdict: scenario ended: s/b.yaml[one]\r\n"
#define PANIC                                                                  \
	"[    3.100000] Kernel panic - not syncing: sysrq triggered crash\r\n" \
	"[    3.100000] CPU: 0 PID: 1 Comm: init Not tainted 6.1.0 #1\r\n"
#define WARNS                                                     \
	"[    2.950000] ------------[ cut here ]------------\r\n" \
	"[    2.950000] WARNING: CPU: 0 PID: 60 at net/core/dev.c:1 f+0x1/0x2\r\n"

static char folder[] = "/tmp/verdict-test-XXXXXX";

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	folder_remove(folder);
	return 0;
}

static const struct {
	const char *port, *console;
	enum qemu_end end;
	enum guest_verdict verdict;
	const char *reason; /* part of it */
} cases[] = {
	{ HELLO RUN(1) SCENARIO SUMMARY(1, 0, 0) EXIT(0, 0, false), BOOT BEGINS ENDED, QEMU_ENDED,
	  GUEST_PASS, NULL },
	{ HELLO RUN(1) SCENARIO SUMMARY(0, 1, 1) EXIT(1, 0, false), BOOT, QEMU_ENDED, GUEST_FAIL,
	  "status 1" },
	/* QEMU was killed after all was said: what was said counts. */
	{ HELLO RUN(1) SCENARIO SUMMARY(1, 0, 0) EXIT(0, 0, false), BOOT, QEMU_TIMED_OUT,
	  GUEST_PASS, NULL },
	{ HELLO RUN(1) EXIT(0, 11, false), BOOT BEGINS, QEMU_ENDED, GUEST_CRASH, "SIGSEGV" },
	{ HELLO RUN(2) SCENARIO, BOOT BEGINS PANIC, QEMU_ENDED, GUEST_CRASH,
	  "sysrq triggered crash" },
	{ HELLO RUN(2) SCENARIO, BOOT, QEMU_ENDED, GUEST_CRASH, "without a word" },
	{ HELLO RUN(2) SCENARIO, BOOT BEGINS, QEMU_TIMED_OUT, GUEST_HANG, "time limit" },
	{ HELLO RUN(2) SCENARIO EXIT(0, 9, true), BOOT, QEMU_ENDED, GUEST_HANG, "time limit" },
	{ HELLO RUN(1) SCENARIO SUMMARY(1, 0, 0) EXIT(0, 0, false), BOOT BEGINS WARNS ENDED,
	  QEMU_ENDED, GUEST_SPLAT, "WARNING: CPU: 0 PID: 60" },
	{ HELLO RUN(2) SCENARIO EXIT(0, 0, false), BOOT, QEMU_ENDED, GUEST_TRUNCATED,
	  "summary is missing" },
	{ HELLO EXIT(0, 0, false), BOOT, QEMU_ENDED, GUEST_TRUNCATED, "no results" },
	{ HELLO RUN(2) SCENARIO SUMMARY(1, 0, 0) EXIT(0, 0, false), BOOT, QEMU_ENDED,
	  GUEST_TRUNCATED, "2 scenarios were to run, 1 did" },
	{ HELLO RUN(2) SCENARIO SUMMARY(2, 0, 0) EXIT(0, 0, false), BOOT, QEMU_ENDED,
	  GUEST_TRUNCATED, "1 scenarios are in the results, 2 in their summary" },
	{ HELLO RUN(1) SCENARIO "{\"record\":\"scen" SUMMARY(1, 0, 0) EXIT(0, 0, false), BOOT,
	  QEMU_ENDED, GUEST_TRUNCATED, "1 lines of the results are no records" },
	{ HELLO RUN(1) SCENARIO SUMMARY(0, 1, 1) EXIT(0, 0, false), BOOT, QEMU_ENDED,
	  GUEST_TRUNCATED, "status 0, where the results say 1" },
	/* It could not begin, and said so: bad options. */
	{ HELLO EXIT(2, 0, false), BOOT, QEMU_ENDED, GUEST_FAIL, "status 2" },
	{ "", BOOT PANIC, QEMU_ENDED, GUEST_BOOT_FAIL, "panicked before anything ran" },
	{ "", BOOT, QEMU_TIMED_OUT, GUEST_BOOT_FAIL, "while it booted" },
	{ "", "", QEMU_TIMED_OUT, GUEST_BOOT_FAIL, "had not said a word" },
	{ "", "", QEMU_ENDED, GUEST_BOOT_FAIL, "before the kernel said a word" },
	{ HELLO RUN(2) SCENARIO, BOOT, QEMU_STOPPED, GUEST_CRASH, "interrupted" },
};

static char *write_port(const char *text)
{
	char *path = xasprintf("%s/port", folder);
	FILE *out = fopen(path, "we");

	assert_non_null(out);
	fputs(text, out);
	fclose(out);
	return path;
}

static void read_port(const char *text, const char *const *sent, size_t n, FILE *own,
		      struct guest_records *records)
{
	char *path = write_port(text), *files = xasprintf("%s/files", folder);

	assert_int_equal(records_read(path, own, files, sent, n, records), 0);
	free(path);
	free(files);
}

static void test_verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		FILE *dropped = fopen("/dev/null", "we");
		struct guest_records records;
		struct console_reading console;
		struct guest_evidence e = { cases[i].end, &records, &console, true };
		struct arena a = {};
		const char *reason;
		enum guest_verdict v;

		read_port(cases[i].port, NULL, 0, dropped, &records);
		console_read(cases[i].console, strlen(cases[i].console), &console);
		v = guest_classify(&e, &a, &reason);
		if (v != cases[i].verdict || !reason != !cases[i].reason ||
		    (reason && !strstr(reason, cases[i].reason)))
			fail_msg("case %zu: %s: %s", i, guest_verdict_name(v), reason);
		fclose(dropped);
		console_free(&console);
		records_free(&records);
		arena_free(&a);
	}
}

static void assert_running(const char *text, const char *running)
{
	struct console_reading c;

	console_read(text, strlen(text), &c);
	if (running)
		assert_string_equal(c.running, running);
	else
		assert_null(c.running);
	console_free(&c);
}

static void test_running(void **state)
{
	(void)state;
	assert_running(BOOT, NULL);
	assert_running(BOOT BEGINS, "s/b.yaml[one]");
	assert_running(BOOT BEGINS ENDED, NULL);
	/* Whose splat it is does not change with what runs afterwards. */
	assert_running(BOOT BEGINS WARNS ENDED "[    4.0] verdict: scenario begins: s/c.yaml\n",
		       "s/b.yaml[one]");
	assert_running(BOOT BEGINS ENDED PANIC, NULL);
	/* With the caller's number, and a name that looks like trouble. */
	assert_running("[    1.0][    T1] verdict: scenario begins: BUG: x.yaml\n", "BUG: x.yaml");
}

static void test_splats(void **state)
{
	static const char *const splats[] = {
		"[    1.0] BUG: KASAN: use-after-free in f+0x1/0x2\n",
		"[    1.0] BUG: kernel NULL pointer dereference, address: 0000000000000000\n",
		"[    1.0] kernel BUG at net/core/skbuff.c:1!\n",
		"[    1.0] WARNING: possible circular locking dependency detected\n",
		"[    1.0] watchdog: BUG: soft lockup - CPU#0 stuck for 3s! [verdict:60]\n",
		"[    1.0] UBSAN: array-index-out-of-bounds in net/a.c:1:2\n",
		"[    1.0] INFO: task verdict:60 blocked for more than 120 seconds.\n",
		"[    1.0] Unable to handle kernel paging request at virtual address 0\n",
		"[    1.0] general protection fault, probably for non-canonical address\n",
	};
	static const char *const harmless[] = {
		"[    1.0] ..MP-BIOS bug: 8254 timer not connected to IO-APIC\n",
		"[    1.0] Spectre V2 : WARNING: Unprivileged eBPF is enabled with eIBRS on\n",
		"[    1.0] verdict: scenario begins: WARNING: x.yaml\n",
		"[    1.0] debug: BUGS: none\n",
	};
	struct console_reading c;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(splats); i++) {
		console_read(splats[i], strlen(splats[i]), &c);
		if (!c.splat)
			fail_msg("not found: %s", splats[i]);
		console_free(&c);
	}
	for (size_t i = 0; i < ARRAY_SIZE(harmless); i++) {
		console_read(harmless[i], strlen(harmless[i]), &c);
		if (c.splat)
			fail_msg("found: %s", harmless[i]);
		console_free(&c);
	}
}

/* Records of process 1 are not verdict's. */
static void test_own_records(void **state)
{
	struct guest_records records;
	char *text;
	size_t len;
	FILE *own = xmemstream(&text, &len);

	(void)state;
	read_port(HELLO RUN(1) SCENARIO SUMMARY(1, 0, 0) EXIT(0, 0, false), NULL, 0, own, &records);
	fclose(own);
	assert_string_equal(text, RUN(1) SCENARIO SUMMARY(1, 0, 0));
	assert_int_equal(records.booted_ns, 7);
	assert_int_equal(records.ready_ns, 9);
	assert_int_equal(records.ran_ns, 5);
	records_free(&records);
	free(text);
}

/* "/out/r/a" and "hello world" in two parts. */
#define FILE_RECORD(path, offset, data)                                              \
	"{\"record\":\"file\",\"path\":\"" path "\",\"size\":11,\"offset\":" #offset \
	",\"data\":\"" data "\"}\n"

static void test_files(void **state)
{
	const char *const sent[] = { "/out/r" };
	FILE *own = fopen("/dev/null", "we");
	struct guest_records records;
	char *path = xasprintf("%s/files/out/r/a", folder);
	struct source src;

	(void)state;
	read_port(FILE_RECORD("L291dC9yL2E=", 0, "aGVsbG8g")
			  FILE_RECORD("L291dC9yL2E=", 6, "d29ybGQ="),
		  sent, 1, own, &records);
	assert_null(records.file_error);
	assert_int_equal(source_read(path, &src), 0);
	assert_string_equal(src.text, "hello world");
	source_free(&src);
	records_free(&records);
	fclose(own);
	free(path);
}

/* A guest is not believed: where files go is for us to say. */
static void test_files_refused(void **state)
{
	static const char *const ports[] = {
		FILE_RECORD("L2V0Yy9wYXNzd2Q=", 0, "aGVsbG8g"), /* /etc/passwd */
		FILE_RECORD("L291dC9yLy4uL3g=", 0, "aGVsbG8g"), /* /out/r/../x */
		FILE_RECORD("L291dC9yeA==", 0, "aGVsbG8g"),	/* /out/rx */
		FILE_RECORD("L291dC9yL2E=", 0, "aGVsbG8g"),	/* cut short */
		FILE_RECORD("L291dC9yL2E=", 6, "aGVsbG8g"),	/* no first part */
		FILE_RECORD("L291dC9yL2E=", 0, "aGVsbG8"),	/* no base64 */
		FILE_RECORD("L291dC9yL2E=", 0, "====aGVs"),
	};
	const char *const sent[] = { "/out/r" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ports); i++) {
		FILE *own = fopen("/dev/null", "we");
		struct guest_records records;

		read_port(ports[i], sent, 1, own, &records);
		if (!records.file_error)
			fail_msg("taken: %s", ports[i]);
		records_free(&records);
		fclose(own);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts), cmocka_unit_test(test_running),
		cmocka_unit_test(test_splats),	 cmocka_unit_test(test_own_records),
		cmocka_unit_test(test_files),	 cmocka_unit_test(test_files_refused),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
