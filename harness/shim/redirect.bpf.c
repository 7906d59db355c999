/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where a frame goes: redirects, and the questions asked before. */
#include "stub.h"

SEC("stub/redirect") __u64 stub_redirect(__u32 ifindex, __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[0] = ifindex;
	r->args[1] = flags;
	return RESULT(r, redirect, bpf_redirect(ifindex, flags));
}

SEC("stub/redirect_peer") __u64 stub_redirect_peer(__u32 ifindex, __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[0] = ifindex;
	r->args[1] = flags;
	return RESULT(r, redirect_peer, bpf_redirect_peer(ifindex, flags));
}

SEC("stub/redirect_neigh")
__u64 stub_redirect_neigh(__u32 ifindex, struct bpf_redir_neigh *params, __s32 plen, __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[0] = ifindex;
	r->args[2] = plen;
	r->args[3] = flags;
	copy_struct(r->in, params, plen);
	return RESULT(r, redirect_neigh,
		      bpf_redirect_neigh(recorded_arg(r, 0), params, plen, recorded_arg(r, 3)));
}

SEC("stub/redirect_map") __u64 stub_redirect_map(void *map, __u64 key, __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[0] = (__u64)map;
	r->args[1] = key;
	r->args[2] = flags;
	return RESULT(r, redirect_map, bpf_redirect_map(map, key, flags));
}

SEC("stub/clone_redirect")
__u64 stub_clone_redirect(struct __sk_buff *skb, __u32 ifindex, __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[1] = ifindex;
	r->args[2] = flags;
	return RESULT(r, clone_redirect, bpf_clone_redirect(skb, ifindex, flags));
}

static __always_inline __u64 word_at(const void *p)
{
	return *(const volatile __u64 *)p;
}

/*
 * Find the first answer that fits what is asked: *TAPE_AT(fib_found), TAPE_FIB_ANSWERS if none
 * does. The last one is looked at first, and what was found is kept by arithmetic: with a branch
 * the verifier would follow a way of its own for each answer.
 */
static __always_inline void find_answer(void)
{
	const struct tape_fib_answer *a;
	const __u8 *asked;
	__u64 fits;
	__s64 left;

	*TAPE_AT(fib_found) = TAPE_FIB_ANSWERS;
	for (__s64 i = TAPE_FIB_ANSWERS - 1; i >= 0; i--) {
		asm volatile("" : "+r"(i));
		asked = this_record()->in;
		a = TAPE_AT(fib[0]) + i;
		fits = 0;
#pragma unroll
		for (int word = 0; word < TAPE_BYTES; word += 8) {
			fits |= (word_at(asked + word) & word_at(a->mask + word)) ^
				word_at(a->question + word);
			asm volatile("" : "+r"(fits));
		}
		/* All ones if no bit differs and the answer is one of those there are. */
		fits |= -fits;
		left = i - (__s64)*TAPE_AT(n_fib);
		asm volatile("" : "+r"(fits), "+r"(left));
		fits = ~fits & (__u64)left;
		asm volatile("" : "+r"(fits));
		fits = (__u64)((__s64)fits >> 63);
		asm volatile("" : "+r"(fits));
		*TAPE_AT(fib_found) ^= (*TAPE_AT(fib_found) ^ (__u64)i) & fits;
	}
}

static __always_inline void give_answer(const struct tape_fib_answer *a, void *params, __u64 plen)
{
	__u32 *p;

	for (__u64 i = 0; i < TAPE_BYTES; i += 4) {
		if (i + 4 > plen)
			break;
		asm volatile("" : "+r"(i), "+r"(a));
		p = params + i;
		*p &= ~*(const __u32 *)(a->set + i);
		*p |= *(const __u32 *)(a->reply + i);
	}
}

SEC("stub/fib_lookup")
__u64 stub_fib_lookup(void *ctx, struct bpf_fib_lookup *params, __u32 size, __u32 flags)
{
	struct tape_record *r = record_call();
	__u64 plen = size;
	const struct tape_fib_answer *a;
	__u64 i;

	/* One register for it, not one of 32 and one of 64 bits. */
	asm volatile("" : "+r"(plen));
	r->args[2] = plen;
	r->args[3] = flags;
	copy_struct(r->in, params, plen);
	i = TAPE_FIB_ANSWERS;
	if (*TAPE_AT(n_fib)) {
		find_answer();
		i = *TAPE_AT(fib_found);
	}
	if (i < TAPE_FIB_ANSWERS) {
		a = TAPE_AT(fib[0]) + (i & (TAPE_FIB_ANSWERS - 1));
		r = this_record();
		r->flags = TAPE_SCRIPTED;
		r->result = a->result;
		give_answer(a, params, plen);
	} else {
		r = this_record();
		(void)RESULT(r, fib_lookup, bpf_fib_lookup(ctx, params, plen, recorded_arg(r, 3)));
	}
	r = this_record();
	copy_struct(r->out, params, plen);
	return r->result;
}

SEC("stub/check_mtu")
__u64 stub_check_mtu(void *ctx, __u32 ifindex, __u32 *mtu_len, __s32 len_diff, __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[1] = ifindex;
	r->args[3] = len_diff;
	r->args[4] = flags;
	return RESULT_OR(r, check_mtu,
			 bpf_check_mtu(ctx, recorded_arg(r, 1), mtu_len, len_diff,
				       recorded_arg(r, 4)),
			 bpf_check_mtu(ctx, 0, mtu_len, 0, ~0ULL));
}
