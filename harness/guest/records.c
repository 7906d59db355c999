/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The result port: records of verdict, which are handed on as they are, and those of process 1. */
#include "guest/outcome.h"

#include "base/errno_names.h"
#include "base/file.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A file that comes in parts, one after the other. */
struct incoming {
	FILE *out; /* NULL: none */
	char *path;
	uint64_t size, len;
};

struct record_reader {
	struct guest_records *records;
	FILE *own;
	const char *files;
	const char *const *sent;
	size_t n_sent;
	struct incoming incoming;
};

static uint64_t number(const json_t *record, const char *name)
{
	json_int_t value = json_integer_value(json_object_get(record, name));

	return value > 0 ? (uint64_t)value : 0;
}

static int base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* RFC 4648, section 4, with its '='. NULL where @text is none; NUL-terminated. */
static char *decode_base64(struct arena *a, const char *text, size_t *len)
{
	size_t n = text ? strlen(text) : 1, out = 0;
	char *data;

	if (n % 4)
		return NULL;
	data = arena_alloc(a, n / 4 * 3 + 1);
	for (size_t i = 0; i < n; i += 4) {
		size_t digits = i + 4 < n ? 4 : strcspn(text + i, "=");
		uint32_t four = 0;

		if (digits < 2)
			return NULL;
		for (size_t j = 0; j < digits; j++) {
			int digit = base64_digit(text[i + j]);

			if (digit < 0)
				return NULL;
			four |= (uint32_t)digit << (18 - 6 * j);
		}
		for (size_t j = 0; j + 1 < digits; j++)
			data[out++] = (char)(four >> (16 - 8 * j));
	}
	*len = out;
	return data;
}

static void file_failed(struct record_reader *r, const char *path, const char *why)
{
	struct guest_records *records = r->records;

	if (!records->file_error)
		records->file_error = arena_printf(&records->arena, "%s: %s", path, why);
}

static bool has_dots(const char *path)
{
	for (const char *p = path; (p = strstr(p, "/.")); p++) {
		size_t n = strcspn(p + 1, "/");

		if (n == 1 || (n == 2 && p[2] == '.'))
			return true;
	}
	return false;
}

/* One of the paths that were asked for, or below one. */
static bool was_asked_for(const struct record_reader *r, const char *path)
{
	for (size_t i = 0; i < r->n_sent; i++) {
		size_t len = strlen(r->sent[i]);

		if (!strncmp(path, r->sent[i], len) && (!path[len] || path[len] == '/'))
			return path[0] == '/' && !has_dots(path);
	}
	return false;
}

static void close_incoming(struct record_reader *r)
{
	struct incoming *f = &r->incoming;

	if (!f->out)
		return;
	if (fclose(f->out))
		file_failed(r, f->path, errno_text(errno));
	else if (f->len < f->size)
		file_failed(r, f->path, "cut short");
	free(f->path);
	*f = (struct incoming){};
}

static void open_incoming(struct record_reader *r, const char *path, uint64_t size)
{
	struct arena a = {};
	const char *here = arena_printf(&a, "%s%s", r->files, path);
	int err = folder_make(path_folder(&a, here));

	close_incoming(r);
	r->incoming.out = err ? NULL : fopen(here, "we");
	if (!r->incoming.out) {
		file_failed(r, here, errno_text(err ? err : errno));
	} else {
		r->incoming.path = xstrdup(path);
		r->incoming.size = size;
	}
	arena_free(&a);
}

static void read_file_record(struct record_reader *r, const json_t *record)
{
	struct arena a = {};
	size_t path_len, len;
	const char *path =
		decode_base64(&a, json_string_value(json_object_get(record, "path")), &path_len);
	const char *data =
		decode_base64(&a, json_string_value(json_object_get(record, "data")), &len);
	uint64_t offset = number(record, "offset");

	if (!path || !data || strlen(path) != path_len || !was_asked_for(r, path)) {
		file_failed(r, path ? path : "a file", "not asked for, or its record is damaged");
		arena_free(&a);
		return;
	}
	if (!offset)
		open_incoming(r, path, number(record, "size"));
	if (!r->incoming.out || strcmp(r->incoming.path, path) || r->incoming.len != offset)
		file_failed(r, path, "a part is missing");
	else if (fwrite(data, 1, len, r->incoming.out) != len)
		file_failed(r, path, errno_text(errno));
	else
		r->incoming.len += len;
	arena_free(&a);
}

static void read_summary(struct guest_records *records, const json_t *record)
{
	static const char *const counts[] = { "passed", "failed", "skipped", "xfailed", "errors" };

	records->summary = true;
	records->stopped = json_is_true(json_object_get(record, "stopped"));
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		records->summed += number(record, counts[i]);
	records->summary_status = (int)number(record, "status");
}

/* Records of process 1. Returns false for those of the command. */
static bool read_own_record(struct record_reader *r, const char *kind, const json_t *record)
{
	struct guest_records *records = r->records;

	if (!strcmp(kind, "guest")) {
		records->hello = true;
		records->booted_ns = number(record, "booted_ns");
		records->ready_ns = number(record, "ready_ns");
		records->modules_failed = (unsigned int)number(record, "modules_failed");
	} else if (!strcmp(kind, "file")) {
		read_file_record(r, record);
	} else if (!strcmp(kind, "exit")) {
		records->exit = true;
		records->status = (int)number(record, "status");
		records->signal = (int)number(record, "signal");
		records->timed_out = json_is_true(json_object_get(record, "timed_out"));
		records->ran_ns = number(record, "ran_ns");
	} else {
		return false;
	}
	return true;
}

static void read_line(struct record_reader *r, const char *line, size_t len)
{
	struct guest_records *records = r->records;
	json_t *record = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	const char *kind = json_string_value(json_object_get(record, "record"));

	if (!kind) {
		records->damaged++;
	} else if (!read_own_record(r, kind, record)) {
		if (!strcmp(kind, "run")) {
			records->run = true;
			records->planned = number(record, "scenarios");
		} else if (!strcmp(kind, "scenario")) {
			records->judged++;
		} else if (!strcmp(kind, "summary")) {
			read_summary(records, record);
		}
		fwrite(line, 1, len, r->own);
	}
	json_decref(record);
}

int records_read(const char *path, FILE *own, const char *files, const char *const *sent,
		 size_t n_sent, struct guest_records *records)
{
	struct guest_records new = {};
	struct record_reader r = { &new, own, files, sent, n_sent, {} };
	FILE *in = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	int err;

	if (!in)
		return -errno;
	while ((len = getline(&line, &room, in)) > 0)
		if (len > 1)
			read_line(&r, line, (size_t)len);
	close_incoming(&r);
	free(line);
	err = ferror(in) || fflush(own) || ferror(own) ? -EIO : 0;
	fclose(in);
	if (err)
		records_free(&new);
	else
		*records = new;
	return err;
}

void records_free(struct guest_records *records)
{
	arena_free(&records->arena);
	*records = (struct guest_records){};
}
