/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "guest/outcome.h"

#include <inttypes.h>
#include <string.h>

static const char *const verdict_names[N_GUEST_VERDICTS] = {
	[GUEST_PASS] = "pass",		 [GUEST_FAIL] = "fail",
	[GUEST_SPLAT] = "splat",	 [GUEST_TRUNCATED] = "truncated",
	[GUEST_CRASH] = "crash",	 [GUEST_HANG] = "hang",
	[GUEST_BOOT_FAIL] = "boot-fail", [GUEST_UNAVAILABLE] = "unavailable",
};

const char *guest_verdict_name(enum guest_verdict v)
{
	return verdict_names[v];
}

/* Nothing of the command was seen. */
static const char *why_not_booted(const struct guest_evidence *e, struct arena *a)
{
	if (e->console->panic)
		return arena_printf(a, "the kernel panicked before anything ran: %s",
				    e->console->panic);
	if (e->end == QEMU_TIMED_OUT)
		return e->console->began
			       ? "the time limit was reached while it booted"
			       : "the time limit was reached, and the kernel had not said a word";
	return e->console->began ? "it ended while it booted"
				 : "it ended before the kernel said a word";
}

/* What was written does not say how it ended. */
static enum guest_verdict without_exit(const struct guest_evidence *e, struct arena *a,
				       const char **reason)
{
	if (e->end == QEMU_STOPPED) {
		*reason = "interrupted";
		return GUEST_CRASH;
	}
	if (!e->records->hello) {
		*reason = why_not_booted(e, a);
		return GUEST_BOOT_FAIL;
	}
	if (e->console->panic) {
		*reason = arena_printf(a, "the kernel panicked: %s", e->console->panic);
		return GUEST_CRASH;
	}
	if (e->end == QEMU_TIMED_OUT) {
		*reason = "the time limit was reached, and nothing answered any more";
		return GUEST_HANG;
	}
	*reason = "the machine ended without a word";
	return GUEST_CRASH;
}

/* What is wrong with the results of a run that ended in good order; NULL: nothing. */
static const char *incomplete(const struct guest_records *r, struct arena *a)
{
	if (!r->run)
		return "there are no results";
	if (r->damaged)
		return arena_printf(a, "%" PRIu64 " lines of the results are no records",
				    r->damaged);
	if (!r->summary)
		return "the results are cut short: their summary is missing";
	if (r->judged != r->summed)
		return arena_printf(a,
				    "%" PRIu64 " scenarios are in the results, %" PRIu64
				    " in their summary",
				    r->judged, r->summed);
	if (r->stopped ? r->judged > r->planned : r->judged != r->planned)
		return arena_printf(a, "%" PRIu64 " scenarios were to run, %" PRIu64 " did",
				    r->planned, r->judged);
	if (r->status < r->summary_status)
		return arena_printf(a, "status %d, where the results say %d", r->status,
				    r->summary_status);
	return NULL;
}

static enum guest_verdict with_exit(const struct guest_evidence *e, struct arena *a,
				    const char **reason)
{
	const struct guest_records *r = e->records;
	const char *wrong = NULL;

	if (r->timed_out) {
		*reason = "the time limit was reached";
		return GUEST_HANG;
	}
	if (r->signal) {
		*reason = arena_printf(a, "the command was ended by SIG%s",
				       sigabbrev_np(r->signal) ? sigabbrev_np(r->signal) : "?");
		return GUEST_CRASH;
	}
	if (e->console->splat) {
		*reason = arena_printf(a, "the kernel complained: %s", e->console->splat);
		return GUEST_SPLAT;
	}
	/* A command that could not begin (status 2, bad options) has no results, and says so. */
	if (e->writes_results && (r->run || !r->status))
		wrong = incomplete(r, a);
	if (!wrong && r->file_error)
		wrong = arena_printf(a, "a file was not taken over: %s", r->file_error);
	if (wrong) {
		*reason = wrong;
		return GUEST_TRUNCATED;
	}
	*reason = r->status ? arena_printf(a, "status %d", r->status) : NULL;
	return r->status ? GUEST_FAIL : GUEST_PASS;
}

enum guest_verdict guest_classify(const struct guest_evidence *e, struct arena *a,
				  const char **reason)
{
	*reason = NULL;
	return e->records->exit ? with_exit(e, a, reason) : without_exit(e, a, reason);
}
