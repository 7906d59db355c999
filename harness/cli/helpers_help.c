/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* `verdict help helpers`: the helpers that scenarios can speak of, from the table that knows them.
 */
#include "cli/command.h"
#include "types/helper_values.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char introduction[] =
	"Helpers whose calls are recorded, without their bpf_: for `calls:` of expect, for `helpers:`\n"
	"of a scenario or step, and in what `verdict run -v` prints. bpf-helpers(7) says what each\n"
	"does. In parentheses what a call is known by; then its result.\n"
	"\n"
	"  a  an answer can be given:    helpers: {get_prandom_u32: [7, 4], fib_lookup: NO_NEIGH}\n"
	"  f  a failure can be given:    helpers: {fail: {map_update_elem: E2BIG}}\n"
	"  v  recorded only with -v, and in scenarios that name the helper\n"
	"\n";

static const char conclusion[] =
	"\n"
	"An error is 0, or -ENOENT and the like; some give a number where they succeed. An action is a\n"
	"verdict of the program's type, a code one of bpf_fib_lookup()'s, SUCCESS, NO_NEIGH, ..\n"
	"\n"
	"`clock` in helpers: is ktime_get_ns, ktime_get_boot_ns, ktime_get_coarse_ns, ktime_get_tai_ns\n"
	"and jiffies64 together. Tail calls have an expectation of their own, `tail_calls:`.\n"
	"\n"
	"Other helpers and kfuncs are called as always, and not recorded.\n";

static const char *result_help(const struct helper *h)
{
	switch (h->result) {
	case HELPER_NOTHING:
	case HELPER_HIDDEN:
		return "";
	case HELPER_NS:
		return "a time";
	case HELPER_ERROR:
		return "an error";
	case HELPER_ACTION:
		return "an action";
	case HELPER_FIB:
		return "a code";
	case HELPER_POINTER:
		return "none or some";
	case HELPER_UINT:
	case HELPER_INT:
	case HELPER_HEX:
	case HELPER_BE16:
	case HELPER_IFINDEX:
	case HELPER_MAP:
	case HELPER_KEY:
	case HELPER_STRUCT:
	case HELPER_MEMORY:
		break;
	}
	return "a number";
}

static void print_helper(FILE *out, const struct helper *h)
{
	fprintf(out, "  %c%c%c  %s(", h->scriptable ? 'a' : ' ', h->failable ? 'f' : ' ',
		h->traced ? 'v' : ' ', h->name);
	helper_args_write(out, h);
	fprintf(out, ")%s%s\n", h->result == HELPER_NOTHING ? "" : " = ", result_help(h));
}

static int by_name(const void *a, const void *b)
{
	const struct helper *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

void helpers_help(FILE *out)
{
	size_t n_all, n = 0;
	const struct helper *all = helper_table(&n_all);
	const struct helper **shown = xcalloc(n_all, sizeof(*shown));

	for (size_t i = 0; i < n_all; i++)
		if (all[i].recorded || all[i].traced)
			shown[n++] = &all[i];
	qsort(shown, n, sizeof(*shown), by_name);
	fputs(introduction, out);
	for (size_t i = 0; i < n; i++)
		print_helper(out, shown[i]);
	fputs(conclusion, out);
	free(shown);
}
