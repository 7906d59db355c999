/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is loaded interposed: objects of all kinds, and what is done where the kernel refuses. */
#include "kernel_test.h"

#include "interpose_test.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <glob.h>
#include <pthread.h>

static enum interposition how(const struct loaded *l, const char *program, const char **why)
{
	return instance_interposition(l->inst, 0, program, why);
}

static void a_chain_of_eight_frames_is_recorded_in_place(void **state)
{
	static const struct call_expected call = { "redirect", { 2, 0 }, XDP_REDIRECT };
	const struct call_site *site;
	const char *why;
	struct loaded l;
	(void)state;

	NEED_ROOT();
	l = load_interposed("ipose_limits", &(struct interpose_request){ 0 });
	assert_int_equal(how(&l, "deep", &why), INTERPOSED_INLINE);
	assert_non_null(strstr(why, "frames is too deep"));
	assert_null(strchr(why, '\n'));
	assert_int_equal(run_calls(&l, "deep", 60), XDP_REDIRECT);
	assert_calls(&l, 1, &call);
	site = instance_call_site(l.inst, tape_record(l.tape, 0)->site);
	assert_true(site->inlined);
	assert_line_holds(site, "bpf_redirect(ctx->ingress_ifindex + 1, 0)");
	/* The other programs of the object are not affected. */
	assert_int_equal(how(&l, "functions", &why), INTERPOSED_STUBS);
	assert_null(why);
	unload(&l);
}

/* What the verifier knows of a result it would not know of the scenario's answer. */
static void bounds_of_results_are_kept(void **state)
{
	struct loaded l = { .file = test_object("ipose_bounded") };
	struct instance_object spec = { .file = l.file };
	struct diags d = { 0 };
	const char *why;
	(void)state;

	NEED_ROOT();
	l.inst = instance_load(&d, &spec, 1, NULL, NULL);
	diags_free(&d);
	if (!l.inst) {
		object_file_free(l.file);
		skip(); /* an older kernel */
	}
	unload(&l);
	l = load_interposed("ipose_bounded", &(struct interpose_request){ 0 });
	assert_int_equal(how(&l, "by_cpu", &why), INTERPOSED_INLINE);
	assert_non_null(why);
	assert_int_equal(run_calls(&l, "by_cpu", 60), XDP_REDIRECT);
	assert_int_equal(tape_count(l.tape, NULL), 2);
	assert_false(instance_call_site(l.inst, tape_record(l.tape, 0)->site)->scripted);
	unload(&l);
}

static void all_of_the_stack_may_be_used(void **state)
{
	static const struct call_expected calls[] = { { "redirect", { 1, 0 }, XDP_REDIRECT },
						      { "redirect", { 7, 0 }, XDP_REDIRECT } };
	const char *why;
	struct loaded l;
	(void)state;

	NEED_ROOT();
	l = load_interposed("ipose_limits", &(struct interpose_request){ 0 });
	assert_int_not_equal(how(&l, "stack_512", &why), INTERPOSED_NOT);
	assert_int_equal(run_calls(&l, "stack_512", 60), XDP_REDIRECT);
	assert_calls(&l, 2, calls);
	unload(&l);
}

static void calls_may_be_many(void **state)
{
	const char *why;
	struct loaded l;
	uint64_t lost;
	(void)state;

	NEED_ROOT();
	l = load_interposed("ipose_limits", &(struct interpose_request){ 0 });
	assert_int_equal(how(&l, "calls_400", &why), INTERPOSED_STUBS);
	assert_int_equal(run_calls(&l, "calls_400", 60), XDP_PASS);
	assert_int_equal(tape_count(l.tape, &lost) + lost, 400);
	unload(&l);
}

static const struct object_program *program_of(const struct object_file *f, const char *name)
{
	for (size_t i = 0; i < f->n_programs; i++) {
		if (!strcmp(f->programs[i].name, name))
			return &f->programs[i];
	}
	fail_msg("no program %s", name);
	return NULL;
}

