/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Every kind of map: read, written, looked over, and put back exactly. */
#include "kernel_test.h"

#include "kernel/map_inner.h"

#include <errno.h>
#include <linux/bpf.h>
#include <sched.h>
#include <sys/mman.h>
#include <time.h>

struct fixture {
	struct object_file *file;
	struct instance *inst;
};

static struct fixture fixture_load(const char *name)
{
	struct fixture f = { .file = test_object(name) };

	f.inst = test_load((const struct object_file *[]){ f.file }, 1);
	return f;
}

static void fixture_free(struct fixture *f)
{
	instance_free(f->inst);
	object_file_free(f->file);
}

static size_t count_entries(struct map *m, struct arena *arena)
{
	struct map_view view = { 0 };

	assert_int_equal(map_snapshot(m, arena, 0, &view), 0);
	return view.n;
}

/* All maps that can be looked over, as one text of bytes; each test compares two of them. */
static char *state_text(struct instance *inst)
{
	struct arena arena = { 0 };
	struct map_view view;
	struct map **maps;
	size_t n, len;
	char *text;
	FILE *out = xmemstream(&text, &len);

	n = instance_maps(inst, &maps);
	for (size_t i = 0; i < n; i++) {
		if (map_snapshot(maps[i], &arena, 0, &view))
			continue;
		fprintf(out, "%s %zu:", maps[i]->name, view.n);
		for (size_t j = 0; j < view.n; j++) {
			for (uint32_t k = 0; k < maps[i]->key_size; k++)
				fprintf(out, "%02x", view.entries[j].key[k]);
			for (uint32_t k = 0; k < maps[i]->value_room; k++)
				fprintf(out, "%02x", view.entries[j].value[k]);
		}
		fputc('\n', out);
	}
	fclose(out);
	arena_free(&arena);
	return text;
}

static void every_type_is_put_back(void **state)
{
	struct fixture f;
	char *before, *during, *after;
	const char *why = "";
	(void)state;

	NEED_ROOT();
	f = fixture_load("kernel_maps");
	before = state_text(f.inst);
	for (uint32_t len = 14; len < 30; len++)
		assert_int_equal(test_frame(f.inst, 0, "write_all", len).verdict, 42);
	during = state_text(f.inst);
	assert_string_not_equal(before, during);
	assert_true(instance_reset(f.inst, &why));
	after = state_text(f.inst);
	assert_string_equal(before, after);
	free(before);
	free(during);
	free(after);
	fixture_free(&f);
}

static void each_map_shows_what_the_program_wrote(void **state)
{
	static const char *const hashes[] = { "hash", "hash_large", "percpu_hash",
					      "lru",  "lru_percpu", "lpm" };
	struct arena arena = { 0 };
	struct fixture f;
	(void)state;

	NEED_ROOT();
	f = fixture_load("kernel_maps");
	test_frame(f.inst, 0, "write_all", 60);
	test_frame(f.inst, 0, "write_all", 61);
	for (size_t i = 0; i < ARRAY_SIZE(hashes); i++)
		assert_int_equal(count_entries(test_map(f.inst, 0, hashes[i]), &arena), 2);
	assert_true(instance_reset(f.inst, NULL));
	for (size_t i = 0; i < ARRAY_SIZE(hashes); i++)
		assert_int_equal(count_entries(test_map(f.inst, 0, hashes[i]), &arena), 0);
	arena_free(&arena);
	fixture_free(&f);
}

static void arrays_large_and_small(void **state)
{
	static const struct {
		const char *name;
		uint32_t key;
	} rows[] = { { "array", 3 }, { "array_large", 99999 } };
	struct fixture f;
	struct map *m;
	uint32_t value;
	(void)state;

	NEED_ROOT();
	f = fixture_load("kernel_maps");
	test_frame(f.inst, 0, "write_all", 77);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		m = test_map(f.inst, 0, rows[i].name);
		assert_int_equal(map_lookup(m, &rows[i].key, &value), 0);
		assert_int_equal(value, 77);
		assert_true(map_reset(m));
		assert_int_equal(map_lookup(m, &rows[i].key, &value), 0);
		assert_int_equal(value, 0);
	}
	fixture_free(&f);
}

