/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A streaming JSON writer (RFC 8259): commas, quotes and escapes follow by themselves. Named as
 * iproute2's is: json_object() and others are jansson's, which reads.
 *
 *	struct json j;
 *
 *	jsonw_open(&j, out, JSON_INDENTED);
 *	jsonw_object(&j, NULL);
 *	jsonw_string(&j, "name", "x");
 *	jsonw_array(&j, "frames");
 *	jsonw_uint(&j, NULL, 1);
 *	jsonw_end(&j);
 *	jsonw_end(&j);
 *	err = jsonw_close(&j);
 *
 * Every value takes a key: its name inside an object, NULL inside an array and at the top. A key
 * where none belongs, or none where one does, is our own bug and asserted. Texts are taken as
 * UTF-8; bytes that are not (file names, payloads) become U+FFFD, so that the result is always
 * valid.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define JSON_DEPTH_MAX 32 /* of what we write ourselves: deeper is a bug */

enum json_layout {
	JSON_INDENTED, /* two blanks a level */
	JSON_LINE      /* everything on one line: JSON lines, one value a line */
};

struct json {
	FILE *out; /* the caller's; not closed */
	enum json_layout layout;
	unsigned int depth;
	struct {
		bool array, filled;
	} levels[JSON_DEPTH_MAX];
};

void jsonw_open(struct json *j, FILE *out, enum json_layout layout);
/* After the last jsonw_end(): ends the line. Returns 0, or -errno if @out could not be written. */
int jsonw_close(struct json *j);

void jsonw_object(struct json *j, const char *key);
void jsonw_array(struct json *j, const char *key);
/* Close the object or array opened last. */
void jsonw_end(struct json *j);

/* NULL @text writes null. */
void jsonw_string(struct json *j, const char *key, const char *text);
void jsonw_text(struct json *j, const char *key, const char *text, size_t len);
/*
 * All 64 bits as a decimal number. Readers that keep numbers as doubles (jq, JavaScript) lose bits
 * beyond 2^53: where exactness matters to them, write a string (jsonw_hex(), jsonw_printf()).
 */
void jsonw_uint(struct json *j, const char *key, uint64_t value);
void jsonw_int(struct json *j, const char *key, int64_t value);
void jsonw_bool(struct json *j, const char *key, bool value);
void jsonw_null(struct json *j, const char *key);
/* A number with @decimals digits after the point; what JSON cannot write (infinity) is null. */
void jsonw_double(struct json *j, const char *key, double value, int decimals);
/* Bytes as a string of lower-case hexadecimal digits. */
void jsonw_hex(struct json *j, const char *key, const void *data, size_t len);
/*
 * One value that the caller writes to the stream that is returned, before the next call here: what
 * is JSON already.
 */
FILE *jsonw_value(struct json *j, const char *key);
/* A string made as by printf. */
void jsonw_printf(struct json *j, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