/* Sections libbpf does not know, with the types that the scenario says. */
static void sections_may_have_any_name(void **state)
{
	static const struct call_expected calls[] = { { "redirect", { 3, 0 }, XDP_REDIRECT },
						      { "redirect", { 4, 0 }, XDP_REDIRECT } };
	struct instance_program_type types[3];
	struct loaded l = { .file = test_object("ipose_limits") };
	struct instance_object spec = { .file = l.file, .types = types, .n_types = 3 };
	struct diags d = { 0 };
	const char *why;
	(void)state;

	NEED_ROOT();
	types[0].program = program_of(l.file, "odd_section");
	types[1].program = program_of(l.file, "odder_section");
	types[2].program = program_of(l.file, "other_type");
	types[0].type = types[1].type = BPF_PROG_TYPE_XDP;
	types[2].type = BPF_PROG_TYPE_SCHED_CLS;
	/* That libbpf has handlers of ours changes nothing of what it says of an object. */
	assert_int_equal(types[0].program->type, BPF_PROG_TYPE_UNSPEC);
	assert_int_equal(types[1].program->type, BPF_PROG_TYPE_UNSPEC);
	l.inst = instance_load(&d, &spec, 1, &(struct interpose_request){ 0 }, NULL);
	assert_non_null(l.inst);
	l.tape = instance_tape(l.inst);
	assert_int_equal(run_calls(&l, "odd_section", 60), XDP_REDIRECT);
	assert_calls(&l, 1, &calls[0]);
	assert_int_equal(run_calls(&l, "odder_section", 60), XDP_REDIRECT);
	assert_calls(&l, 1, &calls[1]);
	assert_int_equal(how(&l, "other_type", &why), INTERPOSED_NOT);
	assert_non_null(strstr(why, "type"));
	unload(&l);
	diags_free(&d);
}

static void handlers_leave_types_alone(void **state)
{
	struct object_file *before = test_object("ipose_limits"), *after;
	struct interpose_request request = { 0 };
	struct loaded l;
	(void)state;

	NEED_ROOT();
	l = load_interposed("ipose_calls", &request);
	unload(&l);
	after = test_object("ipose_limits");
	assert_int_equal(before->n_programs, after->n_programs);
	for (size_t i = 0; i < before->n_programs; i++) {
		assert_int_equal(before->programs[i].type, after->programs[i].type);
		assert_int_equal(before->programs[i].expected_attach_type,
				 after->programs[i].expected_attach_type);
		assert_int_equal(before->programs[i].frags, after->programs[i].frags);
	}
	object_file_free(before);
	object_file_free(after);
}

/* A copy of object @name without @sections; the caller removes and frees. */
static char *stripped(const char *name, const char *sections)
{
	char *from = test_object_path(name), *to = xstrdup("/tmp/verdict-ipose-XXXXXX"), *command;
	int fd = mkstemp(to);

	assert_true(fd >= 0);
	close(fd);
	command = xasprintf("llvm-objcopy %s '%s' %s", sections, from, to);
	assert_int_equal(system(command), 0);
	free(command);
	free(from);
	return to;
}

static void check_stripped(const char *sections, bool lines)
{
	static const struct call_expected calls[] = { { "redirect", { 5, 0 }, XDP_REDIRECT },
						      { "redirect", { 6, 0 }, XDP_REDIRECT } };
	char *path = stripped("ipose_limits", sections);
	const struct call_site *site;
	const char *why;
	struct loaded l;

	l = load_interposed(path, &(struct interpose_request){ 0 });
	unlink(path);
	free(path);
	assert_int_equal(how(&l, "functions", &why), INTERPOSED_STUBS);
	assert_int_equal(run_calls(&l, "functions", 60), XDP_REDIRECT);
	assert_calls(&l, 2, calls);
	site = instance_call_site(l.inst, tape_record(l.tape, 0)->site);
	assert_int_equal(site->file != NULL, lines);
	assert_int_equal(site->line != 0, lines);
	assert_int_equal(how(&l, "deep", &why), INTERPOSED_INLINE);
	assert_int_equal(run_calls(&l, "deep", 60), XDP_REDIRECT);
	unload(&l);
}

