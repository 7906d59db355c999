/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A guest whose command ends badly, in a way of your choice.
 *
 *	misbehave VMLINUZ FOLDER SECONDS WAY
 *
 * Runs this program in a guest of that kernel, which does what WAY (one of ways[]) says as if it
 * were a run of verdict, and prints how that was judged:
 *
 *	VERDICT: REASON
 *	running: SCENARIO
 *
 * FOLDER is where guest_run() leaves what came of it; SECONDS is the guest's time limit.
 */
#include "base/kernel_log.h"
#include "base/mem.h"
#include "guest/guest.h"
#include "guest/libraries.h"
#include "guest/protocol.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SCENARIO "ends-badly.yaml: it never ends"

#define RUN	 "{\"record\":\"run\",\"verdict_result\":1,\"scenarios\":2}\n"
#define JUDGED	 "{\"record\":\"scenario\",\"id\":\"a\",\"outcome\":\"passed\"}\n"
#define SUMMARY(n)                                                                           \
	"{\"record\":\"summary\",\"passed\":" n ",\"failed\":0,\"skipped\":0,\"xfailed\":0," \
	"\"errors\":0,\"stopped\":false,\"status\":0}\n"

/* There: what the command does */

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		perror(path);
	if (fd >= 0)
		close(fd);
}

static void report(const char *records)
{
	if (write(GUEST_RESULT_FD, records, strlen(records)) != (ssize_t)strlen(records))
		perror("results");
}

static void begin(void)
{
	report(RUN JUDGED);
	write_file("/dev/kmsg", KERNEL_LOG_BEGINS SCENARIO "\n");
}

static int in_order(void)
{
	report(RUN JUDGED JUDGED SUMMARY("2"));
	return 0;
}

static int fault(void)
{
	begin();
	signal(SIGSEGV, SIG_DFL);
	return raise(SIGSEGV);
}

static int panic(void)
{
	begin();
	write_file("/proc/sysrq-trigger", "c");
	return 1;
}

static int sleep_on(void)
{
	begin();
	while (pause())
		;
	return 0;
}

/* With the only processor for itself: process 1 cannot end it. */
static int spin(void)
{
	const struct sched_param first = { .sched_priority = sched_get_priority_max(SCHED_FIFO) };

	begin();
	write_file("/proc/sys/kernel/sched_rt_runtime_us", "-1");
	if (sched_setscheduler(0, SCHED_FIFO, &first))
		perror("sched_setscheduler");
	for (volatile int forever = 1; forever;)
		;
	return 0;
}

static int no_summary(void)
{
	report(RUN JUDGED JUDGED);
	return 0;
}

static int half_a_line(void)
{
	report(RUN JUDGED "{\"record\":\"scen");
	return 0;
}

static int one_too_few(void)
{
	report(RUN JUDGED SUMMARY("1"));
	return 0;
}

static int other_sum(void)
{
	report(RUN JUDGED JUDGED SUMMARY("3"));
	return 0;
}

static int silent(void)
{
	return 0;
}

static const struct {
	const char *name;
	int (*run)(void);
} ways[] = {
	{ "in-order", in_order },
	{ "fault", fault },
	{ "panic", panic },
	{ "sleep", sleep_on },
	{ "spin", spin },
	{ "no-summary", no_summary },
	{ "half-a-line", half_a_line },
	{ "one-too-few", one_too_few },
	{ "other-sum", other_sum },
	{ "silent", silent },
};

/* Here: the guest */

static int run(const char *vmlinuz, const char *folder, unsigned long seconds, const char *way)
{
	const struct guest_spec spec = { .name = vmlinuz,
					 .vmlinuz = vmlinuz,
					 .time_limit = seconds * 1000000000ull };
	const char *argv[] = { "misbehave", way };
	struct guest_file *files = NULL;
	struct guest_command command = {
		.folder = "/", .argv = argv, .n = ARRAY_SIZE(argv), .writes_results = true
	};
	struct guest_outcome outcome;
	struct library_list libraries;
	char *environment;

	if (libraries_of_self(&libraries))
		return 2;
	*ARRAY_PUSH(files, command.n_files) =
		(struct guest_file){ libraries.program, libraries.program };
	for (size_t i = 0; i < libraries.n; i++)
		*ARRAY_PUSH(files, command.n_files) =
			(struct guest_file){ libraries.paths[i], libraries.paths[i] };
	command.files = files;
	command.program = libraries.program;
	environment = xasprintf("LD_LIBRARY_PATH=%s", libraries.folders);
	command.environment = (const char *const *)&environment;
	command.n_environment = 1;

	guest_run(&spec, &command, folder, NULL, &outcome);
	printf("%s: %s\nrunning: %s\n", guest_verdict_name(outcome.verdict),
	       outcome.reason ? outcome.reason : "-", outcome.running ? outcome.running : "-");
	guest_outcome_free(&outcome);
	free(environment);
	free(files);
	libraries_free(&libraries);
	return 0;
}

int main(int argc, char **argv)
{
	const char *way = argv[argc - 1];

	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		if (strcmp(way, ways[i].name) != 0)
			continue;
		if (argc == 2)
			return ways[i].run();
		if (argc == 5)
			return run(argv[1], argv[2], strtoul(argv[3], NULL, 10), way);
	}
	fprintf(stderr, "Usage: misbehave VMLINUZ FOLDER SECONDS WAY, of:");
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++)
		fprintf(stderr, " %s", ways[i].name);
	fputc('\n', stderr);
	return 2;
}
