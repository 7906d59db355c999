/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What became of a guest, from what it wrote: the records of its result port and the log of its
 * console. Pure functions of these texts, and of how the wait for QEMU ended.
 */
#pragma once

#include "guest/guest.h"
#include "guest/qemu.h"

/* What the result port carried. */
struct guest_records {
	struct arena arena;
	bool hello;   /* process 1 began the command */
	bool run;     /* verdict's first record */
	bool summary; /* .. and its last */
	bool exit;    /* process 1 ended in good order */
	int status, signal;
	bool timed_out; /* process 1 ended the command, which took too long */
	uint64_t booted_ns, ready_ns, ran_ns;
	unsigned int modules_failed;
	uint64_t planned;	/* scenarios, by the first record */
	uint64_t judged;	/* .. records of them */
	uint64_t summed;	/* .. by the last, all outcomes */
	int summary_status;	/* the status verdict then meant to end with */
	bool stopped;		/* by -x or a signal: fewer than planned are right */
	uint64_t damaged;	/* lines that are no records */
	const char *file_error; /* what was sent and could not be taken, or NULL */
};

/*
 * Read the result port's file @path. verdict's own records are written to @own as they are; files
 * that were sent are written below @files, where they are among @sent (paths as given to the guest,
 * or below such a folder): a guest chooses no other names on this machine. Returns 0, or -errno
 * where @path cannot be read or @own written. records_free() is due after 0.
 */
int records_read(const char *path, FILE *own, const char *files, const char *const *sent,
		 size_t n_sent, struct guest_records *records);
void records_free(struct guest_records *records);

/* What the console says. */
struct console_reading {
	struct arena arena;
	bool began;	     /* the kernel said anything at all */
	const char *panic;   /* the line that begins it, or NULL */
	const char *splat;   /* the first line of a warning or bug of the kernel, or NULL */
	const char *running; /* the scenario that ran at the first panic or splat, else the last to
				begin that did not end; or NULL */
	const char *tail;    /* its last lines */
};

/* Control characters are left out. console_free() is due. */
void console_read(const char *text, size_t len, struct console_reading *c);
void console_free(struct console_reading *c);

/* All that a verdict is made of. */
struct guest_evidence {
	enum qemu_end end;
	const struct guest_records *records;
	const struct console_reading *console;
	bool writes_results;
};

/* The verdict, with a reason for people in *reason (from @a; NULL of GUEST_PASS). */
enum guest_verdict guest_classify(const struct guest_evidence *e, struct arena *a,
				  const char **reason);
