/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Files to scenarios: what is read, in which order, and what a scenario holds afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scenario/suite.h"

#include <libgen.h>
#include <limits.h>
#include <linux/bpf.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
	char dir[32];
	char objects[PATH_MAX];
	const char *object_dirs[1];
	struct suite suite;
};

static int set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	char exe[PATH_MAX] = "";

	snprintf(f->dir, sizeof(f->dir), "/tmp/verdict-XXXXXX");
	if (!mkdtemp(f->dir) || readlink("/proc/self/exe", exe, sizeof(exe) - 1) < 0)
		return -1;
	snprintf(f->objects, sizeof(f->objects), "%s/../bpf", dirname(exe));
	f->object_dirs[0] = f->objects;
	f->suite = (struct suite){ .object_dirs = f->object_dirs, .n_object_dirs = 1 };
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	char *command = xasprintf("rm -rf '%s'", f->dir);
	int err = system(command);

	suite_free(&f->suite);
	free(command);
	free(f);
	return err;
}

static void put(const struct fixture *f, const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", f->dir, name);
	FILE *out = fopen(path, "we");

	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
	free(path);
}

static void folder(const struct fixture *f, const char *name)
{
	char *path = xasprintf("%s/%s", f->dir, name);

	assert_int_equal(mkdir(path, 0700), 0);
	free(path);
}

#define STEPS "steps: [{send: eth(), expect: {verdict: XDP_PASS}}]\n"
#define PASS  "verdict: 1\nobject: lessons.bpf.o\nprogram: pass\n" STEPS

static void folders_are_read_in_order(void **state)
{
	static const char *const names[] = { "a.yaml", "b/c.yml", "b/d.yaml", "z.yaml" };
	struct fixture *f = *state;

	folder(f, "b");
	folder(f, ".hidden");
	put(f, "z.yaml", PASS);
	put(f, "b/d.yaml", PASS);
	put(f, "b/c.yml", PASS);
	put(f, "a.yaml", PASS);
	put(f, "part.yaml", "verdict: 1\nlet: {a: 1}\n");
	put(f, ".hidden/x.yaml", "not: a scenario\n");
	put(f, "notes.txt", "not a scenario\n");
	assert_int_equal(suite_read(&f->suite, f->dir), 0);
	assert_int_equal(f->suite.n, ARRAY_SIZE(names));
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_string_equal(f->suite.scenarios[i]->path + strlen(f->dir) + 1, names[i]);
}

static void cases_are_scenarios(void **state)
{
	struct fixture *f = *state;
	const struct scenario *s;

	put(f, "x.yaml",
	    "verdict: 1\nname: ports\nobject: lessons.bpf.o\nprogram: pass\nlet: {port: 1, ttl: 9}\n"
	    "cases: {one: {port: 258}, two: {port: 2}}\n"
	    "steps:\n  - send: eth() / ipv4(ttl=$ttl) / udp(dport=$port)\n"
	    "    expect: {verdict: XDP_PASS}\n");
	assert_int_equal(suite_read(&f->suite, f->dir), 0);
	assert_int_equal(f->suite.n, 2);
	s = f->suite.scenarios[0];
	assert_string_equal(s->name, "ports [one]");
	assert_string_equal(s->case_name, "one");
	assert_string_equal(strrchr(s->id, '/'), "/x.yaml[one]");
	/* The case's value over that of let; let's where the case has none. */
	assert_int_equal(s->steps[0].packet.data[36] << 8 | s->steps[0].packet.data[37], 258);
	assert_int_equal(s->steps[0].packet.data[22], 9);
	assert_int_equal(f->suite.scenarios[1]->steps[0].packet.data[37], 2);
}

static void values_are_encoded(void **state)
{
	static const uint8_t key[] = { 10, 0, 0, 1, 10, 0, 0, 2, 0x03, 0xe8, 0, 53, 17, 0, 0, 0 };
	struct fixture *f = *state;
	const struct scenario *s;
	const struct entry_expectation *e;
	const uint64_t packets = 7;

	put(f, "x.yaml",
	    "verdict: 1\nobject: lessons.bpf.o\nprogram: track\nglobals: {max_ttl: 10}\n"
	    "maps:\n  flows:\n    - key: {saddr: 10.0.0.1, daddr: 10.0.0.2, sport: 1000, dport: 53, "
	    "proto: 17}\n      value: {packets: 7}\n"
	    "steps:\n  - send: eth()\n    expect: {maps: {flows: [{key: {dport: 53}}]}}\n");
	assert_int_equal(suite_read(&f->suite, f->dir), 0);
	s = f->suite.scenarios[0];
	assert_int_equal(s->nodes[0].n_writes, 1);
	assert_memory_equal(s->nodes[0].writes[0].key, key, sizeof(key));
	assert_memory_equal(s->nodes[0].writes[0].value, &packets, sizeof(packets));
	assert_int_equal(s->nodes[0].n_globals, 1);
	assert_int_equal(s->nodes[0].globals[0].data[0], 10);
	e = &s->steps[0].expect.maps[0].entries[0];
	assert_false(e->whole_key);
	assert_int_equal(e->key.mask[10], 0xff);
	assert_int_equal(e->key.mask[0], 0);
}

static void parts_are_used(void **state)
{
	struct fixture *f = *state;
	const struct scenario *s;

	put(f, "part.yaml",
	    "verdict: 1\nname: a part\ntags: [part]\nobject: lessons.bpf.o\nprogram: pass\n"
	    "let: {ttl: 3}\ndevices: {lxc1: {ifindex: 14}}\n"
	    "maps: {blocked_ports: [{key: 0, value: 23}]}\n");
	put(f, "x.yaml",
	    "verdict: 1\nname: own\nuse: part.yaml\nprogram: block_ports\nlet: {ttl: 5}\n"
	    "maps: {blocked_ports: [{key: 0, value: 24}]}\n"
	    "steps:\n  - send: eth() / ipv4(ttl=$ttl)\n    on: lxc1\n    expect: {verdict: XDP_PASS}\n");
	assert_int_equal(suite_read(&f->suite, f->dir), 0);
	assert_int_equal(f->suite.n, 1);
	s = f->suite.scenarios[0];
	assert_string_equal(s->name, "own");
	assert_int_equal(s->n_tags, 0);
	assert_string_equal(s->steps[0].program.program->name, "block_ports");
	assert_int_equal(s->steps[0].program.type, BPF_PROG_TYPE_XDP);
	assert_int_equal(s->steps[0].packet.data[22], 5);
	assert_int_equal(s->nodes[0].devices[s->steps[0].device].ifindex, 14);
	/* A frame goes to the device it arrives on. */
	assert_memory_equal(s->steps[0].packet.data, s->nodes[0].devices[0].mac, 6);
	/* Both write: the later one counts. */
	assert_int_equal(s->nodes[0].n_writes, 2);
	assert_int_equal(s->nodes[0].writes[1].value[1], 24);
}

static void a_bad_file_does_not_hide_the_others(void **state)
{
	struct fixture *f = *state;

	put(f, "a.yaml", "verdict: 1\nobject: lessons.bpf.o\nprogram: none\n" STEPS);
	put(f, "b.yaml", PASS);
	assert_int_equal(suite_read(&f->suite, f->dir), -1);
	assert_int_equal(f->suite.n, 1);
	assert_int_equal(f->suite.n_files, 2);
	assert_int_equal(f->suite.diags.errors, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(folders_are_read_in_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cases_are_scenarios, set_up, tear_down),
		cmocka_unit_test_setup_teardown(values_are_encoded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(parts_are_used, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_bad_file_does_not_hide_the_others, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
