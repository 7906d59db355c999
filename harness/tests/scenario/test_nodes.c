/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Nodes of a scenario: what each of them is made of, and in which of them a step runs. */
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

/* The only scenario of the files in the folder. */
static const struct scenario *read_one(struct fixture *f)
{
	int err = suite_read(&f->suite, f->dir);

	diags_print(stderr, &f->suite.diags);
	assert_int_equal(err, 0);
	assert_int_equal(f->suite.n, 1);
	return f->suite.scenarios[0];
}

#define TOP "verdict: 1\nobject: lessons.bpf.o\nprogram: pass\n"
#define SEND_IN(node) \
	"  - {node: " node ", send: \"eth() / ipv4(ttl=$ttl)\", expect: {verdict: XDP_PASS}}\n"

static uint8_t ttl_of(const struct step *step)
{
	return step->packet.data[22];
}

static void one_node_has_no_name(void **state)
{
	struct fixture *f = *state;
	const struct scenario *s;

	put(f, "x.yaml", TOP "steps: [{send: eth(), expect: {verdict: XDP_PASS}}]\n");
	s = read_one(f);
	assert_int_equal(s->n_nodes, 1);
	assert_null(s->nodes[0].name);
	assert_int_equal(s->nodes[0].n_objects, 1);
}

static void what_is_nearer_to_a_node_wins(void **state)
{
	struct fixture *f = *state;
	const struct scenario *s;

	put(f, "part.yaml",
	    "verdict: 1\nlet: {ttl: 1, sport: 1}\nmaps: {blocked_ports: [{key: 0, value: 1}]}\n"
	    "devices: {eth0: {mtu: 1001}, eth1: {mtu: 1001}}\n");
	put(f, "x.yaml",
	    TOP "let: {ttl: 2}\ndevices: {eth0: {mtu: 1002}}\n"
		"maps: {blocked_ports: [{key: 0, value: 2}]}\n"
		"nodes:\n"
		"  a: {use: part.yaml}\n"
		"  b: {use: part.yaml, let: {ttl: 3}, devices: {eth0: {mtu: 1003}},\n"
		"      maps: {blocked_ports: [{key: 0, value: 3}]}}\n"
		"steps:\n" SEND_IN("a") SEND_IN("b"));
	s = read_one(f);
	assert_int_equal(s->n_nodes, 2);
	assert_string_equal(s->nodes[1].name, "b");
	assert_int_equal(ttl_of(&s->steps[0]), 2);
	assert_int_equal(ttl_of(&s->steps[1]), 3);
	assert_int_equal(s->nodes[0].n_devices, 2);
	assert_int_equal(s->nodes[0].devices[0].mtu, 1002);
	assert_int_equal(s->nodes[1].devices[0].mtu, 1003);
	assert_int_equal(s->nodes[0].n_writes, 2);
	assert_int_equal(s->nodes[0].writes[1].value[1], 2);
	assert_int_equal(s->nodes[1].n_writes, 3);
	assert_int_equal(s->nodes[1].writes[2].value[1], 3);
}

static void a_case_wins_over_nodes(void **state)
{
	struct fixture *f = *state;

	put(f, "x.yaml",
	    TOP
	    "nodes: {a: {let: {ttl: 3}}}\ncases: {one: {ttl: 4}, two: {}}\nsteps:\n" SEND_IN("a"));
	assert_int_equal(suite_read(&f->suite, f->dir), 0);
	assert_int_equal(f->suite.n, 2);
	assert_int_equal(ttl_of(&f->suite.scenarios[0]->steps[0]), 4);
	assert_int_equal(ttl_of(&f->suite.scenarios[1]->steps[0]), 3);
}

