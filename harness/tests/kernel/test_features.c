/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The table of features against libbpf's names and probes, and against what else the harness has
 * found out about this kernel. What kernels lack is shown by harness/tests/features.
 */
#include "kernel_test.h"

#include "kernel/features.h"
#include "types/helpers.h"

#include <bpf/libbpf.h>
#include <fcntl.h>
#include <sys/stat.h>

static const struct feature *feature(const char *name)
{
	const struct feature *f = feature_find(name, strlen(name));

	if (!f)
		print_error("there is no feature %s\n", name);
	assert_non_null(f);
	return f;
}

static bool has(const char *name)
{
	struct feature_answer a = feature_probe(feature(name));

	assert_int_not_equal(a.support, FEATURE_UNKNOWN);
	assert_int_equal(a.support == FEATURE_NO, a.reason != NULL);
	return a.support == FEATURE_YES;
}

static void names_are_unique_and_grouped(void **state)
{
	size_t n;
	const struct feature *all = feature_table(&n);

	(void)state;
	assert_in_range(n, 400, 1000);
	for (size_t i = 0; i < n; i++) {
		size_t group = strlen(all[i].group);

		assert_ptr_equal(feature_find(all[i].name, strlen(all[i].name)), &all[i]);
		assert_non_null(all[i].help);
		assert_non_null(all[i].probe);
		if (strchr(all[i].name, '.'))
			assert_true(!strncmp(all[i].name, all[i].group, group) &&
				    all[i].name[group] == '.');
	}
}

