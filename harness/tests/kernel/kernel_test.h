/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the tests of kernel/ share: objects by name, loaded in a namespace of the test's own. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/errno_names.h"
#include "kernel/instance.h"
#include "kernel/sandbox.h"
#include "kernel/test_run.h"

#include <libgen.h>
#include <limits.h>
#include <unistd.h>

#define NEED_ROOT()                                                                       \
	do {                                                                              \
		struct diags need_root_diags = { 0 };                                     \
		int need_root_ret = sandbox_check(&need_root_diags);                      \
                                                                                          \
		if (need_root_ret)                                                        \
			print_message("skipped: %s\n", need_root_diags.items[0].message); \
		diags_free(&need_root_diags);                                             \
		if (need_root_ret)                                                        \
			skip();                                                           \
	} while (0)

/* The test programs are built next to the tests: ../bpf/NAME.bpf.o. The caller frees. */
static inline char *test_object_path(const char *name)
{
	char exe[PATH_MAX] = "";
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	assert_true(n > 0);
	return xasprintf("%s/../bpf/%s.bpf.o", dirname(exe), name);
}

static inline struct object_file *test_object(const char *name)
{
	struct diags d = { 0 };
	char *path = name[0] == '/' ? xstrdup(name) : test_object_path(name);
	struct object_file *f = object_file_read(&d, (struct span){ 0 }, path);

	if (!f)
		diags_print(stderr, &d);
	assert_non_null(f);
	diags_free(&d);
	free(path);
	return f;
}

static inline struct instance *test_load(const struct object_file *const files[], size_t n)
{
	struct instance_object specs[4] = { 0 };
	struct diags d = { 0 };
	struct instance *inst;

	assert_true(n <= ARRAY_SIZE(specs));
	for (size_t i = 0; i < n; i++)
		specs[i].file = files[i];
	inst = instance_load(&d, specs, n, NULL, NULL);
	if (!inst)
		diags_print(stderr, &d);
	assert_non_null(inst);
	diags_free(&d);
	return inst;
}

/* One run of @program over @len bytes of an Ethernet frame of zeroes. */
static inline struct test_run test_frame(const struct instance *inst, size_t object,
					 const char *program, uint32_t len)
{
	static _Thread_local uint8_t in[TEST_RUN_IN_MAX], out[TEST_RUN_ROOM];
	const struct program *p = instance_program(inst, object, program);
	struct test_run r;

	assert_non_null(p);
	r = (struct test_run){ .fd = p->fd,
			       .type = p->type,
			       .frags = p->frags,
			       .meta = p->meta,
			       .in = in,
			       .in_len = len,
			       .out = out };
	test_run(&r);
	return r;
}

static inline struct map *test_map(struct instance *inst, size_t object, const char *name)
{
	struct map *m = instance_map(inst, object, name);

	assert_non_null(m);
	return m;
}

/* Whether one of the messages holds @text. */
static inline bool diags_hold(const struct diags *d, const char *text)
{
	for (size_t i = 0; i < d->n; i++) {
		if (strstr(d->items[i].message, text))
			return true;
	}
	diags_print(stderr, d);
	return false;
}

static inline int test_devices(struct sandbox *s, struct diags *d, struct device_spec *devices,
			       size_t n)
{
	return sandbox_network(s, d, &(struct network_spec){ .devices = devices, .n_devices = n });
}

/* Each test in a sandbox of its own; for cmocka_unit_test_setup_teardown(). */
static inline int sandbox_setup(void **state)
{
	struct diags d = { 0 };

	*state = NULL;
	if (!sandbox_check(&d)) {
		*state = sandbox_new(&d);
		assert_non_null(*state);
	}
	diags_free(&d);
	return 0;
}

static inline int sandbox_teardown(void **state)
{
	sandbox_free(*state);
	return 0;
}

#define KERNEL_TEST(f) cmocka_unit_test_setup_teardown(f, sandbox_setup, sandbox_teardown)
