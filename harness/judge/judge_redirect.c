/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/verdict_names.h"
#include "judge/calls.h"
#include "judge/calls_judge.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

static const char *device_text(const struct observed_redirect *r, struct arena *arena)
{
	if (r->device)
		return r->device;
	return r->ifindex ? arena_printf(arena, "ifindex %u", r->ifindex) : "no device";
}

static const char *nexthop_text(int family, const uint8_t *nexthop, struct arena *arena)
{
	char text[INET6_ADDRSTRLEN];

	if (!family || !inet_ntop(family, nexthop, text, sizeof(text)))
		return "none given";
	return arena_strdup(arena, text);
}

static bool same_device(const struct redirect_expectation *e, const struct observed_redirect *r)
{
	if (e->device)
		return r->device && !strcmp(e->device, r->device);
	return e->ifindex == r->ifindex;
}

static void differs(struct run_judge *j, struct span where, const char *what, const char *expected,
		    const char *actual)
{
	struct mismatch *m;

	if (!j->found)
		return;
	m = mismatch_add(j, MISMATCH_REDIRECT, where);
	m->expected = expected;
	m->actual = actual;
	m->message = arena_printf(j->arena, "%s: expected %s, got %s", what, expected, actual);
}

static bool judge_device(struct run_judge *j)
{
	const struct redirect_expectation *e = j->e->redirect;
	const struct observed_redirect *r = &j->o->redirect;

	if (!e->device_where.src || same_device(e, r))
		return true;
	differs(j, e->device_where, "device",
		e->device ? e->device : arena_printf(j->arena, "ifindex %u", e->ifindex),
		device_text(r, j->arena));
	return false;
}

static bool judge_name(struct run_judge *j, struct span where, const char *what,
		       const char *expected, const char *actual)
{
	if (!where.src || (actual && !strcmp(expected, actual)))
		return true;
	differs(j, where, what, expected, actual ? actual : "none");
	return false;
}

static bool judge_number(struct run_judge *j, struct span where, const char *what,
			 uint64_t expected, bool there, uint64_t actual)
{
	if (!where.src || (there && expected == actual))
		return true;
	differs(j, where, what, arena_printf(j->arena, "%" PRIu64, expected),
		there ? arena_printf(j->arena, "%" PRIu64, actual) : "none");
	return false;
}

static bool judge_nexthop(struct run_judge *j)
{
	const struct redirect_expectation *e = j->e->redirect;
	const struct observed_redirect *r = &j->o->redirect;
	size_t len = e->family == AF_INET6 ? 16 : e->family ? 4 : 0;

	if (!e->nexthop_where.src ||
	    (e->family == r->family && !memcmp(e->nexthop, r->nexthop, len)))
		return true;
	differs(j, e->nexthop_where, "nexthop", nexthop_text(e->family, e->nexthop, j->arena),
		nexthop_text(r->family, r->nexthop, j->arena));
	return false;
}

/* Redirected at all, or not, as expected. */
static bool judge_whether(struct run_judge *j)
{
	const struct redirect_expectation *e = j->e->redirect;
	const struct observed_redirect *r = &j->o->redirect;
	const char *verdict = verdict_name(j->o->prog_type, j->o->verdict);
	struct mismatch *m;

	if (!r->unknown && e->none == !r->by)
		return true;
	if (!j->found)
		return false;
	m = mismatch_add(j, MISMATCH_REDIRECT, e->where);
	m->expected = e->none ? "none" : "a redirect";
	m->actual = r->by ? arena_printf(j->arena, "%s, by %s", device_text(r, j->arena), r->by)
			  : verdict;
	if (r->unknown)
		m->message = arena_printf(j->arena, "where it goes is not known: %s",
					  j->o->has_calls ? "no recorded call redirects it"
							  : calls_unseen_text(j->o, j->arena));
	else if (e->none)
		m->message =
			arena_printf(j->arena, "expected no redirect, it goes to %s", m->actual);
	else
		m->message = arena_printf(j->arena, "expected a redirect, got %s",
					  verdict ? verdict : "another verdict");
	return false;
}

bool judge_redirect(struct run_judge *j)
{
	const struct redirect_expectation *e = j->e->redirect;
	const struct observed_redirect *r = &j->o->redirect;
	bool holds = true;

	if (!e)
		return true;
	if (!judge_whether(j))
		return false;
	if (e->none)
		return true;
	holds &= judge_device(j);
	holds &= judge_name(j, e->by_where, "by", e->by, r->by);
	holds &= judge_number(j, e->flags_where, "flags", e->flags, true, r->flags);
	holds &= judge_nexthop(j);
	holds &= judge_name(j, e->map_where, "map", e->map, r->map);
	holds &= judge_number(j, e->key_where, "key", e->key, r->map, r->key);
	holds &= judge_number(j, e->cpu_where, "cpu", e->cpu, r->has_cpu, r->cpu);
	return holds;
}
