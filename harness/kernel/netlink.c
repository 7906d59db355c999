/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel/netlink.h"

#include "base/mem.h"

#include <assert.h>
#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * What goes out in one call: the errors that come back must find room in the socket's receive
 * buffer (212992 bytes as the kernel counts them, where even a short answer takes 768).
 */
#define BATCH_REQUESTS 100

union answer {
	struct nlmsghdr head;
	uint8_t bytes[8192];
};

int netlink_open(struct netlink *nl)
{
	static const int one = 1;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0)
		return -errno;
	/* Sentences with the errors, and errors without a copy of the request; old kernels do
	 * without. */
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	*nl = (struct netlink){ .fd = fd };
	return 0;
}

void netlink_close(struct netlink *nl)
{
	close(nl->fd);
	nl->fd = -1;
}

/* Room for @len bytes, aligned, at the end of the message. */
static void *request_grow(struct netlink_request *r, size_t len)
{
	void *at = (uint8_t *)r + NLMSG_ALIGN(r->head.nlmsg_len);

	assert(NLMSG_ALIGN(r->head.nlmsg_len) + NLMSG_ALIGN(len) <= sizeof(*r));
	r->head.nlmsg_len = NLMSG_ALIGN(r->head.nlmsg_len) + (uint32_t)NLMSG_ALIGN(len);
	return at;
}

void netlink_request(struct netlink_request *r, uint16_t type, uint16_t flags, const void *body,
		     size_t len)
{
	memset(r, 0, sizeof(*r));
	r->head.nlmsg_len = NLMSG_HDRLEN;
	r->head.nlmsg_type = type;
	r->head.nlmsg_flags = NLM_F_REQUEST | flags;
	memcpy(request_grow(r, len), body, len);
}

void netlink_link_request(struct netlink_request *r, uint16_t type, uint16_t flags,
			  uint32_t ifindex)
{
	const struct ifinfomsg link = { .ifi_index = (int)ifindex };

	netlink_request(r, type, flags, &link, sizeof(link));
}

void netlink_set_up(struct netlink_request *r)
{
	struct ifinfomsg *link = NLMSG_DATA(&r->head);

	link->ifi_flags |= IFF_UP;
	link->ifi_change |= IFF_UP;
}

struct rtattr *netlink_begin(struct netlink_request *r, uint16_t type, const void *data, size_t len)
{
	struct rtattr *a = request_grow(r, RTA_LENGTH(len));

	a->rta_type = type;
	a->rta_len = (uint16_t)RTA_LENGTH(len);
	if (len)
		memcpy(RTA_DATA(a), data, len);
	return a;
}

void netlink_put(struct netlink_request *r, uint16_t type, const void *data, size_t len)
{
	netlink_begin(r, type, data, len);
}

void netlink_put_u8(struct netlink_request *r, uint16_t type, uint8_t value)
{
	netlink_put(r, type, &value, sizeof(value));
}

void netlink_put_u32(struct netlink_request *r, uint16_t type, uint32_t value)
{
	netlink_put(r, type, &value, sizeof(value));
}

void netlink_put_text(struct netlink_request *r, uint16_t type, const char *text)
{
	netlink_put(r, type, text, strlen(text));
}

void netlink_end(struct netlink_request *r, struct rtattr *nest)
{
	nest->rta_len = (uint16_t)((uint8_t *)r + r->head.nlmsg_len - (uint8_t *)nest);
}

