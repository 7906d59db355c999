/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Objects loaded together: sharing, settings, failures that say what failed. */
#include "kernel_test.h"

#include <dirent.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <pthread.h>
#include <sys/mount.h>

static void pinned_maps_are_shared(void **state)
{
	struct object_file *a, *b;
	struct instance *inst;
	struct map **maps;
	uint32_t zero = 0, value;
	(void)state;

	NEED_ROOT();
	a = test_object("kernel_pin_a");
	b = test_object("kernel_pin_b");
	inst = test_load((const struct object_file *[]){ a, b }, 2);
	assert_ptr_equal(test_map(inst, 0, "a_shared_map_with_a_long_name"),
			 test_map(inst, 1, "a_shared_map_with_a_long_name"));
	assert_ptr_not_equal(test_map(inst, 0, "own"), test_map(inst, 1, "own"));
	assert_int_equal(instance_maps(inst, &maps), 3);

	assert_int_equal(test_frame(inst, 0, "count_a", 60).verdict, 1);
	assert_int_equal(test_frame(inst, 1, "count_b", 60).verdict, 2);
	assert_int_equal(test_frame(inst, 0, "count_a", 60).verdict, 3);
	assert_int_equal(map_lookup(test_map(inst, 1, "own"), &zero, &value), 0);
	assert_int_equal(value, 1);
	assert_true(instance_reset(inst, NULL));
	assert_int_equal(test_frame(inst, 1, "count_b", 60).verdict, 1);
	instance_free(inst);
	object_file_free(a);
	object_file_free(b);
}

static size_t count_files(const char *path)
{
	DIR *dir = opendir(path);
	size_t n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

/* A bpf file system of the test's own, where libbpf would pin, stays as it is. */
static void nothing_is_pinned(void **state)
{
	struct object_file *a;
	struct instance *inst;
	struct diags d = { 0 };
	size_t before;
	(void)state;

	NEED_ROOT();
	assert_int_equal(sandbox_enter_process(&d), 0);
	assert_int_equal(mount("bpf", "/sys/fs/bpf", "bpf", 0, NULL), 0);
	before = count_files("/sys/fs/bpf");
	a = test_object("kernel_pin_a");
	inst = test_load((const struct object_file *[]){ a }, 1);
	assert_int_equal(count_files("/sys/fs/bpf"), before);
	instance_free(inst);
	assert_int_equal(count_files("/sys/fs/bpf"), before);
	object_file_free(a);
	assert_int_equal(umount("/sys/fs/bpf"), 0);
	diags_free(&d);
}

static void max_entries_are_set_for_all_who_share(void **state)
{
	struct object_file *a, *b;
	struct instance_map_size size;
	struct instance_object specs[2] = { 0 };
	struct instance *inst;
	struct diags d = { 0 };
	(void)state;

	NEED_ROOT();
	a = test_object("kernel_pin_a");
	b = test_object("kernel_pin_b");
	size.map = object_file_map(b, "a_shared_map_with_a_long_name");
	size.max_entries = 3;
	specs[0].file = a;
	specs[1] = (struct instance_object){ .file = b, .sizes = &size, .n_sizes = 1 };
	inst = instance_load(&d, specs, 2, NULL, NULL);
	assert_non_null(inst);
	assert_int_equal(test_map(inst, 0, "a_shared_map_with_a_long_name")->max_entries, 3);
	instance_free(inst);
	object_file_free(a);
	object_file_free(b);
	diags_free(&d);
}

static void globals_are_set_before_loading(void **state)
{
	static const uint32_t answer = 17, runs = 100;
	struct object_file *f;
	struct instance_global globals[2];
	struct instance_object spec = { .globals = globals, .n_globals = 2 };
	struct diags d = { 0 };
	struct instance *inst;
	uint32_t zero = 0, value;
	(void)state;

	NEED_ROOT();
	spec.file = f = test_object("kernel_maps");
	globals[0].global = object_file_global(f, "answer");
	globals[0].data = (const uint8_t *)&answer;
	globals[1].global = object_file_global(f, "runs");
	globals[1].data = (const uint8_t *)&runs;
	inst = instance_load(&d, &spec, 1, NULL, NULL);
	assert_non_null(inst);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(test_frame(inst, 0, "write_all", 60).verdict, 17);
		assert_int_equal(
			map_lookup(test_map(inst, 0, globals[1].global->map), &zero, &value), 0);
		assert_int_equal(value, 101);
		assert_true(instance_reset(inst, NULL));
	}
	instance_free(inst);
	object_file_free(f);
	diags_free(&d);
}

