/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* `helpers:` of a scenario, a node or a step. */
#include "scenario/read_helpers.h"

#include "base/text.h"
#include "scenario/helper_script.h"
#include "scenario/read_call_values.h"
#include "types/helper_values.h"

#include <inttypes.h>
#include <linux/bpf.h>
#include <string.h>

struct script_reader {
	struct reader *r;
	struct helper_script *s;
	bool in_replay; /* of a replay, where clocks may follow the capture */
};

/* The script of @h: one that is given again takes the place of the former. */
static struct value_script *script_of(struct script_reader *sr, const struct helper *h)
{
	for (size_t i = 0; i < sr->s->n; i++)
		if (sr->s->items[i].helper == h)
			return &sr->s->items[i];
	return ARENA_PUSH(sr->r->arena, sr->s->items, sr->s->n);
}

static void set_script(struct script_reader *sr, const struct value_script *v)
{
	*script_of(sr, v->helper) = *v;
	record_helper(sr->r, v->helper);
}

static int read_duration(struct reader *r, const struct node *n, const char *what, uint64_t *ns)
{
	if (n->broken)
		return -1;
	if (n->kind == NODE_SCALAR && !duration_parse(n->text, n->len, ns))
		return 0;
	diag(r->d, DIAG_ERROR, node_where(n),
	     "%s takes a time, 100s, 1500ms, 20us, or a number of ns, not %s%s%s", what,
	     n->kind == NODE_SCALAR ? "'" : "",
	     n->kind == NODE_SCALAR ? n->text : node_kind_name(n),
	     n->kind == NODE_SCALAR ? "'" : "");
	return -1;
}

/* {start: 100s, step: 1us} */
struct clock_nodes {
	const struct node *start, *step;
};

static void keep_start(void *into, const struct node *k, const struct node *v)
{
	(void)k;
	((struct clock_nodes *)into)->start = v;
}

static void keep_step(void *into, const struct node *k, const struct node *v)
{
	(void)k;
	((struct clock_nodes *)into)->step = v;
}

static const struct key clock_keys[] = {
	{ "start", TAKES_SCALAR | KEY_REQUIRED, keep_start, "TIME", "what the first call gets" },
	{ "step", TAKES_SCALAR, keep_step, "TIME", "by which it advances with each call" },
};

/* A time that stands still, or one that advances. Returns 0 or -1 (reported). */
static int read_clock_value(struct reader *r, const struct node *n, const char *what,
			    uint64_t *start, uint64_t *step)
{
	struct clock_nodes nodes = {};
	unsigned int errors = r->d->errors;

	if (n->kind != NODE_MAPPING)
		return read_duration(r, n, what, start);
	keys_read(r->d, n, "a clock", clock_keys, ARRAY_SIZE(clock_keys), &nodes);
	if (nodes.start)
		read_duration(r, nodes.start, "'start'", start);
	if (nodes.step)
		read_duration(r, nodes.step, "'step'", step);
	return r->d->errors == errors ? 0 : -1;
}

static void read_all_clocks(struct script_reader *sr, const struct node *n)
{
	struct clock_script clock = { .where = node_where(n) };

	if (node_is_word(n, "capture")) {
		clock.capture = true;
		if (!sr->in_replay) {
			diag(sr->r->d, DIAG_ERROR, node_where(n),
			     "'clock: capture' takes the time from a capture: it is for a replay");
			return;
		}
	} else if (read_clock_value(sr->r, n, "'clock'", &clock.start, &clock.step)) {
		return;
	}
	sr->s->clock = clock;
}

/* Whether a result can be given at all: where it cannot, say why. */
static bool is_scriptable(struct script_reader *sr, const struct node *k, const struct helper *h)
{
	if (h->scriptable || (h->failable && h->result == HELPER_POINTER))
		return true;
	diag(sr->r->d, DIAG_ERROR, k->span,
	     "what bpf_%s() does cannot be given: 'verdict help helpers' lists what can", h->name);
	return false;
}

static int read_answer(struct script_reader *sr, const struct helper *h, const struct node *n,
		       uint64_t *out)
{
	if (h->result == HELPER_POINTER && node_is_word(n, "some")) {
		diag(sr->r->d, DIAG_ERROR, node_where(n),
		     "a pointer cannot be given: bpf_%s() takes 'none' here", h->name);
		return -1;
	}
	/* Done, says the helper, and does nothing. */
	if (h->result == HELPER_ERROR && node_is_word(n, "suppress")) {
		*out = 0;
		return 0;
	}
	return read_call_result(sr->r, h, BPF_PROG_TYPE_UNSPEC, n, out);
}

