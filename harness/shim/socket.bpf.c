/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Sockets and SYN cookies. */
#include "stub.h"

SEC("stub/sk_lookup_tcp")
void *stub_sk_lookup_tcp(void *ctx, struct bpf_sock_tuple *tuple, __u32 tuple_size, __u64 netns,
			 __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[2] = tuple_size;
	r->args[3] = netns;
	r->args[4] = flags;
	copy_bytes(r->in, tuple, tuple_size);
	return POINTER(r, sk_lookup_tcp,
		       bpf_sk_lookup_tcp(ctx, tuple, tuple_size, recorded_arg(r, 3),
					 recorded_arg(r, 4)));
}

SEC("stub/sk_lookup_udp")
void *stub_sk_lookup_udp(void *ctx, struct bpf_sock_tuple *tuple, __u32 tuple_size, __u64 netns,
			 __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[2] = tuple_size;
	r->args[3] = netns;
	r->args[4] = flags;
	copy_bytes(r->in, tuple, tuple_size);
	return POINTER(r, sk_lookup_udp,
		       bpf_sk_lookup_udp(ctx, tuple, tuple_size, recorded_arg(r, 3),
					 recorded_arg(r, 4)));
}

SEC("stub/skc_lookup_tcp")
void *stub_skc_lookup_tcp(void *ctx, struct bpf_sock_tuple *tuple, __u32 tuple_size, __u64 netns,
			  __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[2] = tuple_size;
	r->args[3] = netns;
	r->args[4] = flags;
	copy_bytes(r->in, tuple, tuple_size);
	return POINTER(r, skc_lookup_tcp,
		       bpf_skc_lookup_tcp(ctx, tuple, tuple_size, recorded_arg(r, 3),
					  recorded_arg(r, 4)));
}

SEC("stub/sk_release") __u64 stub_sk_release(void *sock)
{
	struct tape_record *r = record_call();
	__u64 result = (__u64)bpf_sk_release(sock);

	r->result = result;
	return result;
}

SEC("stub/sk_assign") __u64 stub_sk_assign(void *skb, void *sk, __u64 flags)
{
	struct tape_record *r = record_call();

	r->args[1] = (__u64)sk;
	r->args[2] = flags;
	return RESULT(r, sk_assign, bpf_sk_assign(skb, sk, flags));
}

SEC("stub/get_socket_cookie") __u64 stub_get_socket_cookie(void *ctx)
{
	struct tape_record *r = record_call();

	return RESULT(r, get_socket_cookie, bpf_get_socket_cookie(ctx));
}

SEC("stub/get_socket_uid") __u64 stub_get_socket_uid(struct __sk_buff *skb)
{
	struct tape_record *r = record_call();

	return RESULT(r, get_socket_uid, bpf_get_socket_uid(skb));
}

SEC("stub/get_netns_cookie") __u64 stub_get_netns_cookie(void *ctx)
{
	struct tape_record *r = record_call();

	return RESULT(r, get_netns_cookie, bpf_get_netns_cookie(ctx));
}

SEC("stub/tcp_check_syncookie")
__u64 stub_tcp_check_syncookie(void *sk, void *iph, __u32 iph_len, struct tcphdr *th, __u32 th_len)
{
	struct tape_record *r = record_call();

	r->args[2] = iph_len;
	r->args[4] = th_len;
	return RESULT(r, tcp_check_syncookie,
		      bpf_tcp_check_syncookie(sk, iph, iph_len, th, th_len));
}

SEC("stub/tcp_gen_syncookie")
__u64 stub_tcp_gen_syncookie(void *sk, void *iph, __u32 iph_len, struct tcphdr *th, __u32 th_len)
{
	struct tape_record *r = record_call();

	r->args[2] = iph_len;
	r->args[4] = th_len;
	return RESULT(r, tcp_gen_syncookie, bpf_tcp_gen_syncookie(sk, iph, iph_len, th, th_len));
}

SEC("stub/tcp_raw_gen_syncookie_ipv4")
__u64 stub_tcp_raw_gen_syncookie_ipv4(struct iphdr *iph, struct tcphdr *th, __u32 th_len)
{
	struct tape_record *r = record_call();

	r->args[2] = th_len;
	return RESULT(r, tcp_raw_gen_syncookie_ipv4,
		      bpf_tcp_raw_gen_syncookie_ipv4(iph, th, th_len));
}

SEC("stub/tcp_raw_gen_syncookie_ipv6")
__u64 stub_tcp_raw_gen_syncookie_ipv6(struct ipv6hdr *iph, struct tcphdr *th, __u32 th_len)
{
	struct tape_record *r = record_call();

	r->args[2] = th_len;
	return RESULT(r, tcp_raw_gen_syncookie_ipv6,
		      bpf_tcp_raw_gen_syncookie_ipv6(iph, th, th_len));
}

SEC("stub/tcp_raw_check_syncookie_ipv4")
__u64 stub_tcp_raw_check_syncookie_ipv4(struct iphdr *iph, struct tcphdr *th)
{
	struct tape_record *r = record_call();

	return RESULT(r, tcp_raw_check_syncookie_ipv4, bpf_tcp_raw_check_syncookie_ipv4(iph, th));
}

SEC("stub/tcp_raw_check_syncookie_ipv6")
__u64 stub_tcp_raw_check_syncookie_ipv6(struct ipv6hdr *iph, struct tcphdr *th)
{
	struct tape_record *r = record_call();

	return RESULT(r, tcp_raw_check_syncookie_ipv6, bpf_tcp_raw_check_syncookie_ipv6(iph, th));
}
