/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "page/internal.h"

#include "base/sha256.h"

#include <assert.h>
#include <string.h>

/* What a mark of page.html stands for; what page_print_data() returns is passed on. */
struct part {
	const char *name;
	size_t (*print)(FILE *out, const struct page *p);
};

static size_t file_len(const struct page_file *f)
{
	return (size_t)(f->to - f->from);
}

/* " 'sha256-..'", as Content Security Policy Level 3 names what may stand in a page: in base 64. */
static void print_digest(FILE *out, const struct page_file *f)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint8_t digest[33] = {}; /* one more: 11 groups of three bytes */
	struct sha256 s;

	sha256_begin(&s);
	sha256_update(&s, f->from, file_len(f));
	sha256_finish(&s, digest);
	fputs(" 'sha256-", out);
	for (size_t i = 0; i < sizeof(digest); i += 3) {
		unsigned int group =
			(unsigned int)digest[i] << 16 | digest[i + 1] << 8 | digest[i + 2];

		fputc(digits[group >> 18], out);
		fputc(digits[group >> 12 & 63], out);
		fputc(digits[group >> 6 & 63], out);
		fputc(i == 30 ? '=' : digits[group & 63], out);
	}
	fputc('\'', out);
}

static size_t print_policy(FILE *out, const struct page *p)
{
	(void)p;
	fputs("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	      "img-src data:; base-uri 'none'; form-action 'none'; style-src",
	      out);
	print_digest(out, &page_css);
	fputs("; script-src", out);
	for (size_t i = 0; i < n_page_scripts; i++)
		print_digest(out, &page_scripts[i]);
	fputs("\">\n", out);
	return 0;
}

static void print_file(FILE *out, const char *element, const struct page_file *f)
{
	fprintf(out, "<%s>", element);
	fwrite(f->from, 1, file_len(f), out);
	fprintf(out, "</%s>\n", element);
}

static size_t print_style(FILE *out, const struct page *p)
{
	(void)p;
	print_file(out, "style", &page_css);
	return 0;
}

static size_t print_scripts(FILE *out, const struct page *p)
{
	(void)p;
	for (size_t i = 0; i < n_page_scripts; i++)
		print_file(out, "script", &page_scripts[i]);
	return 0;
}

static size_t print_title(FILE *out, const struct page *p)
{
	page_print_title(out, p);
	return 0;
}

static size_t print_summary(FILE *out, const struct page *p)
{
	page_print_summary(out, p);
	return 0;
}

static size_t print_failures(FILE *out, const struct page *p)
{
	page_print_failures(out, p);
	return 0;
}

static const struct part parts[] = {
	{ "policy", print_policy },   { "title", print_title },	      { "style", print_style },
	{ "summary", print_summary }, { "failures", print_failures }, { "data", page_print_data },
	{ "scripts", print_scripts },
};

static const char mark_start[] = "<!-- verdict: ", mark_end[] = " -->\n";

static const struct part *part_find(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (strlen(parts[i].name) == len && !memcmp(parts[i].name, name, len))
			return &parts[i];
	return NULL;
}

size_t page_write(FILE *out, const struct page *p)
{
	const char *s = page_html.from, *end = page_html.to, *mark, *name;
	const struct part *part;
	size_t left_out = 0;

	while ((mark = memmem(s, (size_t)(end - s), mark_start, strlen(mark_start)))) {
		fwrite(s, 1, (size_t)(mark - s), out);
		name = mark + strlen(mark_start);
		s = memmem(name, (size_t)(end - name), mark_end, strlen(mark_end));
		assert(s);
		part = part_find(name, (size_t)(s - name));
		assert(part);
		left_out += part->print(out, p);
		s += strlen(mark_end);
	}
	fwrite(s, 1, (size_t)(end - s), out);
	return left_out;
}
