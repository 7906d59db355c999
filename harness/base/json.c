/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/json.h"

#include "base/mem.h"
#include "base/text.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void jsonw_open(struct json *j, FILE *out, enum json_layout layout)
{
	*j = (struct json){ .out = out, .layout = layout };
}

int jsonw_close(struct json *j)
{
	assert(!j->depth);
	errno = 0;
	fputc('\n', j->out);
	if (fflush(j->out) || ferror(j->out))
		return errno ? -errno : -EIO;
	return 0;
}

static void new_line(struct json *j)
{
	if (j->layout == JSON_LINE)
		return;
	fprintf(j->out, "\n%*s", (int)(2 * j->depth), "");
}

/* An escape for what RFC 8259 section 7 does not let stand; 0x7f is none, but hides in terminals.
 */
static void write_control(FILE *out, unsigned char c)
{
	static const char names[] = "btn.fr"; /* 8, 9, 10, (11), 12, 13 */

	if (c >= 8 && c <= 13 && c != 11)
		fprintf(out, "\\%c", names[c - 8]);
	else
		fprintf(out, "\\u%04x", c);
}

static void write_text(FILE *out, const char *s, size_t len)
{
	size_t n;

	fputc('"', out);
	for (size_t i = 0; i < len; i += n) {
		unsigned char c = (unsigned char)s[i];

		n = utf8_character(s + i, len - i, NULL);
		if (!n) {
			fputs("\\ufffd", out);
			n = 1;
		} else if (c < ' ' || c == 0x7f) {
			write_control(out, c);
		} else if (c == '"' || c == '\\') {
			fprintf(out, "\\%c", c);
		} else {
			fwrite(s + i, 1, n, out);
		}
	}
	fputc('"', out);
}

/* What stands before a value: the comma after the last one, the line, the key. */
static void start(struct json *j, const char *key)
{
	bool named = j->depth && !j->levels[j->depth - 1].array;

	assert(named == (key != NULL));
	if (j->depth) {
		if (j->levels[j->depth - 1].filled)
			fputs(j->layout == JSON_LINE ? ", " : ",", j->out);
		j->levels[j->depth - 1].filled = true;
		new_line(j);
	}
	if (!key)
		return;
	write_text(j->out, key, strlen(key));
	fputs(": ", j->out);
}

static void open_level(struct json *j, const char *key, bool array)
{
	start(j, key);
	assert(j->depth < JSON_DEPTH_MAX);
	fputc(array ? '[' : '{', j->out);
	j->levels[j->depth].array = array;
	j->levels[j->depth].filled = false;
	j->depth++;
}

void jsonw_object(struct json *j, const char *key)
{
	open_level(j, key, false);
}

void jsonw_array(struct json *j, const char *key)
{
	open_level(j, key, true);
}

void jsonw_end(struct json *j)
{
	assert(j->depth);
	j->depth--;
	if (j->levels[j->depth].filled)
		new_line(j);
	fputc(j->levels[j->depth].array ? ']' : '}', j->out);
}

void jsonw_text(struct json *j, const char *key, const char *text, size_t len)
{
	start(j, key);
	write_text(j->out, text, len);
}

void jsonw_string(struct json *j, const char *key, const char *text)
{
	if (text)
		jsonw_text(j, key, text, strlen(text));
	else
		jsonw_null(j, key);
}

void jsonw_uint(struct json *j, const char *key, uint64_t value)
{
	start(j, key);
	fprintf(j->out, "%" PRIu64, value);
}

void jsonw_int(struct json *j, const char *key, int64_t value)
{
	start(j, key);
	fprintf(j->out, "%" PRId64, value);
}

void jsonw_bool(struct json *j, const char *key, bool value)
{
	start(j, key);
	fputs(value ? "true" : "false", j->out);
}

FILE *jsonw_value(struct json *j, const char *key)
{
	start(j, key);
	return j->out;
}

void jsonw_null(struct json *j, const char *key)
{
	start(j, key);
	fputs("null", j->out);
}

void jsonw_double(struct json *j, const char *key, double value, int decimals)
{
	start(j, key);
	if (isfinite(value))
		fprintf(j->out, "%.*f", decimals, value);
	else
		fputs("null", j->out);
}

void jsonw_hex(struct json *j, const char *key, const void *data, size_t len)
{
	const uint8_t *bytes = data;

	start(j, key);
	fputc('"', j->out);
	for (size_t i = 0; i < len; i++)
		fprintf(j->out, "%02x", bytes[i]);
	fputc('"', j->out);
}

void jsonw_printf(struct json *j, const char *key, const char *fmt, ...)
{
	va_list ap;
	char *text;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (len < 0) {
		jsonw_null(j, key);
		return;
	}
	jsonw_text(j, key, text, (size_t)len);
	free(text);
}
