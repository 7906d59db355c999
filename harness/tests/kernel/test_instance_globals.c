/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Globals that are left open: set again and again without another verification. */
#include "kernel_test.h"

#include <errno.h>

struct setting {
	struct object_file *file;
	struct instance_global globals[2];
	struct instance_object spec;
};

/* What @s loads: @file with no globals given. */
static void setting_open(struct setting *s, const char *file)
{
	s->file = test_object(file);
	s->spec = (struct instance_object){ .file = s->file,
					    .globals = s->globals,
					    .open_globals = true };
}

static void give(struct setting *s, const char *name, const uint32_t *value)
{
	s->globals[s->spec.n_globals++] =
		(struct instance_global){ object_file_global(s->file, name),
					  (const uint8_t *)value };
}

static struct instance *setting_load(const struct setting *s)
{
	struct diags d = { 0 };
	struct instance *inst = instance_load(&d, &s->spec, 1, NULL, NULL);

	diags_print(stderr, &d);
	assert_non_null(inst);
	assert_int_equal(d.n, 0);
	diags_free(&d);
	return inst;
}

static int32_t verdict(const struct instance *inst, const char *program)
{
	return test_frame(inst, 0, program, 60).verdict;
}

static void open_globals_are_set_again(void **state)
{
	static const uint32_t seven = 7, fifty = 50;
	struct setting s = { 0 };
	struct instance *inst;
	uint32_t id;
	(void)state;

	NEED_ROOT();
	setting_open(&s, "globals");
	give(&s, "answer", &seven);
	inst = setting_load(&s);
	assert_true(instance_globals_open(inst));
	id = instance_program(inst, 0, "answers")->id;
	assert_int_equal(verdict(inst, "answers"), 7211);

	/* Other globals, one that programs write among them; what is not given is the file's. */
	s.spec.n_globals = 0;
	give(&s, "other", &seven);
	give(&s, "runs", &fifty);
	assert_int_equal(instance_set_globals(inst, 0, s.globals, 2), 0);
	assert_true(instance_reset(inst, NULL));
	assert_int_equal(verdict(inst, "answers"), 1000 + 700 + 51);
	assert_int_equal(verdict(inst, "answers"), 1000 + 700 + 52);

	assert_int_equal(instance_set_globals(inst, 0, NULL, 0), 0);
	assert_true(instance_reset(inst, NULL));
	assert_int_equal(verdict(inst, "answers"), 1211);
	assert_int_equal(instance_program(inst, 0, "answers")->id, id);
	instance_free(inst);
	object_file_free(s.file);
}

/* The map is as closed to scenarios as one that the kernel has frozen. */
static void open_globals_are_no_map_to_write(void **state)
{
	static const uint32_t zero = 0, seven = 7;
	const struct object_global *g;
	struct setting s = { 0 };
	struct instance *inst;
	struct map *m;
	(void)state;

	NEED_ROOT();
	setting_open(&s, "globals");
	give(&s, "answer", &seven);
	for (int open = 0; open < 2; open++) {
		s.spec.open_globals = open;
		inst = setting_load(&s);
		g = s.globals[0].global;
		m = test_map(inst, 0, g->map);
		assert_int_equal(map_update(m, &zero, &(uint32_t[2]){ 3, 3 }, 0), -EPERM);
		assert_int_equal(verdict(inst, "answers"), 7211);
		instance_free(inst);
	}
	object_file_free(s.file);
}

/* A program that is refused without the values gets them fixed, as if nobody had asked. */
static void globals_that_must_be_known_are_fixed(void **state)
{
	static const uint32_t six = 6, nine = 9;
	struct diags d = { 0 };
	struct setting s = { 0 };
	struct instance *inst;
	(void)state;

	NEED_ROOT();
	setting_open(&s, "globals_known");
	give(&s, "size", &six);
	inst = setting_load(&s);
	assert_false(instance_globals_open(inst));
	assert_int_equal(verdict(inst, "reads"), 6);
	instance_free(inst);

	s.spec.n_globals = 0;
	give(&s, "size", &nine);
	assert_null(instance_load(&d, &s.spec, 1, NULL, NULL));
	assert_true(d.n > 0);
	diags_free(&d);
	object_file_free(s.file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KERNEL_TEST(open_globals_are_set_again),
		KERNEL_TEST(open_globals_are_no_map_to_write),
		KERNEL_TEST(globals_that_must_be_known_are_fixed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