static int read_answers(struct script_reader *sr, const struct node *n, struct value_script *v)
{
	const struct node *item;

	if (!n->child) {
		diag(sr->r->d, DIAG_ERROR, node_where(n),
		     "this list is empty: bpf_%s() has to "
		     "answer something",
		     v->helper->name);
		return -1;
	}
	for_each_child (item, n) {
		if (v->n == HELPER_ANSWERS) {
			diag(sr->r->d, DIAG_ERROR, node_where(item),
			     "there is room for %d answers: the last one is given again and again",
			     HELPER_ANSWERS);
			return -1;
		}
		if (read_answer(sr, v->helper, item, &v->values[v->n++]))
			return -1;
	}
	return 0;
}

static void read_values(struct script_reader *sr, const struct node *k, const struct helper *h)
{
	struct value_script v = { .where = k->span, .helper = h, .n = 1 };
	const struct node *n = k->value;
	int err;

	if (!is_scriptable(sr, k, h) || n->broken)
		return;
	if (n->kind == NODE_SEQUENCE) {
		v.n = 0;
		err = read_answers(sr, n, &v);
	} else if (h->result == HELPER_NS) {
		err = read_clock_value(sr->r, n, k->text, &v.values[0], &v.step);
	} else {
		err = read_answer(sr, h, n, &v.values[0]);
	}
	if (!err)
		set_script(sr, &v);
}

/* Keys of one of bpf_fib_lookup()'s answers. */
struct fib_nodes {
	const struct node *question, *answer, *result;
};

static void keep_question(void *into, const struct node *k, const struct node *v)
{
	(void)k;
	((struct fib_nodes *)into)->question = v;
}

static void keep_answer(void *into, const struct node *k, const struct node *v)
{
	(void)k;
	((struct fib_nodes *)into)->answer = v;
}

static void keep_result(void *into, const struct node *k, const struct node *v)
{
	(void)k;
	((struct fib_nodes *)into)->result = v;
}

const struct key fib_answer_keys[] = {
	{ "question", TAKES_MAPPING, keep_question, "{ipv4_dst: ..}",
	  "members of struct bpf_fib_lookup; without: any" },
	{ "answer", TAKES_MAPPING, keep_answer, "{ifindex: ..}", "what it fills in" },
	{ "result", TAKES_SCALAR, keep_result, "CODE|ERRNO", "SUCCESS unless given" },
};
const size_t n_fib_answer_keys = ARRAY_SIZE(fib_answer_keys);

static void read_fib_answer(struct script_reader *sr, const struct helper *h, const struct node *n)
{
	struct fib_script f = { .where = node_where(n), .result = BPF_FIB_LKUP_RET_SUCCESS };
	unsigned int errors = sr->r->d->errors, arg = helper_bytes_arg(h);
	struct fib_nodes nodes = {};

	if (n->broken)
		return;
	if (n->kind != NODE_MAPPING) {
		diag(sr->r->d, DIAG_ERROR, node_where(n),
		     "an answer of bpf_fib_lookup() is {question: {..}, answer: {..}, result: "
		     "CODE}, this is %s",
		     node_kind_name(n));
		return;
	}
	keys_read(sr->r->d, n, "an answer", fib_answer_keys, n_fib_answer_keys, &nodes);
	if (nodes.question)
		read_call_bytes(sr->r, h, arg, NULL, nodes.question, &f.question);
	if (nodes.answer)
		read_call_bytes(sr->r, h, arg, NULL, nodes.answer, &f.answer);
	if (nodes.result)
		read_call_result(sr->r, h, BPF_PROG_TYPE_UNSPEC, nodes.result, &f.result);
	if (!nodes.answer && !nodes.result && sr->r->d->errors == errors)
		diag(sr->r->d, DIAG_ERROR, node_where(n),
		     "this answers nothing: give 'answer' or "
		     "'result'");
	if (sr->r->d->errors == errors)
		*ARENA_PUSH(sr->r->arena, sr->s->fib, sr->s->n_fib) = f;
}

