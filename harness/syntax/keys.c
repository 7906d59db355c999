/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "syntax/keys.h"

#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_SHOWN 24

#define TAKES_ANY   (TAKES_SCALAR | TAKES_LIST | TAKES_MAPPING)

static const char *name_at(const void *names, size_t i, size_t stride)
{
	return *(const char *const *)((const char *)names + i * stride);
}

/* "a, b, c"; the caller frees. */
static char *names_joined(const void *names, size_t n, size_t stride)
{
	size_t shown = 0, len;
	char *text;
	FILE *f = xmemstream(&text, &len);

	for (size_t i = 0; i < n; i++) {
		const char *name = name_at(names, i, stride);

		if (!name || !*name)
			continue;
		if (shown == NAMES_SHOWN) {
			fputs(", ...", f);
			break;
		}
		fprintf(f, "%s%s", shown++ ? ", " : "", name);
	}
	fclose(f);
	return text;
}

void unknown_name(struct diags *d, struct span where, const char *what, const char *word,
		  size_t len, const void *names, size_t n, size_t stride)
{
	const char *near = text_nearest(word, len, names, n, stride);
	char *all;

	if (near) {
		diag(d, DIAG_ERROR, where, "unknown %s '%.*s'; did you mean '%s'?", what, (int)len,
		     word, near);
		return;
	}
	all = names_joined(names, n, stride);
	if (*all)
		diag(d, DIAG_ERROR, where, "unknown %s '%.*s'; there are: %s", what, (int)len, word,
		     all);
	else
		diag(d, DIAG_ERROR, where, "unknown %s '%.*s'; there are none", what, (int)len,
		     word);
	free(all);
}

/* "a value or a list" */
static const char *kinds_taken(unsigned int flags)
{
	switch (flags & TAKES_ANY) {
	case TAKES_SCALAR:
		return "a value";
	case TAKES_LIST:
		return "a list";
	case TAKES_MAPPING:
		return "a mapping";
	case TAKES_SCALAR | TAKES_LIST:
		return "a value or a list";
	case TAKES_SCALAR | TAKES_MAPPING:
		return "a value or a mapping";
	case TAKES_LIST | TAKES_MAPPING:
		return "a list or a mapping";
	}
	return "a value, a list or a mapping";
}

/* Whether @value is of a kind the key takes; rows that name no kind take any. */
static bool check_kind(struct diags *d, const struct key *row, const struct node *key,
		       const struct node *value)
{
	if (value->broken)
		return false;
	if (node_is_empty(value)) {
		diag(d, DIAG_ERROR, node_where(key), "'%s' has no value; it takes %s", row->name,
		     row->argument ? row->argument : kinds_taken(row->flags));
		return false;
	}
	if ((row->flags & TAKES_ANY) == TAKES_SCALAR && value->kind == NODE_SCALAR && !value->len) {
		diag(d, DIAG_ERROR, node_where(value), "'%s' is empty; it takes %s", row->name,
		     row->argument ? row->argument : kinds_taken(row->flags));
		return false;
	}
	if (!(row->flags & TAKES_ANY) || row->flags & (1u << value->kind))
		return true;
	diag(d, DIAG_ERROR, node_where(value), "'%s' takes %s, this is %s", row->name,
	     kinds_taken(row->flags), node_kind_name(value));
	return false;
}

static const struct key *key_find(const struct key *keys, size_t n_keys, const struct node *key)
{
	for (size_t i = 0; i < n_keys; i++)
		if (text_is(key->text, key->len, keys[i].name))
			return &keys[i];
	return NULL;
}

/* Whether a key of @n was told to be a misspelt @row. */
static bool is_misspelt(const struct node *n, const struct key *row, const struct key *keys,
			size_t n_keys)
{
	const struct node *key;

	for_each_child (key, n)
		if (!key_find(keys, n_keys, key) &&
		    text_nearest(key->text, key->len, keys, n_keys, sizeof(*keys)) == row->name)
			return true;
	return false;
}

static void check_required(struct diags *d, const struct node *n, const char *what,
			   const struct key *keys, size_t n_keys)
{
	for (size_t i = 0; i < n_keys; i++) {
		const struct key *row = &keys[i];

		if (!(row->flags & KEY_REQUIRED) || node_get(n, row->name) ||
		    is_misspelt(n, row, keys, n_keys))
			continue;
		diag(d, DIAG_ERROR, node_where(n), "%s needs '%s%s%s'", what, row->name,
		     row->argument ? ": " : "", row->argument ? row->argument : "");
	}
}

void keys_read(struct diags *d, const struct node *n, const char *what, const struct key *keys,
	       size_t n_keys, void *into)
{
	const struct node *key;

	if (n->broken)
		return;
	if (n->kind != NODE_MAPPING) {
		diag(d, DIAG_ERROR, node_where(n), "%s is a mapping ('name: value'), this is %s",
		     what, node_is_empty(n) ? "empty" : node_kind_name(n));
		return;
	}
	for_each_child (key, n) {
		const struct key *row = key_find(keys, n_keys, key);

		if (!row)
			unknown_name(d, node_where(key), "key", key->text, key->len, keys, n_keys,
				     sizeof(*keys));
		else if (check_kind(d, row, key, key->value) && row->read)
			row->read(into, key, key->value);
	}
	check_required(d, n, what, keys, n_keys);
}

/* A plain scalar: numbers and words of the language are not quoted. */
static bool check_plain(struct diags *d, const struct node *n, const char *what, const char *takes)
{
	if (n->broken)
		return false;
	if (n->kind != NODE_SCALAR)
		diag(d, DIAG_ERROR, node_where(n), "%s takes %s, this is %s", what, takes,
		     node_kind_name(n));
	else if (n->style != NODE_PLAIN)
		diag(d, DIAG_ERROR, node_where(n), "%s takes %s, this is text in quotes", what,
		     takes);
	else
		return true;
	return false;
}

int node_uint(struct diags *d, const struct node *n, const char *what, uint64_t max, uint64_t *out)
{
	uint64_t value;
	int err;

	if (!check_plain(d, n, what, "a number"))
		return -1;
	err = number_parse(n->text, n->len, &value);
	if (!err && value <= max) {
		*out = value;
		return 0;
	}
	if (err == -EINVAL && n->len > 1 && n->text[0] == '0' &&
	    strspn(n->text, "0123456789") == n->len)
		diag(d, DIAG_ERROR, node_where(n),
		     "'%s': a number has no leading zero; hexadecimal starts with 0x", n->text);
	else if (err == -EINVAL)
		diag(d, DIAG_ERROR, node_where(n),
		     "%s takes a number from 0 to %" PRIu64 ", not '%s'", what, max, n->text);
	else
		diag(d, DIAG_ERROR, node_where(n), "%s is %" PRIu64 " at most, not %s", what, max,
		     n->text);
	return -1;
}

int node_bool(struct diags *d, const struct node *n, const char *what, bool *out)
{
	if (!check_plain(d, n, what, "true or false"))
		return -1;
	if (!node_is_word(n, "true") && !node_is_word(n, "false")) {
		diag(d, DIAG_ERROR, node_where(n), "%s takes true or false, not '%s'", what,
		     n->text);
		return -1;
	}
	*out = node_is_word(n, "true");
	return 0;
}