static void percpu_values(void **state)
{
	uint32_t key = 2, sum = 0, part;
	uint8_t *value;
	struct fixture f;
	struct map *m;
	(void)state;

	NEED_ROOT();
	f = fixture_load("kernel_maps");
	m = test_map(f.inst, 0, "percpu_array");
	assert_int_equal(m->n_cpus, sysconf(_SC_NPROCESSORS_CONF));
	assert_int_equal(m->value_room, 8 * m->n_cpus);
	value = xcalloc(1, m->value_room);
	test_frame(f.inst, 0, "write_all", 50);
	assert_int_equal(map_lookup(m, &key, value), 0);
	for (uint32_t cpu = 0; cpu < m->n_cpus; cpu++) {
		memcpy(&part, map_value_of_cpu(m, value, cpu), sizeof(part));
		sum += part;
	}
	assert_int_equal(sum, 50);
	assert_true(map_reset(m));
	assert_int_equal(map_lookup(m, &key, value), 0);
	for (uint32_t i = 0; i < m->value_room; i++)
		assert_int_equal(value[i], 0);
	free(value);
	fixture_free(&f);
}

/* Variables go back to the values they are written with in the source: 7 and 0. */
static void globals_go_back(void **state)
{
	uint32_t zero = 0, runs;
	uint64_t last;
	struct fixture f;
	struct map *data, *bss;
	const struct object_global *g;
	(void)state;

	NEED_ROOT();
	f = fixture_load("kernel_maps");
	g = object_file_global(f.file, "runs");
	data = test_map(f.inst, 0, g->map);
	bss = test_map(f.inst, 0, object_file_global(f.file, "last_size")->map);
	test_frame(f.inst, 0, "write_all", 50);
	assert_int_equal(map_lookup(data, &zero, &runs), 0);
	assert_int_equal(runs, 8);
	assert_int_equal(map_lookup(bss, &zero, &last), 0);
	assert_int_equal(last, 50);
	assert_true(instance_reset(f.inst, NULL));
	assert_int_equal(map_lookup(data, &zero, &runs), 0);
	assert_int_equal(runs, 7);
	assert_int_equal(map_lookup(bss, &zero, &last), 0);
	assert_int_equal(last, 0);
	fixture_free(&f);
}

static void queue_and_stack_are_drained(void **state)
{
	static const char *const names[] = { "queue", "stack" };
	uint32_t value = 5;
	struct fixture f;
	struct map *m;
	(void)state;

	NEED_ROOT();
	f = fixture_load("kernel_maps");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		m = test_map(f.inst, 0, names[i]);
		test_frame(f.inst, 0, "write_all", 50);
		assert_int_equal(map_lookup(m, NULL, &value), 0);
		assert_int_equal(value, 50);
		assert_true(map_reset(m));
		assert_int_equal(map_lookup(m, NULL, &value), -ENOENT);
		for (uint32_t j = 0; j < m->max_entries; j++)
			assert_int_equal(map_update(m, NULL, &value, 0), 0);
		assert_int_equal(map_update(m, NULL, &value, 0), -E2BIG);
		assert_true(map_reset(m));
	}
	fixture_free(&f);
}

/* kernel/bpf/ringbuf.c: consumer position in the first page, producer's in the second. */
static void ring_is_consumed(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	const uint64_t *consumer, *producer;
	struct fixture f;
	struct map *m;
	(void)state;

	NEED_ROOT();
	f = fixture_load("kernel_maps");
	m = test_map(f.inst, 0, "ring");
	consumer = mmap(NULL, page, PROT_READ, MAP_SHARED, m->fd, 0);
	producer = mmap(NULL, page, PROT_READ, MAP_SHARED, m->fd, (off_t)page);
	test_frame(f.inst, 0, "write_all", 50);
	assert_int_equal(*producer, 16);
	assert_int_equal(*consumer, 0);
	assert_true(map_reset(m));
	assert_int_equal(*consumer, *producer);
	munmap((void *)(uintptr_t)consumer, page);
	munmap((void *)(uintptr_t)producer, page);
	fixture_free(&f);
}

