/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Texts written piece by piece that end up in an arena. */
#pragma once

#include "base/mem.h"

struct text_stream {
	FILE *out;
	char *text;
	size_t len;
};

void text_stream_open(struct text_stream *t);
/* What was written, in @arena; the stream is closed. */
char *text_stream_close(struct text_stream *t, struct arena *arena);
