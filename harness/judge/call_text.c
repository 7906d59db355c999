/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "judge/call_text.h"

#include "base/errno_names.h"
#include "base/text_stream.h"
#include "base/verdict_names.h"
#include "types/helper_values.h"

#include <inttypes.h>
#include <linux/bpf.h>
#include <string.h>

/* Longest errno: what is below are addresses of the kernel. */
#define ERRNO_MAX 4095

void call_names_init(struct call_names *n, const struct observed_call *c)
{
	n->all = helper_names(c->helper);
	if (!c->devices)
		return;
	n->devices = *c->devices;
	n->devices.next = n->all;
	n->all = &n->devices;
}

static void value_write(FILE *out, const struct observed_call *c, const struct type *t,
			const char *member, const uint8_t *data)
{
	struct call_names names;
	struct value_context context = { .member = member, .brief = true };

	call_names_init(&names, c);
	context.names = names.all;
	value_print(out, &context, t, data);
}

static void number_write(FILE *out, const struct observed_call *c, unsigned int i)
{
	const struct type *t = helper_number(c->helper, i);
	uint64_t v64 = c->args[i];
	uint32_t v32 = (uint32_t)v64;
	uint16_t v16 = (uint16_t)v64;

	value_write(out, c, t, c->helper->args[i].name,
		    t->size == 2   ? (uint8_t *)&v16
		    : t->size == 4 ? (uint8_t *)&v32
				   : (uint8_t *)&v64);
}

static void hex_write(FILE *out, const uint8_t *data, uint64_t len)
{
	fputs("hex(", out);
	for (uint64_t i = 0; i < len && i < HELPER_BYTES; i++)
		fprintf(out, "%02x", data[i]);
	fputs(len > HELPER_BYTES ? "..)" : ")", out);
}

static void key_write(FILE *out, const struct observed_call *c)
{
	if (!c->in || !c->key_size)
		fputs("?", out);
	else if (!c->key_type || c->key_type->size != c->key_size)
		hex_write(out, c->in, c->key_size);
	else if (c->key_is_prefix)
		lpm_key_print(out, NULL, c->key_type, c->in);
	else
		value_print(out, NULL, c->key_type, c->in);
}

/* Struct or memory @i, whose size is the next argument. */
static void bytes_write(FILE *out, const struct observed_call *c, unsigned int i,
			const uint8_t *data)
{
	uint64_t len = i + 1 < HELPER_ARGS ? (uint32_t)c->args[i + 1] : 0;
	const struct type *t = helper_sized_struct(c->helper, i, len);

	if (!data)
		fputs("?", out);
	else if (!len)
		fputs("none", out);
	else if (t)
		value_write(out, c, t, c->helper->args[i].name, data);
	else
		hex_write(out, data, len);
}

void call_arg_print(FILE *out, const struct observed_call *c, unsigned int i)
{
	const struct helper_arg *arg = &c->helper->args[i];

	switch (arg->value) {
	case HELPER_NOTHING:
	case HELPER_HIDDEN:
		break;
	case HELPER_HEX:
		fprintf(out, "0x%" PRIx64, arg->size == 4 ? (uint32_t)c->args[i] : c->args[i]);
		break;
	case HELPER_NS:
		duration_write(out, c->args[i]);
		break;
	case HELPER_IFINDEX:
		number_write(out, c, i);
		break;
	case HELPER_MAP:
		fputs(c->map ? c->map : "?", out);
		break;
	case HELPER_KEY:
		key_write(out, c);
		break;
	case HELPER_STRUCT:
	case HELPER_MEMORY:
		bytes_write(out, c, i, c->in ? c->in : c->out);
		break;
	case HELPER_POINTER:
		fputs(c->args[i] ? "some" : "none", out);
		break;
	case HELPER_UINT:
	case HELPER_INT:
	case HELPER_BE16:
	case HELPER_ERROR:
	case HELPER_ACTION:
	case HELPER_FIB:
		number_write(out, c, i);
		break;
	}
}