static void program_slots_go_back(void **state)
{
	uint32_t one = 1, three = 3, id, fd;
	const struct program *drop, *all;
	struct fixture f;
	struct map *m;
	(void)state;

	NEED_ROOT();
	f = fixture_load("kernel_maps");
	m = test_map(f.inst, 0, "calls");
	drop = instance_program(f.inst, 0, "drop");
	all = instance_program(f.inst, 0, "write_all");
	assert_int_equal(test_frame(f.inst, 0, "call", 60).verdict, 1);

	fd = (uint32_t)all->fd;
	assert_int_equal(map_update(m, &one, &fd, 0), 0);
	assert_int_equal(map_update(m, &three, &fd, 0), 0);
	assert_int_equal(map_delete(m, &one), 0);
	assert_int_equal(map_lookup(m, &one, &id), -ENOENT);
	assert_int_equal(map_lookup(m, &three, &id), 0);
	assert_int_equal(id, all->id);
	assert_ptr_equal(instance_program_by_id(f.inst, id), all);
	assert_int_equal(test_frame(f.inst, 0, "call", 60).verdict, 0);

	assert_true(instance_reset(f.inst, NULL));
	assert_int_equal(map_lookup(m, &one, &id), 0);
	assert_int_equal(id, drop->id);
	assert_int_equal(map_lookup(m, &three, &id), -ENOENT);
	assert_int_equal(test_frame(f.inst, 0, "call", 60).verdict, 1);
	fixture_free(&f);
}

static void read_only_array_is_undone(void **state)
{
	uint32_t zero = 0, value = 3;
	struct fixture f;
	struct map *m;
	(void)state;

	NEED_ROOT();
	f = fixture_load("kernel_maps");
	m = test_map(f.inst, 0, "settings");
	assert_int_equal(map_update(m, &zero, &value, 0), 0);
	value = 4;
	assert_int_equal(map_update(m, &zero, &value, 0), 0);
	assert_int_equal(test_frame(f.inst, 0, "read_maps", 60).verdict, 4);
	assert_true(instance_reset(f.inst, NULL));
	assert_int_equal(test_frame(f.inst, 0, "read_maps", 60).verdict, 0);
	fixture_free(&f);
}

static void device_maps_are_emptied(void **state)
{
	static const char *const names[] = { "devmap", "devmap_hash", "cpumap" };
	uint32_t key = 0, value[2] = { 1 };
	struct arena arena = { 0 };
	struct fixture f;
	struct map *m;
	(void)state;

	NEED_ROOT();
	f = fixture_load("kernel_maps");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		m = test_map(f.inst, 0, names[i]);
		value[0] = i == 2 ? 192 : 1; /* a queue's size, or lo */
		assert_int_equal(map_update(m, &key, value, 0), 0);
		assert_int_equal(count_entries(m, &arena), 1);
		assert_true(map_reset(m));
		assert_int_equal(count_entries(m, &arena), 0);
	}
	value[0] = 4711;
	m = test_map(f.inst, 0, "devmap");
	assert_string_equal(map_error(m, map_update(m, &key, value, 0), &arena),
			    "EINVAL: there is no device with that ifindex");
	arena_free(&arena);
	fixture_free(&f);
}

static void inner_maps_are_made_and_seen(void **state)
{
	uint32_t two = 2, three = 3, zero = 0, value = 5;
	const struct object_map *type;
	struct arena arena = {};
	struct map_view view;
	struct map *outer, inner;
	struct fixture f;
	(void)state;

	NEED_ROOT();
	f = fixture_load("kernel_inner");
	outer = test_map(f.inst, 0, "outer");
	type = object_file_map(f.file, "outer");
	assert_int_equal(map_inner_create(type->inner, &inner), 0);
	assert_int_equal(map_update(&inner, &zero, &value, 0), 0);
	assert_int_equal(map_update(outer, &three, &inner.fd, 0), 0);
	map_close(&inner); /* the entry holds it */
	assert_int_equal(map_snapshot(outer, &arena, 0, &view), 0);
	assert_int_equal(view.n, 2);
	assert_memory_equal(view.entries[0].key, &two, 4);
	assert_int_equal(view.entries[1].inner->view.n, 32);
	assert_memory_equal(view.entries[1].inner->view.entries[0].value, &value, 4);
	assert_true(instance_reset(f.inst, NULL));
	assert_int_equal(map_snapshot(outer, &arena, 0, &view), 0);
	assert_int_equal(view.n, 1);
	arena_free(&arena);
	fixture_free(&f);
}