/* A list of answers by question, or one code for all. */
static void read_fib(struct script_reader *sr, const struct node *k, const struct helper *h)
{
	const struct node *item;

	if (k->value->kind == NODE_SCALAR) {
		read_values(sr, k, h);
		return;
	}
	sr->s->fib = NULL;
	sr->s->n_fib = 0;
	if (k->value->kind == NODE_MAPPING) {
		read_fib_answer(sr, h, k->value);
		return;
	}
	for_each_child (item, k->value)
		read_fib_answer(sr, h, item);
	if (!k->value->child)
		diag(sr->r->d, DIAG_ERROR, node_where(k->value), "this list of answers is empty");
	if (sr->s->n_fib > HELPER_FIB_ANSWERS)
		diag(sr->r->d, DIAG_ERROR, sr->s->fib[HELPER_FIB_ANSWERS].where,
		     "there is room for %d answers of bpf_fib_lookup()", HELPER_FIB_ANSWERS);
}

static bool is_failure(const struct helper *h, uint64_t value)
{
	switch (h->result) {
	case HELPER_POINTER:
		return !value;
	case HELPER_ACTION:
		return true;
	case HELPER_FIB:
		return value != BPF_FIB_LKUP_RET_SUCCESS;
	case HELPER_NOTHING:
	case HELPER_HIDDEN:
	case HELPER_UINT:
	case HELPER_INT:
	case HELPER_HEX:
	case HELPER_BE16:
	case HELPER_NS:
	case HELPER_IFINDEX:
	case HELPER_MAP:
	case HELPER_KEY:
	case HELPER_STRUCT:
	case HELPER_MEMORY:
	case HELPER_ERROR:
		break;
	}
	return (int64_t)value < 0;
}

/* fail: {map_update_elem: E2BIG, ringbuf_reserve: none} */
static void read_failure(struct script_reader *sr, const struct node *k)
{
	const struct helper *h = read_helper(sr->r, k->span, k->text, k->len);
	struct value_script v = { .where = k->span, .helper = h, .n = 1 };
	const struct node *n = k->value;

	if (!h || n->broken)
		return;
	if (!h->failable) {
		diag(sr->r->d, DIAG_ERROR, k->span, "bpf_%s() does not fail", h->name);
		return;
	}
	if (h->result == HELPER_POINTER && !node_is_word(n, "none")) {
		diag(sr->r->d, DIAG_ERROR, node_where(n),
		     "bpf_%s() fails by giving no pointer: it takes 'none'", h->name);
		return;
	}
	if (read_call_result(sr->r, h, BPF_PROG_TYPE_UNSPEC, n, &v.values[0]))
		return;
	if (is_failure(h, v.values[0]))
		set_script(sr, &v);
	else
		diag(sr->r->d, DIAG_ERROR, node_where(n),
		     "'%s' is no failure of bpf_%s(): it takes the name of an error, such as "
		     "ENOMEM",
		     n->text, h->name);
}

static void read_failures(struct script_reader *sr, const struct node *n)
{
	const struct node *k;

	if (n->broken)
		return;
	if (n->kind != NODE_MAPPING || !n->child) {
		diag(sr->r->d, DIAG_ERROR, node_where(n),
		     "'fail' takes {HELPER: ERRNO}, as {map_update_elem: E2BIG}, this is %s",
		     n->kind == NODE_MAPPING ? "empty" : node_kind_name(n));
		return;
	}
	for_each_child (k, n)
		read_failure(sr, k);
}

/* The map of helpers is open: keys are names of helpers, but for two. */
static void read_entry(struct script_reader *sr, const struct node *k)
{
	const struct helper *h;

	if (!strcmp(k->text, "clock")) {
		read_all_clocks(sr, k->value);
		return;
	}
	if (!strcmp(k->text, "fail")) {
		read_failures(sr, k->value);
		return;
	}
	h = read_helper(sr->r, k->span, k->text, k->len);
	if (h && h->id == BPF_FUNC_fib_lookup)
		read_fib(sr, k, h);
	else if (h)
		read_values(sr, k, h);
}

void read_helper_script(struct reader *r, const struct node *n, bool in_replay,
			struct helper_script **out)
{
	struct script_reader sr = { .r = r, .in_replay = in_replay };
	const struct node *k;

	if (!*out)
		*out = arena_alloc(r->arena, sizeof(**out));
	sr.s = *out;
	sr.s->where = node_where(n);
	if (!n->child && !n->broken)
		diag(r->d, DIAG_ERROR, node_where(n),
		     "'helpers' is empty: it takes {HELPER: RESULT}, {clock: TIME}, {fail: {HELPER: "
		     "ERRNO}}");
	for_each_child (k, n)
		read_entry(&sr, k);
}

void read_wait(struct reader *r, const struct node *n, uint64_t *ns)
{
	read_duration(r, n, "'wait'", ns);
}