static void types_and_lines_may_be_absent(void **state)
{
	(void)state;

	NEED_ROOT();
	if (system("llvm-objcopy --version > /dev/null 2>&1"))
		skip();
	check_stripped("", true);
	check_stripped("--remove-section .BTF.ext --remove-section .rel.BTF.ext", false);
	check_stripped("--remove-section .BTF.ext --remove-section .rel.BTF.ext "
		       "--remove-section .BTF --remove-section .rel.BTF",
		       false);
}

/* The kernel's view: the source lines are those of the object, and one for each stub. */
static void source_lines_stay(void **state)
{
	struct bpf_line_info plain[64] = { 0 }, lines[64] = { 0 };
	struct bpf_prog_info info = { 0 };
	uint32_t len = sizeof(info), n;
	struct loaded l;
	(void)state;

	NEED_ROOT();
	for (int interposed = 0; interposed < 2; interposed++) {
		l = load_interposed("ipose_limits",
				    &(struct interpose_request){ .off = !interposed });
		memset(&info, 0, sizeof(info));
		info.line_info = (uintptr_t)(interposed ? lines : plain);
		info.line_info_rec_size = sizeof(lines[0]);
		info.nr_line_info = 64;
		assert_int_equal(bpf_obj_get_info_by_fd(
					 instance_program(l.inst, 0, "functions")->fd, &info, &len),
				 0);
		if (!interposed)
			n = info.nr_line_info;
		unload(&l);
	}
	assert_true(n > 4);
	assert_int_equal(info.nr_line_info, n + 1);
	for (uint32_t i = 0; i < n; i++) {
		assert_int_equal(lines[i].line_col, plain[i].line_col);
		assert_true(lines[i].insn_off >= plain[i].insn_off);
	}
}

/* An object that does not load at all is reported as if nobody had tried to interpose. */
static void refusals_are_reported_as_without(void **state)
{
	static const char *const names[] = { "kernel_bad_program", "kernel_bad_map",
					     "kernel_bad_ksym", "fail_verifier" };
	(void)state;

	NEED_ROOT();
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct object_file *f = test_object(names[i]);
		struct instance_object spec = { .file = f };
		struct load_failure plain = { 0 }, interposed = { 0 };
		struct diags a = { 0 }, b = { 0 };

		assert_null(instance_load(&a, &spec, 1, NULL, &plain));
		assert_null(instance_load(&b, &spec, 1, &(struct interpose_request){ .traced = 1 },
					  &interposed));
		assert_int_equal(a.n, 1);
		assert_int_equal(b.n, 1);
		assert_string_equal(a.items[0].message, b.items[0].message);
		assert_int_equal(plain.kind, interposed.kind);
		assert_int_equal(!plain.log_tail, !interposed.log_tail);
		if (plain.log_tail)
			assert_string_equal(plain.log_tail, interposed.log_tail);
		load_failure_free(&plain);
		load_failure_free(&interposed);
		diags_free(&a);
		diags_free(&b);
		object_file_free(f);
	}
}

/* What loads, loads interposed; every program with calls worth it is. Returns how many are. */
static size_t check_object(const char *path)
{
	struct object_file *f = test_object(path);
	struct instance_object spec = { .file = f };
	struct diags d = { 0 };
	struct instance *inst = instance_load(&d, &spec, 1, NULL, NULL);
	size_t n = 0;
	const char *why;

	diags_free(&d);
	if (inst) {
		instance_free(inst);
		inst = instance_load(&d, &spec, 1, &(struct interpose_request){ .traced = true },
				     NULL);
		assert_non_null(inst);
		for (size_t i = 0; i < f->n_programs; i++) {
			n += instance_interposition(inst, 0, f->programs[i].name, &why) !=
			     INTERPOSED_NOT;
			if (why)
				print_message("%s: %s: %s\n", path, f->programs[i].name, why);
			else
				continue;
			/* Only where it is meant to be. */
			assert_non_null(strstr(path, "ipose_"));
		}
		instance_free(inst);
	}
	diags_free(&d);
	object_file_free(f);
	return n;
}