static void types_libbpf_cannot_guess(void **state)
{
	struct object_file *f;
	struct instance_program_type type = { .type = BPF_PROG_TYPE_SCHED_CLS };
	struct instance_object spec = { .types = &type, .n_types = 1 };
	struct instance *inst;
	struct diags d = { 0 };
	(void)state;

	NEED_ROOT();
	spec.file = f = test_object("kernel_run");
	inst = test_load((const struct object_file *[]){ f }, 1);
	assert_null(instance_program(inst, 0, "custom"));
	assert_null(instance_program(inst, 1, "xdp_pass"));
	assert_null(instance_map(inst, 0, "no_such"));
	instance_free(inst);
	for (size_t i = 0; i < f->n_programs; i++) {
		if (!strcmp(f->programs[i].name, "custom"))
			type.program = &f->programs[i];
	}
	inst = instance_load(&d, &spec, 1, NULL, NULL);
	assert_non_null(inst);
	assert_int_equal(test_frame(inst, 0, "custom", 60).verdict, 77);
	instance_free(inst);
	object_file_free(f);
	diags_free(&d);
}

/* Loads @names, which must fail with @kind and a message that holds @text. */
static struct load_failure fails(const char *const names[], size_t n, enum load_failure_kind kind,
				 const char *text)
{
	struct object_file *files[2] = { 0 };
	struct instance_object specs[2] = { 0 };
	struct load_failure failure = { 0 };
	struct diags d = { 0 };

	for (size_t i = 0; i < n; i++)
		specs[i].file = files[i] = test_object(names[i]);
	assert_null(instance_load(&d, specs, n, NULL, &failure));
	assert_int_equal(d.errors, 1);
	assert_true(diags_hold(&d, text));
	assert_int_equal(failure.kind, kind);
	for (size_t i = 0; i < n; i++)
		object_file_free(files[i]);
	diags_free(&d);
	return failure;
}

static void verifier_refusal(void **state)
{
	struct load_failure f;
	(void)state;

	NEED_ROOT();
	f = fails(
		(const char *[]){ "kernel_bad_program" }, 1, LOAD_VERIFIER,
		"cannot load kernel_bad_program.bpf.o: program reads_unchecked was refused by the "
		"verifier (EACCES): ");
	assert_string_equal(f.name, "reads_unchecked");
	assert_int_equal(f.error, -EACCES);
	assert_non_null(strstr(f.log, "processed "));
	assert_null(strstr(f.log_tail, "processed "));
	assert_non_null(strstr(f.log_tail, "; return data[14];"));
	assert_non_null(strstr(f.log_tail, "invalid access to packet"));
	load_failure_free(&f);
}

static void map_refusal(void **state)
{
	struct load_failure f;
	(void)state;

	NEED_ROOT();
	f = fails((const char *[]){ "kernel_bad_map" }, 1, LOAD_MAP,
		  "the kernel refused to make map no_room: Invalid argument (EINVAL)");
	assert_string_equal(f.name, "no_room");
	load_failure_free(&f);
}

static void missing_function(void **state)
{
	struct load_failure f;
	(void)state;

	NEED_ROOT();
	f = fails((const char *[]){ "kernel_bad_ksym" }, 1, LOAD_MISSING,
		  "this kernel does not have no_such_kernel_function");
	load_failure_free(&f);
}

