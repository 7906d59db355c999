/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Helpers without arguments: time, chance, place. */
#include "stub.h"

/* How far a real clock was moved. */
#define MOVED(helper) (SCRIPT(helper)->add)

SEC("stub/ktime_get_ns") __u64 stub_ktime_get_ns(void)
{
	struct tape_record *r = record_call();

	return RESULT(r, ktime_get_ns, bpf_ktime_get_ns() + MOVED(ktime_get_ns));
}

SEC("stub/ktime_get_boot_ns") __u64 stub_ktime_get_boot_ns(void)
{
	struct tape_record *r = record_call();

	return RESULT(r, ktime_get_boot_ns, bpf_ktime_get_boot_ns() + MOVED(ktime_get_boot_ns));
}

SEC("stub/ktime_get_coarse_ns") __u64 stub_ktime_get_coarse_ns(void)
{
	struct tape_record *r = record_call();

	return RESULT(r, ktime_get_coarse_ns,
		      bpf_ktime_get_coarse_ns() + MOVED(ktime_get_coarse_ns));
}

SEC("stub/ktime_get_tai_ns") __u64 stub_ktime_get_tai_ns(void)
{
	struct tape_record *r = record_call();

	return RESULT(r, ktime_get_tai_ns, bpf_ktime_get_tai_ns() + MOVED(ktime_get_tai_ns));
}

SEC("stub/jiffies64") __u64 stub_jiffies64(void)
{
	struct tape_record *r = record_call();

	return RESULT(r, jiffies64, bpf_jiffies64() + MOVED(jiffies64));
}

SEC("stub/get_prandom_u32") __u64 stub_get_prandom_u32(void)
{
	struct tape_record *r = record_call();

	return RESULT(r, get_prandom_u32, bpf_get_prandom_u32());
}

SEC("stub/get_smp_processor_id") __u64 stub_get_smp_processor_id(void)
{
	struct tape_record *r = record_call();

	return RESULT(r, get_smp_processor_id, bpf_get_smp_processor_id());
}

SEC("stub/get_numa_node_id") __u64 stub_get_numa_node_id(void)
{
	struct tape_record *r = record_call();

	return RESULT(r, get_numa_node_id, bpf_get_numa_node_id());
}