static size_t check_objects(const char *pattern)
{
	size_t n = 0;
	glob_t g;

	if (glob(pattern, 0, NULL, &g))
		return 0;
	for (size_t i = 0; i < g.gl_pathc; i++) {
		/* libbpf itself does not open that one. */
		if (!strstr(g.gl_pathv[i], "types_legacy"))
			n += check_object(g.gl_pathv[i]);
	}
	globfree(&g);
	return n;
}

static void all_objects_of_the_tests_load(void **state)
{
	char *pattern = test_object_path("*"), *shipped;
	(void)state;

	NEED_ROOT();
	assert_true(check_objects(pattern) > 20);
	shipped = test_object_path("../../../bpf/*");
	check_objects(shipped);
	free(shipped);
	free(pattern);
}

/* Programs that were not written for this: those of xdp-tools, where they are installed. */
static void objects_of_xdp_tools_load(void **state)
{
	(void)state;

	NEED_ROOT();
	if (!check_objects("/usr/lib/*/bpf/xdpfilt_*.o") &&
	    !check_objects("/usr/lib/bpf/xdpfilt_*.o"))
		skip();
	check_objects("/usr/lib/*/bpf/xsk_def_xdp_prog*.o");
}

#define THREADS 4

/* Each thread's calls are on its own tape, also while others load. */
static void *thread_calls(void *arg)
{
	const struct object_file *f = arg;
	struct diags d = { 0 };
	struct sandbox *s = sandbox_new(&d);
	struct instance *inst;
	intptr_t wrong = s ? 0 : 1;

	test_run_block_signals();
	for (int round = 0; s && round < 5; round++) {
		inst = instance_load(&d, &(struct instance_object){ .file = f }, 1,
				     &(struct interpose_request){ 0 }, NULL);
		if (!inst) {
			wrong++;
			break;
		}
		for (size_t i = 1; i <= 100; i++) {
			test_frame(inst, 0, "functions", 60);
			wrong += tape_count(instance_tape(inst), NULL) != 2 * i;
		}
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
	f = test_object("ipose_limits");
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, thread_calls, f), 0);
	for (size_t i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], &wrong), 0);
		assert_null(wrong);
	}
	object_file_free(f);
}

/* That a program may change the metadata is seen in its own code. */
static void flags_of_programs_stay(void **state)
{
	struct loaded plain, interposed;
	(void)state;

	NEED_ROOT();
	plain = load_interposed("kernel_meta", &(struct interpose_request){ .off = true });
	interposed = load_interposed("kernel_meta", &(struct interpose_request){ 0 });
	assert_non_null(interposed.tape);
	for (size_t i = 0; i < plain.file->n_programs; i++) {
		const char *name = plain.file->programs[i].name;
		const struct program *a = instance_program(plain.inst, 0, name);
		const struct program *b = instance_program(interposed.inst, 0, name);

		assert_int_equal(a->meta, b->meta);
		assert_int_equal(a->frags, b->frags);
		assert_int_equal(a->type, b->type);
		assert_int_equal(a->expected_attach_type, b->expected_attach_type);
	}
	unload(&plain);
	unload(&interposed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KERNEL_TEST(handlers_leave_types_alone),
		KERNEL_TEST(a_chain_of_eight_frames_is_recorded_in_place),
		KERNEL_TEST(bounds_of_results_are_kept),
		KERNEL_TEST(all_of_the_stack_may_be_used),
		KERNEL_TEST(calls_may_be_many),
		KERNEL_TEST(sections_may_have_any_name),
		KERNEL_TEST(types_and_lines_may_be_absent),
		KERNEL_TEST(source_lines_stay),
		KERNEL_TEST(refusals_are_reported_as_without),
		KERNEL_TEST(all_objects_of_the_tests_load),
		KERNEL_TEST(objects_of_xdp_tools_load),
		KERNEL_TEST(flags_of_programs_stay),
		KERNEL_TEST(threads_do_not_meet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