static void misspelt_names_are_understood(void **state)
{
	static const struct {
		const char *typed, *meant;
	} rows[] = {
		{ "helper.redirct_neigh", "helper.redirect_neigh" },
		{ "redirect_neigh", "helper.redirect_neigh" },
		{ "bpf_redirect_neigh", "helper.redirect_neigh" },
		{ "bpf_dynptr_from_xdp", "kfunc.bpf_dynptr_from_xdp" },
		{ "geneve", "device.geneve" },
		{ "hwtstamp", "test_run.tc_ctx.hwtstamp" },
		{ "6.1", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct feature *f = feature_nearest(rows[i].typed, strlen(rows[i].typed));

		if (rows[i].meant)
			assert_string_equal(f ? f->name : "none", rows[i].meant);
		else
			assert_null(f);
	}
}

/* Types that libbpf knows and we do not: those that scenarios' objects have no use for. */
static bool left_out(const char *name)
{
	static const char *const names[] = { "unspec",
					     "cgroup_storage_deprecated",
					     "raw_tracepoint_writable",
					     "netfilter",
					     "insn_array",
					     "lirc_mode2" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (!strcmp(names[i], name))
			return true;
	}
	return false;
}

static void check_names(const char *group, const char *name, uint32_t id)
{
	const struct feature *f;
	char *whole;

	if (left_out(name))
		return;
	whole = xasprintf("%s.%s", group, name);
	f = feature(whole);
	assert_int_equal(f->id, id);
	free(whole);
}

static void types_are_named_as_libbpf_does(void **state)
{
	const char *name;

	(void)state;
	for (uint32_t i = 0; (name = libbpf_bpf_map_type_str((enum bpf_map_type)i)); i++)
		check_names("map", name, i);
	for (uint32_t i = 0; (name = libbpf_bpf_prog_type_str((enum bpf_prog_type)i)); i++)
		check_names("prog", name, i);
}

/*
 * Until libbpf 1.5 it does not understand the verifier of Linux 6.13 when that says no, so only its
 * own no counts.
 */
static void helpers_are_as_libbpf_finds_them(void **state)
{
	static const struct {
		const char *name;
		enum bpf_prog_type type;
	} types[] = { { "xdp", BPF_PROG_TYPE_XDP }, { "tc", BPF_PROG_TYPE_SCHED_CLS } };
	size_t n, compared = 0;
	const struct helper *helpers = helper_table(&n);

	(void)state;
	NEED_ROOT();
	for (size_t i = 1; i < n; i++) {
		for (size_t t = 0; t < ARRAY_SIZE(types); t++) {
			char *name = xasprintf("helper.%s.%s", types[t].name, helpers[i].name);
			const struct feature *f = feature_find(name, strlen(name));

			if (f && !libbpf_probe_bpf_helper(types[t].type,
							  (enum bpf_func_id)helpers[i].id, NULL)) {
				assert_int_equal(feature_probe(f).support, FEATURE_NO);
				compared++;
			}
			if (f && feature_probe(f).support == FEATURE_YES) {
				assert_int_equal(libbpf_probe_bpf_helper(
							 types[t].type,
							 (enum bpf_func_id)helpers[i].id, NULL),
						 1);
				compared++;
			}
			free(name);
		}
	}
	assert_in_range(compared, 100, 400);
}

/* Of one type what only the other has is no feature. */
static void helpers_of_one_type(void **state)
{
	(void)state;
	assert_non_null(feature_find("helper.xdp_adjust_head", 22));
	assert_non_null(feature_find("helper.xdp.xdp_adjust_head", 26));
	assert_null(feature_find("helper.tc.xdp_adjust_head", 25));
	assert_null(feature_find("helper.xdp.redirect_neigh", 25));
	assert_null(feature_find("helper.copy_from_user", 21));
}

static void test_run_is_as_its_limits_say(void **state)
{
	const struct test_run_limits *limits = test_run_limits();

	(void)state;
	NEED_ROOT();
	assert_int_equal(has("test_run.xdp_ctx"), limits->xdp_context);
	assert_int_equal(has("test_run.xdp_meta"), limits->meta_max >= 8);
	assert_int_equal(has("test_run.xdp_meta_long"), limits->meta_max >= 64);
	assert_int_equal(has("test_run.xdp_frags"), limits->xdp_max > 9000);
	assert_int_equal(has("test_run.tc_large_frames"), limits->tc_max > 9000);
	assert_int_equal(has("test_run.checksum_complete"), limits->checksum_complete);
	assert_true(has("test_run.tc_ctx.mark"));
}

/* Whichever way the kernel is, one of the two is true. */
static void opposites(void **state)
{
	(void)state;
	NEED_ROOT();
	assert_int_not_equal(has("test_run.short_frames"), has("test_run.short_frames_refused"));
	assert_int_not_equal(has("test_run.cut_headers"), has("test_run.cut_headers_refused"));
}

static void kernel_files_agree(void **state)
{
	(void)state;
	NEED_ROOT();
	assert_int_equal(has("btf"), !access("/sys/kernel/btf/vmlinux", R_OK));
	assert_true(has("device.veth"));
	assert_true(has("map.hash"));
	assert_true(has("prog.xdp"));
}

static ino_t network_namespace(void)
{
	struct stat st;

	assert_int_equal(stat("/proc/thread-self/ns/net", &st), 0);
	return st.st_ino;
}

/* What is probed is probed elsewhere: in the test's namespace there is lo and nothing else. */
static void the_thread_stays_where_it_is(void **state)
{
	ino_t before = network_namespace();

	(void)state;
	NEED_ROOT();
	has("device.bridge");
	has("device.tun");
	has("tcx");
	has("xdp_link");
	assert_int_equal(network_namespace(), before);
}

static void what_was_asked_is_known(void **state)
{
	size_t n, found = 0;
	const struct feature **asked;

	(void)state;
	NEED_ROOT();
	has("jit");
	asked = features_asked(&n);
	for (size_t i = 0; i < n; i++)
		found += !strcmp(asked[i]->name, "jit");
	assert_int_equal(found, 1);
	free(asked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_unique_and_grouped),
		cmocka_unit_test(misspelt_names_are_understood),
		cmocka_unit_test(types_are_named_as_libbpf_does),
		KERNEL_TEST(helpers_are_as_libbpf_finds_them),
		cmocka_unit_test(helpers_of_one_type),
		KERNEL_TEST(test_run_is_as_its_limits_say),
		KERNEL_TEST(opposites),
		KERNEL_TEST(kernel_files_agree),
		KERNEL_TEST(the_thread_stays_where_it_is),
		KERNEL_TEST(what_was_asked_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
