/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel/netlink.h"

#include "base/mem.h"

#include <assert.h>
#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

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

void netlink_request(struct netlink_request *r, uint16_t type, uint16_t flags, uint32_t ifindex)
{
	struct ifinfomsg *link;

	memset(r, 0, sizeof(*r));
	r->head.nlmsg_len = NLMSG_HDRLEN;
	r->head.nlmsg_type = type;
	r->head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	link = request_grow(r, sizeof(*link));
	link->ifi_index = (int)ifindex;
	link->ifi_flags = link->ifi_change = IFF_UP;
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

int netlink_send(struct netlink *nl, struct netlink_request *r)
{
	union {
		struct nlmsghdr head;
		uint8_t bytes[4096];
	} answer;
	const struct nlmsgerr *e;
	ssize_t n;

	nl->reason[0] = '\0';
	r->head.nlmsg_seq = ++nl->seq;
	if (send(nl->fd, r, r->head.nlmsg_len, 0) < 0)
		return -errno;
	for (;;) {
		n = recv(nl->fd, &answer, sizeof(answer), 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!NLMSG_OK(&answer.head, (size_t)n) ||
		    answer.head.nlmsg_len < NLMSG_LENGTH(sizeof(*e)))
			return -EPROTO;
		if (answer.head.nlmsg_seq != nl->seq || answer.head.nlmsg_type != NLMSG_ERROR)
			continue;
		e = NLMSG_DATA(&answer.head);
		if (e->error)
			read_reason(nl, &answer.head);
		return e->error;
	}
}