const char *call_arg_text(const struct observed_call *c, unsigned int i, struct arena *arena)
{
	struct text_stream t;

	text_stream_open(&t);
	call_arg_print(t.out, c, i);
	return text_stream_close(&t, arena);
}

const char *call_bytes_text(const struct observed_call *c, const uint8_t *bytes,
			    struct arena *arena)
{
	struct text_stream t;

	if (!bytes)
		return NULL;
	text_stream_open(&t);
	bytes_write(t.out, c, helper_bytes_arg(c->helper), bytes);
	return text_stream_close(&t, arena);
}

static void error_write(FILE *out, uint64_t result)
{
	int64_t v = (int64_t)result;

	if (v < 0 && v >= -ERRNO_MAX)
		fprintf(out, "-%s", errno_name((int)v));
	else
		fprintf(out, "%" PRId64, v);
}

void call_result_print(FILE *out, const struct observed_call *c)
{
	switch (c->helper->result) {
	case HELPER_NS:
		duration_write(out, c->result);
		break;
	case HELPER_HEX:
		if ((int64_t)c->result < 0)
			error_write(out, c->result);
		else
			fprintf(out, "0x%" PRIx64, c->result);
		break;
	case HELPER_ACTION:
		verdict_print(out, c->prog_type, (int32_t)c->result);
		break;
	case HELPER_FIB:
		if (fib_code_name(c->result))
			fputs(fib_code_name(c->result), out);
		else
			error_write(out, c->result);
		break;
	case HELPER_POINTER:
		fputs(c->result ? "some" : "none", out);
		break;
	case HELPER_NOTHING:
	case HELPER_HIDDEN:
	case HELPER_UINT:
	case HELPER_INT:
	case HELPER_BE16:
	case HELPER_IFINDEX:
	case HELPER_MAP:
	case HELPER_KEY:
	case HELPER_STRUCT:
	case HELPER_MEMORY:
	case HELPER_ERROR:
		error_write(out, c->result);
		break;
	}
}

/* The size of a struct before it is its type's: it says nothing. */
static bool is_shown(const struct helper *h, unsigned int i)
{
	if (h->args[i].value == HELPER_NOTHING || h->args[i].value == HELPER_HIDDEN)
		return false;
	return !i ||
	       (h->args[i - 1].value != HELPER_STRUCT && h->args[i - 1].value != HELPER_MEMORY);
}

static void outcome_print(FILE *out, const struct observed_call *c)
{
	unsigned int bytes = helper_bytes_arg(c->helper);

	if (c->helper->id == BPF_FUNC_tail_call) {
		if (!c->taken)
			fprintf(out, ": not taken%s%s", c->target ? ", though it holds " : "",
				c->target ? c->target : "");
		else
			fprintf(out, " -> %s", c->target ? c->target : "?");
		return;
	}
	if (c->helper->result != HELPER_NOTHING) {
		fputs(" = ", out);
		call_result_print(out, c);
	}
	if (bytes < HELPER_ARGS && c->in && c->out) {
		fputs(" -> ", out);
		bytes_write(out, c, bytes, c->out);
	}
	if (c->scripted)
		fputs(" (scripted)", out);
}

static void signature_print(FILE *out, const struct observed_call *c)
{
	const char *separator = "";

	fprintf(out, "%s(", c->helper->name);
	for (unsigned int i = 0; i < HELPER_ARGS; i++) {
		if (!is_shown(c->helper, i))
			continue;
		fprintf(out, "%s%s=", separator, c->helper->args[i].name);
		call_arg_print(out, c, i);
		separator = ", ";
	}
	fputc(')', out);
	outcome_print(out, c);
}

void call_print(FILE *out, const struct observed_call *c)
{
	const char *slash = c->file ? strrchr(c->file, '/') : NULL;

	signature_print(out, c);
	if (c->file && c->line)
		fprintf(out, "   %s:%u", slash ? slash + 1 : c->file, c->line);
	else if (c->program)
		fprintf(out, "   in %s", c->program);
}

const char *call_text(const struct observed_call *c, struct arena *arena)
{
	struct text_stream t;

	text_stream_open(&t);
	signature_print(t.out, c);
	return text_stream_close(&t, arena);
}