static void inner_maps_go_back(void **state)
{
	uint32_t two = 2, zero = 0, one = 1, first, id, value;
	struct fixture f;
	struct map *outer, *inner;
	int fd;
	(void)state;

	NEED_ROOT();
	f = fixture_load("kernel_inner");
	outer = test_map(f.inst, 0, "outer");
	inner = test_map(f.inst, 0, "first");
	assert_int_equal(map_lookup(outer, &two, &first), 0);
	assert_int_equal(test_frame(f.inst, 0, "write_inner", 60).verdict, 2);
	assert_int_equal(map_lookup(inner, &zero, &value), 0);
	assert_int_equal(value, 99);
	fd = test_map(f.inst, 0, "second")->fd;
	assert_int_equal(map_update(outer, &two, &fd, 0), 0);
	assert_int_equal(map_update(outer, &one, &fd, 0), 0);
	assert_true(instance_reset(f.inst, NULL));
	assert_int_equal(map_lookup(outer, &two, &id), 0);
	assert_int_equal(id, first);
	assert_int_equal(map_lookup(outer, &one, &id), -ENOENT);
	assert_int_equal(map_lookup(inner, &zero, &value), 0);
	assert_int_equal(value, 0);
	fixture_free(&f);
}

static void what_cannot_be_put_back_says_so(void **state)
{
	const char *why;
	struct fixture f;
	(void)state;

	NEED_ROOT();
	f = fixture_load("kernel_bloom");
	assert_false(instance_reset(f.inst, &why));
	assert_string_equal(why, "bloom");
	fixture_free(&f);
	f = fixture_load("kernel_timer");
	assert_false(instance_reset(f.inst, &why));
	assert_string_equal(why, "timers");
	fixture_free(&f);
	f = fixture_load("kernel_maps");
	assert_true(instance_reset(f.inst, &why));
	test_frame(f.inst, 0, "write_lru", 60);
	assert_false(instance_reset(f.inst, &why));
	assert_string_equal(why, "lru_small");
	fixture_free(&f);
}

