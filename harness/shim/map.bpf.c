/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Maps. The bytes of a key are as many as the map says: the harness passes its key_size in the
 * register after the last argument (0 where it does not know the map).
 */
#include "stub.h"

SEC("stub/map_lookup_elem")
void *stub_map_lookup_elem(void *map, const void *key, __u32 key_size)
{
	struct tape_record *r = record_call();

	r->args[0] = (__u64)map;
	copy_bytes(r->in, key, key_size);
	return POINTER(r, map_lookup_elem, bpf_map_lookup_elem(map, key));
}

SEC("stub/map_lookup_percpu_elem")
void *stub_map_lookup_percpu_elem(void *map, const void *key, __u32 cpu, __u32 key_size)
{
	struct tape_record *r = record_call();

	r->args[0] = (__u64)map;
	r->args[2] = cpu;
	copy_bytes(r->in, key, key_size);
	return POINTER(r, map_lookup_percpu_elem, bpf_map_lookup_percpu_elem(map, key, cpu));
}

SEC("stub/map_update_elem")
__u64 stub_map_update_elem(void *map, const void *key, const void *value, __u64 flags,
			   __u32 key_size)
{
	struct tape_record *r = record_call();

	r->args[0] = (__u64)map;
	r->args[3] = flags;
	copy_bytes(r->in, key, key_size);
	return RESULT(r, map_update_elem, bpf_map_update_elem(map, key, value, recorded_arg(r, 3)));
}

SEC("stub/map_delete_elem")
__u64 stub_map_delete_elem(void *map, const void *key, __u32 key_size)
{
	struct tape_record *r = record_call();

	r->args[0] = (__u64)map;
	copy_bytes(r->in, key, key_size);
	return RESULT(r, map_delete_elem, bpf_map_delete_elem(map, key));
}

SEC("stub/map_push_elem") __u64 stub_map_push_elem(void *map, const void *value, __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[0] = (__u64)map;
	r->args[2] = flags;
	return RESULT(r, map_push_elem, bpf_map_push_elem(map, value, flags));
}

SEC("stub/map_pop_elem") __u64 stub_map_pop_elem(void *map, void *value)
{
	struct tape_record *r = record_call();

	r->args[0] = (__u64)map;
	return RESULT_OR(r, map_pop_elem, bpf_map_pop_elem(map, value),
			 bpf_map_peek_elem(map, value));
}

SEC("stub/map_peek_elem") __u64 stub_map_peek_elem(void *map, void *value)
{
	struct tape_record *r = record_call();

	r->args[0] = (__u64)map;
	return RESULT_OR(r, map_peek_elem, bpf_map_peek_elem(map, value),
			 bpf_map_peek_elem(map, value));
}
