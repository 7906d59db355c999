/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/kernel_log.h"

#include "base/errno_names.h"
#include "base/kernel_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RECORD_MAX   8192 /* include/linux/printk.h: CONSOLE_EXT_LOG_MAX */
#define SPLATS_SHOWN 4	  /* of one scenario */

static const struct span nowhere;

int kernel_log_open(struct diags *d, struct kernel_log *log)
{
	int fd = open("/dev/kmsg", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0) {
		diag(d, DIAG_ERROR, nowhere, "cannot read the kernel's log: /dev/kmsg: %s",
		     errno_text(errno));
		return -1;
	}
	log->fd = fd;
	return 0;
}

void kernel_log_close(struct kernel_log *log)
{
	if (log->fd >= 0)
		close(log->fd);
	log->fd = -1;
}

/* A warning's level, so that a console which shows those shows it. One that is lost is no matter.
 */
static void note(const struct kernel_log *log, const char *what, const char *id)
{
	char *text = xasprintf("<4>%s%s\n", what, id);
	ssize_t ignored = write(log->fd, text, strlen(text));

	(void)ignored;
	free(text);
}

void kernel_log_begins(struct kernel_log *log, const char *id)
{
	if (log->fd < 0)
		return;
	lseek(log->fd, 0, SEEK_END); /* what was said before is nobody's here */
	note(log, KERNEL_LOG_BEGINS, id);
}

/*
 * Documentation/ABI/testing/dev-kmsg: "LEVEL,SEQ,TIME,FLAGS[,..];MESSAGE\n", then lines that begin
 * with a blank. A level of 8 or more has a facility: a process wrote it, not the kernel.
 */
static bool read_record(const char *record, size_t len, struct scenario_result *r)
{
	const char *message = memchr(record, ';', len);
	unsigned long level = strtoul(record, NULL, 10);
	size_t n;

	if (!message || level > 7)
		return false;
	message++;
	n = strcspn(message, "\n");
	if (!kernel_log_is_splat(message, n))
		return false;
	if (r->diags.errors < SPLATS_SHOWN)
		diag(&r->diags, DIAG_ERROR, nowhere, "the kernel complained while this ran: %.*s",
		     (int)n, message);
	return true;
}

bool kernel_log_ended(struct kernel_log *log, const char *id, struct scenario_result *r)
{
	char record[RECORD_MAX + 1];
	bool found = false;
	ssize_t n;

	if (log->fd < 0)
		return false;
	for (;;) {
		n = read(log->fd, record, RECORD_MAX);
		if (n < 0 && (errno == EPIPE || errno == EINTR)) /* EPIPE: some were lost */
			continue;
		if (n <= 0)
			break;
		record[n] = 0;
		found |= read_record(record, (size_t)n, r);
	}
	note(log, KERNEL_LOG_ENDED, id);
	return found;
}
