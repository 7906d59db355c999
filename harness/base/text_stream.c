/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/text_stream.h"

#include <stdlib.h>

void text_stream_open(struct text_stream *t)
{
	t->out = xmemstream(&t->text, &t->len);
}

char *text_stream_close(struct text_stream *t, struct arena *arena)
{
	char *text;

	fclose(t->out);
	text = arena_strndup(arena, t->text, t->len);
	free(t->text);
	return text;
}