/* The sentence of an extended acknowledgement, into nl->reason. */
static void read_reason(struct netlink *nl, struct nlmsghdr *head)
{
	const struct nlmsgerr *e = NLMSG_DATA(head);
	size_t off = sizeof(*e);
	struct rtattr *a;
	int left;

	nl->reason[0] = '\0';
	if (!(head->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(head->nlmsg_flags & NLM_F_CAPPED))
		off += e->msg.nlmsg_len - sizeof(e->msg);
	if (off > head->nlmsg_len - NLMSG_HDRLEN)
		return;
	left = (int)(head->nlmsg_len - NLMSG_HDRLEN - off);
	for (a = (struct rtattr *)((uint8_t *)NLMSG_DATA(head) + off); RTA_OK(a, left);
	     a = RTA_NEXT(a, left)) {
		if (a->rta_type == NLMSGERR_ATTR_MSG)
			snprintf(nl->reason, sizeof(nl->reason), "%.*s", (int)RTA_PAYLOAD(a),
				 (const char *)RTA_DATA(a));
	}
}

static int send_bytes(struct netlink *nl, const void *bytes, size_t len)
{
	ssize_t n;

	do
		n = send(nl->fd, bytes, len, 0);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

/* The next datagram from the kernel: bytes in *a, or -errno. */
static ssize_t receive(struct netlink *nl, union answer *a)
{
	ssize_t n;

	do
		n = recv(nl->fd, a, sizeof(*a), MSG_TRUNC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return (size_t)n > sizeof(*a) ? -EMSGSIZE : n;
}

/* The error a message carries; an answer of another type has none. Returns 0 or -errno. */
static int answer_error(struct netlink *nl, struct nlmsghdr *head)
{
	const struct nlmsgerr *e = NLMSG_DATA(head);

	if (head->nlmsg_type != NLMSG_ERROR)
		return 0;
	if (head->nlmsg_len < NLMSG_LENGTH(sizeof(*e)))
		return -EPROTO;
	if (e->error)
		read_reason(nl, head);
	return e->error;
}

/* Send @r and wait for the one message that answers it. */
static int ask(struct netlink *nl, struct netlink_request *r, union answer *a)
{
	ssize_t n;
	int err;

	nl->reason[0] = '\0';
	r->head.nlmsg_seq = ++nl->seq;
	err = send_bytes(nl, r, r->head.nlmsg_len);
	while (!err) {
		n = receive(nl, a);
		if (n < 0)
			return (int)n;
		if (!NLMSG_OK(&a->head, (size_t)n))
			return -EPROTO;
		if (a->head.nlmsg_seq == nl->seq)
			return answer_error(nl, &a->head);
	}
	return err;
}

int netlink_send(struct netlink *nl, struct netlink_request *r)
{
	union answer a;

	r->head.nlmsg_flags |= NLM_F_ACK;
	return ask(nl, r, &a);
}

void netlink_batch_add(struct netlink_batch *b, const struct netlink_request *r)
{
	size_t len = NLMSG_ALIGN(r->head.nlmsg_len);

	if (b->room - b->len < len) {
		b->room = b->room ? 2 * b->room : 4 * sizeof(*r);
		b->bytes = xreallocarray(b->bytes, b->room, 1);
	}
	memcpy(b->bytes + b->len, r, len);
	b->len += len;
	b->n++;
}

void netlink_batch_free(struct netlink_batch *b)
{
	free(b->bytes);
	*b = (struct netlink_batch){ 0 };
}

/* Answers to the requests from @first on, up to that to the last, whose number is nl->seq. */
static int read_answers(struct netlink *nl, uint32_t first_seq, size_t first,
			struct netlink_refusals *to)
{
	struct nlmsghdr *head;
	union answer a;
	uint32_t nth;
	ssize_t n;
	int err;

	for (;;) {
		n = receive(nl, &a);
		if (n < 0)
			return (int)n;
		for (head = &a.head; NLMSG_OK(head, (size_t)n); head = NLMSG_NEXT(head, n)) {
			nth = head->nlmsg_seq - first_seq;
			if (nth > nl->seq - first_seq)
				continue;
			err = answer_error(nl, head);
			if (err)
				to->refused(to, first + nth, err, nl->reason);
			if (head->nlmsg_seq == nl->seq)
				return 0;
		}
	}
}

int netlink_batch_send(struct netlink *nl, struct netlink_batch *b, struct netlink_refusals *to)
{
	size_t done = 0, start, off = 0;
	struct nlmsghdr *head;
	uint32_t first_seq;
	int err = 0;

	while (!err && done < b->n) {
		size_t n = b->n - done < BATCH_REQUESTS ? b->n - done : BATCH_REQUESTS;

		start = off;
		first_seq = nl->seq + 1;
		for (size_t i = 0; i < n; i++) {
			head = (struct nlmsghdr *)(b->bytes + off);
			head->nlmsg_seq = ++nl->seq;
			/* Errors come unasked: only the last is to say that all are done. */
			if (i + 1 == n)
				head->nlmsg_flags |= NLM_F_ACK;
			off += NLMSG_ALIGN(head->nlmsg_len);
		}
		err = send_bytes(nl, b->bytes + start, off - start);
		if (!err)
			err = read_answers(nl, first_seq, done, to);
		done += n;
	}
	return err;
}

int netlink_get(struct netlink *nl, struct netlink_request *r, uint16_t answer, void *body,
		size_t len, void (*attr)(void *arg, const struct rtattr *a), void *arg)
{
	union answer a;
	struct rtattr *next;
	int err, left;

	err = ask(nl, r, &a);
	if (err)
		return err;
	if (a.head.nlmsg_type != answer || a.head.nlmsg_len < NLMSG_SPACE(len))
		return -EPROTO;
	memcpy(body, NLMSG_DATA(&a.head), len);
	left = (int)(a.head.nlmsg_len - NLMSG_SPACE(len));
	for (next = (struct rtattr *)((uint8_t *)&a.head + NLMSG_SPACE(len)); RTA_OK(next, left);
	     next = RTA_NEXT(next, left))
		attr(arg, next);
	return 0;
}

int netlink_link(struct netlink *nl, uint32_t ifindex, struct netlink_link *link)
{
	struct netlink_link read = { 0 };
	struct netlink_request r;
	struct rtattr *attr;
	union answer a;
	int err, left;

	netlink_link_request(&r, RTM_GETLINK, 0, ifindex);
	netlink_put_u32(&r, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	err = ask(nl, &r, &a);
	if (err)
		return err;
	if (a.head.nlmsg_type != RTM_NEWLINK ||
	    a.head.nlmsg_len < NLMSG_LENGTH(sizeof(struct ifinfomsg)))
		return -EPROTO;
	left = (int)IFLA_PAYLOAD(&a.head);
	for (attr = IFLA_RTA(NLMSG_DATA(&a.head)); RTA_OK(attr, left);
	     attr = RTA_NEXT(attr, left)) {
		if (attr->rta_type == IFLA_MTU && RTA_PAYLOAD(attr) == sizeof(read.mtu))
			memcpy(&read.mtu, RTA_DATA(attr), sizeof(read.mtu));
		else if (attr->rta_type == IFLA_ADDRESS && RTA_PAYLOAD(attr) == sizeof(read.mac))
			memcpy(read.mac, RTA_DATA(attr), sizeof(read.mac));
	}
	*link = read;
	return 0;
}
