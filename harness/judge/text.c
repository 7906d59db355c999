/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "judge/text.h"

#include <stdlib.h>

void text_open(struct text_stream *t)
{
	t->out = xmemstream(&t->text, &t->len);
}

const char *text_close(struct text_stream *t, struct arena *arena)
{
	const char *text;

	fclose(t->out);
	text = arena_strndup(arena, t->text, t->len);
	free(t->text);
	return text;
}