/* Free entries of an LRU map belong to CPUs: a small one is put back by who stays on one. */
static void lru_maps_of_one_cpu(void **state)
{
	cpu_set_t allowed, one;
	uint64_t value = 1;
	struct fixture f;
	const char *why;
	struct map *m;
	(void)state;

	NEED_ROOT();
	assert_int_equal(sched_getaffinity(0, sizeof(allowed), &allowed), 0);
	CPU_ZERO(&one);
	for (int cpu = 0; !CPU_COUNT(&one); cpu++)
		if (CPU_ISSET(cpu, &allowed))
			CPU_SET(cpu, &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	f = fixture_load("kernel_maps");
	m = test_map(f.inst, 0, "lru_small");
	for (int i = 0; i < 3; i++) {
		test_frame(f.inst, 0, "write_lru", 60);
		assert_int_equal(map_lookup(m, &(uint32_t){ 1 }, &value), 0);
		assert_true(instance_reset(f.inst, &why));
		assert_int_equal(map_lookup(m, &(uint32_t){ 1 }, &value), -ENOENT);
	}
	/* One that was nearly full is another than a fresh one. */
	for (uint32_t key = 0; key < 3; key++)
		assert_int_equal(map_update(m, &key, &value, 0), 0);
	assert_false(instance_reset(f.inst, &why));
	assert_string_equal(why, "lru_small");
	fixture_free(&f);
	assert_int_equal(sched_setaffinity(0, sizeof(allowed), &allowed), 0);
}

static void errors_in_words(void **state)
{
	uint32_t key, small = 9, value[16] = { 0 };
	struct arena arena = { 0 };
	struct fixture f;
	struct map *m;
	int err = 0;
	(void)state;

	NEED_ROOT();
	f = fixture_load("kernel_maps");
	m = test_map(f.inst, 0, "percpu_hash");
	assert_true(m->value_room <= sizeof(value));
	for (key = 0; !err; key++)
		err = map_update(m, &key, value, 0);
	assert_int_equal(key, 65);
	assert_string_equal(map_error(m, err, &arena), "E2BIG: the map is full (max_entries 64)");
	m = test_map(f.inst, 0, "array");
	assert_string_equal(map_error(m, map_update(m, &small, value, 0), &arena),
			    "E2BIG: the index is beyond the map's last, 7");
	m = test_map(f.inst, 0, "hash");
	assert_string_equal(map_error(m, map_lookup(m, &small, value), &arena),
			    "ENOENT: there is no such entry");
	assert_int_equal(map_update(m, &small, value, 0), 0);
	assert_string_equal(map_error(m, map_update(m, &small, value, BPF_NOEXIST), &arena),
			    "EEXIST: there is such an entry already");
	m = test_map(f.inst, 0, "calls");
	key = 0;
	assert_string_equal(map_error(m, map_update(m, &key, &m->fd, 0), &arena),
			    "EINVAL: the program does not fit the others in the map (its type, or "
			    "how it was loaded)");
	m = test_map(f.inst, 0, "ring");
	assert_int_equal(map_snapshot(m, &arena, 0, &(struct map_view){ 0 }), -EOPNOTSUPP);
	arena_free(&arena);
	fixture_free(&f);
}

/* More entries than one batch, sorted by key; and the limit. */
static void snapshots_are_sorted_and_limited(void **state)
{
	struct arena arena = { 0 };
	struct map_view view;
	uint64_t value;
	struct fixture f;
	struct map *m;
	(void)state;

	NEED_ROOT();
	f = fixture_load("kernel_maps");
	m = test_map(f.inst, 0, "hash_large");
	for (uint32_t key = 0; key < 5000; key++) {
		value = key;
		assert_int_equal(map_update(m, &key, &value, 0), 0);
	}
	assert_int_equal(map_snapshot(m, &arena, 0, &view), 0);
	assert_int_equal(view.n, 5000);
	assert_int_equal(view.left_out, 0);
	for (size_t i = 1; i < view.n; i++)
		assert_true(memcmp(view.entries[i - 1].key, view.entries[i].key, 4) < 0);
	assert_int_equal(map_snapshot(m, &arena, 10, &view), 0);
	assert_int_equal(view.n, 10);
	assert_int_equal(view.left_out, 4990);
	assert_true(map_reset(m));
	assert_int_equal(count_entries(m, &arena), 0);
	arena_free(&arena);
	fixture_free(&f);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Not a benchmark: a reset that costs as much as a load would defeat its purpose. */
static void reset_costs_less_than_loading(void **state)
{
	double start, load, reset;
	struct fixture f;
	(void)state;

	NEED_ROOT();
	start = now();
	f = fixture_load("kernel_maps");
	load = now() - start;
	instance_reset(f.inst, NULL);
	start = now();
	for (int i = 0; i < 10; i++) {
		test_frame(f.inst, 0, "write_all", 60);
		assert_true(instance_reset(f.inst, NULL));
	}
	reset = (now() - start) / 10;
	print_message("load %.2f ms, reset %.3f ms\n", load * 1e3, reset * 1e3);
	assert_true(reset < load);
	fixture_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KERNEL_TEST(every_type_is_put_back),
		KERNEL_TEST(each_map_shows_what_the_program_wrote),
		KERNEL_TEST(arrays_large_and_small),
		KERNEL_TEST(percpu_values),
		KERNEL_TEST(globals_go_back),
		KERNEL_TEST(queue_and_stack_are_drained),
		KERNEL_TEST(ring_is_consumed),
		KERNEL_TEST(program_slots_go_back),
		KERNEL_TEST(read_only_array_is_undone),
		KERNEL_TEST(device_maps_are_emptied),
		KERNEL_TEST(inner_maps_are_made_and_seen),
		KERNEL_TEST(inner_maps_go_back),
		KERNEL_TEST(what_cannot_be_put_back_says_so),
		KERNEL_TEST(lru_maps_of_one_cpu),
		KERNEL_TEST(errors_in_words),
		KERNEL_TEST(snapshots_are_sorted_and_limited),
		KERNEL_TEST(reset_costs_less_than_loading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