static void a_case_chooses_the_node(void **state)
{
	struct fixture *f = *state;

	put(f, "x.yaml",
	    TOP "nodes: {a: {let: {ttl: 3}}, b: {let: {ttl: 5}}}\n"
		"cases: {one: {where: a}, two: {where: b}}\nsteps:\n" SEND_IN("$where"));
	assert_int_equal(suite_read(&f->suite, f->dir), 0);
	assert_int_equal(f->suite.scenarios[0]->steps[0].node, 0);
	assert_int_equal(f->suite.scenarios[1]->steps[0].node, 1);
	assert_int_equal(ttl_of(&f->suite.scenarios[1]->steps[0]), 5);
}

static void nodes_of_a_used_file_get_more_keys(void **state)
{
	struct fixture *f = *state;
	const struct scenario *s;

	put(f, "part.yaml",
	    "verdict: 1\nobject: lessons.bpf.o\nprogram: pass\n"
	    "nodes: {a: {devices: {eth0: {}}}, b: {devices: {eth0: {}}}}\n"
	    "links: [[a/eth0, b/eth0]]\n");
	put(f, "x.yaml",
	    "verdict: 1\nuse: part.yaml\nnodes: {b: {devices: {eth1: {}}, let: {ttl: 8}}}\n"
	    "steps:\n" SEND_IN("b"));
	s = read_one(f);
	assert_int_equal(s->n_nodes, 2);
	assert_int_equal(s->nodes[0].n_devices, 1);
	assert_int_equal(s->nodes[1].n_devices, 2);
	assert_int_equal(s->n_links, 1);
	assert_int_equal(s->steps[0].node, 1);
}

static void maps_of_nodes_are_different_maps(void **state)
{
	struct fixture *f = *state;
	const struct scenario *s;

	put(f, "x.yaml",
	    TOP "nodes: {a: {}, b: {}}\nsteps:\n"
		"  - {node: a, send: eth(), expect: {maps: {sources: empty}}}\n"
		"  - {node: b, send: eth(), expect: {maps: {sources: empty}}}\n"
		"  - {node: b, maps: {sources: [{key: 10.0.0.1, value: 1}]}}\n");
	s = read_one(f);
	assert_int_equal(s->n_map_refs, 2);
	assert_int_equal(s->map_refs[s->steps[0].expect.maps[0].map].node, 0);
	assert_int_equal(s->map_refs[s->steps[1].expect.maps[0].map].node, 1);
	assert_int_equal(s->steps[2].writes[0].map, s->steps[1].expect.maps[0].map);
}

static void last_goes_where_the_step_before_says(void **state)
{
	struct fixture *f = *state;
	const struct link_end *end;
	const struct scenario *s;

	put(f, "x.yaml",
	    TOP "nodes: {a: {devices: {lxc1: {}, eth0: {}}}, b: {devices: {eth0: {}}}}\n"
		"links: [[a/eth0, b/eth0]]\nsteps:\n"
		"  - {node: a, on: eth0, program: bounce, send: eth(), expect: {verdict: XDP_TX}}\n"
		"  - {send: last, expect: {verdict: XDP_PASS}}\n"
		"  - {send: last, expect: {verdict: XDP_PASS}}\n"
		"  - {node: a, send: last, expect: {verdict: XDP_PASS}}\n"
		"  - {node: a, on: lxc1, program: bounce, send: eth(), expect: {verdict: XDP_TX}}\n"
		"  - {send: last, expect: {verdict: XDP_PASS}}\n");
	s = read_one(f);
	assert_int_equal(s->steps[1].node, 1);
	assert_int_equal(s->steps[2].node, 1);
	assert_int_equal(s->steps[3].node, 0);
	assert_int_equal(s->steps[5].node, 0);
	end = link_other_end(s, 0, 1);
	assert_non_null(end);
	assert_int_equal(end->node, 1);
	assert_int_equal(end->device, 0);
	assert_null(link_other_end(s, 0, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_node_has_no_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_nearer_to_a_node_wins, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_case_wins_over_nodes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_case_chooses_the_node, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nodes_of_a_used_file_get_more_keys, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(maps_of_nodes_are_different_maps, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(last_goes_where_the_step_before_says, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
