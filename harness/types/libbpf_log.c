/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "types/libbpf_log.h"

#include <bpf/libbpf.h>
#include <pthread.h>
#include <stdlib.h>

static _Thread_local FILE *log_stream; /* NULL: nothing is kept */
static _Thread_local char *log_text;
static _Thread_local size_t log_len;

/* libbpf's contract for the function is printf's; the compiler cannot see that @fmt is a literal.
 */
static int log_keep(enum libbpf_print_level level, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

static int log_keep(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	if (!log_stream || level == LIBBPF_DEBUG)
		return 0;
	return vfprintf(log_stream, fmt, ap);
}

static void log_install(void)
{
	libbpf_set_print(log_keep);
}

void libbpf_log_begin(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, log_install);
	if (log_stream)
		free(libbpf_log_end());
	log_stream = xmemstream(&log_text, &log_len);
}

char *libbpf_log_end(void)
{
	char *text;

	if (!log_stream)
		return xstrdup("");
	fclose(log_stream);
	log_stream = NULL;
	text = log_text;
	log_text = NULL;
	return text ? text : xstrdup("");
}

const char *libbpf_loaded_version(void)
{
	const char *version = libbpf_version_string();

	return *version == 'v' ? version + 1 : version;
}