static void shared_maps_that_differ(void **state)
{
	struct load_failure f;
	(void)state;

	NEED_ROOT();
	f = fails(
		(const char *[]){ "kernel_pin_a", "kernel_pin_other" }, 2, LOAD_PRIVILEGE,
		"map a_shared_map_with_a_long_name is pinned by name, so kernel_pin_a.bpf.o and "
		"kernel_pin_other.bpf.o share it, but its value_size is 4 in one and 8 in the other");
	load_failure_free(&f);
}

/* What distributions ship loads as it is. Only xdp-tools' objects are expected; skipped without
 * them. */
static void objects_of_xdp_tools(void **state)
{
	static const char *const folders[] = { "/usr/lib/x86_64-linux-gnu/bpf",
					       "/usr/lib/aarch64-linux-gnu/bpf", "/usr/lib64/bpf",
					       "/usr/lib/bpf" };
	static const char *const names[] = { "xdpfilt_alw_all.o", "xdpfilt_dny_ip.o",
					     "xdpfilt_alw_tcp.o" };
	struct object_file *f;
	struct instance *inst;
	size_t found = 0;
	char *path;
	(void)state;

	NEED_ROOT();
	for (size_t i = 0; i < ARRAY_SIZE(folders) * ARRAY_SIZE(names); i++) {
		path = xasprintf("%s/%s", folders[i / ARRAY_SIZE(names)],
				 names[i % ARRAY_SIZE(names)]);
		if (!access(path, R_OK)) {
			found++;
			f = test_object(path);
			inst = test_load((const struct object_file *[]){ f }, 1);
			for (size_t j = 0; j < f->n_programs; j++)
				assert_int_equal(test_frame(inst, 0, f->programs[j].name, 60).error,
						 0);
			assert_true(instance_reset(inst, NULL));
			instance_free(inst);
			object_file_free(f);
		}
		free(path);
	}
	if (!found)
		skip();
}

#define THREADS 4

/* Each thread with its own instance sees only its own counts. */
static void *thread_counts(void *arg)
{
	const struct object_file *f = arg;
	struct diags d = { 0 };
	struct sandbox *s = sandbox_new(&d);
	struct instance *inst;
	intptr_t wrong = s ? 0 : 1;

	test_run_block_signals();
	for (int round = 0; s && round < 5; round++) {
		inst = instance_load(&d, &(struct instance_object){ .file = f }, 1, NULL, NULL);
		if (!inst) {
			wrong++;
			break;
		}
		for (int i = 1; i <= 1000; i++)
			wrong += test_frame(inst, 0, "count_a", 60).verdict != i;
		wrong += !instance_reset(inst, NULL);
		wrong += test_frame(inst, 0, "count_a", 60).verdict != 1;
		instance_free(inst);
	}
	sandbox_free(s);
	diags_free(&d);
	return (void *)wrong;
}

static void threads_do_not_meet(void **state)
{
	pthread_t threads[THREADS];
	struct object_file *f;
	void *wrong;
	(void)state;

	NEED_ROOT();
	f = test_object("kernel_pin_a");
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, thread_counts, f), 0);
	for (size_t i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], &wrong), 0);
		assert_null(wrong);
	}
	object_file_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KERNEL_TEST(pinned_maps_are_shared),
		KERNEL_TEST(nothing_is_pinned),
		KERNEL_TEST(max_entries_are_set_for_all_who_share),
		KERNEL_TEST(globals_are_set_before_loading),
		KERNEL_TEST(types_libbpf_cannot_guess),
		KERNEL_TEST(verifier_refusal),
		KERNEL_TEST(map_refusal),
		KERNEL_TEST(missing_function),
		KERNEL_TEST(shared_maps_that_differ),
		KERNEL_TEST(objects_of_xdp_tools),
		KERNEL_TEST(threads_do_not_meet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
